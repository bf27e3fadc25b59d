// SPDX-License-Identifier: Apache-2.0
#include "office/template.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/archive.h"

namespace dengce::office {
namespace {

constexpr const char* namespaces =
    R"( xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main")"
    R"( xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships")";

std::string run(const std::string& text) {
  return "<w:r><w:t>" + text + "</w:t></w:r>";
}

std::string paragraph(const std::string& text) {
  return "<w:p>" + run(text) + "</w:p>";
}

std::string cell(const std::string& content) {
  return "<w:tc>" + content + "</w:tc>";
}

std::string row(const std::vector<std::string>& cells, bool head = false) {
  std::string out = head ? "<w:tr><w:trPr><w:tblHeader/></w:trPr>" : "<w:tr>";
  for (const auto& text : cells) out += cell(paragraph(text));
  return out + "</w:tr>";
}

std::string table_of(const std::string& rows) {
  return "<w:tbl><w:tblPr/><w:tblGrid/>" + rows + "</w:tbl>";
}

Parts package_of(const std::string& body) {
  Parts parts;
  parts["[Content_Types].xml"] = "<Types></Types>";
  parts["word/styles.xml"] = std::string("<w:styles") + namespaces + ">" + R"(
    <w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="H1b"><w:name w:val="附录标题"/><w:basedOn w:val="H1"/></w:style>
    <w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>
    <w:style w:type="paragraph" w:styleId="T2"><w:name w:val="toc 2"/></w:style>
    <w:style w:type="paragraph" w:styleId="T3"><w:name w:val="toc 3"/></w:style>
    <w:style w:type="table" w:styleId="Grid"><w:name w:val="数据表格"/></w:style>
    <w:style w:type="paragraph" w:styleId="Cell"><w:name w:val="表格正文"/></w:style>
    <w:style w:type="paragraph" w:styleId="Head"><w:name w:val="表头"/></w:style></w:styles>)";
  parts["word/settings.xml"] =
      std::string("<w:settings") + namespaces + "><w:zoom/><w:compat/></w:settings>";
  parts["word/document.xml"] = std::string("<w:document") + namespaces + "><w:body>" + body +
                               "<w:sectPr/></w:body></w:document>";
  return parts;
}

const Shape& shape() {
  static const Shape made{
      text("name"),
      text("empty"),
      flag("demo"),
      table("grid"),
      picture("logo"),
      chart("rates"),
      list("groups", {text("title"), list("rows", {text("number"), text("value")})})};
  return made;
}

Record values(std::size_t groups = 2, std::size_t rows = 2) {
  Record record(shape());
  record.set("name", "系统<甲>&\"乙\"");
  record.set_flag("demo", true);
  List outer;
  for (std::size_t g = 0; g < groups; ++g) {
    const Shape& group_shape = rows_of(shape(), "groups");
    Record group(group_shape);
    group.set("title", "G" + std::to_string(g));
    List inner;
    for (std::size_t i = 0; i < rows; ++i) {
      Record line(rows_of(group_shape, "rows"));
      line.set("number", std::to_string(i)).set("value", "v" + std::to_string(g * 100 + i));
      inner.rows.push_back(std::move(line));
    }
    group.set("rows", std::move(inner));
    outer.rows.push_back(std::move(group));
  }
  record.set("groups", std::move(outer));
  return record;
}

std::string part_of(const std::string& bytes, const std::string& path) {
  auto entries = read_archive("test.docx", bytes);
  EXPECT_TRUE(entries) << (entries ? "" : entries.error().text());
  if (!entries) return {};
  for (auto& entry : *entries) {
    if (entry.path == path) return entry.bytes;
  }
  return {};
}

Result<std::string> fill(const std::string& body,
                         const Record& record,
                         const RenderLimits& limits = {}) {
  TRY_ASSIGN(const auto made, Template::compile("test.docx", package_of(body), shape()));
  TRY_ASSIGN(const auto document, made.render(record, {"t", "c", {0}}, nullptr, limits));
  return part_of(document.bytes, "word/document.xml");
}

std::string filled(const std::string& body) {
  auto result = fill(body, values());
  EXPECT_TRUE(result) << (result ? "" : result.error().text());
  return result.value_or("");
}

std::vector<Problem> problems_of(const std::string& body) {
  const auto made = Template::compile("test.docx", package_of(body), shape());
  return made ? std::vector<Problem>{} : made.error().problems;
}

std::string body_text(const std::string& xml) {
  std::string out;
  for (std::size_t at = 0; at < xml.size();) {
    if (xml[at] == '<') {
      const auto end = xml.find('>', at);
      if (xml.substr(at, 6) == "</w:p>") out += '|';
      at = end + 1;
    } else {
      out += xml[at++];
    }
  }
  return out;
}

TEST(Template, FillsAndEscapes) {
  const auto xml = filled(paragraph("名称：{{name}}。{{ empty }}"));
  EXPECT_NE(xml.find("名称：系统&lt;甲&gt;&amp;&quot;乙&quot;。</w:t>"), std::string::npos) << xml;
}

TEST(Template, ValuesCannotBringXmlOrTags) {
  Record record = values();
  record.set("name", "</w:t></w:r><w:br/>{{demo}}\x01\n第二行");
  const auto xml = fill(paragraph("{{name}}"), record).value();
  EXPECT_NE(xml.find("&lt;/w:t&gt;&lt;/w:r&gt;&lt;w:br/&gt;{{demo}}\xEF\xBF\xBD</w:t><w:br/>"),
            std::string::npos)
      << xml;
}

TEST(Template, JoinsTagsSplitOverRuns) {
  const auto split = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>甲{</w:t></w:r><w:proofErr/>" +
                     run("{na") + run("me}") + run("}乙") + "</w:p>";
  const auto xml = filled(split);
  EXPECT_NE(xml.find("<w:b/></w:rPr><w:t xml:space=\"preserve\">甲系统"), std::string::npos) << xml;
  EXPECT_EQ(body_text(xml).find("{"), std::string::npos);
  EXPECT_NE(body_text(xml).find("乙|"), std::string::npos);
}

TEST(Template, JoinsStructuralTagsSplitOverRunsAndTextsOfOneRun) {
  const auto split =
      "<w:p>" + run("[{{?de") + run("mo}}有") +
      "<w:r><w:t>演示{{/demo}}</w:t><w:br/><w:t>{{?no_demo}}无{{/no_demo}}]</w:t></w:r></w:p>";
  EXPECT_NE(body_text(filled(split)).find("[有演示]|"), std::string::npos) << filled(split);
}

TEST(Template, RepeatsParagraphsNested) {
  const auto xml = filled(paragraph("{{?groups}}") + paragraph("{{title}}") +
                          paragraph("{{?rows}}") + paragraph("{{title}}-{{number}}-{{value}}") +
                          paragraph("{{/rows}}") + paragraph("{{/groups}}") + paragraph("终"));
  EXPECT_NE(body_text(xml).find("G0|G0-0-v0|G0-1-v1|G1|G1-0-v100|G1-1-v101|终|"), std::string::npos)
      << body_text(xml);
}

TEST(Template, RepeatsTableRowsAndInlineText) {
  const auto xml = filled(
      paragraph("{{?groups}}") +
      table_of(row({"序号", "值"}, true) + row({"{{?rows}}{{number}}", "{{value}}{{/rows}}"})) +
      paragraph("{{/groups}}") + paragraph("{{?groups}}{{title}}、{{/groups}}"));
  EXPECT_NE(body_text(xml).find("序号|值|0|v0|1|v1|序号|值|0|v100|1|v101|G0、G1、|"),
            std::string::npos)
      << body_text(xml);
}

TEST(Template, ARowBlockMaySpanRows) {
  const auto xml = filled(table_of(row({"{{?groups}}{{title}}"}) + row({"细目{{/groups}}"})));
  EXPECT_NE(body_text(xml).find("G0|细目|G1|细目|"), std::string::npos) << body_text(xml);
}

TEST(Template, NegationShowsWhatIsMissing) {
  Record record(shape());
  const std::string body = paragraph("{{?groups}}") + paragraph("有") + paragraph("{{/groups}}") +
                           paragraph("{{?no_groups}}") + paragraph("本次未涉及") +
                           paragraph("{{/no_groups}}");
  EXPECT_NE(body_text(fill(body, record).value()).find("本次未涉及|"), std::string::npos);
  EXPECT_EQ(body_text(filled(body)).find("本次未涉及"), std::string::npos);
}

TEST(Template, HasShowsABlockOnceForAWholeList) {
  const auto xml =
      filled(paragraph("{{?has_groups}}") + paragraph("表题") +
             table_of(row({"{{?groups}}{{title}}{{/groups}}"})) + paragraph("{{/has_groups}}"));
  EXPECT_NE(body_text(xml).find("表题|"), std::string::npos);
  EXPECT_EQ(body_text(xml).find("表题|"), body_text(xml).rfind("表题|"));
}

TEST(Template, BeginsANewTableAfterTheRowLimit) {
  RenderLimits limits;
  limits.rows_per_table = 100;
  const auto body =
      paragraph("{{?groups}}") +
      table_of(row({"序号", "值"}, true) + row({"{{?rows}}{{number}}", "{{value}}{{/rows}}"})) +
      paragraph("{{/groups}}");
  const auto xml = fill(body, values(1, 250), limits).value();
  std::size_t tables = 0;
  std::size_t heads = 0;
  for (auto at = xml.find("<w:tbl>"); at != std::string::npos; at = xml.find("<w:tbl>", at + 1))
    ++tables;
  for (auto at = xml.find("序号"); at != std::string::npos; at = xml.find("序号", at + 1)) ++heads;
  EXPECT_EQ(tables, 3U);
  EXPECT_EQ(heads, 3U);
  EXPECT_NE(body_text(xml).find("|249|v249|"), std::string::npos);
}

TEST(Template, RowsStayWholeUnlessTheyAreHigh) {
  const std::string fixed =
      "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w=\"2240\"/>"
      "</w:tcPr>" +
      paragraph("{{name}}") + "</w:tc></w:tr>";
  Record record = values();
  record.set("name", std::string(10 * 12, 'x'));
  EXPECT_NE(fill(table_of(fixed), record).value().find("<w:cantSplit/>"), std::string::npos);
  std::string high;
  for (int i = 0; i < 400; ++i) high += "字";  // 40 lines of ten
  record.set("name", high);
  record.set("grid", Table{{{"甲", 1, false}, {"乙", 8, false}}, {{high, ""}, {"短", high}}});
  EXPECT_EQ(fill(table_of(fixed), record).value().find("<w:cantSplit/>"), std::string::npos);
  const auto xml = fill(paragraph("{{#grid}}"), record).value();
  const auto first = xml.find("<w:cantSplit/>");  // of the head
  EXPECT_NE(xml.find("<w:tr><w:tc>"), std::string::npos);
  EXPECT_NE(first, std::string::npos);
  EXPECT_NE(xml.find("<w:cantSplit/></w:trPr>", first + 30), std::string::npos);
}

TEST(Template, WritesWholeTables) {
  Record record = values();
  record.set("grid", Table{{{"甲", 1, false}, {"乙<", 2, true}}, {{"1", "2&"}, {"3"}}});
  const auto xml = fill(paragraph("{{#grid}}"), record).value();
  EXPECT_NE(body_text(xml).find("甲|乙&lt;|1|2&amp;|3||"), std::string::npos) << body_text(xml);
  EXPECT_NE(xml.find("<w:tblStyle w:val=\"Grid\"/>"), std::string::npos);
  EXPECT_NE(xml.find("<w:tblHeader/>"), std::string::npos);
}

TEST(Template, ContentsListHeadingsWithPageNumbers) {
  const std::string heading = "<w:p><w:pPr><w:pStyle w:val=\"";
  const std::string roman_section =
      "<w:p><w:pPr><w:sectPr><w:pgNumType w:fmt=\"upperRoman\" "
      "w:start=\"1\"/></w:sectPr></w:pPr></w:p>";
  auto parts =
      package_of(paragraph("{{#contents}}") + heading + "H1\"/></w:pPr>" + run("前言") + "</w:p>" +
                 roman_section + heading + "H1b\"/></w:pPr>" + run("{{name}}") + "</w:p>");
  auto& xml = parts["word/document.xml"];
  xml.replace(xml.rfind("<w:sectPr/>"), 11, "<w:sectPr><w:pgNumType w:start=\"1\"/></w:sectPr>");
  const auto made = Template::compile("test.docx", parts, shape());
  ASSERT_TRUE(made) << made.error().text();
  const Pagination pages{{4, 9}, {1, 7}, 12};
  const auto document = made->render(values(), {"t", "c", {0}}, &pages).value();
  ASSERT_EQ(document.headings.size(), 2U);
  EXPECT_EQ(document.headings[1].text, "系统<甲>&\"乙\"");
  EXPECT_EQ(document.headings[1].section, 1U);
  const auto text = body_text(part_of(document.bytes, "word/document.xml"));
  EXPECT_NE(text.find("前言 PAGEREF _Toc000001 \\h IV|"), std::string::npos) << text;
  EXPECT_NE(text.find(" PAGEREF _Toc000002 \\h 3|"), std::string::npos) << text;
  // Without page numbers Word is asked to fill them in.
  const auto open = made->render(values(), {"t", "c", {0}}).value();
  EXPECT_NE(
      part_of(open.bytes, "word/settings.xml").find("<w:updateFields w:val=\"true\"/><w:compat"),
      std::string::npos);
}

TEST(Template, FooterShowsThePagesOfItsSection) {
  auto parts = package_of(paragraph("文"));
  parts["word/footer1.xml"] =
      std::string("<w:ftr") + namespaces +
      R"(><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>)"
      R"(<w:r><w:instrText> SECTIONPAGES </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>)"
      R"(<w:r><w:t>9</w:t></w:r><w:r><w:t>9</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>)";
  parts["word/_rels/document.xml.rels"] =
      R"(<Relationships><Relationship Id="rId7" Type="f" Target="footer1.xml"/></Relationships>)";
  auto& xml = parts["word/document.xml"];
  xml.replace(
      xml.rfind("<w:sectPr/>"), 11, "<w:sectPr><w:footerReference r:id=\"rId7\"/></w:sectPr>");
  const auto made = Template::compile("test.docx", parts, shape()).value();
  const Pagination pages{{}, {3}, 12};
  const auto document = made.render(values(), {"t", "c", {0}}, &pages).value();
  const auto footer = part_of(document.bytes, "word/footer1.xml");
  EXPECT_NE(body_text(footer).find(" SECTIONPAGES 10|"), std::string::npos) << footer;
}

TEST(Template, SameValuesSameBytes) {
  const auto made =
      Template::compile("t", package_of(paragraph("{{name}}{{@rates}}")), shape()).value();
  Record record = values();
  record.set("rates", Chart{Chart::Type::bar, "率", "率", "0.00", 100, 15, 8, {{"甲", 1, ""}}});
  const auto one = made.render(record, {"t", "c", {0}}).value();
  const auto two = made.render(record, {"t", "c", {0}}).value();
  EXPECT_EQ(one.bytes, two.bytes);
  EXPECT_NE(part_of(one.bytes, "word/charts/chart1.xml").find("甲"), std::string::npos);
  EXPECT_FALSE(part_of(one.bytes, "word/embeddings/chart1.xlsx").empty());
  EXPECT_NE(part_of(one.bytes, "word/_rels/document.xml.rels").find("charts/chart1.xml"),
            std::string::npos);
}

struct Wrong {
  const char* body;
  const char* reason;
};

TEST(TemplateLint, NamesEveryError) {
  const Wrong cases[] = {
      {"{{nmae}}", "未知的标签 {{nmae}}"},
      {"{{name", "标签没有以 }} 结束"},
      {"{{name.length}}", "标签名只能由"},
      {"{{system('x')}}", "标签名只能由"},
      {"{{}}", "标签名只能由"},
      {"{{groups}}", "标签种类不对 {{groups}}"},
      {"{{#name}}", "标签种类不对 {{#name}}"},
      {"{{@grid}}", "标签种类不对 {{@grid}}"},
      {"{{?groups}}", "块没有结束标签 {{?groups}}"},
      {"{{/groups}}", "没有对应的开始标签 {{/groups}}"},
      {"甲{{?groups}}", "独占一段"},
      {"{{?groups}}{{?demo}}{{/groups}}{{/demo}}", "块标签交叉"},
      {"甲{{#grid}}", "独占一段"},
      {"{{number}}", "未知的标签 {{number}}"},
  };
  for (const auto& wrong : cases) {
    const auto found = problems_of(paragraph("前文") + paragraph(wrong.body));
    ASSERT_FALSE(found.empty()) << wrong.body;
    const bool named = std::any_of(found.begin(), found.end(), [&](const Problem& problem) {
      return problem.reason.find(wrong.reason) != std::string::npos;
    });
    EXPECT_TRUE(named) << wrong.body << ": " << found.front().text();
    EXPECT_EQ(found.front().path, "word/document.xml");
    EXPECT_NE(found.front().field.find("第2段"), std::string::npos) << found.front().field;
  }
}

TEST(TemplateLint, NamesThePlaceInATableAndFindsAllAtOnce) {
  const auto found =
      problems_of(table_of(row({"甲", "{{oops}}"})) +
                  table_of(row({"乙"}) + row({"丙", "{{?rows}}丁"})) + paragraph("{{again}}"));
  ASSERT_GE(found.size(), 3U);
  EXPECT_NE(found[0].field.find("第1个表格第1行第2格"), std::string::npos) << found[0].field;
  EXPECT_NE(found[0].field.find("{{oops}}"), std::string::npos);
  EXPECT_NE(found[1].field.find("第2个表格第2行第2格"), std::string::npos) << found[1].field;
  EXPECT_NE(found.back().reason.find("{{again}}"), std::string::npos);
}

TEST(TemplateLint, CrossedRowBlocksAndTooDeepNesting) {
  const auto crossed =
      problems_of(table_of(row({"{{?groups}}甲{{/groups}}"}) + row({"{{/groups}}"})));
  ASSERT_FALSE(crossed.empty());
  EXPECT_NE(crossed[0].reason.find("没有对应的开始标签"), std::string::npos);
  std::string deep;
  for (int i = 0; i < 12; ++i) deep += paragraph("{{?demo}}");
  for (int i = 0; i < 12; ++i) deep += paragraph("{{/demo}}");
  const auto found = problems_of(deep);
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found[0].reason.find("嵌套超过"), std::string::npos);
}

TEST(TemplateLint, RefusesWhatIsNoDocument) {
  EXPECT_FALSE(Template::compile("t", "not a zip", shape()));
  auto parts = package_of("");
  parts["word/document.xml"] = "<!DOCTYPE x [<!ENTITY a 'b'>]><w:document/>";
  const auto doctype = Template::compile("t", parts, shape());
  ASSERT_FALSE(doctype);
  EXPECT_NE(doctype.error().text().find("DOCTYPE"), std::string::npos);
  parts["word/document.xml"] = "<w:document";
  EXPECT_FALSE(Template::compile("t", parts, shape()));
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "<w:x>";
  for (int i = 0; i < 5000; ++i) deep += "</w:x>";
  parts["word/document.xml"] = deep;
  EXPECT_FALSE(Template::compile("t", parts, shape()));
  parts = package_of("");
  parts.erase("word/styles.xml");
  const auto styles = Template::compile("t", parts, shape());
  ASSERT_FALSE(styles);
  EXPECT_NE(styles.error().text().find("数据表格"), std::string::npos);
}

TEST(Template, LoopsAreBounded) {
  const auto body = paragraph("{{?groups}}") + paragraph("{{?rows}}") + paragraph("{{value}}") +
                    paragraph("{{/rows}}") + paragraph("{{/groups}}");
  RenderLimits limits;
  limits.max_iterations = 50;
  const auto rows = fill(body, values(10, 10), limits);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::too_large);
  limits = {};
  limits.max_part_bytes = 10'000;
  const auto bytes = fill(body, values(100, 100), limits);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace dengce::office
