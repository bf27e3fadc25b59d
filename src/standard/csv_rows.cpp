// SPDX-License-Identifier: Apache-2.0
#include "standard/csv_rows.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace dengce::standard {

std::string_view CellReader::text(std::string_view column) const {
  const int index = table_->column(column);
  return index < 0 ? std::string_view{} : row_->cells[static_cast<std::size_t>(index)];
}

std::string CellReader::required(std::string_view column) const {
  const std::string_view value = text(column);
  if (value.empty()) problem(column, "不能为空");
  return std::string(value);
}

std::optional<int> CellReader::integer(std::string_view column, int minimum, int maximum) const {
  const auto value = parse_int(text(column));
  if (!value || *value < minimum || *value > maximum) {
    problem(column, fmt::format("应是 {} 到 {} 的整数，现为“{}”", minimum, maximum, text(column)));
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

std::optional<std::size_t> CellReader::word(std::string_view column,
                                            std::span<const std::string_view> words) const {
  const std::string_view value = text(column);
  std::string allowed;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == value) return i;
    allowed += (i == 0 ? "" : "、") + std::string(words[i]);
  }
  problem(column, fmt::format("“{}”不在允许的取值之中：{}", value, allowed));
  return std::nullopt;
}

std::vector<std::string> CellReader::list(std::string_view column, char separator) const {
  std::vector<std::string> parts;
  for (const auto part : split(text(column), separator)) {
    if (!trim(part).empty()) parts.emplace_back(trim(part));
  }
  return parts;
}

void CellReader::problem(std::string_view column, std::string reason) const {
  problems_->push_back({table_->path, row_->line, std::string(column), std::move(reason)});
}

void take_problems(Error error, std::string_view path, std::vector<Problem>& problems) {
  if (error.problems.empty()) {
    problems.push_back({std::string(path), 0, "", error.message});
    return;
  }
  for (auto& problem : error.problems) problems.push_back(std::move(problem));
}

std::optional<CsvTable> read_table(const Content& content,
                                   std::string_view path,
                                   std::vector<std::string> columns,
                                   std::vector<Problem>& problems) {
  const auto bytes = content.read(path);
  if (!bytes) {
    take_problems(bytes.error(), path, problems);
    return std::nullopt;
  }
  CsvOptions options;
  options.required = std::move(columns);
  auto table = parse_csv(std::string(path), *bytes, options);
  if (!table) {
    take_problems(std::move(table).error(), path, problems);
    return std::nullopt;
  }
  return std::move(table).value();
}

std::span<const std::string_view> confidence_words() {
  static constexpr std::array<std::string_view, 3> words{"certain", "likely", "unsure"};
  return words;
}

}  // namespace dengce::standard
