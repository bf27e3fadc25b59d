// SPDX-License-Identifier: Apache-2.0
#include "access/audit_store.h"

#include <limits>

namespace dengce::access {
namespace {

constexpr db::Query head_advance{
    "audit_head.advance",
    "UPDATE audit_head SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence, digest"};
constexpr db::Query head_lock{
    "audit_head.lock",
    "UPDATE audit_head SET sequence = sequence WHERE id = 1 RETURNING sequence, digest"};
constexpr db::Query head_find{"audit_head.find",
                              "SELECT sequence, digest FROM audit_head WHERE id = 1"};
constexpr db::Query head_digest{"audit_head.digest",
                                "UPDATE audit_head SET digest = $1 WHERE id = 1"};
constexpr db::Query entry_insert{
    "audit_entry.insert",
    "INSERT INTO audit_entry (sequence, at_ms, account, login, address, session, action,"
    " object_type, object_id, object_name, before_sm3, after_sm3, detail, outcome, previous,"
    " digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"};
constexpr db::Query entry_list{
    "audit_entry.list",
    "SELECT sequence, at_ms, account, login, address, session, action, object_type, object_id,"
    " object_name, before_sm3, after_sm3, detail, outcome, previous, digest"
    " FROM audit_entry WHERE sequence > $1 ORDER BY sequence LIMIT $2"};
constexpr db::Query entry_search{
    "audit_entry.search",
    "SELECT sequence, at_ms, account, login, address, session, action, object_type, object_id,"
    " object_name, before_sm3, after_sm3, detail, outcome, previous, digest"
    " FROM audit_entry WHERE at_ms >= $1 AND at_ms < $2 AND ($3 = '' OR login = $3)"
    " AND ($4 = '' OR action = $4) AND ($5 = '' OR object_type = $5)"
    " AND ($6 = '' OR object_id = $6) AND ($7 = '' OR outcome = $7) AND sequence < $8"
    " ORDER BY sequence DESC LIMIT $9"};
constexpr db::Query entry_count{
    "audit_entry.count",
    "SELECT COUNT(*) FROM audit_entry WHERE at_ms >= $1 AND at_ms < $2 AND ($3 = '' OR login = $3)"
    " AND ($4 = '' OR action = $4) AND ($5 = '' OR object_type = $5)"
    " AND ($6 = '' OR object_id = $6) AND ($7 = '' OR outcome = $7)"};
constexpr db::Query entry_extent{"audit_entry.extent",
                                 "SELECT COUNT(*), MAX(sequence) FROM audit_entry"};
constexpr db::Query export_insert{
    "export_log.insert", "INSERT INTO export_log (sequence, class, system_id) VALUES ($1, $2, $3)"};
constexpr db::Query key_insert{
    "audit_key.insert",
    "INSERT INTO audit_key (id, created_at, public_pem, private_sealed) VALUES ($1, $2, $3, $4)"};
constexpr db::Query key_list{"audit_key.list",
                             "SELECT id, created_at, public_pem, private_sealed FROM audit_key"
                             " ORDER BY created_at, id"};
constexpr db::Query key_private{"audit_key.private",
                                "UPDATE audit_key SET private_sealed = $2 WHERE id = $1"};
constexpr db::Query seal_insert{
    "audit_seal.insert",
    "INSERT INTO audit_seal (number, sequence, digest, at_ms, key_id, previous, signature)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr db::Query seal_list{
    "audit_seal.list",
    "SELECT number, sequence, digest, at_ms, key_id, previous, signature FROM audit_seal"
    " WHERE number > $1 ORDER BY number LIMIT $2"};
constexpr db::Query seal_last{
    "audit_seal.last",
    "SELECT number, sequence, digest, at_ms, key_id, previous, signature FROM audit_seal"
    " ORDER BY number DESC LIMIT 1"};

Result<AuditHead> head_of(db::Transaction& transaction, const db::Query& query) {
  TRY_ASSIGN(const auto rows, transaction.query(query));
  if (rows.empty()) return fail(ErrorCode::data_corrupt, "审计链头缺失");
  return AuditHead{rows.front().integer(0), rows.front().text(1)};
}

std::vector<AuditEntry> entries_of(const std::vector<db::Row>& rows) {
  std::vector<AuditEntry> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) {
    out.push_back({row.integer(0),
                   row.integer(1),
                   row.text(2),
                   row.text(3),
                   row.text(4),
                   row.text(5),
                   row.text(6),
                   row.text(7),
                   row.text(8),
                   row.text(9),
                   row.text(10),
                   row.text(11),
                   row.text(12),
                   row.text(13),
                   row.text(14),
                   row.text(15)});
  }
  return out;
}

AuditSeal seal_of(const db::Row& row) {
  return {row.integer(0),
          row.integer(1),
          row.text(2),
          row.integer(3),
          row.text(4),
          row.text(5),
          row.text(6)};
}

std::vector<db::Value> values_of(const AuditFilter& filter) {
  return {filter.from_ms,
          filter.to_ms == 0 ? std::numeric_limits<std::int64_t>::max() : filter.to_ms,
          filter.login,
          filter.action,
          filter.object_type,
          filter.object_id,
          filter.outcome};
}

}  // namespace

Result<AuditHead> advance_head(db::Transaction& transaction) {
  return head_of(transaction, head_advance);
}

Result<AuditHead> lock_head(db::Transaction& transaction) {
  return head_of(transaction, head_lock);
}

Result<AuditHead> select_head(db::Transaction& transaction) {
  return head_of(transaction, head_find);
}

Result<> insert_entry(db::Transaction& transaction, const AuditEntry& entry) {
  const std::vector<db::Value> row{entry.sequence,
                                   entry.at_ms,
                                   entry.account,
                                   entry.login,
                                   entry.address,
                                   entry.session,
                                   entry.action,
                                   entry.object_type,
                                   entry.object_id,
                                   entry.object_name,
                                   entry.before,
                                   entry.after,
                                   entry.detail,
                                   entry.outcome,
                                   entry.previous,
                                   entry.digest};
  TRY(transaction.execute(entry_insert, row));
  return {};
}

Result<> set_head_digest(db::Transaction& transaction, const std::string& digest) {
  const std::vector<db::Value> row{digest};
  TRY(transaction.execute(head_digest, row));
  return {};
}

Result<std::vector<AuditEntry>> select_entries(db::Transaction& transaction,
                                               std::int64_t after,
                                               std::int64_t limit) {
  const std::vector<db::Value> key{after, limit};
  TRY_ASSIGN(const auto rows, transaction.query(entry_list, key));
  return entries_of(rows);
}

Result<std::vector<AuditEntry>> search_entries(db::Transaction& transaction,
                                               const AuditFilter& filter,
                                               std::int64_t before,
                                               std::int64_t limit) {
  std::vector<db::Value> key = values_of(filter);
  key.emplace_back(before == 0 ? std::numeric_limits<std::int64_t>::max() : before);
  key.emplace_back(limit);
  TRY_ASSIGN(const auto rows, transaction.query(entry_search, key));
  return entries_of(rows);
}

Result<std::int64_t> count_entries(db::Transaction& transaction, const AuditFilter& filter) {
  TRY_ASSIGN(const auto rows, transaction.query(entry_count, values_of(filter)));
  return rows.empty() ? 0 : rows.front().integer(0);
}

Result<AuditExtent> select_extent(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(entry_extent));
  return AuditExtent{rows.front().integer(0), rows.front().integer(1)};
}

Result<> insert_export(db::Transaction& transaction,
                       std::int64_t sequence,
                       const std::string& class_id,
                       const std::string& system_id) {
  const std::vector<db::Value> row{sequence, class_id, system_id};
  TRY(transaction.execute(export_insert, row));
  return {};
}

Result<> insert_key(db::Transaction& transaction, const AuditKey& key) {
  const std::vector<db::Value> row{
      key.id, key.created_at, key.public_pem, db::Blob{key.private_sealed}};
  TRY(transaction.execute(key_insert, row));
  return {};
}

Result<std::vector<AuditKey>> select_keys(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(key_list));
  std::vector<AuditKey> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) {
    out.push_back({row.text(0), row.integer(1), row.text(2), row.bytes(3)});
  }
  return out;
}

Result<> replace_private(db::Transaction& transaction,
                         const std::string& id,
                         const std::string& private_sealed) {
  const std::vector<db::Value> row{id, db::Blob{private_sealed}};
  TRY(transaction.execute(key_private, row));
  return {};
}

Result<> insert_seal(db::Transaction& transaction, const AuditSeal& seal) {
  const std::vector<db::Value> row{seal.number,
                                   seal.sequence,
                                   seal.digest,
                                   seal.at_ms,
                                   seal.key_id,
                                   seal.previous,
                                   seal.signature};
  TRY(transaction.execute(seal_insert, row));
  return {};
}

Result<std::vector<AuditSeal>> select_seals(db::Transaction& transaction,
                                            std::int64_t after,
                                            std::int64_t limit) {
  const std::vector<db::Value> key{after, limit};
  TRY_ASSIGN(const auto rows, transaction.query(seal_list, key));
  std::vector<AuditSeal> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back(seal_of(row));
  return out;
}

Result<AuditSeal> select_last_seal(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(seal_last));
  return rows.empty() ? AuditSeal{} : seal_of(rows.front());
}

}  // namespace dengce::access
