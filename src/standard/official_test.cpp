// SPDX-License-Identifier: Apache-2.0
#include "standard/official.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "base/file.h"
#include "standard/standard_cli.h"
#include "standard/test_content.h"

namespace dengce::standard {
namespace {

Error parse_error(std::string_view text) {
  auto rows = parse_official(repository_standard(), "user.csv", text);
  EXPECT_FALSE(rows) << text;
  return rows ? Error{} : rows.error();
}

// Runs `dengce standard …` over the repository's content; gives the exit status.
int run(const std::vector<std::string>& arguments,
        std::string* out = nullptr,
        std::string* err = nullptr) {
  CLI::App app{"dengce"};
  Command command;
  command.content_directory = DENGCE_SOURCE_DIR "/content";
  add_standard_commands(app, command);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  app.parse(reversed);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int status = command.run();
  const std::string printed = ::testing::internal::GetCapturedStdout();
  const std::string errors = ::testing::internal::GetCapturedStderr();
  if (out != nullptr) *out = printed;
  if (err != nullptr) *err = errors;
  return status;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(ParseOfficial, takes_wording_and_weights_and_leaves_ours_alone) {
  const auto rows = parse_official(repository_standard(),
                                   "user.csv",
                                   "code,clause,wording,weight\n"
                                   "L3-CES1-01,,用户的文字,关键\n"
                                   "BDS-L3-01,H.4.3,,重要\n");
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].clause, "8.1.4.1");
  EXPECT_EQ((*rows)[0].value.wording, "用户的文字");
  EXPECT_EQ((*rows)[1].value.weight, "重要");
  EXPECT_TRUE((*repository_standard().item("L3-CES1-01"))->official.wording.empty());
}

TEST(ParseOfficial, reads_gb18030) {
  const auto rows = parse_official(
      repository_standard(), "user.csv", "code,weight\nL3-CES1-01,\xb9\xd8\xbc\xfc\n");
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ((*rows)[0].value.weight, "关键");
}

TEST(ParseOfficial, names_file_line_and_reason_of_every_bad_row) {
  const auto error = parse_error(
      "code,wording,weight\n"
      "L3-CES1-99,文字,\n"
      "L3-CES1-01,,超级\n"
      "BDS-L3-01,文字,\n"
      "L3-CES1-02,,\n"
      "L3-CES1-03,一,\n"
      "L3-CES1-03,二,\n");
  EXPECT_TRUE(names(error, "user.csv", 2, "code", "没有编号为“L3-CES1-99”"));
  EXPECT_TRUE(names(error, "user.csv", 3, "weight", "“超级”不在允许的取值之中：一般、重要、关键"));
  EXPECT_TRUE(names(error, "user.csv", 4, "code", "需同时给出条款号"));
  EXPECT_TRUE(names(error, "user.csv", 5, "", "文字和权重都为空"));
  EXPECT_TRUE(names(error, "user.csv", 7, "code", "与第 6 行重复"));
  EXPECT_EQ(error.problems.size(), 5U);
  EXPECT_TRUE(names(parse_error("code,clause\nL3-CES1-01,\n"), "user.csv", 1, "", "至少应有"));
  EXPECT_TRUE(names(parse_error("code,weight\n"), "user.csv", 1, "", "没有数据行"));
  EXPECT_FALSE(parse_error("code,weight,colour\nL3-CES1-01,关键,red\n").problems.empty());
}

TEST(ImportOfficial, merges_into_the_data_directory_and_stores_nothing_of_a_bad_file) {
  auto directory = TempDir::create();
  ASSERT_TRUE(directory);
  const auto data = directory->path() / "data";
  const auto file = directory->path() / "user.csv";
  const auto import = [&](std::string_view text) {
    EXPECT_TRUE(write_file(file, text));
    return import_official(repository_standard(), file, data);
  };
  const auto weights = import("code,weight\nL3-CES1-01,关键\nL3-CES1-02,重要\n");
  ASSERT_TRUE(weights) << weights.error().text();
  EXPECT_EQ(weights->weights, 2U);
  const auto wording = import("code,wording\nL3-CES1-01,\"一, 二\"\n");
  ASSERT_TRUE(wording) << wording.error().text();
  EXPECT_EQ(wording->wordings, 1U);
  ASSERT_FALSE(import("code,weight\nL3-CES1-01,一般\nL3-XXX-01,一般\n"));

  auto standard = Standard::load(repository_content());
  ASSERT_TRUE(standard);
  ASSERT_TRUE(apply_official(*standard, data));
  const Item& item = **standard->item("L3-CES1-01");
  EXPECT_EQ(item.official.wording, "一, 二");
  EXPECT_EQ(item.official.weight, "关键");
  EXPECT_EQ(item.text, (*repository_standard().item("L3-CES1-01"))->text);
  EXPECT_EQ((*standard->item("L3-CES1-02"))->official.weight, "重要");
  EXPECT_TRUE((*standard->item("L3-CES1-03"))->official.weight.empty());
  EXPECT_TRUE(apply_official(*standard, directory->path() / "nothing-here"));
}

TEST(StandardCommands, list_prints_the_fixed_columns_and_all_items_of_the_level) {
  std::string out;
  EXPECT_EQ(run({"standard", "list", "--level", "3", "--format", "csv"}, &out), 0);
  EXPECT_EQ(out.substr(0, out.find('\n')),
            "code,clause,letter,layer,control_point,extension,sag,kind,text");
  EXPECT_EQ(lines(out), 1U + 341U);
  EXPECT_NE(out.find("\nL3-CES1-01,8.1.4.1,a,安全计算环境,身份鉴别,general,S,machine,"),
            std::string::npos);
  EXPECT_EQ(
      run({"standard", "list", "--level", "2", "--extension", "general", "--format", "csv"}, &out),
      0);
  EXPECT_EQ(lines(out), 1U + 135U);
  EXPECT_EQ(run({"standard",
                 "list",
                 "--level",
                 "3",
                 "--sag",
                 "S2A3G3",
                 "--extension",
                 "general",
                 "--format",
                 "csv"},
                &out),
            0);
  EXPECT_EQ(lines(out), 1U + 202U);
  EXPECT_EQ(run({"standard", "list", "--level", "3"}, &out), 0);
  EXPECT_NE(out.find("第 3 级（S3A3）共 341 项"), std::string::npos);
}

TEST(StandardCommands, bad_choices_give_status_2_and_a_reason) {
  std::string err;
  EXPECT_EQ(run({"standard", "list", "--level", "3", "--sag", "S1A1"}, nullptr, &err), 2);
  EXPECT_NE(err.find("S1A1"), std::string::npos);
  EXPECT_EQ(run({"standard", "list", "--level", "3", "--extension", "space"}, nullptr, &err), 2);
  EXPECT_NE(err.find("space"), std::string::npos);
  EXPECT_EQ(
      run({"standard", "import", "/nonexistent/file.csv", "--data", "/nonexistent"}, nullptr, &err),
      2);
  EXPECT_THROW(run({"standard", "list", "--level", "9"}), CLI::ParseError);
  EXPECT_THROW(run({"standard", "list"}), CLI::ParseError);
}

TEST(StandardCommands, import_then_list_shows_the_official_text_apart) {
  auto directory = TempDir::create();
  ASSERT_TRUE(directory);
  const auto file = (directory->path() / "user.csv").string();
  ASSERT_TRUE(write_file(file, "code,wording,weight\nL3-CES1-01,用户的文字,关键\n"));
  const auto data = (directory->path() / "data").string();
  std::string out;
  EXPECT_EQ(run({"standard", "import", file, "--data", data}, &out), 0);
  EXPECT_NE(out.find("官方文字 1 条、官方权重 1 条"), std::string::npos);
  EXPECT_EQ(run({"standard", "list", "--level", "3", "--format", "csv", "--data", data}, &out), 0);
  const auto at = out.find("\nL3-CES1-01,");
  ASSERT_NE(at, std::string::npos);
  const auto row = out.substr(at + 1, out.find('\n', at + 1) - at - 1);
  EXPECT_TRUE(row.ends_with(",用户的文字,关键")) << row;
  EXPECT_NE(row.find((*repository_standard().item("L3-CES1-01"))->text), std::string::npos);
}

}  // namespace
}  // namespace dengce::standard
