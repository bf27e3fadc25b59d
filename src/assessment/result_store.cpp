// SPDX-License-Identifier: Apache-2.0
// Records and snapshots of assessment_store.h.
#include <array>
#include <map>

#include "assessment/assessment_store.h"
#include "assessment/sealed_texts.h"
#include "assessment/snapshot.h"
#include "base/digest.h"

namespace dengce::assessment {
namespace {

constexpr db::Query record_delete{"record.delete", "DELETE FROM record WHERE assessment_id = $1"};
constexpr db::Query record_insert{
    "record.insert",
    "INSERT INTO record (assessment_id, object_id, code, clause, position, verdict, record_text,"
    " reason, points) VALUES ($1, $2, $3, $4, $5, $6, '', '', '')"};
constexpr db::Query record_text_delete{"record_text.delete",
                                       "DELETE FROM record_text WHERE assessment_id = $1"};
constexpr db::Query record_text_insert{
    "record_text.insert",
    "INSERT INTO record_text (assessment_id, object_id, content) VALUES ($1, $2, $3)"};
constexpr db::Query record_text_list{
    "record_text.list", "SELECT object_id, content FROM record_text WHERE assessment_id = $1"};
constexpr db::Query record_list{
    "record.list",
    "SELECT object_id, code, clause, verdict, record_text, reason, points FROM record"
    " WHERE assessment_id = $1 ORDER BY position"};
constexpr db::Query snapshot_insert{
    "snapshot.insert",
    "INSERT INTO snapshot (id, assessment_id, taken_at, sha256, content, sealed)"
    " VALUES ($1, $2, $3, $4, '', $5)"};
constexpr db::Query snapshot_find{
    "snapshot.find",
    "SELECT content, sha256, id, sealed FROM snapshot WHERE assessment_id = $1 AND id = $2"};
constexpr db::Query snapshot_newest{
    "snapshot.newest",
    "SELECT content, sha256, id, sealed FROM snapshot WHERE assessment_id = $1"
    " ORDER BY id DESC LIMIT 1"};
constexpr db::Query snapshot_list{
    "snapshot.list",
    "SELECT id, taken_at, sha256 FROM snapshot WHERE assessment_id = $1 ORDER BY id DESC"};

// The sealed texts of an assessment's records, handed out in the order of the records.
class RecordTexts {
 public:
  static Result<RecordTexts> read(db::Transaction& transaction,
                                  const Vault& vault,
                                  const std::string& assessment_id,
                                  const std::vector<db::Row>& records) {
    std::map<std::string, std::size_t> counts;
    for (const db::Row& row : records) ++counts[row.text(0)];
    const std::vector<db::Value> key{assessment_id};
    TRY_ASSIGN(const auto rows, transaction.query(record_text_list, key));
    RecordTexts out;
    for (const db::Row& row : rows) {
      const std::string object = row.text(0);
      TRY_ASSIGN(out.texts_[object].texts,
                 open_texts(vault,
                            sealing_context({assessment_id, "records", object}),
                            row.bytes(1),
                            counts[object] * 3));
    }
    return out;
  }

  // Text, reason, points. Rows of before hold them themselves.
  std::array<std::string, 3> next(const db::Row& row) {
    const auto own = texts_.find(row.text(0));
    if (own == texts_.end()) return {row.text(4), row.text(5), row.text(6)};
    auto& [texts, at] = own->second;
    at += 3;
    return {std::move(texts[at - 3]), std::move(texts[at - 2]), std::move(texts[at - 1])};
  }

 private:
  struct Own {
    std::vector<std::string> texts;
    std::size_t at = 0;
  };

  std::map<std::string, Own, std::less<>> texts_;  // by object
};

}  // namespace

Result<> replace_records(db::Transaction& transaction,
                         const Vault& vault,
                         const std::string& assessment_id,
                         const std::vector<StoredRecord>& records) {
  const std::vector<db::Value> key{assessment_id};
  TRY(transaction.execute(record_delete, key));
  TRY(transaction.execute(record_text_delete, key));
  std::vector<db::Value> values;
  values.reserve(records.size() * 6);
  std::map<std::string, std::vector<std::string>> texts;  // by object
  std::int64_t position = 0;
  for (const StoredRecord& record : records) {
    values.insert(values.end(),
                  {assessment_id,
                   record.object_id,
                   record.code,
                   record.clause,
                   position++,
                   std::string(name(record.verdict))});
    auto& own = texts[record.object_id];
    own.insert(own.end(), {record.text, record.reason, points_to_json(record.points)});
  }
  TRY(transaction.insert_many(record_insert, 6, values));
  std::vector<db::Value> sealed;
  for (const auto& [object, own] : texts) {
    TRY_ASSIGN(db::Value content,
               seal_texts(vault, sealing_context({assessment_id, "records", object}), own));
    sealed.insert(sealed.end(), {assessment_id, object, std::move(content)});
  }
  return transaction.insert_many(record_text_insert, 3, sealed);
}

Result<std::vector<StoredRecord>> select_records(db::Transaction& transaction,
                                                 const Vault& vault,
                                                 const std::string& assessment_id) {
  const std::vector<db::Value> key{assessment_id};
  TRY_ASSIGN(const auto rows, transaction.query(record_list, key));
  TRY_ASSIGN(RecordTexts texts, RecordTexts::read(transaction, vault, assessment_id, rows));
  std::vector<StoredRecord> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) {
    const auto verdict = verdict_from(row.text(3));
    if (!verdict) return fail(ErrorCode::data_corrupt, "数据库中的判定无法识别", row.text(3));
    auto [text, reason, json] = texts.next(row);
    TRY_ASSIGN(auto points, points_from_json(json));
    out.push_back({row.text(0),
                   row.text(1),
                   row.text(2),
                   *verdict,
                   std::move(text),
                   std::move(reason),
                   std::move(points)});
  }
  return out;
}

Result<> insert_snapshot(db::Transaction& transaction,
                         const Vault& vault,
                         const std::string& assessment_id,
                         const Snapshot& snapshot) {
  std::string content = to_json(snapshot);
  std::string digest = sha256_hex(content);
  TRY_ASSIGN(
      db::Value sealed,
      seal_texts(
          vault, sealing_context({assessment_id, "snapshot", snapshot.id}), {std::move(content)}));
  const std::vector<db::Value> row{snapshot.id,
                                   assessment_id,
                                   snapshot.taken.milliseconds,
                                   std::move(digest),
                                   std::move(sealed)};
  TRY(transaction.execute(snapshot_insert, row));
  return {};
}

Result<Snapshot> select_snapshot(db::Transaction& transaction,
                                 const Vault& vault,
                                 const std::string& assessment_id,
                                 const std::string& id) {
  std::vector<db::Value> key{assessment_id};
  if (!id.empty()) key.emplace_back(id);
  TRY_ASSIGN(const auto rows, transaction.query(id.empty() ? snapshot_newest : snapshot_find, key));
  if (rows.empty()) {
    return fail(ErrorCode::not_found, id.empty() ? "尚无快照" : "没有此快照：" + id);
  }
  const db::Row& row = rows.front();
  std::string content = row.text(0);
  if (!row.is_null(3)) {
    TRY_ASSIGN(
        auto texts,
        open_texts(
            vault, sealing_context({assessment_id, "snapshot", row.text(2)}), row.bytes(3), 1));
    content = std::move(texts.front());
  }
  if (sha256_hex(content) != row.text(1)) {
    return fail(ErrorCode::data_corrupt, "快照内容与其摘要不符");
  }
  return snapshot_from_json(content);
}

Result<std::vector<SnapshotHead>> list_snapshots(db::Transaction& transaction,
                                                 const std::string& assessment_id) {
  const std::vector<db::Value> key{assessment_id};
  TRY_ASSIGN(const auto rows, transaction.query(snapshot_list, key));
  std::vector<SnapshotHead> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) {
    out.push_back({row.text(0), Instant{row.integer(1)}, row.text(2)});
  }
  return out;
}

}  // namespace dengce::assessment
