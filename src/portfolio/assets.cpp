// SPDX-License-Identifier: Apache-2.0
#include "portfolio/assets.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/id.h"
#include "base/text.h"
#include "portfolio/asset_store.h"
#include "portfolio/change.h"
#include "portfolio/filing_conflicts.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"

namespace dengce::portfolio {
namespace {

constexpr std::size_t max_addresses = 256;
constexpr std::size_t max_name_bytes = 600;
constexpr std::size_t max_value_bytes = 4000;

// 4, 6, or 0 for no address.
int family(std::string_view text) {
  const std::string plain(text);
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, plain.c_str(), bytes.data()) == 1) return 4;
  return ::inet_pton(AF_INET6, plain.c_str(), bytes.data()) == 1 ? 6 : 0;
}

Result<> check_asset(const Asset& asset, const Catalogue& catalogue) {
  return fail_if_any("资产有误", asset_problems(asset, catalogue));
}

// Only what is in sight: another team's asset must not show by a refusal.
Result<> check_new(db::Transaction& transaction, const Visible& visible, const Asset& asset) {
  TRY_ASSIGN(const auto same, select_assets_by_key(transaction, visible, {dedupe_key(asset)}));
  const bool taken = std::any_of(
      same.begin(), same.end(), [&](const Asset& other) { return other.id != asset.id; });
  if (!taken) return {};
  return fail(ErrorCode::already_exists,
              "台账中已有此资产",
              {Problem{{}, 0, "name", "已有同类、同名且地址（无地址时位置）相同的资产"}});
}

void take_patch(Asset& asset, const AssetPatch& patch) {
  if (patch.name) asset.name = *patch.name;
  if (patch.importance) asset.importance = *patch.importance;
  if (patch.shared) asset.shared = *patch.shared;
  if (patch.location) asset.location = *patch.location;
  if (patch.addresses) asset.addresses = *patch.addresses;
  if (patch.attributes) asset.attributes = *patch.attributes;
}

}  // namespace

Asset shown(Asset asset, const Visible& visible) {
  asset.systems = visible.seen(asset.systems);
  return asset;
}

bool is_asset_address(std::string_view text) {
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const int kind = family(text.substr(0, slash));
    const std::string_view digits = text.substr(slash + 1);
    const auto bits = parse_int(digits);
    return kind != 0 && bits && digits.front() != '+' && *bits >= 0 &&
           *bits <= (kind == 4 ? 32 : 128);
  }
  if (const auto dash = text.find('-'); dash != std::string_view::npos) {
    const int kind = family(text.substr(0, dash));
    return kind != 0 && kind == family(text.substr(dash + 1));
  }
  return family(text) != 0;
}

void tidy(Asset& asset) {
  asset.name = trim(asset.name);
  asset.importance = trim(asset.importance);
  asset.location = trim(asset.location);
  std::vector<std::string> addresses;
  for (const std::string& address : asset.addresses) {
    const std::string text = lower(trim(address));
    const bool twice = std::find(addresses.begin(), addresses.end(), text) != addresses.end();
    if (!text.empty() && !twice) addresses.push_back(text);
  }
  asset.addresses = std::move(addresses);
  for (auto it = asset.attributes.begin(); it != asset.attributes.end();) {
    it->second = trim(it->second);
    it = it->second.empty() ? asset.attributes.erase(it) : std::next(it);
  }
  if (asset.systems.size() > 1) asset.shared = true;
}

std::vector<Problem> asset_problems(const Asset& asset, const Catalogue& catalogue) {
  std::vector<Problem> problems;
  const auto add = [&](std::string field, std::string reason) {
    problems.push_back({{}, 0, std::move(field), std::move(reason)});
  };
  const AssetClass* one = catalogue.asset_class(asset.class_name);
  if (one == nullptr) add("class", "没有此资产类别：" + asset.class_name);
  if (asset.name.empty()) add("name", "应填写名称");
  if (asset.name.size() > max_name_bytes) add("name", "名称过长");
  const auto& importances = catalogue.importances;
  if (!asset.importance.empty() &&
      std::find(importances.begin(), importances.end(), asset.importance) == importances.end()) {
    add("importance", "应为" + join(importances, "、"));
  }
  if (asset.location.size() > max_name_bytes) add("location", "位置过长");
  if (asset.addresses.size() > max_addresses) add("addresses", "地址过多，最多 256 个");
  for (const std::string& address : asset.addresses) {
    if (!is_asset_address(address)) {
      add("addresses", "不是 IP 地址、网段或地址范围：" + shorten(address, 60));
    }
  }
  for (const auto& [column, value] : asset.attributes) {
    if (one != nullptr &&
        std::find(one->columns.begin(), one->columns.end(), column) == one->columns.end()) {
      add("attributes." + column, "此类资产没有这一栏");
    } else if (value.size() > max_value_bytes) {
      add("attributes." + column, "内容过长");
    }
  }
  return problems;
}

std::string dedupe_key(const Asset& asset) {
  std::vector<std::string> addresses = asset.addresses;
  std::sort(addresses.begin(), addresses.end());
  return asset.class_name + '|' + comparable_name(asset.name) + '|' +
         (addresses.empty() ? "@" + comparable_name(asset.location) : join(addresses, " "));
}

std::string search_text(const Asset& asset) {
  std::string text = asset.name + ' ' + asset.location + ' ' + join(asset.addresses, " ");
  for (const auto& [column, value] : asset.attributes) text += ' ' + value;
  return lower(text);
}

Result<Asset> create_asset(db::Database& database,
                           const access::Actor& actor,
                           const Catalogue& catalogue,
                           Asset asset,
                           Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const Contract contract, select_contract(edit.transaction));
  TRY(check_links(edit.transaction, edit.visible, asset.systems));
  tidy(asset);
  TRY(check_asset(asset, catalogue));
  asset.id = new_id(clock);
  asset.version = 1;
  asset.created = clock();
  asset.updated = asset.created;
  TRY(check_new(edit.transaction, edit.visible, asset));
  TRY(insert_assets(edit.transaction, contract.id, {&asset, 1}));
  return edit.commit_created("asset", std::move(asset));
}

Result<Asset> change_asset_in(Edit& edit,
                              const Catalogue& catalogue,
                              const BulkRow& row,
                              const AssetPatch& patch) {
  TRY_ASSIGN(const Asset before,
             of_version(select_asset(edit.transaction, edit.visible, row.id), row.version));
  Asset after = before;
  take_patch(after, patch);
  if (patch.systems) {
    TRY(check_links(edit.transaction, edit.visible, *patch.systems));
    after.systems = edit.visible.relinked(before.systems, *patch.systems);
  }
  tidy(after);
  TRY(check_asset(after, catalogue));
  if (dedupe_key(after) != dedupe_key(before)) {
    TRY(check_new(edit.transaction, edit.visible, after));
  }
  after.updated = edit.clock();
  TRY(update_asset(edit.transaction, after));
  TRY_ASSIGN(after, edit.commit_changed("asset", before, std::move(after)));
  return shown(std::move(after), edit.visible);
}

Result<Asset> change_asset(db::Database& database,
                           const access::Actor& actor,
                           const Catalogue& catalogue,
                           const std::string& id,
                           std::int64_t version,
                           const AssetPatch& patch,
                           Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  return change_asset_in(edit, catalogue, {id, version}, patch);
}

Result<> delete_asset_in(Edit& edit, const BulkRow& row) {
  TRY_ASSIGN(const Asset before,
             of_version(select_asset(edit.transaction, edit.visible, row.id), row.version));
  if (!edit.visible.covers_all(before.systems)) {
    return fail(ErrorCode::permission_denied, "此资产由可见全部系统的人员删除");
  }
  TRY(remove_asset(edit.transaction, row.id));
  return edit.commit_deleted("asset", before);
}

Result<> delete_asset(db::Database& database,
                      const access::Actor& actor,
                      const std::string& id,
                      std::int64_t version,
                      Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  return delete_asset_in(edit, {id, version});
}

void write_asset(JsonWriter& json, const Asset& asset) {
  json.begin_object().member("id", asset.id).member("class", asset.class_name);
  json.member("name", asset.name).member("importance", asset.importance);
  json.member_boolean("shared", asset.shared).member("location", asset.location);
  json.key("addresses").begin_array();
  for (const std::string& address : asset.addresses) json.string(address);
  json.end_array().key("attributes").begin_object();
  for (const auto& [column, value] : asset.attributes) json.member(column, value);
  json.end_object().key("systems").begin_array();
  for (const std::string& id : asset.systems) json.string(id);
  json.end_array().member("origin", asset.origin);
  json.member("created_at", format_instant(asset.created));
  json.member("updated_at", format_instant(asset.updated));
  json.member("version", asset.version).end_object();
}

std::string to_json(const Asset& asset) {
  return json_text(write_asset, asset);
}

}  // namespace dengce::portfolio
