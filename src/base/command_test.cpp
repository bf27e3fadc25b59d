// SPDX-License-Identifier: Apache-2.0
#include "base/command.h"

#include <gtest/gtest.h>

namespace dengce {
namespace {

TEST(Command, ErrorsGiveTheFixedExitStatuses) {
  EXPECT_EQ(report_error({ErrorCode::invalid_argument, "x", {}, {}}), 2);
  EXPECT_EQ(report_error({ErrorCode::not_found, "x", {}, {}}), 2);
  EXPECT_EQ(report_error({ErrorCode::data_corrupt, "x", {}, {}}), 2);
  EXPECT_EQ(report_error({ErrorCode::too_large, "x", {}, {}}), 2);
  EXPECT_EQ(report_error({ErrorCode::failed_precondition, "x", {}, {}}), 3);
  EXPECT_EQ(report_error({ErrorCode::internal, "x", {}, {}}), 70);
}

TEST(Command, ErrorsArePrintedWithEveryProblemToStandardError) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  const Error error{ErrorCode::invalid_argument,
                    "文件不可用",
                    {},
                    {Problem{"a.csv", 3, "code", "未知的编号"}, Problem{"b.csv", 0, {}, "为空"}}};
  EXPECT_EQ(report_error(error), exit_usage);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "错误：文件不可用\na.csv:3: [code] 未知的编号\nb.csv: 为空\n");
}

TEST(Command, ContentIsEmbeddedUnlessADirectoryIsNamed) {
  Command command;
  EXPECT_TRUE(command.content().has_value());
  command.content_directory = "/no/such/directory";
  EXPECT_FALSE(command.content().has_value()) << "never silently the embedded copy";
}

}  // namespace
}  // namespace dengce
