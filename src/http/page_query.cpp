// SPDX-License-Identifier: Apache-2.0
#include "http/page_query.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json_writer.h"
#include "base/text.h"

namespace dengce::http {
namespace {

namespace json = boost::json;

constexpr std::int64_t max_limit = 500;
constexpr std::size_t max_cursor_bytes = 4096;
constexpr std::size_t max_filter_bytes = 1000;
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string sort_word(const PageQuery& query) {
  return (query.descending ? "-" : "") + query.sort;
}

// The cursor is a list: the sort it was made under, then the values.
std::optional<std::vector<CursorValue>> read_cursor(std::string_view text,
                                                    const PageQuery& query,
                                                    std::size_t values) {
  if (text.size() > max_cursor_bytes) return std::nullopt;
  const auto bytes = from_base64url(text);
  if (!bytes) return std::nullopt;
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 2;
  const json::value parsed = json::parse(*bytes, error, {}, options);
  if (error || !parsed.is_array()) return std::nullopt;
  const json::array& list = parsed.get_array();
  if (list.size() != values + 1 || !list[0].is_string()) return std::nullopt;
  if (std::string_view(list[0].get_string()) != sort_word(query)) return std::nullopt;
  std::vector<CursorValue> out;
  for (std::size_t i = 1; i < list.size(); ++i) {
    if (list[i].is_null()) {
      out.emplace_back();
    } else if (list[i].is_int64()) {
      out.emplace_back(list[i].get_int64());
    } else if (list[i].is_string()) {
      out.emplace_back(std::string(list[i].get_string()));
    } else {
      return std::nullopt;
    }
  }
  return out;
}

// True when the word is one of the rules' columns.
bool take_sort(std::string_view word, const PageRules& rules, PageQuery& query) {
  query.descending = word.starts_with('-');
  if (query.descending) word.remove_prefix(1);
  query.sort = word;
  return std::any_of(rules.sorts.begin(), rules.sorts.end(), [word](std::string_view column) {
    return column == word || (column.starts_with('-') && column.substr(1) == word);
  });
}

}  // namespace

std::string_view PageQuery::filter(std::string_view name) const {
  const auto found = filters.find(name);
  return found == filters.end() ? std::string_view() : std::string_view(found->second);
}

Result<PageQuery> page_query(const Request& request, const PageRules& rules) {
  PageQuery query;
  std::vector<Problem> problems;
  const auto bad = [&problems](std::string_view name, std::string reason) {
    problems.push_back({{}, 0, std::string(name), std::move(reason)});
  };
  if (!rules.sorts.empty()) take_sort(rules.sorts.front(), rules, query);
  const std::string* after = nullptr;
  for (const auto& [name, value] : request.query) {
    if (name == "limit") {
      const auto limit = parse_int(value);
      if (!limit || *limit < 1 || *limit > max_limit) {
        bad(name, "应为 1 至 500 的整数");
      } else {
        query.limit = *limit;
      }
    } else if (name == "after") {
      after = &value;
    } else if (name == "sort") {
      if (!take_sort(value, rules, query)) bad(name, "不能按此列排序：" + shorten(value, 100));
    } else if (std::find(rules.filters.begin(), rules.filters.end(), name) != rules.filters.end()) {
      if (value.size() > max_filter_bytes) bad(name, "筛选值过长");
      if (!value.empty()) query.filters.emplace(name, value);
    } else {
      bad(shorten(name, 100), "未知的查询参数");
    }
  }
  if (after != nullptr && problems.empty()) {
    if (auto values = read_cursor(*after, query, rules.cursor_values)) {
      query.after = std::move(*values);
    } else {
      bad("after", "翻页标记无效，或与当前排序不符");
    }
  }
  if (problems.empty()) return query;
  return fail(ErrorCode::invalid_argument, "查询参数无效", std::move(problems));
}

std::string next_cursor(const PageQuery& query, const std::vector<CursorValue>& last) {
  std::string text;
  JsonWriter writer(text);
  writer.begin_array().string(sort_word(query));
  for (const CursorValue& value : last) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      writer.integer(*number);
    } else if (const auto* string = std::get_if<std::string>(&value)) {
      writer.string(*string);
    } else {
      writer.null();
    }
  }
  writer.end_array();
  return base64url(text);
}

std::string base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) {
      out += alphabet[(bits >> static_cast<unsigned>(count - 6)) & 63U];
    }
  }
  if (count > 0) out += alphabet[(bits << static_cast<unsigned>(6 - count)) & 63U];
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 255U);
    }
  }
  const bool odd_rest = count >= 6 || (bits & ((1U << static_cast<unsigned>(count)) - 1U)) != 0;
  return odd_rest ? std::nullopt : std::optional(std::move(out));
}

}  // namespace dengce::http
