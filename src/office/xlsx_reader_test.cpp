// SPDX-License-Identifier: Apache-2.0
#include "office/xlsx_reader.h"

#include <gtest/gtest.h>

#include "office/workbook.h"
#include "office/xlsx_styles.h"
#include "office/xml_reader.h"
#include "office/zip.h"

namespace dengce::office {
namespace {

// A workbook written by hand: sheet1 with these rows and what stands behind them.
struct Book {
  std::string rows;
  std::string after;
  std::string shared = {};  // the si elements
  std::string properties = {};
  std::string styles =
      R"(<numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>)"
      R"(<numFmt numFmtId="171" formatCode="000000"/><numFmt numFmtId="172" formatCode="#,##0.00"/></numFmts>)"
      R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="22"/>)"
      R"(<xf numFmtId="171"/><xf numFmtId="172"/><xf numFmtId="20"/></cellXfs>)";

  [[nodiscard]] std::string bytes() const {
    ZipWriter zip;
    zip.add(
        "_rels/.rels",
        R"(<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>)");
    zip.add("xl/workbook.xml",
            R"(<?xml version="1.0"?><workbook xmlns:r="x">)" + properties +
                R"(<sheets><sheet name="资产" sheetId="1" r:id="rId1"/></sheets></workbook>)");
    zip.add(
        "xl/_rels/workbook.xml.rels",
        R"(<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>)"
        R"(<Relationship Id="rId2" Type="x/styles" Target="/xl/styles.xml"/>)"
        R"(<Relationship Id="rId3" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>)");
    zip.add("xl/styles.xml", "<styleSheet>" + styles + "</styleSheet>");
    zip.add("xl/sharedStrings.xml", "<sst>" + shared + "</sst>");
    zip.add("xl/worksheets/sheet1.xml",
            "<worksheet><sheetData>" + rows + "</sheetData>" + after + "</worksheet>");
    return zip.finish().value();
  }

  [[nodiscard]] Result<std::vector<XlsxSheet>> read(const XlsxLimits& limits = {}) const {
    return read_xlsx("x.xlsx", bytes(), limits);
  }
};

using Cells = std::vector<std::string>;

std::string reason(const Result<std::vector<XlsxSheet>>& result) {
  EXPECT_FALSE(result);
  if (result) return {};
  return result.error().problems.empty() ? result.error().message
                                         : result.error().problems.front().reason;
}

TEST(XlsxReader, ReadsEveryKindOfCell) {
  Book book;
  book.shared =
      R"(<si><t>甲&amp;乙</t></si><si><r><t>富</t></r><r><t xml:space="preserve">文本 </t></r>)"
      R"(<rPh sb="0" eb="1"><t>注音</t></rPh></si><si><t>a_x000D_
b_x005F_x</t></si>)";
  book.rows =
      R"(<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c></row>)"
      R"(<row r="3" hidden="1"><c r="B3" t="inlineStr"><is><t>内嵌</t></is></c><c r="D3" t="b"><v>1</v></c>)"
      R"(<c t="b"><v>0</v></c><c r="F3" t="e"><v>#REF!</v></c><c t="str"><f>A1&amp;"x"</f><v>算出</v></c><c><f>1+1</f></c></row>)"
      R"(<row r="5"><c r="A5" s="0"/></row><row><c t="d"><v>2026-07-01T00:00:00</v></c></row>)";
  const auto sheets = book.read();
  ASSERT_TRUE(sheets) << sheets.error().text();
  ASSERT_EQ(sheets->size(), 1U);
  EXPECT_EQ(sheets->front().name, "资产");
  const auto& rows = sheets->front().rows;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].number, 2);
  EXPECT_EQ(rows[0].cells, (Cells{"甲&乙", "富文本", "a\nb_x"}));
  EXPECT_TRUE(rows[1].hidden);
  EXPECT_EQ(rows[1].cells,
            (Cells{"", "内嵌", "", "TRUE", "FALSE", "#REF!", "算出", "#公式未计算"}));
  EXPECT_TRUE(is_cell_error(rows[1].cells[5]));
  EXPECT_TRUE(is_cell_error(rows[1].cells[7]));
  EXPECT_EQ(rows[2].number, 6);
  EXPECT_EQ(rows[2].cells, Cells{"2026-07-01"});
}

TEST(XlsxReader, NumbersStayAsWrittenAndDatesAreDays) {
  Book book;
  book.rows =
      R"(<row r="1"><c><v>0.1</v></c><c><v>1.38E10</v></c><c s="1"><v>46204</v></c><c s="2"><v>46204</v></c>)"
      R"(<c s="3"><v>46204.354166666664</v></c><c s="4"><v>123</v></c><c s="5"><v>1234.5</v></c>)"
      R"(<c s="6"><v>0.5</v></c><c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c>)"
      R"(<c s="1"><v>-1</v></c><c s="1"><v>1e300</v></c><c><v>31010613001230001</v></c></row>)";
  const auto sheets = book.read();
  ASSERT_TRUE(sheets) << sheets.error().text();
  EXPECT_EQ(sheets->front().rows.front().cells,
            (Cells{"0.1",
                   "13800000000",
                   "2026-07-01",
                   "2026-07-01",
                   "2026-07-01 08:30",
                   "000123",
                   "1234.5",
                   "12:00:00",
                   "1900-02-28",
                   "60",
                   "1900-03-01",
                   "-1",
                   "1e300",
                   "31010613001230001"}));
  book.properties = R"(<workbookPr date1904="1"/>)";
  book.rows = R"(<row r="1"><c s="1"><v>44742</v></c><c s="1"><v>0</v></c></row>)";
  EXPECT_EQ(book.read()->front().rows.front().cells, (Cells{"2026-07-01", "1904-01-01"}));
}

TEST(XlsxReader, KnowsDatesByTheirFormat) {
  for (const char* code : {"yyyy-mm-dd", "m/d/yy", "[$-804]yyyy\"年\"m\"月\";@", "mmm\\-yy"}) {
    EXPECT_TRUE(read_number_format(code).date) << code;
  }
  for (const char* code : {"[h]:mm:ss", "mm:ss.0"}) {
    EXPECT_FALSE(read_number_format(code).date) << code;
    EXPECT_TRUE(read_number_format(code).time) << code;
  }
  for (const char* code : {"General", "0.00", "[Red]#,##0", "\"day\"0", "0.00E+00", "@", "0\\d"}) {
    EXPECT_FALSE(read_number_format(code).date) << code;
    EXPECT_FALSE(read_number_format(code).time) << code;
  }
}

TEST(XlsxReader, AMergedAreaGivesItsValueToEveryRowThatIsThere) {
  Book book;
  book.rows =
      R"(<row r="1"><c r="A1" t="str"><v>标题</v></c></row>)"
      R"(<row r="2"><c r="A2" t="str"><v>机房一</v></c><c r="B2" t="str"><v>甲</v></c></row>)"
      R"(<row r="3"><c r="B3" t="str"><v>乙</v></c></row><row r="4"><c r="A4"/></row>)";
  book.after = R"(<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A2:A4"/></mergeCells>)";
  const auto sheets = book.read();
  ASSERT_TRUE(sheets) << sheets.error().text();
  const auto& rows = sheets->front().rows;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].cells, (Cells{"标题", "标题", "标题"}));
  EXPECT_EQ(rows[2].cells, (Cells{"机房一", "乙"}));
}

TEST(XlsxReader, ReadsWhatTheProductWrites) {
  Workbook book = Workbook::create({"台账", "测试", {}, "演示"}).value();
  ASSERT_TRUE(book.begin_sheet("一", {{"名称"}, {"数量"}}));
  ASSERT_TRUE(book.add_row({std::string("=1+1"), 3.5}));
  ASSERT_TRUE(book.begin_sheet("二", {{"名称"}}));
  const auto sheets = read_xlsx("x.xlsx", book.finish().value());
  ASSERT_TRUE(sheets) << sheets.error().text();
  ASSERT_EQ(sheets->size(), 2U);
  ASSERT_EQ(sheets->at(0).rows.size(), 3U);
  EXPECT_EQ(sheets->at(0).rows[0].cells, Cells{"演示"});
  EXPECT_EQ(sheets->at(0).rows[2].cells, (Cells{"=1+1", "3.5"}));
  EXPECT_EQ(sheets->at(1).name, "二");
}

TEST(XlsxReader, SaysWhatOtherFilesAre) {
  const std::string compound = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
  EXPECT_NE(reason(read_xlsx("x", compound + "Workbook")).find(".xls 格式"), std::string::npos);
  std::string wide;
  for (const char c : std::string("EncryptedPackage")) wide += std::string{c, '\0'};
  EXPECT_NE(reason(read_xlsx("x", compound + wide)).find("密码"), std::string::npos);
  EXPECT_NE(reason(read_xlsx("x", "a,b\n")).find("不是 .xlsx"), std::string::npos);
  EXPECT_EQ(read_xlsx("x", "PK\x03\x04 cut").error().code, ErrorCode::invalid_argument);
  ZipWriter binary;
  binary.add("xl/workbook.bin", "x");
  EXPECT_EQ(read_xlsx("x", binary.finish().value()).error().code, ErrorCode::unsupported);
  ZipWriter other;
  other.add("word/document.xml", "<a/>");
  EXPECT_EQ(reason(read_xlsx("x", other.finish().value())), "压缩包中没有工作簿");
}

TEST(XlsxReader, RefusesDamageAndTricks) {
  const auto fault = [](const std::string& rows, const std::string& after = {}) {
    return reason(Book{rows, after}.read());
  };
  EXPECT_NE(fault("<row r=\"1\"><c t=\"s\"><v>7</v></c></row>").find("共享字符串"),
            std::string::npos);
  EXPECT_NE(fault("<row r=\"2\"/><row r=\"2\"/>").find("行号"), std::string::npos);
  EXPECT_NE(fault("<row r=\"1\"><c r=\"A2\"/></row>").find("位置"), std::string::npos);
  EXPECT_NE(fault("<row r=\"1\">").find("不配对"), std::string::npos);
  EXPECT_NE(fault({}, "<mergeCells><mergeCell ref=\"B2:A1\"/></mergeCells>").find("范围"),
            std::string::npos);
  Book entities;
  entities.shared = "</sst><!DOCTYPE a [<!ENTITY x \"y\">]><sst>";
  EXPECT_NE(reason(entities.read()).find("文档类型"), std::string::npos);
}

TEST(XlsxReader, KeepsItsLimits) {
  const auto code = [](const Book& book, const XlsxLimits& limits) {
    const auto sheets = book.read(limits);
    return sheets ? ErrorCode::internal : sheets.error().code;
  };
  Book far;
  far.rows = R"(<row r="1"><c r="XFD1"><v>1</v></c></row>)";
  EXPECT_EQ(code(far, {}), ErrorCode::too_large);
  Book rows;
  for (int i = 0; i < 4; ++i) rows.rows += "<row><c><v>1</v></c></row>";
  XlsxLimits few;
  few.max_rows = 3;
  EXPECT_EQ(code(rows, few), ErrorCode::too_large);
  // One text of 10 bytes, referred to many times.
  Book text;
  text.shared = "<si><t>0123456789</t></si>";
  for (int i = 0; i < 20; ++i) text.rows += "<row><c t=\"s\"><v>0</v></c></row>";
  XlsxLimits little;
  little.max_text_bytes = 100;
  EXPECT_EQ(code(text, little), ErrorCode::too_large);
  Book merged = rows;
  merged.after = "<mergeCells>";
  for (int i = 0; i < 50; ++i) merged.after += "<mergeCell ref=\"A1:Z4\"/>";
  merged.after += "</mergeCells>";
  XlsxLimits cells;
  cells.max_cells = 1000;
  EXPECT_EQ(code(merged, cells), ErrorCode::too_large);
  Book bomb;
  bomb.after = std::string(64U << 20, ' ');
  EXPECT_EQ(code(bomb, {}), ErrorCode::too_large);
}

TEST(XmlReader, WalksElementsAndResolvesEntities) {
  XmlReader xml(
      "<?xml version='1.0'?><!-- c --><a:b x:id='1&lt;&#x4E2D;' "
      "y=\"&bad;\"><c/>t&gt;<![CDATA[<&]]></a:b>");
  using Token = XmlReader::Token;
  EXPECT_EQ(xml.next(), Token::start);
  EXPECT_EQ(xml.name(), "b");
  EXPECT_EQ(xml.attribute("id"), "1<中");
  EXPECT_EQ(xml.attribute("y"), "\xEF\xBF\xBD");
  EXPECT_FALSE(xml.attribute("z"));
  EXPECT_EQ(xml.next(), Token::start);
  EXPECT_EQ(xml.next(), Token::end);
  std::string text;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(xml.next(), Token::text);
    xml.append_text(text);
  }
  EXPECT_EQ(text, "t><&");
  EXPECT_EQ(xml.next(), Token::end);
  EXPECT_EQ(xml.next(), Token::done);
}

TEST(XmlReader, FailsOnWhatIsNotWellFormed) {
  for (const char* bad : {"<a>",
                          "<a></b>",
                          "</a>",
                          "text",
                          "<a",
                          "<a b='>",
                          "<a><",
                          "<!DOCTYPE a><a/>",
                          "<a/>x",
                          "<>"}) {
    XmlReader xml(bad);
    XmlReader::Token token = xml.next();
    while (token != XmlReader::Token::done && token != XmlReader::Token::failed) token = xml.next();
    EXPECT_EQ(token, XmlReader::Token::failed) << bad;
  }
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  XmlReader xml(deep);
  while (xml.next() == XmlReader::Token::start) {
  }
  EXPECT_STREQ(xml.fault(), "XML 嵌套过深");
}

}  // namespace
}  // namespace dengce::office
