// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace dengce {
namespace {

Result<int> positive(int value) {
  if (value <= 0) return fail(ErrorCode::invalid_argument, "不是正数", "detail");
  return value;
}

Result<std::unique_ptr<int>> boxed(int value) {
  TRY(positive(value));
  TRY_ASSIGN(const int sure, positive(value));
  return std::make_unique<int>(sure + 1);
}

TEST(Result, ErrorsPassThroughUnchanged) {
  const auto good = boxed(1);
  ASSERT_TRUE(good.has_value());
  EXPECT_EQ(**good, 2);
  const auto bad = boxed(-1);
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(bad.error().message, "不是正数");
  EXPECT_EQ(bad.error().detail, "detail");
}

TEST(Result, ProblemsSayPathLineFieldAndReason) {
  EXPECT_EQ((Problem{"a.csv", 3, "code", "未知"}.text()), "a.csv:3: [code] 未知");
  EXPECT_EQ((Problem{"a.csv", 0, {}, "未知"}.text()), "a.csv: 未知");
  EXPECT_EQ((Problem{{}, 0, {}, "未知"}.text()), "未知");
  const Error error{ErrorCode::internal, "坏", "secret", {Problem{"a", 1, {}, "x"}}};
  EXPECT_EQ(error.text(), "坏\na:1: x") << "the detail is for the log only";
}

TEST(Result, EveryCodeHasItsOwnWord) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
    EXPECT_TRUE(words.insert(error_code_name(static_cast<ErrorCode>(i))).second) << i;
  }
  EXPECT_EQ(error_code_name(ErrorCode::data_corrupt), "data_corrupt");
}

}  // namespace
}  // namespace dengce
