// SPDX-License-Identifier: Apache-2.0
// Rows of the audit chain as they stand in the database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "db/database.h"

namespace dengce::access {

// The digest before the first entry and before the first seal.
inline constexpr std::string_view no_digest =
    "0000000000000000000000000000000000000000000000000000000000000000";

struct AuditEntry {
  std::int64_t sequence = 0;
  std::int64_t at_ms = 0;
  std::string account;
  std::string login;
  std::string address;
  std::string session;
  std::string action;
  std::string object_type;
  std::string object_id;
  std::string object_name;
  std::string before;
  std::string after;
  std::string detail;
  std::string outcome;
  std::string previous;
  std::string digest;
};

struct AuditHead {
  std::int64_t sequence = 0;
  std::string digest;
};

struct AuditKey {
  std::string id;
  std::int64_t created_at = 0;
  std::string public_pem;
  std::string private_sealed;
};

struct AuditSeal {
  std::int64_t number = 0;
  std::int64_t sequence = 0;
  std::string digest;
  std::int64_t at_ms = 0;
  std::string key_id;
  std::string previous;
  std::string signature;  // hexadecimal
};

// Empty or zero members do not filter. `after` and `limit` page from the newest entry downwards.
struct AuditFilter {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::string login;
  std::string action;
  std::string object_type;
  std::string object_id;
  std::string outcome;
};

// Counts the head up and locks it until the transaction ends: the new sequence, the old digest.
Result<AuditHead> advance_head(db::Transaction& transaction);
Result<> insert_entry(db::Transaction& transaction, const AuditEntry& entry);
Result<> set_head_digest(db::Transaction& transaction, const std::string& digest);

// data_corrupt when the row is missing.
Result<AuditHead> select_head(db::Transaction& transaction);
// The same, locked until the transaction ends.
Result<AuditHead> lock_head(db::Transaction& transaction);
// Ascending, `sequence` > after.
Result<std::vector<AuditEntry>> select_entries(db::Transaction& transaction,
                                               std::int64_t after,
                                               std::int64_t limit);
// Descending, `sequence` < before (0: from the end).
Result<std::vector<AuditEntry>> search_entries(db::Transaction& transaction,
                                               const AuditFilter& filter,
                                               std::int64_t before,
                                               std::int64_t limit);
Result<std::int64_t> count_entries(db::Transaction& transaction, const AuditFilter& filter);

struct AuditExtent {
  std::int64_t rows = 0;  // every row, also one whose number is none and which no list shows
  std::int64_t last = 0;  // the highest number
};

Result<AuditExtent> select_extent(db::Transaction& transaction);

// The row of the export log beside an entry; an empty system is none.
Result<> insert_export(db::Transaction& transaction,
                       std::int64_t sequence,
                       const std::string& class_id,
                       const std::string& system_id);

Result<> insert_key(db::Transaction& transaction, const AuditKey& key);
// Oldest first.
Result<std::vector<AuditKey>> select_keys(db::Transaction& transaction);
Result<> replace_private(db::Transaction& transaction,
                         const std::string& id,
                         const std::string& private_sealed);
Result<> insert_seal(db::Transaction& transaction, const AuditSeal& seal);
// By number, > after.
Result<std::vector<AuditSeal>> select_seals(db::Transaction& transaction,
                                            std::int64_t after,
                                            std::int64_t limit);
// The newest one; `number` 0 when there is none.
Result<AuditSeal> select_last_seal(db::Transaction& transaction);

}  // namespace dengce::access
