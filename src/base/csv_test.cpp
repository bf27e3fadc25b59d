// SPDX-License-Identifier: Apache-2.0
#include "base/csv.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace dengce {
namespace {

using Cells = std::vector<std::string>;

// The problems of a text that must not be accepted.
std::vector<Problem> problems(std::string_view text, const CsvOptions& options = {}) {
  const auto table = parse_csv("t.csv", text, options);
  EXPECT_FALSE(table.has_value()) << text;
  return table ? std::vector<Problem>{} : table.error().problems;
}

TEST(Csv, RowsKnowTheirLines) {
  const auto table = parse_csv("t.csv", "code,name\n\nA,\"two\nlines\"\r\nB, x \n");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->header, (Cells{"code", "name"}));
  ASSERT_EQ(table->rows.size(), 2U);
  EXPECT_EQ(table->rows[0].line, 3);
  EXPECT_EQ(table->rows[0].cells, (Cells{"A", "two\nlines"}));
  EXPECT_EQ(table->rows[1].line, 5) << "the line break inside the quotes counts";
  EXPECT_EQ(table->rows[1].cells, (Cells{"B", "x"}));
  EXPECT_EQ(table->column("name"), 1);
  EXPECT_EQ(table->column("nothing"), -1);
}

TEST(Csv, QuotesKeepCommasQuotesAndBlanks) {
  const auto table = parse_csv("t.csv", "a,b,c\n\"x,y\",\"say \"\"ja\"\"\",\" z \"\n\"\",,\n");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->rows[0].cells, (Cells{"x,y", "say \"ja\"", " z "}));
  EXPECT_EQ(table->rows[1].cells, (Cells{"", "", ""}));
}

TEST(Csv, LineEndsAndLastLineWithoutEnd) {
  const auto table = parse_csv("t.csv", "a,b\r1,2\r\n3,4");
  ASSERT_TRUE(table.has_value());
  ASSERT_EQ(table->rows.size(), 2U);
  EXPECT_EQ(table->rows[0].line, 2);
  EXPECT_EQ(table->rows[1].line, 3);
  EXPECT_EQ(table->rows[1].cells, (Cells{"3", "4"}));
}

TEST(Csv, Utf8WithMarkAndGb18030GiveTheSame) {
  const auto marked = parse_csv("t.csv",
                                "\xEF\xBB\xBF"
                                "code,对象\nA,等级\n");
  ASSERT_TRUE(marked.has_value());
  EXPECT_EQ(marked->header, (Cells{"code", "对象"}));
  const auto chinese = parse_csv("t.csv", "code,\xB6\xD4\xCF\xF3\nA,\xB5\xC8\xBC\xB6\n");
  ASSERT_TRUE(chinese.has_value());
  EXPECT_EQ(chinese->header, marked->header);
  EXPECT_EQ(chinese->rows[0].cells, marked->rows[0].cells);
}

TEST(Csv, EveryBadRowIsNamed) {
  const auto found = problems("a,b\n1\n1,2\n1,2,3\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].path, "t.csv");
  EXPECT_EQ(found[0].line, 2);
  EXPECT_EQ(found[1].line, 4);
}

TEST(Csv, QuotesThatDoNotFit) {
  const auto open = problems("a,b\n1,2\n\"x,y\n3,4\n");
  ASSERT_FALSE(open.empty());
  EXPECT_EQ(open[0].line, 3);
  EXPECT_EQ(open[0].reason, "引号未闭合");
  const auto behind = problems("a,b\n\"x\"y,2\n");
  ASSERT_EQ(behind.size(), 1U);
  EXPECT_EQ(behind[0].line, 2);
}

TEST(Csv, QuotesInsideAPlainCellAreText) {
  const auto table = parse_csv("t.csv", "a,b\n应\"定期\"检查,5\"\n");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->rows[0].cells, (Cells{"应\"定期\"检查", "5\""}));
}

TEST(Csv, BlanksBeforeAQuoteAreCut) {
  const auto table = parse_csv("t.csv", "a,b\n1, \"x,y\"\n");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->rows[0].cells, (Cells{"1", "x,y"}));
}

TEST(Csv, ColumnsAreHeldToTheList) {
  const CsvOptions options{.required = {"code", "verdict"}, .optional = {"clause"}};
  EXPECT_TRUE(parse_csv("t.csv", "verdict,clause,code\nx,y,z\n", options).has_value());
  const auto found = problems("code,code,extra\n", options);
  std::vector<std::string> fields;
  for (const Problem& problem : found) fields.push_back(problem.field + ":" + problem.reason);
  EXPECT_EQ(fields,
            (std::vector<std::string>{"code:列名重复", "extra:未知的列", "verdict:缺少必需的列"}));
  CsvOptions open = options;
  open.allow_other_columns = true;
  EXPECT_TRUE(parse_csv("t.csv", "code,verdict,extra\n", open).has_value());
}

TEST(Csv, EmptyBinaryAndUndecodableTextsAreRefused) {
  EXPECT_EQ(problems("")[0].line, 1);
  EXPECT_EQ(problems("\n\n")[0].reason, "文件为空，缺少表头");
  EXPECT_EQ(problems(std::string_view("a,b\n1,\0\n", 8)).size(), 1U);
  EXPECT_EQ(problems("a,b\n1,\xFF\n").size(), 1U);
}

TEST(Csv, LimitsHold) {
  const auto wide =
      problems("a,b\n1," + std::string(200, 'x') + "\n3,4\n", {.max_cell_bytes = 100});
  ASSERT_EQ(wide.size(), 1U);
  EXPECT_EQ(wide[0].line, 2);
  const auto many = problems("a\n1\n2\n3\n", {.max_rows = 2});
  ASSERT_EQ(many.size(), 1U);
  EXPECT_EQ(many[0].line, 4);
  std::string bad = "a,b\n";
  for (int i = 0; i < 10'000; ++i) bad += "1\n";
  EXPECT_LE(problems(bad).size(), 201U) << "the list of problems is bounded";
}

TEST(Csv, WhatIsWrittenReadsBack) {
  const Cells header{"a", "b", "c"};
  const Cells row{"x,y", "say \"ja\"\nand more", " blanks "};
  std::string text;
  append_csv_row(text, header);
  append_csv_row(text, row);
  EXPECT_TRUE(text.starts_with("a,b,c\n\"x,y\",")) << "plain cells stand without quotes";
  const auto table = parse_csv("t.csv", text);
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->rows[0].cells, row);
  // A row of one empty cell must not become an empty line.
  std::string single;
  append_csv_row(single, {"a"});
  append_csv_row(single, {""});
  const auto back = parse_csv("t.csv", single);
  ASSERT_TRUE(back.has_value());
  ASSERT_EQ(back->rows.size(), 1U);
  EXPECT_EQ(back->rows[0].cells, Cells{""});
}

TEST(Csv, LinesAreReadWithoutAHeader) {
  const auto lines = read_csv_lines("t.csv", "\xEF\xBB\xBF标题,,\n\na,b\n\"x\"y,1\n\"u\nv\",2,3\n");
  ASSERT_TRUE(lines) << lines.error().text();
  ASSERT_EQ(lines->size(), 4U);
  EXPECT_EQ(lines->at(0).cells, (Cells{"标题", "", ""}));
  EXPECT_EQ(lines->at(1).line, 3);
  EXPECT_EQ(lines->at(2).fault, "引号之后还有多余文字");
  EXPECT_EQ(lines->at(3).line, 5);
  EXPECT_EQ(lines->at(3).cells, (Cells{"u\nv", "2", "3"}));
  EXPECT_TRUE(lines->at(3).fault.empty());
  const auto open = read_csv_lines("t.csv", "a\n\"b\nc\n");
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().problems.front().line, 2);
  EXPECT_FALSE(read_csv_lines("t.csv", std::string("a\0b\n", 4)));
  EXPECT_FALSE(read_csv_lines("t.csv", "a\nb\nc\n", {.max_rows = 2}));
}

}  // namespace
}  // namespace dengce
