// SPDX-License-Identifier: Apache-2.0
#include "assessment/check_report.h"

#include <gtest/gtest.h>

#include <array>

#include "base/command.h"

namespace dengce::assessment {
namespace {

CheckedInput with(std::initializer_list<PointStatus> statuses) {
  CheckedInput input;
  Judgement judgement;
  int number = 0;
  for (const PointStatus status : statuses) {
    judgement.points.push_back({.point = ++number, .status = status});
  }
  input.judgements.push_back(judgement);
  return input;
}

// 2 before 3 before 4 before 1 before 0, whatever comes first.
TEST(CheckReport, ExitStatusOfSeveralInputs) {
  constexpr std::array order{2, 3, 4, 1, 0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      EXPECT_EQ(worse_exit(order[i], order[j]), order[std::min(i, j)]);
    }
  }
}

TEST(CheckReport, ExitStatusOfOneInput) {
  using enum PointStatus;
  EXPECT_EQ(exit_status(with({pass, not_applicable, unknown})), exit_ok);
  EXPECT_EQ(exit_status(with({pass, partial})), exit_findings);
  EXPECT_EQ(exit_status(with({fail, unknown})), exit_findings);
  EXPECT_EQ(exit_status(with({unknown, not_applicable})), exit_nothing);
  EXPECT_EQ(exit_status(with({})), exit_nothing);
  EXPECT_EQ(exit_status(with({fail, error})), exit_evaluation);
  EXPECT_EQ(exit_status(with({error})), exit_evaluation);
  EXPECT_EQ(with({pass, partial, fail, error, unknown, not_applicable}).evaluated(), 3);
  EXPECT_EQ(with({pass, partial, fail, error, unknown, not_applicable}).findings(), 2);
}

TEST(CheckReport, AProblemInsideABundleNamesBundleAndEntry) {
  Error error;
  error.message = "证据包与其清单不符";
  error.problems = {{"b.tar.gz/manifest.json", 3, "", "甲"}, {"data/x", 0, "sha256", "乙"}};
  const auto lines = input_errors("b.tar.gz", error);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].path, "b.tar.gz/manifest.json");
  EXPECT_EQ(lines[0].line, 3);
  EXPECT_EQ(lines[0].reason, "甲");
  EXPECT_EQ(lines[1].path, "b.tar.gz");
  EXPECT_NE(lines[1].reason.find("data/x"), std::string::npos);
  EXPECT_NE(lines[1].reason.find("sha256"), std::string::npos);
  error.problems.clear();
  ASSERT_EQ(input_errors("b.tar.gz", error).size(), 1U);
  EXPECT_EQ(input_errors("b.tar.gz", error)[0].reason, error.message);
}

}  // namespace
}  // namespace dengce::assessment
