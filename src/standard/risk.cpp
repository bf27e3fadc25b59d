// SPDX-License-Identifier: Apache-2.0
#include "standard/risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "standard/csv_rows.h"

namespace dengce::standard {

namespace {

constexpr std::string_view cases_path = "risk/high-risk-2025.csv";
constexpr std::string_view hazards_path = "risk/major-hazard-2025.csv";
constexpr std::string_view matrix_path = "risk/grading-matrix.csv";
constexpr std::size_t case_count = 81;    // 实施指引（试行）, 2025
constexpr std::size_t hazard_count = 32;

using Codes = std::array<std::vector<std::string>, 5>;

// code_2 … code_4; each must be an item of that level and stand in the layer and control point.
Codes read_codes(const CellReader& row, const Standard& standard, int minimum_level) {
  Codes codes;
  for (int level = 2; level <= 4; ++level) {
    const std::string column = fmt::format("code_{}", level);
    auto& list = codes[static_cast<std::size_t>(level)];
    list = row.list(column, '|');
    if (!list.empty() && level < minimum_level) {
      row.problem(column, fmt::format("低于起始等级 {}", minimum_level));
    }
    for (const auto& code : list) {
      const auto item = standard.item(code);
      if (!item) {
        row.problem(column, item.error().message);
      } else if ((*item)->level != level) {
        row.problem(column, fmt::format("{} 不是第 {} 级的测评项", code, level));
      } else if ((*item)->layer != row.text("layer") ||
                 name((*item)->extension) != row.text("extension")) {
        row.problem(column, fmt::format("{} 不在此层面或扩展要求之中", code));
      }
    }
  }
  return codes;
}

bool names_item(const Codes& codes, const Item& item) {
  const auto& list = codes[static_cast<std::size_t>(item.level)];
  return std::find(list.begin(), list.end(), item.code) != list.end();
}

void read_case(const CellReader& row, const Standard& standard, std::vector<HighRiskCase>& cases) {
  HighRiskCase entry;
  entry.number = row.required("number");
  entry.title = row.required("title");
  row.word("layer", layer_names);
  entry.layer = std::string(row.text("layer"));
  entry.control_point = row.required("control_point");
  const auto extension = row.word("extension", extension_names);
  entry.extension = static_cast<Extension>(extension.value_or(0));
  entry.minimum_level = row.integer("minimum_level", 2, 4).value_or(2);
  entry.condition = std::string(row.text("condition"));
  entry.codes = read_codes(row, standard, entry.minimum_level);
  entry.problem = row.required("problem");
  entry.mitigation = std::string(row.text("mitigation"));
  constexpr std::array<std::string_view, 2> yes_no{"no", "yes"};
  entry.can_be_lowered = row.word("can_be_lowered", yes_no).value_or(0) == 1;
  if (entry.can_be_lowered == entry.mitigation.empty()) {
    row.problem("mitigation", "可降低的判例应有缓解措施，不可降低的不应有");
  }
  entry.advice = row.required("advice");
  row.word("confidence", confidence_words());
  entry.confidence = std::string(row.text("confidence"));
  for (const auto& other : cases) {
    if (other.number == entry.number) row.problem("number", fmt::format("{} 重复", entry.number));
  }
  cases.push_back(std::move(entry));
}

void read_hazard(const CellReader& row,
                 const Standard& standard,
                 const std::vector<HighRiskCase>& cases,
                 std::vector<MajorHazard>& hazards) {
  MajorHazard entry;
  entry.number = row.required("number");
  entry.title = row.required("title");
  entry.layer = row.required("layer");
  entry.control_point = row.required("control_point");
  entry.codes = read_codes(row, standard, 2);
  if (row.text("extension") != "composite") {
    row.word("layer", layer_names);
    if (const auto extension = row.word("extension", extension_names)) {
      entry.extension = static_cast<Extension>(*extension);
    }
  }
  entry.high_risk_case = std::string(row.text("high_risk_case"));
  const auto related = std::find_if(cases.begin(), cases.end(), [&](const HighRiskCase& item) {
    return item.number == entry.high_risk_case;
  });
  if (!entry.high_risk_case.empty() && related == cases.end()) {
    row.problem("high_risk_case", fmt::format("没有编号为 {} 的高风险判例", entry.high_risk_case));
  }
  entry.manifestation = row.required("manifestation");
  row.word("confidence", confidence_words());
  entry.confidence = std::string(row.text("confidence"));
  for (const auto& other : hazards) {
    if (other.number == entry.number) row.problem("number", fmt::format("{} 重复", entry.number));
  }
  hazards.push_back(std::move(entry));
}

void check_count(std::string_view path,
                 std::size_t count,
                 std::size_t expected,
                 std::vector<Problem>& problems) {
  if (count == expected) return;
  problems.push_back(
      {std::string(path), 0, "", fmt::format("应有 {} 行，现有 {} 行", expected, count)});
}

}  // namespace

Result<RiskCatalog> RiskCatalog::load(const Content& content, const Standard& standard) {
  RiskCatalog catalog;
  std::vector<Problem> problems;
  if (const auto table = read_table(content,
                                    cases_path,
                                    {"number",
                                     "title",
                                     "layer",
                                     "control_point",
                                     "extension",
                                     "minimum_level",
                                     "condition",
                                     "code_2",
                                     "code_3",
                                     "code_4",
                                     "problem",
                                     "mitigation",
                                     "can_be_lowered",
                                     "advice",
                                     "confidence"},
                                    problems)) {
    for (const auto& row : table->rows) {
      read_case(CellReader(*table, row, problems), standard, catalog.cases_);
    }
    check_count(cases_path, catalog.cases_.size(), case_count, problems);
  }
  if (const auto table = read_table(content,
                                    hazards_path,
                                    {"number",
                                     "title",
                                     "layer",
                                     "control_point",
                                     "extension",
                                     "high_risk_case",
                                     "code_2",
                                     "code_3",
                                     "code_4",
                                     "manifestation",
                                     "confidence"},
                                    problems)) {
    for (const auto& row : table->rows) {
      read_hazard(CellReader(*table, row, problems), standard, catalog.cases_, catalog.hazards_);
    }
    check_count(hazards_path, catalog.hazards_.size(), hazard_count, problems);
  }
  if (!problems.empty()) {
    auto message = fmt::format("风险数据有 {} 处问题", problems.size());
    return fail(ErrorCode::data_corrupt, std::move(message), std::move(problems));
  }
  return catalog;
}

const HighRiskCase* RiskCatalog::find_case(std::string_view number) const {
  const auto found = std::find_if(cases_.begin(), cases_.end(), [&](const HighRiskCase& item) {
    return item.number == number;
  });
  return found == cases_.end() ? nullptr : &*found;
}

const MajorHazard* RiskCatalog::find_hazard(std::string_view number) const {
  const auto found = std::find_if(hazards_.begin(), hazards_.end(), [&](const MajorHazard& item) {
    return item.number == number;
  });
  return found == hazards_.end() ? nullptr : &*found;
}

std::vector<const HighRiskCase*> RiskCatalog::cases_of(const Item& item) const {
  std::vector<const HighRiskCase*> found;
  for (const auto& entry : cases_) {
    if (names_item(entry.codes, item)) found.push_back(&entry);
  }
  return found;
}

std::vector<const MajorHazard*> RiskCatalog::hazards_of(const Item& item) const {
  std::vector<const MajorHazard*> found;
  for (const auto& entry : hazards_) {
    if (names_item(entry.codes, item)) found.push_back(&entry);
  }
  return found;
}

Result<GradingMatrix> GradingMatrix::load(const Content& content) {
  GradingMatrix matrix;
  std::vector<Problem> problems;
  const auto table = read_table(
      content, matrix_path, {"harmed_object", "degree", "level", "confidence"}, problems);
  std::set<std::pair<std::string, std::string>> seen;
  if (table) {
    for (const auto& csv_row : table->rows) {
      const CellReader row(*table, csv_row, problems);
      Row entry{row.required("harmed_object"),
                row.required("degree"),
                row.integer("level", 1, 5).value_or(0)};
      row.word("confidence", confidence_words());
      if (!seen.emplace(entry.harmed_object, entry.degree).second) {
        row.problem("degree", fmt::format("{}、{} 重复", entry.harmed_object, entry.degree));
      }
      matrix.rows_.push_back(std::move(entry));
    }
    check_count(matrix_path, matrix.rows_.size(), 9, problems);
  }
  if (!problems.empty()) {
    return fail(ErrorCode::data_corrupt, "定级矩阵有误", std::move(problems));
  }
  return matrix;
}

std::optional<int> GradingMatrix::level(std::string_view harmed_object,
                                        std::string_view degree) const {
  for (const auto& row : rows_) {
    if (row.harmed_object == harmed_object && row.degree == degree) return row.level;
  }
  return std::nullopt;
}

}  // namespace dengce::standard
