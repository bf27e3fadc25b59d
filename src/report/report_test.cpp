// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "base/archive.h"
#include "base/text.h"
#include "office/watermark.h"
#include "report/test_snapshot.h"
#include "report/words.h"

namespace dengce::report {
namespace {

using assessment::Knowledge;
using assessment::Snapshot;
using assessment::Verdict;

const Content& content() {
  static const Content made = Content::embedded();
  return made;
}

const Knowledge& knowledge() {
  static const auto made = Knowledge::load(content());
  if (!made) ADD_FAILURE() << made.error().text();
  return *made;
}

Snapshot fixture(const test::FixtureOptions& options = {}) {
  auto made = test::snapshot(knowledge(), options);
  if (!made) ADD_FAILURE() << made.error().text();
  return std::move(made).value();
}

std::string part_of(const std::string& package, const std::string& path) {
  auto entries = read_archive("report", package);
  if (!entries) ADD_FAILURE() << entries.error().text();
  for (auto& entry : *entries) {
    if (entry.path == path) return std::move(entry.bytes);
  }
  return {};
}

// Without the hair spaces that only say where a line may end.
std::string visible(std::string text) {
  constexpr std::string_view space = "\u200A";
  for (auto at = text.find(space); at != std::string::npos; at = text.find(space, at)) {
    text.erase(at, space.size());
  }
  return text;
}

std::string text_of(pugi::xml_node node) {
  std::string out;
  for (const auto child : node.children()) {
    const std::string_view name = child.name();
    if (name == "w:t") out += visible(child.text().get());
    if (name == "w:br") out += '\n';
    if (name != "w:t" && name != "w:instrText") out += text_of(child);
  }
  return out;
}

struct Block {
  std::string style;  // of a paragraph
  std::string text;
  std::vector<std::vector<std::string>> rows;  // of a table, the head first
};

// The body of a document as paragraphs and tables.
std::vector<Block> blocks_of(const std::string& docx) {
  pugi::xml_document document;
  const auto xml = part_of(docx, "word/document.xml");
  EXPECT_TRUE(document.load_string(xml.c_str()));
  std::vector<Block> blocks;
  for (const auto node : document.document_element().child("w:body").children()) {
    Block block;
    if (std::string_view(node.name()) == "w:p") {
      block.style = node.child("w:pPr").child("w:pStyle").attribute("w:val").value();
      block.text = text_of(node);
    } else if (std::string_view(node.name()) == "w:tbl") {
      for (const auto row : node.children("w:tr")) {
        auto& cells = block.rows.emplace_back();
        for (const auto cell : row.children("w:tc")) cells.push_back(text_of(cell));
      }
    } else {
      continue;
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

// Rows below the head of the tables behind a caption; tables that were split are joined.
std::vector<std::vector<std::string>> table_rows(const std::vector<Block>& blocks,
                                                 const std::string& caption) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].style != "Caption" || blocks[i].text.rfind(caption + " ", 0) != 0) continue;
    for (std::size_t k = i + 1; k < blocks.size(); ++k) {
      if (blocks[k].rows.empty() && !blocks[k].text.empty()) break;
      if (blocks[k].rows.empty()) continue;
      rows.insert(rows.end(), blocks[k].rows.begin() + 1, blocks[k].rows.end());
    }
  }
  return rows;
}

std::vector<std::string> column(const std::vector<std::vector<std::string>>& rows, std::size_t at) {
  std::vector<std::string> out;
  for (const auto& row : rows) out.push_back(at < row.size() ? row[at] : "");
  return out;
}

std::string whole_text(const std::vector<Block>& blocks) {
  std::string out;
  for (const auto& block : blocks) {
    out += block.text + "\n";
    for (const auto& row : block.rows) out += join(row, "\t") + "\n";
  }
  return out;
}

// Second cell of the form row with the label, in the n-th form that has it.
std::string form_value(const std::vector<Block>& blocks, const std::string& label, int n = 1) {
  for (const auto& block : blocks) {
    for (const auto& row : block.rows) {
      if (row.size() == 2 && row[0] == label && --n == 0) return row[1];
    }
  }
  return {};
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

std::vector<Block> report(const Snapshot& snapshot, const std::string& scheme) {
  const auto docx = render_docx(snapshot, scheme, content());
  if (!docx) ADD_FAILURE() << docx.error().text();
  return blocks_of(*docx);
}

std::set<std::string> sorted(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

class BothSchemes : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Report, BothSchemes, testing::Values("2025", "2021"));

TEST_P(BothSchemes, TemplateHasNoError) {
  const auto made = load_template(GetParam(), content());
  EXPECT_TRUE(made) << made.error().text();
}

TEST_P(BothSchemes, ObjectsOfChapter2AppendixAAndAppendixDAgree) {
  const auto snapshot = fixture();
  const auto blocks = report(snapshot, GetParam());
  std::set<std::string> chosen;
  std::set<std::string> witnesses;
  for (int i = 6; i <= 17; ++i) {
    const auto names = column(table_rows(blocks, "表2-" + std::to_string(i)), 1);
    (i == 15 || i == 16 ? witnesses : chosen).insert(names.begin(), names.end());
  }
  std::set<std::string> assets;
  for (int i = 1; i <= 12; ++i) {
    const auto names = column(table_rows(blocks, "表A-" + std::to_string(i)), 1);
    assets.insert(names.begin(), names.end());
  }
  std::set<std::string> recorded;
  std::size_t records = 0;
  for (const auto& block : blocks) {
    if (block.style == "Heading2" && block.text.rfind("D.", 0) == 0) {
      recorded.insert(block.text.substr(block.text.find(' ') + 1));
    }
  }
  for (std::size_t i = 1; i <= recorded.size(); ++i) {
    records += table_rows(blocks, "表D-" + std::to_string(i)).size();
  }
  std::set<std::string> expected;
  std::set<std::string> with_table;
  for (const auto& object : snapshot.objects) {
    if (!object.asset_table.empty()) with_table.insert(object.name);
    const bool person =
        object.asset_table == "安全相关人员" || object.asset_table == "安全管理文档";
    if (object.selected && !person) expected.insert(object.name);
    EXPECT_EQ(object.selected && person, witnesses.contains(object.name)) << object.name;
  }
  EXPECT_EQ(chosen, expected);
  EXPECT_EQ(recorded, chosen);
  EXPECT_EQ(assets, with_table);
  EXPECT_EQ(records, snapshot.records.size());
  const auto results = table_rows(blocks, "表3-5");
  EXPECT_EQ(sorted(column(results, 1)), recorded);
}

TEST_P(BothSchemes, EveryRecordStandsInItsTable) {
  const auto snapshot = fixture();
  const auto blocks = report(snapshot, GetParam());
  std::map<std::string, std::vector<const assessment::RecordLine*>> by_object;
  for (const auto& record : snapshot.records) {
    by_object[snapshot.objects[record.object].name].push_back(&record);
  }
  std::size_t number = 0;
  for (const auto& block : blocks) {
    if (block.style != "Heading2" || block.text.rfind("D.", 0) != 0) continue;
    const auto& records = by_object[block.text.substr(block.text.find(' ') + 1)];
    const auto rows = table_rows(blocks, "表D-" + std::to_string(++number));
    ASSERT_EQ(rows.size(), records.size()) << block.text;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i][4], assessment::name(records[i]->verdict));
      EXPECT_NE(rows[i][2].find(snapshot.items[records[i]->item].code), std::string::npos);
      EXPECT_NE(rows[i][3].find(records[i]->text), std::string::npos);
      if (!records[i]->points.empty()) {
        EXPECT_NE(rows[i][3].find(records[i]->points[0].source->path + ":"), std::string::npos);
      }
    }
  }
}

TEST_P(BothSchemes, ProblemListsAgree) {
  const auto snapshot = fixture();
  const std::string scheme = GetParam();
  const auto blocks = report(snapshot, scheme);
  ASSERT_FALSE(snapshot.problems.empty());
  std::vector<std::string> expected;
  for (const auto& problem : snapshot.problems) expected.push_back(problem.number);
  EXPECT_EQ(column(table_rows(blocks, "表3-9"), 0), expected);
  EXPECT_EQ(column(table_rows(blocks, "表5-1"), 0), expected);
  auto advised = column(table_rows(blocks, scheme == "2025" ? "表8-1" : "表7-1"), 0);
  const auto hazards = column(table_rows(blocks, "表8-2"), 0);
  advised.insert(advised.end(), hazards.begin(), hazards.end());
  EXPECT_EQ(sorted(advised), sorted(expected));
  EXPECT_EQ(column(table_rows(blocks, "表5-2"), 0), hazards);
  std::set<std::string> in_chapter3;
  for (const auto& block : blocks) {
    if (block.style == "BodyText" && block.text.size() > 4 && block.text[0] == 'T' &&
        block.text.find("涉及对象") != std::string::npos) {
      in_chapter3.insert(block.text.substr(0, 4));
    }
  }
  EXPECT_EQ(in_chapter3, sorted(expected));
}

TEST_P(BothSchemes, CountsOfTheConclusionPageAreThoseOfTheChapters) {
  test::FixtureOptions options;
  options.pending = false;
  const auto snapshot = fixture(options);
  const std::string scheme = GetParam();
  const auto blocks = report(snapshot, scheme);
  std::map<std::string, std::size_t> risks;
  for (const auto& row : table_rows(blocks, "表5-1")) ++risks[row[5]];
  const std::string sentence = "安全问题共" + std::to_string(snapshot.problems.size()) +
                               "个：高风险" + std::to_string(risks["高"]) + "个、中风险" +
                               std::to_string(risks["中"]) + "个、低风险" +
                               std::to_string(risks["低"]) + "个。";
  EXPECT_EQ(count_of(whole_text(blocks), sentence), 3U) << sentence;  // conclusion, 5, 7 or 6
  EXPECT_EQ(form_value(blocks, "等级测评结论", 1), form_value(blocks, "等级测评结论", 2));

  const auto layers = table_rows(blocks, "表3-6");
  ASSERT_EQ(layers.size(), 11U);
  for (std::size_t k = 1; k <= 6; ++k) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < 10; ++i) sum += parse_int(layers[i][k]).value_or(-1'000);
    EXPECT_EQ(std::to_string(sum), layers[10][k]) << k;
  }
  std::map<std::string, int> items;
  for (const auto& item : snapshot.items) ++items[std::string(assessment::name(item.verdict))];
  EXPECT_EQ(layers[10][2], std::to_string(items["符合"]));
  EXPECT_EQ(layers[10][6], "0");
  if (scheme == "2025") {
    EXPECT_EQ(table_rows(blocks, "表6-1"), layers);
    EXPECT_EQ(form_value(blocks, "要求项符合率", 1), layers[10][7] + "%");
    EXPECT_EQ(form_value(blocks, "要求项符合率", 2), layers[10][7] + "%");
    const auto hazards = column(table_rows(blocks, "表8-2"), 0);
    const auto shown =
        std::to_string(hazards.size()) + "个（" + join(hazards, "、") + "，按整改前计）";
    EXPECT_EQ(form_value(blocks, "重大风险隐患", 1), shown);
    EXPECT_EQ(form_value(blocks, "重大风险隐患", 2), shown);
  } else {
    EXPECT_EQ(form_value(blocks, "综合得分", 1), form_value(blocks, "综合得分", 2));
    EXPECT_EQ(form_value(blocks, "综合得分", 1), form_value(blocks, "综合得分", 3));
  }
}

TEST_P(BothSchemes, AnOpenAssessmentHasARangeAndNoConclusion) {
  auto snapshot = fixture();
  for (auto& each : snapshot.schemes) each.conclusion.reset();
  const auto result = std::find_if(snapshot.schemes.begin(),
                                   snapshot.schemes.end(),
                                   [](const auto& each) { return each.scheme == GetParam(); });
  ASSERT_NE(result, snapshot.schemes.end());
  ASSERT_FALSE(result->complete);
  const auto blocks = report(snapshot, GetParam());
  EXPECT_EQ(form_value(blocks, "等级测评结论", 1), "待确认");
  EXPECT_EQ(form_value(blocks, "等级测评结论", 2), "待确认");
  const auto note = form_value(blocks, "结论说明");
  EXPECT_NE(note.find(std::to_string(result->counts.pending) + "个测评项待确认"),
            std::string::npos);
  EXPECT_NE(note.find(result->low), std::string::npos) << note;
  EXPECT_NE(note.find(result->high), std::string::npos) << note;
  EXPECT_EQ(table_rows(blocks, "表3-7").size(), static_cast<std::size_t>(result->counts.pending));
  EXPECT_NE(whole_text(blocks).find("结论页尚缺的内容"), std::string::npos);
}

TEST_P(BothSchemes, AgreeingEndsGiveAProvisionalConclusion) {
  auto snapshot = fixture();
  for (auto& each : snapshot.schemes) each.conclusion = each.conclusion_low = each.conclusion_high;
  const auto blocks = report(snapshot, GetParam());
  const std::string shown = form_value(blocks, "等级测评结论", 1);
  EXPECT_TRUE(shown.ends_with("（暂定）")) << shown;
  EXPECT_NE(form_value(blocks, "结论说明").find("暂定"), std::string::npos);
  EXPECT_NE(form_value(blocks, "结论说明").find("判定依据："), std::string::npos);
}

TEST_P(BothSchemes, ACompleteAssessmentShowsItsConclusion) {
  test::FixtureOptions options;
  options.pending = false;
  options.demo = false;
  const auto snapshot = fixture(options);
  const auto result = std::find_if(snapshot.schemes.begin(),
                                   snapshot.schemes.end(),
                                   [](const auto& each) { return each.scheme == GetParam(); });
  ASSERT_TRUE(result->complete && result->conclusion);
  const auto docx = render_docx(snapshot, GetParam(), content()).value();
  const auto blocks = blocks_of(docx);
  EXPECT_EQ(form_value(blocks, "等级测评结论", 1), *result->conclusion);
  EXPECT_EQ(form_value(blocks, "等级测评结论", 2), *result->conclusion);
  EXPECT_EQ(whole_text(blocks).find("结论页尚缺"), std::string::npos);
  EXPECT_EQ(whole_text(blocks).find("演示数据"), std::string::npos);
  EXPECT_EQ(part_of(docx, "word/header1.xml").find("演示数据"), std::string::npos);
  EXPECT_EQ(part_of(docx, "word/header2.xml").find("演示数据"), std::string::npos);
}

TEST_P(BothSchemes, DemoDataAreMarkedOnEveryPage) {
  const auto docx = render_docx(fixture(), GetParam(), content()).value();
  EXPECT_EQ(count_of(part_of(docx, "word/header1.xml"), "演示数据"), 2U);  // line and watermark
  EXPECT_EQ(count_of(part_of(docx, "word/header2.xml"), "演示数据"), 1U);  // cover
  EXPECT_EQ(part_of(docx, "word/header1.xml").find("{{"), std::string::npos);
}

TEST_P(BothSchemes, WhatIsEmptyIsSaidAndNeverAnEmptyTable) {
  test::FixtureOptions options;
  options.pending = false;
  options.problems = false;
  auto snapshot = fixture(options);
  snapshot.tables.clear();
  snapshot.objects.erase(  // what has no records may go without touching an index
      std::remove_if(snapshot.objects.begin(),
                     snapshot.objects.end(),
                     [](const auto& object) { return !object.selected; }),
      snapshot.objects.end());
  const auto blocks = report(snapshot, GetParam());
  for (const auto& block : blocks) EXPECT_NE(block.rows.size(), 1U) << block.rows[0][0];
  const auto text = whole_text(blocks);
  EXPECT_NE(text.find("表3-9 安全问题汇总：本次测评未发现安全问题。"), std::string::npos);
  EXPECT_NE(text.find("表2-11 其他系统或设备：本次测评未涉及其他系统或设备。"), std::string::npos);
  EXPECT_NE(text.find("表A-10 密码产品：被测对象没有登记密码产品。"), std::string::npos);
  EXPECT_NE(text.find("本次测评的数据中没有漏洞扫描结果"), std::string::npos);
  EXPECT_EQ(text.find("{{"), std::string::npos);
  // A caption always has its table.
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
    EXPECT_TRUE(blocks[i].style != "Caption" || !blocks[i + 1].rows.empty()) << blocks[i].text;
  }
}

TEST_P(BothSchemes, ExtensionsAndMixedLevels) {
  test::FixtureOptions options;
  options.sag = "S2A3";
  options.extensions = "cloud";
  const auto snapshot = fixture(options);
  const auto blocks = report(snapshot, GetParam());
  const auto text = whole_text(blocks);
  EXPECT_NE(text.find("第三级（S2A3）"), std::string::npos);
  EXPECT_NE(text.find("等级测评结论扩展表"), std::string::npos);
  EXPECT_FALSE(table_rows(blocks, "表2-3").empty());
  EXPECT_EQ(table_rows(blocks, "表3-2").size(), 1U);
  EXPECT_NE(text.find("被测对象采用云计算"), std::string::npos);
  EXPECT_NE(text.find("本次测评未涉及大数据平台"), std::string::npos);
  std::int64_t general = 0;
  for (const auto& row : table_rows(blocks, "表2-2")) general += parse_int(row[3]).value_or(0);
  const auto layers = table_rows(blocks, "表3-6");
  std::int64_t extended = 0;
  for (const auto& row : table_rows(blocks, "表2-3")) extended += parse_int(row[3]).value_or(0);
  EXPECT_EQ(std::to_string(general + extended), layers.back()[1]);
}

TEST_P(BothSchemes, ValuesCannotBreakTheDocument) {
  auto snapshot = fixture();
  snapshot.facts["system_name"] = "<w:p>{{demo}}&\"系统\"\x02";
  snapshot.records[0].text = "</w:t></w:r></w:p>";
  const auto docx = render_docx(snapshot, GetParam(), content()).value();
  EXPECT_EQ(form_value(blocks_of(docx), "被测对象").rfind("<w:p>{{demo}}&\"系统\"\xEF\xBF\xBD", 0),
            0U);
}

TEST_P(BothSchemes, SameSnapshotSameBytes) {
  const auto snapshot = fixture();
  EXPECT_EQ(render_docx(snapshot, GetParam(), content()).value(),
            render_docx(fixture(), GetParam(), content()).value());
  EXPECT_EQ(render_xlsx(snapshot, GetParam()).value(), render_xlsx(fixture(), GetParam()).value());
}

TEST_P(BothSchemes, AWatermarkStandsInEveryHeaderAndNowhereElse) {
  const auto plain = read_archive("plain", render_docx(fixture(), GetParam(), content()).value());
  const auto marked = read_archive(
      "marked", render_docx(fixture(), GetParam(), content(), nullptr, "甲<&> 12:00").value());
  ASSERT_TRUE(plain && marked);
  ASSERT_EQ(plain->size(), marked->size());
  int headers = 0;
  for (std::size_t i = 0; i < plain->size(); ++i) {
    EXPECT_EQ((*plain)[i].path, (*marked)[i].path);
    const bool header = (*plain)[i].path.starts_with("word/header");
    EXPECT_EQ((*plain)[i].bytes == (*marked)[i].bytes, !header) << (*plain)[i].path;
    if (!header) continue;
    ++headers;
    EXPECT_NE((*marked)[i].bytes.find("string=\"甲&lt;&amp;&gt; 12:00\""), std::string::npos);
  }
  EXPECT_EQ(headers, 2);
}

TEST(Watermark, ADocumentWithoutHeaderIsRefused) {
  office::Parts parts{{"word/document.xml", "<w:p></w:p>"}};
  EXPECT_EQ(office::add_watermark(parts, "甲").error().code, ErrorCode::failed_precondition);
}

TEST(Report, HazardTableListsAllTriggers) {
  const auto snapshot = fixture();
  const auto rows = table_rows(report(snapshot, "2025"), "表G-1");
  ASSERT_EQ(rows.size(), 32U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i][0], snapshot.hazards[i].number);
    EXPECT_EQ(rows[i][5], snapshot.hazards[i].triggered ? "是" : "否");
  }
}

TEST(Report, ScoreDerivationListsEveryLostPoint) {
  const auto snapshot = fixture();
  const auto& result = *std::find_if(snapshot.schemes.begin(),
                                     snapshot.schemes.end(),
                                     [](const auto& each) { return each.scheme == "2021"; });
  std::vector<std::string> lost;
  for (const auto& line : result.derivation) {
    if (line.x != "1" && line.x != "-") lost.push_back(line.code);
  }
  EXPECT_EQ(column(table_rows(report(snapshot, "2021"), "表6-2"), 0), lost);
}

TEST(Report, KeysOfImportedTablesAreNotShown) {
  auto snapshot = fixture();
  snapshot.tables["scan"] = {
      "scan", {"no", "object", "name", "risk"}, {{{"1", "db-main", "演示-数据库", "高"}}}};
  const auto rows = table_rows(report(snapshot, "2025"), "表3-3");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0], (std::vector<std::string>{"1", "演示-数据库", "高"}));
}

TEST(Report, TheEvaluationCountsApplicableItemsOnly) {
  const auto snapshot = fixture();
  const auto blocks = report(snapshot, "2025");
  std::size_t evaluations = 0;
  for (const auto& layer : snapshot.layers) {
    for (const auto& block : blocks) {
      const auto begin =
          layer.layer + "：适用指标" + std::to_string(applicable(layer.items)) + "项";
      if (block.text.rfind(begin, 0) != 0) continue;
      ++evaluations;
      EXPECT_EQ(block.text.find("不适用"), std::string::npos) << block.text;
      const auto count = std::count_if(
          snapshot.problems.begin(), snapshot.problems.end(), [&](const auto& problem) {
            return problem.layer == layer.layer;
          });
      const auto sentence = "存在安全问题" + std::to_string(count) + "个：";
      EXPECT_EQ(block.text.find(sentence) != std::string::npos, count > 0) << block.text;
    }
  }
  EXPECT_EQ(evaluations, snapshot.layers.size());
}

TEST(Report, AMissingSchemeOrTemplateIsNamed) {
  auto snapshot = fixture();
  EXPECT_EQ(render_docx(snapshot, "2019", content()).error().code, ErrorCode::invalid_argument);
  snapshot.schemes.clear();
  EXPECT_EQ(render_docx(snapshot, "2025", content()).error().code, ErrorCode::failed_precondition);
  EXPECT_EQ(render_xlsx(snapshot, "2025").error().code, ErrorCode::failed_precondition);
  Content broken = content();
  broken.put("template/report-l3-2025/template.docx", "PK");
  EXPECT_FALSE(render_docx(fixture(), "2025", broken));
}

TEST(Report, PaginationTravelsAsJson) {
  const office::Pagination pages{{1, 2, 3}, {1, 9}, 12};
  EXPECT_EQ(pagination_from_json(pagination_to_json(pages)).value(), pages);
  EXPECT_FALSE(pagination_from_json("{"));
  EXPECT_FALSE(pagination_from_json(R"({"headings":"x"})"));
}

TEST(Workbook, HoldsEveryRecordAndProblem) {
  auto snapshot = fixture();
  snapshot.records[0].text = "=1+1";
  const auto xlsx = render_xlsx(snapshot, "2025").value();
  const auto rows_in = [&](int sheet) {
    return count_of(part_of(xlsx, "xl/worksheets/sheet" + std::to_string(sheet) + ".xml"), "<row ");
  };
  constexpr std::size_t above = 2;  // banner and head
  EXPECT_EQ(rows_in(2), snapshot.records.size() + above);
  EXPECT_EQ(rows_in(3), snapshot.problems.size() + above);
  EXPECT_EQ(rows_in(4), snapshot.items.size() + above);
  EXPECT_EQ(rows_in(5), snapshot.layers.size() + above);
  EXPECT_EQ(rows_in(6), snapshot.schemes[0].derivation.size() + above);
  const auto records = part_of(xlsx, "xl/worksheets/sheet2.xml");
  EXPECT_EQ(records.find("<f>"), std::string::npos);
  EXPECT_NE(records.find("/etc/example/"), std::string::npos);
  EXPECT_NE(records.find("key = value"), std::string::npos);
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t') out += c;
  }
  return out;
}

// "12" of the footer "正文第12页共40页", empty if the page has none.
std::string footer_label(const std::string& page) {
  std::string label;
  Lines lines(page);
  while (const auto line = lines.next()) {
    const auto text = without_blanks(line->text);
    const auto begin = text.find("第");
    const auto end = text.find("页共");
    if (begin == std::string::npos || end == std::string::npos) continue;
    if (text.rfind("正文第", 0) == 0 || text.rfind("附录第", 0) == 0) {
      label = text.substr(begin + 3, end - begin - 3);
    }
  }
  return label;
}

bool has_line(const std::string& page, const std::string& wanted) {
  Lines lines(page);
  while (const auto line = lines.next()) {
    if (without_blanks(line->text) == wanted) return true;
  }
  return false;
}

// Number at the end of the contents line that begins with the heading.
std::string contents_number(const std::vector<std::string>& pages, const std::string& heading) {
  for (const auto& page : pages) {
    if (!footer_label(page).empty()) break;
    Lines lines(page);
    while (const auto line = lines.next()) {
      const auto text = without_blanks(line->text);
      if (text.rfind(heading + ".", 0) != 0) continue;
      return text.substr(text.find_last_not_of("0123456789") + 1);
    }
  }
  return {};
}

TEST_P(BothSchemes, ContentsShowTheRealPages) {
  if (!office::can_paginate()) GTEST_SKIP() << "LibreOffice (soffice) or pdfinfo is not installed";
  const auto snapshot = fixture();
  const auto made = lay_out(snapshot, GetParam(), content());
  ASSERT_TRUE(made) << made.error().text();
  const auto pages = office::read_pages(made->pdf);
  ASSERT_TRUE(pages) << pages.error().text();
  std::size_t at = 0;
  std::size_t checked = 0;
  while (at < pages->size() && footer_label((*pages)[at]).empty()) ++at;
  for (const auto& block : blocks_of(made->document.bytes)) {
    if (block.style.rfind("Heading", 0) != 0) continue;
    const auto heading = without_blanks(block.text);
    while (at < pages->size() && !has_line((*pages)[at], heading)) ++at;
    ASSERT_LT(at, pages->size()) << "no page has the heading " << block.text;
    EXPECT_EQ(contents_number(*pages, heading), footer_label((*pages)[at])) << block.text;
    ++checked;
  }
  EXPECT_GT(checked, 60U);
  EXPECT_EQ(checked, made->document.headings.size());
  // The totals in the footers are those of the zones.
  std::map<std::string, std::size_t> zones;
  for (const auto& page : *pages) {
    Lines lines(page);
    while (const auto line = lines.next()) {
      const auto text = without_blanks(line->text);
      const auto total = text.find("页共");
      if (total != std::string::npos && !footer_label(page).empty() &&
          (text.rfind("正文第", 0) == 0 || text.rfind("附录第", 0) == 0)) {
        ++zones[text.substr(0, 6) + text.substr(total + 6)];
      }
    }
  }
  ASSERT_EQ(zones.size(), 2U);
  for (const auto& [total, count] : zones) {
    EXPECT_EQ(total.substr(6), std::to_string(count) + "页") << total;
  }
  // The DOCX carries the numbers, and the PDF text is the same the second time.
  EXPECT_EQ(render_docx(snapshot, GetParam(), content(), &made->pagination).value(),
            made->document.bytes);
  const auto again = render_pdf(snapshot, GetParam(), content(), &made->pagination);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(office::read_pages(*again).value(), *pages);
}

}  // namespace
}  // namespace dengce::report
