// SPDX-License-Identifier: Apache-2.0
#include "portfolio/asset_store.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>

#include "base/text.h"

namespace dengce::portfolio {
namespace {

constexpr std::string_view asset_columns =
    "a.id, a.class, a.name, a.importance, a.shared, a.location, a.addresses, a.attributes,"
    " a.origin, a.created_at, a.updated_at, a.version";
constexpr std::size_t asset_width = 12;
constexpr std::array<SortColumn, 3> asset_sorts{{
    {"name", "a.name"},
    {"class", "a.class"},
    {"updated", "a.updated_at", true},
}};
constexpr ListSource asset_source{
    "asset.page", asset_columns, asset_width, "asset a", "a.id", asset_sorts};

constexpr db::Query find_asset{
    "asset.find",
    "SELECT a.id, a.class, a.name, a.importance, a.shared, a.location, a.addresses, a.attributes,"
    " a.origin, a.created_at, a.updated_at, a.version FROM asset a WHERE a.id = $1"};
constexpr db::Query find_links{"asset_system.find",
                               "SELECT system_id FROM asset_system WHERE asset_id = $1"};
constexpr db::Query add_assets{
    "asset.insert",
    "INSERT INTO asset (id, contract_id, class, name, importance, shared, location, addresses,"
    " attributes, search_text, dedupe_key, origin, created_at, updated_at, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"};
constexpr db::Query add_links{"asset_system.insert",
                              "INSERT INTO asset_system (asset_id, system_id) VALUES ($1, $2)"};
constexpr db::Query change_asset_row{
    "asset.change",
    "UPDATE asset SET class = $2, name = $3, importance = $4, shared = $5, location = $6,"
    " addresses = $7, attributes = $8, search_text = $9, dedupe_key = $10, updated_at = $11,"
    " version = version + 1 WHERE id = $1 AND version = $12"};
constexpr db::Query delete_links{"asset_system.delete",
                                 "DELETE FROM asset_system WHERE asset_id = $1"};
constexpr db::Query delete_asset_row{"asset.delete", "DELETE FROM asset WHERE id = $1"};
constexpr std::string_view of_visible =
    "a.id IN (SELECT asset_id FROM asset_system WHERE system_id IN (?))";
// Parameters of one statement stay far below what either database takes.
constexpr std::size_t keys_at_once = 1000;

std::string attributes_text(const Asset& asset) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  for (const auto& [column, value] : asset.attributes) json.member(column, value);
  json.end_object();
  return out;
}

std::map<std::string, std::string> attributes_of(const std::string& text) {
  std::map<std::string, std::string> out;
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) return out;
  for (const auto& member : value.get_object()) {
    if (member.value().is_string()) {
      out.emplace(member.key(), std::string(member.value().get_string()));
    }
  }
  return out;
}

Asset asset_of(const db::Row& row) {
  Asset asset;
  asset.id = row.text(0);
  asset.class_name = row.text(1);
  asset.name = row.text(2);
  asset.importance = row.text(3);
  asset.shared = row.integer(4) != 0;
  asset.location = row.text(5);
  const std::string addresses = row.text(6);
  for (const std::string_view word : words(addresses)) asset.addresses.emplace_back(word);
  asset.attributes = attributes_of(row.text(7));
  asset.origin = row.text(8);
  asset.created = {row.integer(9)};
  asset.updated = {row.integer(10)};
  asset.version = row.integer(11);
  return asset;
}

// Fills in the systems of many assets.
Result<> take_links(db::Transaction& transaction, std::vector<Asset>& assets) {
  if (assets.empty()) return {};
  std::map<std::string, Asset*> by_id;
  std::vector<std::string> ids;
  for (Asset& asset : assets) {
    by_id.emplace(asset.id, &asset);
    ids.push_back(asset.id);
  }
  Where where;
  where.add_in("asset_id IN (?)", ids);
  const std::string sql = "SELECT asset_id, system_id FROM asset_system" + where.sql();
  TRY_ASSIGN(const auto rows, transaction.query({"asset_system.page", sql}, where.values()));
  for (const db::Row& row : rows) by_id.at(row.text(0))->systems.insert(row.text(1));
  return {};
}

Result<> insert_links(db::Transaction& transaction, std::span<const Asset> assets) {
  std::vector<db::Value> values;
  for (const Asset& asset : assets) {
    for (const std::string& system : asset.systems) {
      values.insert(values.end(), {asset.id, system});
    }
  }
  return values.empty() ? Result<>{} : transaction.insert_many(add_links, 2, values);
}

// Which systems the assets of a list belong to. One system says it all; a team is a part of sight.
void add_place(Where& where, const Visible& visible, const http::PageQuery& query) {
  const auto system = query.filter("system");
  const auto team = query.filter("team");
  if (!system.empty()) {
    where.add_in("a.id IN (SELECT asset_id FROM asset_system WHERE system_id IN (?))",
                 visible.covers(system) ? std::vector<std::string>{std::string(system)}
                                        : std::vector<std::string>{});
  }
  if (!team.empty()) {
    where.add(
        "a.id IN (SELECT l.asset_id FROM asset_system l"
        " JOIN information_system s ON s.id = l.system_id WHERE s.team_id = ?)",
        {std::string(team)});
  }
  if (system.empty()) where.add_visible(of_visible, visible);
}

}  // namespace

Result<Asset> select_asset(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY_ASSIGN(const auto rows, transaction.query(find_asset, key));
  if (rows.empty()) return fail(ErrorCode::not_found, "没有此资产");
  Asset asset = asset_of(rows.front());
  TRY_ASSIGN(const auto links, transaction.query(find_links, key));
  for (const db::Row& row : links) asset.systems.insert(row.text(0));
  return asset;
}

Result<Asset> select_visible_asset(db::Transaction& transaction,
                                   const Visible& visible,
                                   const std::string& id) {
  TRY_ASSIGN(Asset asset, select_asset(transaction, id));
  if (!visible.covers_any(asset.systems)) return fail(ErrorCode::not_found, "没有此资产");
  return shown(std::move(asset), visible);
}

Result<Page<Asset>> select_asset_page(db::Transaction& transaction,
                                      const Visible& visible,
                                      const http::PageQuery& query) {
  Where where;
  add_place(where, visible, query);
  if (const auto wanted = query.filter("class"); !wanted.empty()) {
    where.add("a.class = ?", {std::string(wanted)});
  }
  if (const auto importance = query.filter("importance"); !importance.empty()) {
    where.add("a.importance = ?", {std::string(importance)});
  }
  if (const auto is_shared = query.filter("shared"); !is_shared.empty()) {
    where.add("a.shared = ?", {std::int64_t{is_shared == "yes" ? 1 : 0}});
  }
  if (const auto text = query.filter("q"); !text.empty()) {
    where.add_contains("a.search_text", text);
  }
  TRY_ASSIGN(auto page,
             page_of<Asset>(select_page(transaction, asset_source, where, query), asset_of));
  TRY(take_links(transaction, page.items));
  for (Asset& asset : page.items) asset = shown(std::move(asset), visible);
  return page;
}

Result<std::vector<Asset>> select_assets_by_key(db::Transaction& transaction,
                                                const Visible& visible,
                                                const std::vector<std::string>& keys) {
  std::vector<Asset> found;
  for (std::size_t begin = 0; begin < keys.size(); begin += keys_at_once) {
    const auto first = keys.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto size = std::min(keys_at_once, keys.size() - begin);
    Where where;
    where.add_in("a.dedupe_key IN (?)", {first, first + static_cast<std::ptrdiff_t>(size)});
    const std::string sql =
        "SELECT " + std::string(asset_columns) + " FROM asset a" + where.sql() + " ORDER BY a.id";
    TRY_ASSIGN(const auto rows, transaction.query({"asset.by_key", sql}, where.values()));
    std::vector<Asset> part;
    for (const db::Row& row : rows) part.push_back(asset_of(row));
    TRY(take_links(transaction, part));
    for (Asset& asset : part) {
      if (visible.covers_any(asset.systems)) found.push_back(std::move(asset));
    }
  }
  return found;
}

Result<std::vector<std::pair<std::string, std::int64_t>>> count_assets(db::Transaction& transaction,
                                                                       const Visible& visible) {
  Where where;
  where.add_visible(of_visible, visible);
  const std::string sql =
      "SELECT a.class, COUNT(*) FROM asset a" + where.sql() + " GROUP BY a.class ORDER BY a.class";
  TRY_ASSIGN(const auto rows, transaction.query({"asset.count", sql}, where.values()));
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (const db::Row& row : rows) counts.emplace_back(row.text(0), row.integer(1));
  return counts;
}

Result<> insert_assets(db::Transaction& transaction,
                       const std::string& contract_id,
                       std::span<const Asset> assets) {
  if (assets.empty()) return {};
  std::vector<db::Value> values;
  values.reserve(assets.size() * 15);
  for (const Asset& asset : assets) {
    values.insert(values.end(),
                  {asset.id,
                   contract_id,
                   asset.class_name,
                   asset.name,
                   asset.importance,
                   std::int64_t{asset.shared ? 1 : 0},
                   asset.location,
                   join(asset.addresses, " "),
                   attributes_text(asset),
                   search_text(asset),
                   dedupe_key(asset),
                   asset.origin,
                   asset.created.milliseconds,
                   asset.updated.milliseconds,
                   asset.version});
  }
  TRY(transaction.insert_many(add_assets, 15, values));
  return insert_links(transaction, assets);
}

Result<> update_asset(db::Transaction& transaction, const Asset& asset) {
  const std::vector<db::Value> values{asset.id,
                                      asset.class_name,
                                      asset.name,
                                      asset.importance,
                                      std::int64_t{asset.shared ? 1 : 0},
                                      asset.location,
                                      join(asset.addresses, " "),
                                      attributes_text(asset),
                                      search_text(asset),
                                      dedupe_key(asset),
                                      asset.updated.milliseconds,
                                      asset.version};
  TRY(changed_one(transaction.execute(change_asset_row, values)));
  const std::vector<db::Value> key{asset.id};
  TRY(transaction.execute(delete_links, key));
  return insert_links(transaction, {&asset, 1});
}

Result<> remove_asset(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY(transaction.execute(delete_links, key));
  TRY(transaction.execute(delete_asset_row, key));
  return {};
}

}  // namespace dengce::portfolio
