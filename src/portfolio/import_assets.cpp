// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "portfolio/asset_store.h"
#include "portfolio/assets.h"
#include "portfolio/import_noun.h"

namespace dengce::portfolio {
namespace {

const http::PageRules asset_rules{{"name", "class", "updated"},
                                  {"q", "class", "system", "team", "importance", "shared"}};
constexpr std::size_t rows_at_once = 500;

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

class Assets : public ImportNoun {
 public:
  explicit Assets(const Catalogue& catalogue) : catalogue_(catalogue) {}

  [[nodiscard]] const http::PageRules& rules() const override { return asset_rules; }

  Result<> read(db::Transaction& transaction,
                const Visible& visible,
                const http::PageQuery& query,
                const RowSink& sink) const override {
    return walk_pages(
        query,
        asset_rules,
        [&](const http::PageQuery& part) { return select_asset_page(transaction, visible, part); },
        [&](const Asset& asset) {
          return sink({asset.id, asset.version, values_of(asset)});
        });
  }

  FieldFaults check(Values& values,
                    const ExistingRow* /*before*/,
                    const Visible& /*visible*/,
                    Day /*today*/) const override {
    Asset asset;
    take_values(asset, values);
    values = values_of(asset);
    return faults_of(asset_problems(asset, catalogue_));
  }

  Result<std::vector<WrittenRow>> create(const ImportWriter& writer,
                                         std::span<const Values> rows) const override {
    std::vector<WrittenRow> written;
    while (!rows.empty()) {
      const auto part = rows.first(std::min(rows.size(), rows_at_once));
      std::vector<Asset> assets;
      for (const Values& values : part) {
        Asset asset;
        asset.id = new_id(writer.clock);
        take_values(asset, values);
        asset.origin = writer.origin;
        asset.created = writer.clock();
        asset.updated = asset.created;
        written.push_back({asset.id, asset.name, asset.version, {}, to_json(asset)});
        assets.push_back(std::move(asset));
      }
      TRY(insert_assets(writer.transaction, writer.contract_id, assets));
      rows = rows.subspan(part.size());
    }
    return written;
  }

  Result<WrittenRow> change(const ImportWriter& writer,
                            const ExistingRow& before,
                            const Values& after) const override {
    TRY_ASSIGN(const Asset old, select_asset(writer.transaction, before.id));
    Asset asset = old;
    take_values(asset, after);
    asset.version = before.version;
    asset.updated = writer.clock();
    // Links out of the actor's sight stay.
    asset.systems.merge(writer.visible.hidden(old.systems));
    tidy(asset);
    TRY(update_asset(writer.transaction, asset));
    ++asset.version;
    return WrittenRow{asset.id, asset.name, asset.version, to_json(old), to_json(asset)};
  }

  Result<WrittenRow> remove(const ImportWriter& writer, const ExistingRow& before) const override {
    TRY_ASSIGN(const Asset old, select_asset(writer.transaction, before.id));
    TRY(remove_asset(writer.transaction, old.id));
    return WrittenRow{old.id, old.name, old.version, to_json(old), {}};
  }

 private:
  const Catalogue& catalogue_;
};

}  // namespace

std::unique_ptr<ImportNoun> asset_import(const Catalogue& catalogue) {
  return std::make_unique<Assets>(catalogue);
}

}  // namespace dengce::portfolio
