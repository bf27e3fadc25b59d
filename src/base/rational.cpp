// SPDX-License-Identifier: Apache-2.0
#include "base/rational.h"

#include <cassert>

namespace dengce {
namespace {

using Wide = Rational::Wide;

Wide common_divisor(Wide a, Wide b) {
  if (a < 0) a = -a;
  if (b < 0) b = -b;
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

std::string digits_of(Wide value) {
  if (value == 0) return "0";
  const bool negative = value < 0;
  std::string out;
  for (; value != 0; value /= 10) {
    const int digit = static_cast<int>(value % 10);
    out.insert(out.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
  }
  return negative ? "-" + out : out;
}

}  // namespace

Rational::Rational(std::int64_t whole) : numerator_(whole) {}

Rational::Rational(std::int64_t numerator, std::int64_t denominator)
    : Rational(reduced(numerator, denominator)) {}

Rational Rational::reduced(Wide numerator, Wide denominator) {
  assert(denominator != 0);
  const Wide divisor = common_divisor(numerator, denominator);
  Rational out;
  const Wide sign = denominator < 0 ? -1 : 1;
  out.numerator_ = divisor == 0 ? 0 : sign * numerator / divisor;
  out.denominator_ = divisor == 0 ? 1 : sign * denominator / divisor;
  return out;
}

Rational operator+(const Rational& a, const Rational& b) {
  return Rational::reduced(a.numerator_ * b.denominator_ + b.numerator_ * a.denominator_,
                           a.denominator_ * b.denominator_);
}

Rational operator-(const Rational& a, const Rational& b) {
  return Rational::reduced(a.numerator_ * b.denominator_ - b.numerator_ * a.denominator_,
                           a.denominator_ * b.denominator_);
}

Rational operator*(const Rational& a, const Rational& b) {
  return Rational::reduced(a.numerator_ * b.numerator_, a.denominator_ * b.denominator_);
}

Rational operator/(const Rational& a, const Rational& b) {
  return Rational::reduced(a.numerator_ * b.denominator_, a.denominator_ * b.numerator_);
}

std::strong_ordering operator<=>(const Rational& a, const Rational& b) {
  const Wide left = a.numerator_ * b.denominator_;
  const Wide right = b.numerator_ * a.denominator_;
  if (left < right) return std::strong_ordering::less;
  return left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::string Rational::decimal(int digits) const {
  Wide scale = 1;
  for (int i = 0; i < digits; ++i) scale *= 10;
  const bool negative = numerator_ < 0;
  const Wide scaled = (negative ? -numerator_ : numerator_) * scale;
  const Wide rounded = (2 * scaled + denominator_) / (2 * denominator_);
  std::string out = digits_of(rounded / scale);
  if (digits > 0) {
    const std::string rest = digits_of(rounded % scale);
    out += "." + std::string(static_cast<std::size_t>(digits) - rest.size(), '0') + rest;
  }
  return negative && rounded != 0 ? "-" + out : out;
}

double Rational::to_double() const {
  return static_cast<double>(numerator_) / static_cast<double>(denominator_);
}

std::string Rational::fraction() const {
  const std::string top = digits_of(numerator_);
  return denominator_ == 1 ? top : top + "/" + digits_of(denominator_);
}

}  // namespace dengce
