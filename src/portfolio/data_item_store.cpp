// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "portfolio/data_items.h"

namespace dengce::portfolio {
namespace {

constexpr std::string_view item_columns =
    "d.id, d.system_id, d.name, d.category, d.data_class, d.personal, d.secret, d.location,"
    " d.volume, d.measures, d.version";
constexpr std::array<SortColumn, 2> item_sorts{{
    {"name", "d.name"},
    {"data_class", "d.data_class"},
}};
constexpr ListSource item_source{"data_item", item_columns, 11, "data_item d", "d.id", item_sorts};

constexpr db::Query add_item{
    "data_item.insert",
    "INSERT INTO data_item (id, name, category, data_class, personal, secret, location, volume,"
    " measures, system_id, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)"};
constexpr db::Query change_item{
    "data_item.change",
    "UPDATE data_item SET name = $2, category = $3, data_class = $4, personal = $5, secret = $6,"
    " location = $7, volume = $8, measures = $9, system_id = $11,"
    " version = version + 1 WHERE id = $1 AND version = $10"};
constexpr db::Query delete_item{"data_item.delete", "DELETE FROM data_item WHERE id = $1"};

DataItem item_of(const db::Row& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          row.text(5),
          row.integer(6) != 0,
          row.text(7),
          row.text(8),
          row.text(9),
          row.integer(10)};
}

// The id and what may change, as $1 to $9.
std::vector<db::Value> values_of(const DataItem& item, db::Value last) {
  return {item.id,
          item.name,
          item.category,
          item.data_class,
          item.personal,
          flag(item.secret),
          item.location,
          item.volume,
          item.measures,
          std::move(last)};
}

}  // namespace

Result<DataItem> select_data_item(db::Transaction& transaction,
                                  const Visible& visible,
                                  const std::string& id) {
  TRY_ASSIGN(const auto row, find_row(transaction, item_source, id));
  if (!row || !visible.covers(row->text(1))) return fail(ErrorCode::not_found, "没有此数据项");
  return item_of(*row);
}

Result<std::optional<DataItem>> select_data_item_named(db::Transaction& transaction,
                                                       const std::string& system_id,
                                                       const std::string& name) {
  Where where;
  where.add("d.system_id = ? AND d.name = ?", {system_id, name});
  TRY_ASSIGN(const auto rows, find_rows(transaction, item_source, where));
  return rows.empty() ? std::nullopt : std::optional(item_of(rows.front()));
}

Result<Page<DataItem>> select_data_item_page(db::Transaction& transaction,
                                             const Visible& visible,
                                             const http::PageQuery& query) {
  Where where;
  where.add_visible("d.system_id IN (?)", visible);
  where.add_equal("d.system_id", query.filter("system"));
  where.add_equal("d.data_class", query.filter("data_class"));
  where.add_equal("d.personal", query.filter("personal"));
  where.add_contains("lower(d.name || ' ' || d.category)", query.filter("q"));
  return page_of<DataItem>(select_page(transaction, item_source, where, query), item_of);
}

Result<std::vector<std::pair<std::string, std::int64_t>>> count_data_items(
    db::Transaction& transaction, const Visible& visible) {
  Where where;
  where.add_visible("d.system_id IN (?)", visible);
  const std::string sql = "SELECT d.data_class, COUNT(*) FROM data_item d" + where.sql() +
                          " GROUP BY d.data_class ORDER BY d.data_class";
  TRY_ASSIGN(const auto rows, transaction.query({"data_item.count", sql}, where.values()));
  std::vector<std::pair<std::string, std::int64_t>> counts;
  counts.reserve(rows.size());
  for (const db::Row& row : rows) counts.emplace_back(row.text(0), row.integer(1));
  return counts;
}

Result<> insert_data_item(db::Transaction& transaction, const DataItem& item) {
  return execute(transaction, add_item, values_of(item, item.system_id));
}

Result<> update_data_item(db::Transaction& transaction, const DataItem& item) {
  std::vector<db::Value> values = values_of(item, item.version);
  values.emplace_back(item.system_id);
  return execute_on_version(transaction, change_item, values);
}

Result<> remove_data_item(db::Transaction& transaction, const std::string& id) {
  return execute(transaction, delete_item, {id});
}

}  // namespace dengce::portfolio
