// SPDX-License-Identifier: Apache-2.0
#include "base/rational.h"

#include <gtest/gtest.h>

namespace dengce {
namespace {

TEST(Rational, IsKeptReducedWithAPositiveDenominator) {
  EXPECT_EQ(Rational(2, 4), Rational(1, 2));
  EXPECT_EQ(Rational(3, -6), Rational(-1, 2));
  EXPECT_EQ(Rational(-3, -6).fraction(), "1/2");
  EXPECT_EQ(Rational(0, -7).fraction(), "0");
  EXPECT_EQ(Rational(10, 5).fraction(), "2");
  EXPECT_EQ(static_cast<std::int64_t>(Rational(4, -6).denominator()), 3);
  EXPECT_EQ(static_cast<std::int64_t>(Rational(4, -6).numerator()), -2);
}

TEST(Rational, ArithmeticIsExact) {
  EXPECT_EQ(Rational(1, 3) + Rational(1, 6), Rational(1, 2));
  EXPECT_EQ(Rational(1, 3) - Rational(1, 2), Rational(-1, 6));
  EXPECT_EQ(Rational(2, 3) * Rational(3, 4), Rational(1, 2));
  EXPECT_EQ(Rational(2, 3) / Rational(-4, 3), Rational(-1, 2));
  Rational sum;
  for (int i = 0; i < 211; ++i) sum = sum + Rational(100, 211);
  EXPECT_EQ(sum, Rational(100)) << "211 equal parts make the whole, which no double does";
}

TEST(Rational, OrderIsExact) {
  EXPECT_LT(Rational(2, 3), Rational(667, 1000));
  EXPECT_GT(Rational(2, 3), Rational(666, 1000));
  EXPECT_LT(Rational(-1, 2), Rational(0));
  EXPECT_EQ(Rational(90) <=> Rational(900, 10), std::strong_ordering::equal);
  EXPECT_LT(Rational(89'999'999'999'999'999, 1'000'000'000'000'000), Rational(90));
}

TEST(Rational, RoundsHalfAwayFromZero) {
  EXPECT_EQ(Rational(200, 3).decimal(2), "66.67");
  EXPECT_EQ(Rational(1, 200).decimal(2), "0.01");
  EXPECT_EQ(Rational(-1, 200).decimal(2), "-0.01");
  EXPECT_EQ(Rational(1, 400).decimal(2), "0.00");
  EXPECT_EQ(Rational(-1, 400).decimal(2), "0.00") << "no minus before nothing";
  EXPECT_EQ(Rational(599'999, 10'000).decimal(2), "60.00");
  EXPECT_EQ(Rational(5, 2).decimal(0), "3");
  EXPECT_EQ(Rational(7, 100).decimal(2), "0.07");
  EXPECT_EQ(Rational(100).decimal(2), "100.00");
}

TEST(Rational, ToDouble) {
  EXPECT_DOUBLE_EQ(Rational(1, 4).to_double(), 0.25);
  EXPECT_DOUBLE_EQ(Rational(-200, 3).to_double(), -200.0 / 3.0);
}

}  // namespace
}  // namespace dengce
