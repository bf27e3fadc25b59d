// SPDX-License-Identifier: Apache-2.0
#include "portfolio/asset_store.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <optional>

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
    "asset", asset_columns, asset_width, "asset a", "a.id", asset_sorts};

constexpr LinkTable asset_links{"asset_system", "asset_id"};

constexpr db::Query count_classes{
    "asset.count", "SELECT class, COUNT(*) FROM asset GROUP BY class ORDER BY class"};
constexpr db::Query add_assets{
    "asset.insert",
    "INSERT INTO asset (id, class, name, importance, shared, location, addresses, attributes,"
    " dedupe_key, updated_at, contract_id, origin, created_at, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};
constexpr db::Query add_texts{"asset_text.insert",
                              "INSERT INTO asset_text (asset_id, content) VALUES ($1, $2)"};
constexpr db::Query add_links{"asset_system.insert",
                              "INSERT INTO asset_system (asset_id, system_id, class, alone)"
                              " VALUES ($1, $2, $3, $4)"};
constexpr db::Query change_asset_row{
    "asset.change",
    "UPDATE asset SET class = $2, name = $3, importance = $4, shared = $5, location = $6,"
    " addresses = $7, attributes = $8, dedupe_key = $9, updated_at = $10, version = version + 1"
    " WHERE id = $1 AND version = $11"};
constexpr db::Query delete_text{"asset_text.delete", "DELETE FROM asset_text WHERE asset_id = $1"};
constexpr db::Query list_team{"asset.team", "SELECT id FROM information_system WHERE team_id = $1"};
constexpr db::Query delete_links{"asset_system.delete",
                                 "DELETE FROM asset_system WHERE asset_id = $1"};
constexpr db::Query delete_asset_row{"asset.delete", "DELETE FROM asset WHERE id = $1"};
// Two ways to say that an asset belongs to systems. The first begins with the systems, for few
// assets; the second with the sorted list of assets, whose page is soon full when there are many.
// The empty text keeps an index over both columns out of it: it would be searched once a system.
constexpr std::string_view by_system =
    "a.id IN (SELECT l.asset_id FROM asset_system l WHERE l.system_id IN (?))";
constexpr std::string_view by_asset =
    "EXISTS (SELECT 1 FROM asset_system l WHERE l.asset_id = a.id AND l.system_id || '' IN (?))";
constexpr std::int64_t many_assets = 2000;
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

// The id and what may change, as $1 to $10.
void append_values(std::vector<db::Value>& values, const Asset& asset) {
  values.insert(values.end(),
                {asset.id,
                 asset.class_name,
                 asset.name,
                 asset.importance,
                 flag(asset.shared),
                 asset.location,
                 join(asset.addresses, " "),
                 attributes_text(asset),
                 dedupe_key(asset),
                 asset.updated.milliseconds});
}

// With all their systems.
Result<std::vector<Asset>> assets_of(db::Transaction& transaction,
                                     const std::vector<db::Row>& rows) {
  std::vector<Asset> assets;
  assets.reserve(rows.size());
  for (const db::Row& row : rows) assets.push_back(asset_of(row));
  TRY(take_links(transaction, asset_links, assets));
  return assets;
}

// What stands in the tables beside the asset's own.
Result<> insert_parts(db::Transaction& transaction, std::span<const Asset> assets) {
  std::vector<db::Value> texts;
  texts.reserve(assets.size() * 2);
  std::vector<db::Value> links;
  for (const Asset& asset : assets) {
    texts.insert(texts.end(), {asset.id, search_text(asset)});
    const std::int64_t alone = asset.systems.size() == 1 ? 1 : 0;
    for (const std::string& system : asset.systems) {
      links.insert(links.end(), {asset.id, system, asset.class_name, alone});
    }
  }
  TRY(transaction.insert_many(add_texts, 2, texts));
  return links.empty() ? Result<>{} : transaction.insert_many(add_links, 4, links);
}

Result<> delete_parts(db::Transaction& transaction, const std::string& id) {
  TRY(execute(transaction, delete_links, {id}));
  return execute(transaction, delete_text, {id});
}

// The systems whose assets a list shows; none: all there are, and assets of no system.
using Place = std::optional<std::vector<std::string>>;

Result<Place> place_of(db::Transaction& transaction,
                       const Visible& visible,
                       const http::PageQuery& query) {
  const std::string system(query.filter("system"));
  const std::string team(query.filter("team"));
  if (!team.empty()) {
    const std::vector<db::Value> key{team};
    TRY_ASSIGN(const auto rows, transaction.query(list_team, key));
    std::vector<std::string> systems;
    for (const db::Row& row : rows) {
      const std::string id = row.text(0);
      if (visible.covers(id) && (system.empty() || system == id)) systems.push_back(id);
    }
    return Place(std::move(systems));
  }
  if (!system.empty()) {
    return Place(visible.covers(system) ? std::vector<std::string>{system}
                                        : std::vector<std::string>{});
  }
  if (visible.everything) return Place();
  return Place(std::vector<std::string>(visible.systems.begin(), visible.systems.end()));
}

using Counts = std::vector<std::pair<std::string, std::int64_t>>;

// Assets of these systems by class. What belongs to one system is counted in the index of links;
// only shared ones need to be told apart.
Result<Counts> count_by_class(db::Transaction& transaction,
                              const std::vector<std::string>& systems) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& [alone, what] :
       {std::pair{std::int64_t{1}, "*"}, std::pair{std::int64_t{0}, "DISTINCT l.asset_id"}}) {
    Where where;
    where.add_in("l.system_id IN (?)", systems);
    where.add("l.alone = ?", {alone});
    const std::string sql = "SELECT l.class, COUNT(" + std::string(what) + ") FROM asset_system l" +
                            where.sql() + " GROUP BY l.class";
    TRY_ASSIGN(const auto rows, transaction.query({"asset_system.count", sql}, where.values()));
    for (const db::Row& row : rows) counts[row.text(0)] += row.integer(1);
  }
  return Counts(counts.begin(), counts.end());
}

// Adds the text filter. Few assets that have the text are listed first, and the rest of the
// conditions is asked of them alone.
Result<> add_text(db::Transaction& transaction, Where& where, std::string_view text) {
  Where match;
  match.add_contains("x.content", text);
  const std::string sql = "SELECT x.asset_id FROM asset_text x" + match.sql() + " LIMIT " +
                          std::to_string(many_assets + 1);
  TRY_ASSIGN(const auto rows, transaction.query({"asset_text.find", sql}, match.values()));
  if (static_cast<std::int64_t>(rows.size()) > many_assets) {
    where.add_contains("(SELECT x.content FROM asset_text x WHERE x.asset_id = a.id)", text);
    return {};
  }
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const db::Row& row : rows) ids.push_back(row.text(0));
  where.add_in("a.id IN (?)", ids);
  return {};
}

// The filters over the asset's own columns.
Where own_filters(const http::PageQuery& query) {
  Where where;
  where.add_equal("a.class", query.filter("class"));
  where.add_equal("a.importance", query.filter("importance"));
  where.add_flag("a.shared", query.filter("shared"));
  return where;
}

Result<std::int64_t> count_page(db::Transaction& transaction,
                                const Where& where,
                                const Place& place,
                                const http::PageQuery& query) {
  const bool by_links = query.filter("importance").empty() && query.filter("shared").empty() &&
                        query.filter("q").empty();
  if (!place || !by_links) {
    Where all = where;
    if (place) all.add_in(by_system, *place);
    return count_rows(transaction, asset_source, all);
  }
  if (place->empty()) return 0;
  TRY_ASSIGN(const Counts counts, count_by_class(transaction, *place));
  std::int64_t total = 0;
  for (const auto& [name, count] : counts) {
    if (query.filter("class").empty() || query.filter("class") == name) total += count;
  }
  return total;
}

}  // namespace

Result<Asset> select_asset(db::Transaction& transaction,
                           const Visible& visible,
                           const std::string& id) {
  Where where;
  where.add("a.id = ?", {id});
  TRY_ASSIGN(const auto rows, find_rows(transaction, asset_source, where));
  TRY_ASSIGN(auto assets, assets_of(transaction, rows));
  if (assets.empty() || !visible.covers_any(assets.front().systems)) {
    return fail(ErrorCode::not_found, "没有此资产");
  }
  return std::move(assets.front());
}

Result<Asset> select_visible_asset(db::Transaction& transaction,
                                   const Visible& visible,
                                   const std::string& id) {
  TRY_ASSIGN(Asset asset, select_asset(transaction, visible, id));
  return shown(std::move(asset), visible);
}

Result<Page<Asset>> select_asset_page(db::Transaction& transaction,
                                      const Visible& visible,
                                      const http::PageQuery& query) {
  TRY_ASSIGN(const Place place, place_of(transaction, visible, query));
  Where where = own_filters(query);
  if (const auto text = query.filter("q"); !text.empty()) {
    TRY(add_text(transaction, where, text));
  }
  TRY_ASSIGN(const std::int64_t total, count_page(transaction, where, place, query));
  if (place) where.add_in(total > many_assets ? by_asset : by_system, *place);
  TRY_ASSIGN(auto page,
             page_of<Asset>(select_rows(transaction, asset_source, where, query, total), asset_of));
  TRY(take_links(transaction, asset_links, page.items));
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
    TRY_ASSIGN(const auto rows, find_rows(transaction, asset_source, where));
    TRY_ASSIGN(auto part, assets_of(transaction, rows));
    for (Asset& asset : part) {
      if (visible.covers_any(asset.systems)) found.push_back(std::move(asset));
    }
  }
  return found;
}

Result<Counts> count_assets(db::Transaction& transaction, const Visible& visible) {
  if (!visible.everything) {
    if (visible.systems.empty()) return Counts();
    return count_by_class(transaction, {visible.systems.begin(), visible.systems.end()});
  }
  TRY_ASSIGN(const auto rows, transaction.query(count_classes));
  Counts counts;
  counts.reserve(rows.size());
  for (const db::Row& row : rows) counts.emplace_back(row.text(0), row.integer(1));
  return counts;
}

Result<> insert_assets(db::Transaction& transaction,
                       const std::string& contract_id,
                       std::span<const Asset> assets) {
  if (assets.empty()) return {};
  std::vector<db::Value> values;
  values.reserve(assets.size() * 14);
  for (const Asset& asset : assets) {
    append_values(values, asset);
    values.insert(values.end(),
                  {contract_id, asset.origin, asset.created.milliseconds, asset.version});
  }
  TRY(transaction.insert_many(add_assets, 14, values));
  return insert_parts(transaction, assets);
}

Result<> update_asset(db::Transaction& transaction, const Asset& asset) {
  std::vector<db::Value> values;
  append_values(values, asset);
  values.emplace_back(asset.version);
  TRY(execute_on_version(transaction, change_asset_row, values));
  TRY(delete_parts(transaction, asset.id));
  return insert_parts(transaction, {&asset, 1});
}

Result<> remove_asset(db::Transaction& transaction, const std::string& id) {
  TRY(delete_parts(transaction, id));
  return execute(transaction, delete_asset_row, {id});
}

}  // namespace dengce::portfolio
