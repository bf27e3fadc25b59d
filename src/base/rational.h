// SPDX-License-Identifier: Apache-2.0
// Exact fractions for scores: 128-bit numerator and denominator, always reduced.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace dengce {

class Rational {
 public:
  __extension__ using Wide = __int128;

  constexpr Rational() = default;
  Rational(std::int64_t whole);  // NOLINT(google-explicit-constructor): whole numbers are fractions
  Rational(std::int64_t numerator, std::int64_t denominator);

  friend Rational operator+(const Rational& a, const Rational& b);
  friend Rational operator-(const Rational& a, const Rational& b);
  friend Rational operator*(const Rational& a, const Rational& b);
  friend Rational operator/(const Rational& a, const Rational& b);
  friend bool operator==(const Rational& a, const Rational& b) = default;
  friend std::strong_ordering operator<=>(const Rational& a, const Rational& b);

  [[nodiscard]] Wide numerator() const { return numerator_; }

  [[nodiscard]] Wide denominator() const { return denominator_; }  // above zero

  // Rounded half away from zero to `digits` decimals: "66.67".
  [[nodiscard]] std::string decimal(int digits) const;
  [[nodiscard]] double to_double() const;
  // "200/3", or "5" when whole.
  [[nodiscard]] std::string fraction() const;

 private:
  static Rational reduced(Wide numerator, Wide denominator);

  Wide numerator_ = 0;
  Wide denominator_ = 1;
};

}  // namespace dengce
