// SPDX-License-Identifier: Apache-2.0
// What the stores of this room share: lists with their pages by key and totals, single rows, links.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "db/where.h"
#include "http/page_query.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

class Where : public db::Where {
 public:
  // The rows of systems in sight; `condition` as in add_in.
  void add_visible(std::string_view condition, const Visible& visible);
};

struct SortColumn {
  std::string_view name;  // as the client calls it
  std::string_view sql;   // never null
  bool number = false;
};

struct ListSource {
  std::string_view name;     // of the noun, for the names of queries
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

// All rows that the conditions let through, by their id or as `order` says.
Result<std::vector<db::Row>> find_rows(db::Transaction& transaction,
                                       const ListSource& source,
                                       const Where& where,
                                       std::string_view order = {});
// The one with that id; none if there is none.
Result<std::optional<db::Row>> find_row(db::Transaction& transaction,
                                        const ListSource& source,
                                        const std::string& id);

// A statement with its values written where it is called.
Result<> execute(db::Transaction& transaction,
                 const db::Query& query,
                 const std::vector<db::Value>& values);
// The same for an UPDATE that names the version of its row: none changed means a stale one.
Result<> execute_on_version(db::Transaction& transaction,
                            const db::Query& query,
                            const std::vector<db::Value>& values);

// A table that links objects of a noun to systems.
struct LinkTable {
  std::string_view name;
  std::string_view noun;  // the column of their ids
};

// The systems of these objects, by their ids.
Result<std::map<std::string, IdSet>> select_links(db::Transaction& transaction,
                                                  const LinkTable& table,
                                                  const std::vector<std::string>& ids);

// Fills in the systems of many objects.
template <class Noun>
Result<> take_links(db::Transaction& transaction,
                    const LinkTable& table,
                    std::vector<Noun>& nouns) {
  std::vector<std::string> ids;
  ids.reserve(nouns.size());
  for (const Noun& noun : nouns) ids.push_back(noun.id);
  TRY_ASSIGN(auto links, select_links(transaction, table, ids));
  for (Noun& noun : nouns) noun.systems = std::move(links[noun.id]);
  return {};
}

db::Value nullable(const std::optional<std::string>& text);
db::Value nullable(const std::optional<std::int64_t>& number);
db::Value nullable(const std::optional<Day>& day);
db::Value flag(bool set);
std::optional<Day> day_of(const db::Row& row, std::size_t column);

}  // namespace dengce::portfolio
