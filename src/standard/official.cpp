// SPDX-License-Identifier: Apache-2.0
#include "standard/official.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <system_error>
#include <utility>

#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"
#include "standard/csv_rows.h"

namespace dengce::standard {

namespace {

constexpr std::array<std::string_view, 3> weight_words{"一般", "重要", "关键"};
constexpr std::size_t max_wording_bytes = 4000;
constexpr std::uint64_t max_file_bytes = 16 << 20;

std::filesystem::path stored_path(const std::filesystem::path& data) {
  return data / "standard-import" / "gbt22239-2019.csv";
}

// The item of a row; a problem when unknown, ambiguous or seen before.
const Item* read_item(const CellReader& row,
                      const Standard& standard,
                      std::map<const Item*, std::int64_t>& seen) {
  const auto code = row.required("code");
  if (code.empty()) return nullptr;
  const auto item = standard.item(code, row.text("clause"));
  if (!item) {
    row.problem("code", item.error().message);
    return nullptr;
  }
  const auto [entry, fresh] = seen.emplace(*item, row.line());
  if (!fresh) {
    row.problem("code", fmt::format("{} 与第 {} 行重复", code, entry->second));
    return nullptr;
  }
  return *item;
}

}  // namespace

Result<std::vector<OfficialRow>> parse_official(const Standard& standard,
                                                std::string path,
                                                std::string_view bytes) {
  CsvOptions options;
  options.required = {"code"};
  options.optional = {"clause", "wording", "weight"};
  TRY_ASSIGN(const auto table, parse_csv(std::move(path), bytes, options));
  std::vector<Problem> problems;
  if (table.column("wording") < 0 && table.column("weight") < 0) {
    problems.push_back(
        {table.path, 1, "", "至少应有 wording（官方文字）或 weight（官方权重）一列"});
  } else if (table.rows.empty()) {
    problems.push_back({table.path, 1, "", "没有数据行"});
  }
  std::vector<OfficialRow> rows;
  std::map<const Item*, std::int64_t> seen;
  for (const auto& csv_row : table.rows) {
    const CellReader row(table, csv_row, problems);
    const auto* item = read_item(row, standard, seen);
    Official value{std::string(row.text("wording")), std::string(row.text("weight"))};
    if (!value.weight.empty()) row.word("weight", weight_words);
    if (value.wording.size() > max_wording_bytes) {
      row.problem("wording", fmt::format("超过 {} 字节", max_wording_bytes));
    }
    if (value.wording.empty() && value.weight.empty()) {
      row.problem("", "文字和权重都为空");
    }
    if (item != nullptr) rows.push_back({item->code, item->clause, std::move(value)});
  }
  if (!problems.empty()) {
    auto message = fmt::format("{} 有 {} 处问题，没有导入", table.path, problems.size());
    return fail(ErrorCode::invalid_argument, std::move(message), std::move(problems));
  }
  return rows;
}

Result<> apply_official(Standard& standard, const std::filesystem::path& data) {
  const auto path = stored_path(data);
  const auto bytes = read_file(path, max_file_bytes);
  if (!bytes) {
    if (bytes.error().code == ErrorCode::not_found) return {};
    return tl::make_unexpected(bytes.error());
  }
  TRY_ASSIGN(auto rows, parse_official(standard, path.string(), *bytes));
  for (auto& row : rows) {
    TRY_ASSIGN(const Item* item, standard.item(row.code, row.clause));
    standard.set_official(*item, std::move(row.value));
  }
  return {};
}

Result<ImportResult> import_official(const Standard& standard,
                                     const std::filesystem::path& file,
                                     const std::filesystem::path& data) {
  TRY_ASSIGN(const auto bytes, read_file(file, max_file_bytes));
  TRY_ASSIGN(auto rows, parse_official(standard, file.string(), bytes));
  ImportResult result;
  result.stored = stored_path(data);
  std::map<std::pair<std::string, std::string>, Official> merged;
  if (std::filesystem::exists(result.stored)) {
    TRY_ASSIGN(const auto stored_bytes, read_file(result.stored, max_file_bytes));
    TRY_ASSIGN(auto stored, parse_official(standard, result.stored.string(), stored_bytes));
    for (auto& row : stored) merged[{row.code, row.clause}] = std::move(row.value);
  }
  for (auto& row : rows) {
    auto& value = merged[{row.code, row.clause}];
    result.wordings += row.value.wording.empty() ? 0U : 1U;
    result.weights += row.value.weight.empty() ? 0U : 1U;
    if (!row.value.wording.empty()) value.wording = std::move(row.value.wording);
    if (!row.value.weight.empty()) value.weight = std::move(row.value.weight);
  }
  std::string out;
  append_csv_row(out, {"code", "clause", "wording", "weight"});
  for (const auto& [key, value] : merged) {
    append_csv_row(out, {key.first, key.second, value.wording, value.weight});
  }
  std::error_code error;
  std::filesystem::create_directories(result.stored.parent_path(), error);
  if (error) {
    return fail(
        ErrorCode::permission_denied,
        fmt::format("不能建立目录 {}：{}", result.stored.parent_path().string(), error.message()));
  }
  TRY(write_file(result.stored, out));
  return result;
}

}  // namespace dengce::standard
