// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "portfolio/asset_store.h"
#include "portfolio/assets.h"
#include "portfolio/import_parts.h"

namespace dengce::portfolio {
namespace {

Values values_of(const Asset& asset) {
  Values values{{"shared", asset.shared ? "1" : "0"}};
  set_value(values, "class", asset.class_name);
  set_value(values, "name", asset.name);
  set_value(values, "importance", asset.importance);
  set_value(values, "location", asset.location);
  std::vector<std::string> addresses = asset.addresses;
  std::sort(addresses.begin(), addresses.end());
  set_value(values, "addresses", join(addresses, " "));
  set_value(values, "systems", join({asset.systems.begin(), asset.systems.end()}, " "));
  for (const auto& [column, value] : asset.attributes) {
    set_value(values, std::string(attribute_prefix) + column, value);
  }
  return values;
}

void take_values(Asset& asset, const Values& values) {
  asset.class_name = value_of(values, "class");
  asset.name = value_of(values, "name");
  asset.importance = value_of(values, "importance");
  asset.location = value_of(values, "location");
  asset.shared = value_of(values, "shared") == "1";
  asset.systems = ids_of(values, "systems");
  asset.addresses.clear();
  const std::string addresses = value_of(values, "addresses");
  for (const std::string_view word : words(addresses)) asset.addresses.emplace_back(word);
  asset.attributes.clear();
  for (const auto& [id, value] : values) {
    if (id.starts_with(attribute_prefix)) {
      asset.attributes.emplace(id.substr(attribute_prefix.size()), value);
    }
  }
  tidy(asset);
}

Result<> insert(const ImportWriter& writer, std::span<Asset> assets) {
  for (Asset& asset : assets) {
    asset.origin = writer.origin;
    asset.created = writer.clock();
    asset.updated = asset.created;
  }
  return insert_assets(writer.transaction, writer.contract_id, assets);
}

Result<> update(const ImportWriter& writer, Asset& asset) {
  asset.updated = writer.clock();
  tidy(asset);
  return update_asset(writer.transaction, asset);
}

}  // namespace

std::unique_ptr<ImportNoun> asset_import(const Catalogue& catalogue) {
  return import_of<Asset>({
      .rules = asset_rules,
      .page = select_asset_page,
      .find = select_asset,
      .values = values_of,
      .take = take_values,
      .faults =
          [&catalogue](const Asset& asset, const ExistingRow*, const Visible&, Day) {
            return faults_of(asset_problems(asset, catalogue));
          },
      .insert = insert,
      .update = update,
      .remove = remove_asset,
  });
}

}  // namespace dengce::portfolio
