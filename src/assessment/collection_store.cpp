// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "assessment/collections.h"

namespace dengce::assessment {
namespace {

constexpr std::string_view columns =
    "c.id, c.system_id, c.bundle_sm3, c.target, c.platform, c.collected_at, c.handed_in_by,"
    " c.handed_in_at";
constexpr std::array<portfolio::SortColumn, 2> sorts{
    {{"collected", "c.collected_at", true}, {"target", "c.target"}}};
constexpr portfolio::ListSource source{
    "collection.page", columns, 8, "collection c", "c.id", sorts};

constexpr db::Query collection_insert{
    "collection.insert",
    "INSERT INTO collection (id, system_id, bundle_sm3, target, platform, collected_at,"
    " handed_in_by, handed_in_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr db::Query collection_find{
    "collection.find",
    "SELECT c.id, c.system_id, c.bundle_sm3, c.target, c.platform, c.collected_at, c.handed_in_by,"
    " c.handed_in_at FROM collection c WHERE c.id = $1"};
constexpr db::Query collection_of_bundle{
    "collection.of_bundle",
    "SELECT c.id, c.system_id, c.bundle_sm3, c.target, c.platform, c.collected_at, c.handed_in_by,"
    " c.handed_in_at FROM collection c WHERE c.system_id = $1 AND c.bundle_sm3 = $2"};
constexpr db::Query collections_newest{
    "collection.newest",
    "SELECT c.id, c.system_id, c.bundle_sm3, c.target, c.platform, c.collected_at, c.handed_in_by,"
    " c.handed_in_at FROM collection c WHERE c.system_id = $1 AND NOT EXISTS"
    " (SELECT 1 FROM collection n WHERE n.system_id = c.system_id AND n.target = c.target"
    " AND (n.collected_at > c.collected_at OR (n.collected_at = c.collected_at AND n.id > c.id)))"
    " ORDER BY c.target"};

Collection collection_of(const db::Row& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          Instant{row.integer(5)},
          row.text(6),
          Instant{row.integer(7)}};
}

}  // namespace

Result<> insert_collection(db::Transaction& transaction, const Collection& collection) {
  const std::vector<db::Value> values{collection.id,
                                      collection.system_id,
                                      collection.bundle_sm3,
                                      collection.target,
                                      collection.platform,
                                      collection.collected.milliseconds,
                                      collection.handed_in_by,
                                      collection.handed_in.milliseconds};
  TRY(transaction.execute(collection_insert, values));
  return {};
}

Result<Collection> select_collection(db::Transaction& transaction,
                                     const portfolio::Visible& visible,
                                     const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY_ASSIGN(const auto rows, transaction.query(collection_find, key));
  if (rows.empty() || !visible.covers(rows.front().text(1))) {
    return fail(ErrorCode::not_found, "没有此次采集");
  }
  return collection_of(rows.front());
}

Result<std::optional<Collection>> select_collection_of(db::Transaction& transaction,
                                                       const std::string& system_id,
                                                       const std::string& bundle_sm3) {
  const std::vector<db::Value> key{system_id, bundle_sm3};
  TRY_ASSIGN(const auto rows, transaction.query(collection_of_bundle, key));
  if (rows.empty()) return std::nullopt;
  return collection_of(rows.front());
}

Result<std::vector<Collection>> select_newest_collections(db::Transaction& transaction,
                                                          const std::string& system_id) {
  const std::vector<db::Value> key{system_id};
  TRY_ASSIGN(const auto rows, transaction.query(collections_newest, key));
  std::vector<Collection> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back(collection_of(row));
  return out;
}

const http::PageRules& collection_page_rules() {
  static const http::PageRules rules{{"-collected", "target"}, {"system", "target"}};
  return rules;
}

Result<portfolio::Page<Collection>> select_collection_page(db::Transaction& transaction,
                                                           const portfolio::Visible& visible,
                                                           const http::PageQuery& query) {
  portfolio::Where where;
  where.add_visible("c.system_id IN (?)", visible);
  if (const auto system = query.filter("system"); !system.empty()) {
    where.add("c.system_id = ?", {std::string(system)});
  }
  if (const auto target = query.filter("target"); !target.empty()) {
    where.add("c.target = ?", {std::string(target)});
  }
  return portfolio::page_of<Collection>(portfolio::select_page(transaction, source, where, query),
                                        collection_of);
}

}  // namespace dengce::assessment
