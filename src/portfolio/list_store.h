// SPDX-License-Identifier: Apache-2.0
// Lists out of the database: conditions with counted parameters, paging by key, totals.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

// Conditions joined by AND; `?` stands for the next value.
class Where {
 public:
  void add(std::string_view condition, const std::vector<db::Value>& values = {});
  // `?` of the condition becomes the list, as in "s.id IN (?)"; an empty list is false.
  void add_in(std::string_view condition, const std::vector<std::string>& ids);
  // A text filter over a column that is in lower case already.
  void add_contains(std::string_view column, std::string_view text);
  // The rows of systems in sight; `condition` as in add_in.
  void add_visible(std::string_view condition, const Visible& visible);

  // "" or " WHERE …"
  [[nodiscard]] std::string sql() const;

  [[nodiscard]] const std::vector<db::Value>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<db::Value> values_;
};

struct SortColumn {
  std::string_view name;  // as the client calls it
  std::string_view sql;   // never null
  bool number = false;
};

struct ListSource {
  std::string_view name;     // of the query
  std::string_view columns;  // `width` of them
  std::size_t width = 0;
  std::string_view from;  // tables with their joins
  std::string_view id;    // unique
  std::span<const SortColumn> sorts;
};

struct RowPage {
  std::vector<db::Row> rows;
  std::int64_t total = 0;  // of all pages
  std::optional<std::string> next;
};

// How many rows a list has on all its pages.
Result<std::int64_t> count_rows(db::Transaction& transaction,
                                const ListSource& source,
                                const Where& where);

// A page of a list whose total is known. invalid_argument for a cursor whose values are of another
// type than the column.
Result<RowPage> select_rows(db::Transaction& transaction,
                            const ListSource& source,
                            const Where& where,
                            const http::PageQuery& query,
                            std::int64_t total);

// Both.
Result<RowPage> select_page(db::Transaction& transaction,
                            const ListSource& source,
                            const Where& where,
                            const http::PageQuery& query);

template <class T>
struct Page {
  std::vector<T> items;
  std::int64_t total = 0;
  std::optional<std::string> next;
};

// The page with a noun made of each row.
template <class T, class Make>
Result<Page<T>> page_of(Result<RowPage> rows, Make make) {
  if (!rows) return tl::make_unexpected(std::move(rows).error());
  Page<T> page{{}, rows->total, std::move(rows->next)};
  page.items.reserve(rows->rows.size());
  for (const db::Row& row : rows->rows) page.items.push_back(make(row));
  return page;
}

// The number of changed rows of an UPDATE that names the version: none means a stale one.
Result<> changed_one(const Result<std::int64_t>& rows);

db::Value nullable(const std::optional<std::string>& text);
db::Value nullable(const std::optional<std::int64_t>& number);
db::Value nullable(const std::optional<Day>& day);
std::optional<Day> day_of(const db::Row& row, std::size_t column);

}  // namespace dengce::portfolio
