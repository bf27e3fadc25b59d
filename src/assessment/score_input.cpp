// SPDX-License-Identifier: Apache-2.0
#include "assessment/score_input.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <unordered_map>

#include "base/csv.h"

namespace dengce::assessment {
namespace {

using standard::Item;
using standard::Standard;

constexpr std::size_t max_problems = 200;

// Cells of one table by column, and the problems of its rows.
class Rows {
 public:
  explicit Rows(CsvTable table) : table_(std::move(table)) {}

  [[nodiscard]] const std::vector<CsvRow>& rows() const { return table_.rows; }

  [[nodiscard]] const std::string& cell(const CsvRow& row, std::string_view column) const {
    static const std::string none;
    const int position = table_.column(column);
    return position < 0 ? none : row.cells[static_cast<std::size_t>(position)];
  }

  void problem(const CsvRow& row, std::string field, std::string reason) {
    if (problems_.size() < max_problems) {
      problems_.push_back({table_.path, row.line, std::move(field), std::move(reason)});
    }
  }

  // The item a row names, or a problem.
  const Item* item(const Standard& standard, const CsvRow& row) {
    auto found = standard.item(cell(row, "code"), cell(row, "clause"));
    if (found) return *found;
    problem(row, "code", found.error().message);
    return nullptr;
  }

  [[nodiscard]] Result<> finish(const std::string& what) {
    if (problems_.empty()) return {};
    return fail(ErrorCode::invalid_argument, what, std::move(problems_));
  }

 private:
  CsvTable table_;
  std::vector<Problem> problems_;
};

Result<Rows> open_rows(const std::string& path,
                       std::string_view bytes,
                       std::vector<std::string> required) {
  CsvOptions options;
  options.required = std::move(required);
  options.optional = {"clause"};
  TRY_ASSIGN(CsvTable table, parse_csv(path, bytes, options));
  return Rows(std::move(table));
}

// Codes of big data need their clause to say which item is meant.
std::string shown_code(const Standard& standard, const Item& item) {
  return standard.find(item.code).size() > 1 ? fmt::format("{}（{}）", item.code, item.clause)
                                             : item.code;
}

}  // namespace

Result<ScoreInput> read_score_records(const Standard& standard,
                                      const standard::RiskCatalog& catalog,
                                      const standard::Grade& grade,
                                      const std::vector<standard::Extension>& extensions,
                                      const std::string& path,
                                      std::string_view bytes) {
  TRY_ASSIGN(Rows rows, open_rows(path, bytes, {"code", "object", "verdict"}));
  ScoreInput out;
  std::unordered_map<const Item*, std::size_t> position;
  for (const Item* item : standard.select(grade, extensions)) {
    position.emplace(item, out.items.size());
    out.items.push_back(item_records(*item, catalog));
    out.standard_items.push_back(item);
  }
  std::map<std::pair<const Item*, std::string>, std::int64_t> line_of;
  for (const CsvRow& row : rows.rows()) {
    const Item* item = rows.item(standard, row);
    const auto verdict = verdict_from(rows.cell(row, "verdict"));
    const std::string& object = rows.cell(row, "object");
    if (!verdict) {
      rows.problem(row,
                   "verdict",
                   fmt::format("“{}”不是结论，应为符合、部分符合、不符合、不适用、待确认之一",
                               rows.cell(row, "verdict")));
    }
    if (object.empty()) rows.problem(row, "object", "对象不能为空");
    if (item == nullptr || !verdict || object.empty()) continue;
    const auto [first, fresh] = line_of.emplace(std::pair(item, object), row.line);
    if (!fresh) {
      rows.problem(
          row,
          "code",
          fmt::format(
              "{} 与对象“{}”的记录重复，首次在第 {} 行", item->code, object, first->second));
      continue;
    }
    const auto found = position.find(item);
    if (found == position.end()) {
      rows.problem(row,
                   "code",
                   fmt::format("{} 不在第 {} 级（{}）及所选扩展的测评项之中",
                               item->code,
                               grade.level,
                               grade.text()));
      continue;
    }
    out.items[found->second].objects.push_back({object, *verdict});
    if (*verdict == Verdict::partial && item->points_known && item->points == 1) {
      out.warnings.push_back(
          {row.line, item->code, "该测评项只有一个测评点，通常只判符合或不符合"});
    }
  }
  TRY(rows.finish("测评记录有误"));
  for (std::size_t i = 0; i < out.items.size(); ++i) {
    if (out.items[i].objects.empty()) {
      out.missing.push_back(shown_code(standard, *out.standard_items[i]));
    }
  }
  return out;
}

Result<> read_weights(const Standard& standard,
                      const std::string& path,
                      std::string_view bytes,
                      ScoreInput& input) {
  TRY_ASSIGN(Rows rows, open_rows(path, bytes, {"code", "weight"}));
  std::unordered_map<const Item*, std::string> weight_of;
  for (const CsvRow& row : rows.rows()) {
    const Item* item = rows.item(standard, row);
    const std::string& weight = rows.cell(row, "weight");
    const bool known = weight == "一般" || weight == "重要" || weight == "关键";
    if (!known) {
      rows.problem(row, "weight", fmt::format("“{}”不是权重，应为一般、重要、关键之一", weight));
    }
    if (item == nullptr || !known) continue;
    if (!weight_of.emplace(item, weight).second) {
      rows.problem(row, "code", fmt::format("{} 的权重重复", item->code));
    }
  }
  TRY(rows.finish("权重文件有误"));
  for (std::size_t i = 0; i < input.items.size(); ++i) {
    const auto found = weight_of.find(input.standard_items[i]);
    if (found != weight_of.end()) input.items[i].weight = found->second;
  }
  return {};
}

Result<> read_corrections(const Standard& standard,
                          const standard::Scheme& scheme,
                          const std::string& path,
                          std::string_view bytes,
                          ScoreInput& input) {
  TRY_ASSIGN(Rows rows, open_rows(path, bytes, {"code", "verdict"}));
  const std::map<std::string, Rational, std::less<>> values{
      {"符合", Rational(1)}, {"部分符合", scheme.partial_value}, {"不符合", Rational(0)}};
  std::unordered_map<const Item*, ItemRecords*> records;
  for (std::size_t i = 0; i < input.items.size(); ++i) {
    records.emplace(input.standard_items[i], &input.items[i]);
  }
  for (const CsvRow& row : rows.rows()) {
    const Item* item = rows.item(standard, row);
    const std::string& verdict = rows.cell(row, "verdict");
    const auto value = values.find(verdict);
    const bool usable = value != values.end();
    if (!usable) {
      rows.problem(row, "verdict", fmt::format("“{}”应为符合、部分符合、不符合之一", verdict));
    }
    if (item == nullptr || !usable) continue;
    const auto found = records.find(item);
    if (found == records.end()) {
      rows.problem(row, "code", fmt::format("{} 不在所计的测评项之中", item->code));
    } else if (found->second->corrected) {
      rows.problem(row, "code", fmt::format("{} 的修正重复", item->code));
    } else {
      found->second->corrected = value->second;
    }
  }
  return rows.finish("整体测评修正文件有误");
}

Result<std::vector<RiskLine>> read_risks(const std::string& path, std::string_view bytes) {
  CsvOptions options;
  options.required = {"problem", "risk", "hazard"};
  TRY_ASSIGN(CsvTable table, parse_csv(path, bytes, options));
  Rows rows(std::move(table));
  std::vector<RiskLine> out;
  std::set<std::string, std::less<>> seen;
  for (const CsvRow& row : rows.rows()) {
    RiskLine line{rows.cell(row, "problem"), rows.cell(row, "risk"), false};
    const std::string& hazard = rows.cell(row, "hazard");
    if (line.problem.empty()) rows.problem(row, "problem", "问题编号不能为空");
    if (!line.problem.empty() && !seen.insert(line.problem).second) {
      rows.problem(row, "problem", fmt::format("问题 {} 重复", line.problem));
    }
    if (line.risk != "高" && line.risk != "中" && line.risk != "低") {
      rows.problem(row, "risk", fmt::format("“{}”不是风险等级，应为高、中、低之一", line.risk));
    }
    if (hazard != "yes" && hazard != "no") {
      rows.problem(row, "hazard", fmt::format("“{}”应为 yes 或 no", hazard));
    }
    line.hazard = hazard == "yes";
    out.push_back(std::move(line));
  }
  TRY(rows.finish("风险文件有误"));
  return out;
}

}  // namespace dengce::assessment
