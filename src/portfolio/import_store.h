// SPDX-License-Identifier: Apache-2.0
// All SQL about imports.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/vault.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/list_store.h"

namespace dengce::portfolio {

// The row of an import; mapping, defaults, preview and result are JSON, empty where there is none.
struct ImportRow {
  std::string id;
  std::string noun;
  std::string file_name;
  std::string file_sm3;
  std::string state;  // mapping, preview, applied, undone
  std::int64_t rows = 0;
  std::string mapping;
  std::string defaults;
  std::string preview;
  std::string result;
  std::string account;
  std::string login;
  Instant created;
  std::int64_t version = 1;
};

Result<> insert_import(db::Transaction& transaction, const ImportRow& row);
// State, mapping, defaults, preview, result; counts the version up; conflict when it is stale.
Result<> update_import(db::Transaction& transaction, const ImportRow& row);
// One's own, or any for who sees everything; not_found otherwise.
Result<ImportRow> select_import(db::Transaction& transaction,
                                const access::Actor& actor,
                                bool everything,
                                const std::string& id);
// Filters noun, state; sorts created.
Result<Page<ImportRow>> select_import_page(db::Transaction& transaction,
                                           const access::Actor& actor,
                                           bool everything,
                                           const http::PageQuery& query);

// What belongs to an import lies sealed: "table", "problems", "changes". Writing replaces.
Result<> write_import_part(db::Transaction& transaction,
                           const Vault& vault,
                           const std::string& id,
                           std::string_view part,
                           std::string_view text);
// Empty when there is none.
Result<std::string> read_import_part(db::Transaction& transaction,
                                     const Vault& vault,
                                     const std::string& id,
                                     std::string_view part);

// Uploads that nobody went on with.
Result<> remove_abandoned_imports(db::Transaction& transaction, Instant before);

// What refers to a system besides its history, Chinese; empty: nothing.
Result<std::string> system_used_by(db::Transaction& transaction, const std::string& id);
// A system with its history; nothing refers to it.
Result<> remove_system(db::Transaction& transaction, const std::string& id);

}  // namespace dengce::portfolio
