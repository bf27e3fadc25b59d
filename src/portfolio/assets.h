// SPDX-License-Identifier: Apache-2.0
// The asset ledger: one row a thing, whatever the number of systems it serves. The columns
// of a class come from the catalogue.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "db/database.h"
#include "portfolio/bulk.h"
#include "portfolio/catalogue.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

struct Asset {
  std::string id;
  std::string class_name;  // of the catalogue
  std::string name;
  std::string importance;  // of the catalogue; empty: not judged yet
  bool shared = false;     // several systems use it; it is assessed once
  std::string location;
  std::vector<std::string> addresses;             // IP address, network "a/n" or range "a-b"
  std::map<std::string, std::string> attributes;  // by the columns of the class; no empty values
  IdSet systems;
  std::string origin;  // "page", or the import it came by
  Instant created;
  Instant updated;
  std::int64_t version = 1;
};

struct AssetPatch {
  std::optional<std::string> name;
  std::optional<std::string> importance;
  std::optional<bool> shared;
  std::optional<std::string> location;
  std::optional<std::vector<std::string>> addresses;
  std::optional<std::map<std::string, std::string>> attributes;
  std::optional<IdSet> systems;
};

// As the actor sees it: systems out of sight are left out.
Asset shown(Asset asset, const Visible& visible);

// Cuts blanks, drops empty attributes and double addresses; what serves several systems is shared.
void tidy(Asset& asset);
// Everything that is wrong with it, its links apart. The fields are those of the API, attributes as
// "attributes.<column>".
std::vector<Problem> asset_problems(const Asset& asset, const Catalogue& catalogue);
bool is_asset_address(std::string_view text);

// Equal for what is taken for one thing: class, name, and addresses or else the place.
std::string dedupe_key(const Asset& asset);
// What a text filter looks into, in lower case.
std::string search_text(const Asset& asset);

// already_exists when an asset in sight has the same dedupe_key.
Result<Asset> create_asset(db::Database& database,
                           const access::Actor& actor,
                           const Catalogue& catalogue,
                           Asset asset,
                           Clock clock = system_now);
// Links to systems out of the actor's sight stay as they are.
Result<Asset> change_asset(db::Database& database,
                           const access::Actor& actor,
                           const Catalogue& catalogue,
                           const std::string& id,
                           std::int64_t version,
                           const AssetPatch& patch,
                           Clock clock = system_now);
Result<> delete_asset(db::Database& database,
                      const access::Actor& actor,
                      const std::string& id,
                      std::int64_t version,
                      Clock clock = system_now);
// The same as part of an edit.
Result<Asset> change_asset_in(Edit& edit,
                              const Catalogue& catalogue,
                              const BulkRow& row,
                              const AssetPatch& patch);
Result<> delete_asset_in(Edit& edit, const BulkRow& row);

void write_asset(JsonWriter& json, const Asset& asset);
std::string to_json(const Asset& asset);

}  // namespace dengce::portfolio
