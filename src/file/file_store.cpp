// SPDX-License-Identifier: Apache-2.0
#include "file/file_store.h"

#include <array>
#include <vector>

namespace dengce::file {
namespace {

constexpr db::Query add_upload{"upload.insert",
                               "INSERT INTO upload (id, owner, length, received, name, expires_at,"
                               " metadata) VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr db::Query find_upload{
    "upload.find",
    "SELECT id, owner, length, received, name, expires_at, metadata FROM upload"
    " WHERE id = $1 AND owner = $2 AND expires_at > $3"};
constexpr db::Query list_uploads{
    "upload.list",
    "SELECT id, owner, length, received, name, expires_at, metadata FROM upload"
    " WHERE owner = $1 AND expires_at > $2 ORDER BY id"};
constexpr db::Query count_of_owner{"upload.count", "SELECT count(*) FROM upload WHERE owner = $1"};
constexpr db::Query move_end{"upload.move",
                             "UPDATE upload SET received = $3 WHERE id = $1 AND received = $2"};
constexpr db::Query delete_upload{"upload.delete", "DELETE FROM upload WHERE id = $1"};
constexpr db::Query delete_expired_pieces{
    "upload.expire_pieces",
    "DELETE FROM file_piece WHERE file_id IN (SELECT id FROM upload WHERE expires_at <= $1)"};
constexpr db::Query delete_expired{"upload.expire", "DELETE FROM upload WHERE expires_at <= $1"};
constexpr db::Query add_piece{
    "file_piece.insert", "INSERT INTO file_piece (file_id, start, content) VALUES ($1, $2, $3)"};
constexpr db::Query find_piece{"file_piece.find",
                               "SELECT content FROM file_piece WHERE file_id = $1 AND start = $2"};
constexpr db::Query delete_pieces{"file_piece.delete",
                                  "DELETE FROM file_piece WHERE file_id = $1 AND start >= $2"};

constexpr std::string_view file_columns =
    "f.id, f.system_id, f.kind, f.name, f.note, f.length, f.sha256, f.sm3, f.handed_in_by,"
    " f.handed_in_at, f.version";
constexpr std::array<portfolio::SortColumn, 3> file_sorts{{
    {"id", "f.id"},
    {"name", "f.name"},
    {"length", "f.length", true},
}};
constexpr portfolio::ListSource file_source{"file", file_columns, 11, "file f", "f.id", file_sorts};
constexpr db::Query add_file{
    "file.insert",
    "INSERT INTO file (id, system_id, kind, name, note, length, sha256, sm3, handed_in_by,"
    " handed_in_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr db::Query delete_file{"file.delete", "DELETE FROM file WHERE id = $1"};

File file_of(const db::Row& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          row.integer(5),
          row.text(6),
          row.text(7),
          row.text(8),
          Instant{row.integer(9)},
          row.integer(10)};
}

UploadRow upload_of(const db::Row& row) {
  return {row.text(0),
          row.text(1),
          row.integer(2),
          row.integer(3),
          row.text(4),
          Instant{row.integer(5)},
          row.text(6)};
}

}  // namespace

Result<> insert_upload(db::Transaction& transaction, const UploadRow& upload) {
  const std::vector<db::Value> values{upload.id,
                                      upload.owner,
                                      upload.length,
                                      upload.received,
                                      upload.name,
                                      upload.expires.milliseconds,
                                      upload.metadata};
  TRY(transaction.execute(add_upload, values));
  return {};
}

Result<std::optional<UploadRow>> select_upload(db::Transaction& transaction,
                                               const std::string& owner,
                                               const std::string& id,
                                               Instant now) {
  const std::vector<db::Value> key{id, owner, now.milliseconds};
  TRY_ASSIGN(const auto rows, transaction.query(find_upload, key));
  if (rows.empty()) return std::optional<UploadRow>();
  return std::optional(upload_of(rows.front()));
}

Result<std::vector<UploadRow>> select_uploads(db::Transaction& transaction,
                                              const std::string& owner,
                                              Instant now) {
  const std::vector<db::Value> key{owner, now.milliseconds};
  TRY_ASSIGN(const auto rows, transaction.query(list_uploads, key));
  std::vector<UploadRow> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back(upload_of(row));
  return out;
}

Result<std::int64_t> count_uploads(db::Transaction& transaction, const std::string& owner) {
  const std::vector<db::Value> key{owner};
  TRY_ASSIGN(const auto rows, transaction.query(count_of_owner, key));
  return rows.front().integer(0);
}

Result<bool> move_upload(db::Transaction& transaction,
                         const std::string& id,
                         std::int64_t from,
                         std::int64_t to) {
  const std::vector<db::Value> values{id, from, to};
  TRY_ASSIGN(const std::int64_t changed, transaction.execute(move_end, values));
  return changed == 1;
}

Result<bool> remove_upload(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY_ASSIGN(const std::int64_t changed, transaction.execute(delete_upload, key));
  return changed == 1;
}

Result<> remove_expired_uploads(db::Transaction& transaction, Instant now) {
  const std::vector<db::Value> key{now.milliseconds};
  TRY(transaction.execute(delete_expired_pieces, key));
  TRY(transaction.execute(delete_expired, key));
  return {};
}

Result<> insert_piece(db::Transaction& transaction,
                      const std::string& id,
                      std::int64_t start,
                      const std::string& sealed) {
  const std::vector<db::Value> values{id, start, db::Blob{sealed}};
  TRY(transaction.execute(add_piece, values));
  return {};
}

Result<std::string> select_piece(db::Transaction& transaction,
                                 const std::string& id,
                                 std::int64_t start) {
  const std::vector<db::Value> key{id, start};
  TRY_ASSIGN(const auto rows, transaction.query(find_piece, key));
  if (rows.empty()) return fail(ErrorCode::not_found, "文件缺少一段内容");
  return rows.front().bytes(0);
}

Result<> remove_pieces(db::Transaction& transaction, const std::string& id, std::int64_t from) {
  const std::vector<db::Value> key{id, from};
  TRY(transaction.execute(delete_pieces, key));
  return {};
}

Result<> insert_file(db::Transaction& transaction, const File& file) {
  const std::vector<db::Value> values{file.id,
                                      file.system_id,
                                      file.kind,
                                      file.name,
                                      file.note,
                                      file.length,
                                      file.sha256,
                                      file.sm3,
                                      file.handed_in_by,
                                      file.handed_in.milliseconds,
                                      file.version};
  TRY(transaction.execute(add_file, values));
  return {};
}

Result<std::optional<File>> select_file(db::Transaction& transaction, const std::string& id) {
  TRY_ASSIGN(const auto row, portfolio::find_row(transaction, file_source, id));
  return row ? std::optional(file_of(*row)) : std::nullopt;
}

Result<> remove_file(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY(transaction.execute(delete_file, key));
  return remove_pieces(transaction, id, 0);
}

const http::PageRules& file_page_rules() {
  static const http::PageRules rules{{"-id", "name", "length"}, {"system", "kind"}};
  return rules;
}

Result<portfolio::Page<File>> select_file_page(db::Transaction& transaction,
                                               const portfolio::Visible& visible,
                                               const http::PageQuery& query) {
  portfolio::Where where;
  where.add_visible("f.system_id IN (?)", visible);
  where.add_equal("f.system_id", query.filter("system"));
  where.add_equal("f.kind", query.filter("kind"));
  return portfolio::page_of<File>(portfolio::select_page(transaction, file_source, where, query),
                                  file_of);
}

}  // namespace dengce::file
