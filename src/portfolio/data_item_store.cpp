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
constexpr ListSource item_source{
    "data_item.page", item_columns, 11, "data_item d", "d.id", item_sorts};

constexpr db::Query find_item{
    "data_item.find",
    "SELECT d.id, d.system_id, d.name, d.category, d.data_class, d.personal, d.secret, d.location,"
    " d.volume, d.measures, d.version FROM data_item d WHERE d.id = $1"};
constexpr db::Query find_named{
    "data_item.named",
    "SELECT d.id, d.system_id, d.name, d.category, d.data_class, d.personal, d.secret, d.location,"
    " d.volume, d.measures, d.version FROM data_item d WHERE d.system_id = $1 AND d.name = $2"};
constexpr db::Query add_item{
    "data_item.insert",
    "INSERT INTO data_item (id, system_id, name, category, data_class, personal, secret, location,"
    " volume, measures, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)"};
constexpr db::Query change_item{
    "data_item.change",
    "UPDATE data_item SET name = $2, category = $3, data_class = $4, personal = $5, secret = $6,"
    " location = $7, volume = $8, measures = $9, version = version + 1"
    " WHERE id = $1 AND version = $10"};
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

}  // namespace

Result<DataItem> select_data_item(db::Transaction& transaction,
                                  const Visible& visible,
                                  const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY_ASSIGN(const auto rows, transaction.query(find_item, key));
  if (rows.empty() || !visible.covers(rows.front().text(1))) {
    return fail(ErrorCode::not_found, "没有此数据项");
  }
  return item_of(rows.front());
}

Result<std::optional<DataItem>> select_data_item_named(db::Transaction& transaction,
                                                       const std::string& system_id,
                                                       const std::string& name) {
  const std::vector<db::Value> key{system_id, name};
  TRY_ASSIGN(const auto rows, transaction.query(find_named, key));
  return rows.empty() ? std::nullopt : std::optional(item_of(rows.front()));
}

Result<Page<DataItem>> select_data_item_page(db::Transaction& transaction,
                                             const Visible& visible,
                                             const http::PageQuery& query) {
  Where where;
  where.add_visible("d.system_id IN (?)", visible);
  for (const char* column : {"system_id", "data_class", "personal"}) {
    const std::string_view name(column);
    const auto wanted = query.filter(name == "system_id" ? "system" : name);
    if (!wanted.empty()) where.add("d." + std::string(name) + " = ?", {std::string(wanted)});
  }
  if (const auto text = query.filter("q"); !text.empty()) {
    where.add_contains("lower(d.name || ' ' || d.category)", text);
  }
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
  const std::vector<db::Value> values{item.id,
                                      item.system_id,
                                      item.name,
                                      item.category,
                                      item.data_class,
                                      item.personal,
                                      std::int64_t{item.secret ? 1 : 0},
                                      item.location,
                                      item.volume,
                                      item.measures};
  TRY(transaction.execute(add_item, values));
  return {};
}

Result<> update_data_item(db::Transaction& transaction, const DataItem& item) {
  const std::vector<db::Value> values{item.id,
                                      item.name,
                                      item.category,
                                      item.data_class,
                                      item.personal,
                                      std::int64_t{item.secret ? 1 : 0},
                                      item.location,
                                      item.volume,
                                      item.measures,
                                      item.version};
  return changed_one(transaction.execute(change_item, values));
}

Result<> remove_data_item(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY(transaction.execute(delete_item, key));
  return {};
}

}  // namespace dengce::portfolio
