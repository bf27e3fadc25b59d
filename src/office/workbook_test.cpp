// SPDX-License-Identifier: Apache-2.0
#include "office/workbook.h"

#include <gtest/gtest.h>

#include "base/archive.h"
#include "office/xml.h"
#include "office/zip.h"

namespace dengce::office {
namespace {

std::string part_of(const std::string& bytes, const std::string& path) {
  auto entries = read_archive("test", bytes);
  EXPECT_TRUE(entries) << (entries ? "" : entries.error().text());
  if (!entries) return {};
  for (auto& entry : *entries) {
    if (entry.path == path) return entry.bytes;
  }
  return {};
}

std::string workbook() {
  WorkbookOptions options;
  options.banner = "演示";
  auto book = Workbook::create(options).value();
  EXPECT_TRUE(book.begin_sheet("甲", {{"名", 10}, {"数", 5}}));
  EXPECT_TRUE(book.add_row({Cell{"=HYPERLINK(\"x\")"}, Cell{1.5}}));
  EXPECT_TRUE(book.add_row({Cell{"<&>\x02"}, Cell{2.0}}));
  EXPECT_TRUE(book.add_row({Cell{std::string(100'000, 'a')}, Cell{3.0}}));
  EXPECT_TRUE(book.begin_sheet("乙", {{"空", 10}}));
  return book.finish().value();
}

TEST(Workbook, SameRowsSameBytes) {
  EXPECT_EQ(workbook(), workbook());
}

TEST(Workbook, TextIsNeverAFormulaAndIsCut) {
  const auto sheet = part_of(workbook(), "xl/worksheets/sheet1.xml");
  EXPECT_EQ(sheet.find("<f>"), std::string::npos);
  EXPECT_NE(sheet.find("=HYPERLINK("), std::string::npos);
  EXPECT_NE(sheet.find("&lt;&amp;&gt;"), std::string::npos);
  EXPECT_LT(sheet.size(), 40'000U);
  EXPECT_NE(sheet.find("演示"), std::string::npos);
}

TEST(Workbook, APageHeaderTouchesNoCell) {
  const auto plain = part_of(workbook(), "xl/worksheets/sheet1.xml");
  EXPECT_EQ(plain.find("<headerFooter>"), std::string::npos);
  WorkbookOptions options;
  options.page_header = "示例甲 & Co 2026-07-20 12:00";
  auto book = Workbook::create(options).value();
  EXPECT_TRUE(book.begin_sheet("甲", {{"名", 10}}));
  EXPECT_TRUE(book.add_row({Cell{"x"}}));
  const auto sheet = part_of(book.finish().value(), "xl/worksheets/sheet1.xml");
  EXPECT_NE(sheet.find("<oddHeader>&amp;C&amp;K808080示例甲 &amp;&amp; Co 2026-07-20 12:00"),
            std::string::npos)
      << sheet;
}

TEST(Workbook, ARowWithoutASheetIsAnError) {
  auto book = Workbook::create({}).value();
  EXPECT_FALSE(book.add_row({Cell{"x"}}));
}

TEST(Zip, WritesWhatTheReaderReads) {
  ZipWriter zip;
  zip.add("空", "");
  zip.begin("a/长.xml");
  std::string content;
  for (int i = 0; i < 200'000; ++i) content += std::to_string(i * 7919);
  zip.write(std::string_view(content).substr(0, 100));
  zip.write(std::string_view(content).substr(100));
  zip.end();
  const auto bytes = zip.finish().value();
  EXPECT_EQ(part_of(bytes, "a/长.xml"), content);
  EXPECT_EQ(part_of(bytes, "空"), "");
}

TEST(Xml, EscapesAndUndoes) {
  std::string out;
  append_escaped(out, "a<b>&\"\r\x01\xEF\xBF\xBF");
  EXPECT_EQ(out, "a&lt;b&gt;&amp;&quot;&#13;\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(plain_text("<w:t>a&lt;b</w:t><w:br/><w:t>c&amp;</w:t>"), "a<b c&");
}

}  // namespace
}  // namespace dengce::office
