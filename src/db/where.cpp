// SPDX-License-Identifier: Apache-2.0
#include "db/where.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/text.h"

namespace dengce::db {

void Where::add(std::string_view condition, const std::vector<Value>& values) {
  if (!text_.empty()) text_ += " AND ";
  auto value = values.begin();
  for (const char c : condition) {
    if (c == '?' && value != values.end()) {
      values_.push_back(*value++);
      text_ += fmt::format("${}", values_.size());
    } else {
      text_ += c;
    }
  }
}

void Where::add_in(std::string_view condition, const std::vector<std::string>& ids) {
  if (ids.empty()) return add("1 = 0");
  std::string list;
  // Lengths are rounded up so that the statement cache sees few texts.
  for (std::size_t i = 0; i < std::bit_ceil(ids.size()); ++i) {
    values_.emplace_back(ids[std::min(i, ids.size() - 1)]);
    list += fmt::format("{}${}", i == 0 ? "" : ", ", values_.size());
  }
  std::string text(condition);
  text.replace(text.find('?'), 1, list);
  add(text);
}

void Where::add_equal(std::string_view column, std::string_view text) {
  if (!text.empty()) add(fmt::format("{} = ?", column), {std::string(text)});
}

void Where::add_number(std::string_view column, std::string_view text) {
  if (!text.empty()) add(fmt::format("{} = ?", column), {parse_int(text).value_or(0)});
}

void Where::add_flag(std::string_view column, std::string_view text) {
  if (!text.empty()) add(fmt::format("{} = ?", column), {std::int64_t{text == "yes" ? 1 : 0}});
}

void Where::add_contains(std::string_view column, std::string_view text) {
  if (text.empty()) return;
  std::string pattern = "%";
  for (const char c : lower(text)) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  add(fmt::format("{} LIKE ? ESCAPE '!'", column), {pattern + "%"});
}

std::string Where::sql() const {
  return text_.empty() ? std::string() : " WHERE " + text_;
}

}  // namespace dengce::db
