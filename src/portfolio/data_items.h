// SPDX-License-Identifier: Apache-2.0
// The data inventory: which data a system holds, of which class, and what protects it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/bulk.h"
#include "portfolio/catalogue.h"
#include "portfolio/list_store.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

struct DataItem {
  std::string id;
  std::string system_id;
  std::string name;
  std::string category;
  std::string data_class;         // 一般, 重要, 核心
  std::string personal = "none";  // none, personal, sensitive
  bool secret = false;            // a key business secret
  std::string location;
  std::string volume;
  std::string measures;
  std::int64_t version = 1;
};

struct DataItemPatch {
  std::optional<std::string> system_id;
  std::optional<std::string> name;
  std::optional<std::string> category;
  std::optional<std::string> data_class;
  std::optional<std::string> personal;
  std::optional<bool> secret;
  std::optional<std::string> location;
  std::optional<std::string> volume;
  std::optional<std::string> measures;
};

// What the classes of the item ask for, each measure once.
std::string measures_of(const DataItem& item, const Catalogue& catalogue);
// Everything wrong with it, its system apart. What is more than ordinary data needs measures.
std::vector<Problem> data_item_problems(const DataItem& item);

// Measures left empty become those of the classes.
Result<DataItem> create_data_item(db::Database& database,
                                  const access::Actor& actor,
                                  const Catalogue& catalogue,
                                  DataItem item,
                                  Clock clock = system_now);
Result<DataItem> change_data_item(db::Database& database,
                                  const access::Actor& actor,
                                  const Catalogue& catalogue,
                                  const std::string& id,
                                  std::int64_t version,
                                  const DataItemPatch& patch,
                                  Clock clock = system_now);
Result<> delete_data_item(db::Database& database,
                          const access::Actor& actor,
                          const std::string& id,
                          std::int64_t version,
                          Clock clock = system_now);
// The same as part of an edit.
Result<DataItem> change_data_item_in(Edit& edit,
                                     const Catalogue& catalogue,
                                     const BulkRow& row,
                                     const DataItemPatch& patch);
Result<> delete_data_item_in(Edit& edit, const BulkRow& row);

void write_data_item(JsonWriter& json, const DataItem& item);
std::string to_json(const DataItem& item);

// The store (data_item_store.cpp).

// In sight; not_found otherwise.
Result<DataItem> select_data_item(db::Transaction& transaction,
                                  const Visible& visible,
                                  const std::string& id);
// The one of that name; none if there is none.
Result<std::optional<DataItem>> select_data_item_named(db::Transaction& transaction,
                                                       const std::string& system_id,
                                                       const std::string& name);
inline const http::PageRules data_item_rules{{"name", "data_class"},
                                             {"q", "system", "data_class", "personal"}};
Result<Page<DataItem>> select_data_item_page(db::Transaction& transaction,
                                             const Visible& visible,
                                             const http::PageQuery& query);
// How many there are of each data class in sight.
Result<std::vector<std::pair<std::string, std::int64_t>>> count_data_items(
    db::Transaction& transaction, const Visible& visible);
Result<> insert_data_item(db::Transaction& transaction, const DataItem& item);
// Counts its version up; conflict when it is stale.
Result<> update_data_item(db::Transaction& transaction, const DataItem& item);
Result<> remove_data_item(db::Transaction& transaction, const std::string& id);

}  // namespace dengce::portfolio
