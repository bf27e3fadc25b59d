// SPDX-License-Identifier: Apache-2.0
#include "portfolio/list_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/conditional.h"

namespace dengce::portfolio {
namespace {

db::Value value_of(const http::CursorValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

// Whether the cursor's values are of the types of the sort column and the id.
bool fits(const std::vector<http::CursorValue>& after, const SortColumn& sort) {
  return after.size() == 2 && std::holds_alternative<std::string>(after[1]) &&
         (sort.number ? std::holds_alternative<std::int64_t>(after[0])
                      : std::holds_alternative<std::string>(after[0]));
}

}  // namespace

void Where::add_visible(std::string_view condition, const Visible& visible) {
  if (visible.everything) return;
  add_in(condition, {visible.systems.begin(), visible.systems.end()});
}

Result<std::int64_t> count_rows(db::Transaction& transaction,
                                const ListSource& source,
                                const Where& where) {
  const std::string name = fmt::format("{}.count", source.name);
  const std::string sql = fmt::format("SELECT COUNT(*) FROM {}{}", source.from, where.sql());
  TRY_ASSIGN(const auto rows, transaction.query({name, sql}, where.values()));
  return rows.empty() ? 0 : rows.front().integer(0);
}

Result<RowPage> select_rows(db::Transaction& transaction,
                            const ListSource& source,
                            const Where& where,
                            const http::PageQuery& query,
                            std::int64_t total) {
  const auto sort = std::find_if(source.sorts.begin(),
                                 source.sorts.end(),
                                 [&](const SortColumn& one) { return one.name == query.sort; });
  if (sort == source.sorts.end()) return fail(ErrorCode::internal, "查询失败", "no such sort");
  RowPage page;
  page.total = total;
  Where rest = where;
  if (!query.after.empty()) {
    if (!fits(query.after, *sort)) {
      return fail(ErrorCode::invalid_argument,
                  "查询参数无效",
                  {Problem{{}, 0, "after", "翻页标记无效，或与当前排序不符"}});
    }
    rest.add(fmt::format("({}, {}) {} (?, ?)", sort->sql, source.id, query.descending ? "<" : ">"),
             {value_of(query.after[0]), value_of(query.after[1])});
  }
  const char* direction = query.descending ? " DESC" : "";
  std::vector<db::Value> values = rest.values();
  values.emplace_back(query.limit + 1);
  const std::string sql =
      fmt::format("SELECT {0}, {1}, {2} FROM {3}{4} ORDER BY {1}{5}, {2}{5} LIMIT ${6}",
                  source.columns,
                  sort->sql,
                  source.id,
                  source.from,
                  rest.sql(),
                  direction,
                  values.size());
  const std::string name = fmt::format("{}.page", source.name);
  TRY_ASSIGN(page.rows, transaction.query({name, sql}, values));
  if (static_cast<std::int64_t>(page.rows.size()) <= query.limit) return page;
  page.rows.pop_back();
  const db::Row& last = page.rows.back();
  http::CursorValue key = last.text(source.width);
  if (sort->number) key = last.integer(source.width);
  page.next = http::next_cursor(query, {key, last.text(source.width + 1)});
  return page;
}

Result<RowPage> select_page(db::Transaction& transaction,
                            const ListSource& source,
                            const Where& where,
                            const http::PageQuery& query) {
  TRY_ASSIGN(const std::int64_t total, count_rows(transaction, source, where));
  return select_rows(transaction, source, where, query, total);
}

Result<std::vector<db::Row>> find_rows(db::Transaction& transaction,
                                       const ListSource& source,
                                       const Where& where,
                                       std::string_view order) {
  const std::string name = fmt::format("{}.find", source.name);
  const std::string sql = fmt::format("SELECT {} FROM {}{} ORDER BY {}",
                                      source.columns,
                                      source.from,
                                      where.sql(),
                                      order.empty() ? source.id : order);
  return transaction.query({name, sql}, where.values());
}

Result<std::optional<db::Row>> find_row(db::Transaction& transaction,
                                        const ListSource& source,
                                        const std::string& id) {
  Where where;
  where.add(fmt::format("{} = ?", source.id), {id});
  TRY_ASSIGN(auto rows, find_rows(transaction, source, where));
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

Result<> execute(db::Transaction& transaction,
                 const db::Query& query,
                 const std::vector<db::Value>& values) {
  TRY(transaction.execute(query, values));
  return {};
}

Result<> execute_on_version(db::Transaction& transaction,
                            const db::Query& query,
                            const std::vector<db::Value>& values) {
  TRY_ASSIGN(const std::int64_t rows, transaction.execute(query, values));
  if (rows == 0) return http::stale_version();
  return {};
}

Result<std::map<std::string, IdSet>> select_links(db::Transaction& transaction,
                                                  const LinkTable& table,
                                                  const std::vector<std::string>& ids) {
  // Parameters of one statement stay far below what either database takes.
  constexpr std::size_t at_once = 1000;
  const std::string name = fmt::format("{}.find", table.name);
  std::map<std::string, IdSet> links;
  for (auto first = ids.begin(); first != ids.end();) {
    const auto last = first + std::min<std::ptrdiff_t>(at_once, ids.end() - first);
    Where where;
    where.add_in(fmt::format("{} IN (?)", table.noun), {first, last});
    const std::string sql =
        fmt::format("SELECT {}, system_id FROM {}{}", table.noun, table.name, where.sql());
    TRY_ASSIGN(const auto rows, transaction.query({name, sql}, where.values()));
    for (const db::Row& row : rows) links[row.text(0)].insert(row.text(1));
    first = last;
  }
  return links;
}

db::Value nullable(const std::optional<std::string>& text) {
  return text ? db::Value{*text} : db::Value{};
}

db::Value nullable(const std::optional<std::int64_t>& number) {
  return number ? db::Value{*number} : db::Value{};
}

db::Value nullable(const std::optional<Day>& day) {
  return day ? db::Value{std::int64_t{day->number}} : db::Value{};
}

db::Value flag(bool set) {
  return std::int64_t{set ? 1 : 0};
}

std::optional<Day> day_of(const db::Row& row, std::size_t column) {
  const auto number = row.optional_integer(column);
  return number ? std::optional(Day{static_cast<std::int32_t>(*number)}) : std::nullopt;
}

}  // namespace dengce::portfolio
