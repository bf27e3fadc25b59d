// SPDX-License-Identifier: Apache-2.0
// All SQL about assets and their links to systems.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/assets.h"
#include "portfolio/list_store.h"

namespace dengce::portfolio {

// In the actor's sight, with all its systems; not_found otherwise.
Result<Asset> select_asset(db::Transaction& transaction,
                           const Visible& visible,
                           const std::string& id);
// The same with the systems in sight alone.
Result<Asset> select_visible_asset(db::Transaction& transaction,
                                   const Visible& visible,
                                   const std::string& id);
inline const http::PageRules asset_rules{{"name", "class", "updated"},
                                         {"q", "class", "system", "team", "importance", "shared"}};
Result<Page<Asset>> select_asset_page(db::Transaction& transaction,
                                      const Visible& visible,
                                      const http::PageQuery& query);
// The assets in sight that have one of these dedupe_keys, with all their systems.
Result<std::vector<Asset>> select_assets_by_key(db::Transaction& transaction,
                                                const Visible& visible,
                                                const std::vector<std::string>& keys);
// How many there are of each class in sight.
Result<std::vector<std::pair<std::string, std::int64_t>>> count_assets(db::Transaction& transaction,
                                                                       const Visible& visible);

// Rows and links, many at once.
Result<> insert_assets(db::Transaction& transaction,
                       const std::string& contract_id,
                       std::span<const Asset> assets);
// Row and links; counts its version up; conflict when it is stale.
Result<> update_asset(db::Transaction& transaction, const Asset& asset);
Result<> remove_asset(db::Transaction& transaction, const std::string& id);

}  // namespace dengce::portfolio
