// SPDX-License-Identifier: Apache-2.0
// The query of a list: limit, after, sort and filters. Paging is by key: the cursor holds the sort
// values of the last row shown, never a row number.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message.h"

namespace dengce::http {

// One sort value of a row: null, integer or text.
using CursorValue = std::variant<std::monostate, std::int64_t, std::string>;

struct PageRules {
  std::vector<std::string_view> sorts;    // columns a client may sort by; the first is the default,
                                          // "-column" makes the default descending
  std::vector<std::string_view> filters;  // parameters a client may filter by
  std::size_t cursor_values = 2;          // sort column and id
};

struct PageQuery {
  std::int64_t limit = 100;  // 1 to 500
  std::string sort;          // one of the rules' columns
  bool descending = false;
  std::vector<CursorValue> after;                           // empty: the first page
  std::map<std::string, std::string, std::less<>> filters;  // as given, not empty

  // Empty when the filter is not set.
  [[nodiscard]] std::string_view filter(std::string_view name) const;
};

// All problems of the query at once, parameters that the rules do not name among them.
Result<PageQuery> page_query(const Request& request, const PageRules& rules);

// The `next` of a list whose last row has these sort values.
std::string next_cursor(const PageQuery& query, const std::vector<CursorValue>& last);

// base64url without padding; decoding refuses anything that encoding would not give.
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace dengce::http
