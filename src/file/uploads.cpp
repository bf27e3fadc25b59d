// SPDX-License-Identifier: Apache-2.0
#include "file/uploads.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/id.h"
#include "base/json_writer.h"
#include "file/file_store.h"

namespace dengce::file {
namespace {

constexpr std::int64_t day_milliseconds = 24LL * 60 * 60 * 1000;

using Metadata = std::map<std::string, std::string, std::less<>>;

std::string metadata_json(const Metadata& metadata) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  for (const auto& [key, value] : metadata) json.member(key, value);
  json.end_object();
  return out;
}

Metadata parse_metadata(const UploadRow& row) {
  Metadata out;
  boost::system::error_code error;
  const auto parsed = boost::json::parse(row.metadata, error);
  if (!error && parsed.is_object()) {
    for (const auto& [key, value] : parsed.get_object()) {
      if (value.is_string()) out.emplace(key, value.get_string());
    }
  }
  // Uploads of before the metadata were kept have the name alone.
  if (!row.name.empty()) out.emplace("filename", row.name);
  return out;
}

http::StoredUpload stored(const UploadRow& row) {
  return {row.id,
          static_cast<std::uint64_t>(row.length),
          static_cast<std::uint64_t>(row.received),
          parse_metadata(row),
          row.expires};
}

tl::unexpected<Error> unknown() {
  return fail(ErrorCode::not_found, "没有此上传，或已过期");
}

}  // namespace

std::string piece_context(const std::string& id, std::int64_t start) {
  return fmt::format("file/{}/{}", id, start);
}

Result<http::StoredUpload> Uploads::create(
    const std::string& owner,
    std::uint64_t length,
    const std::map<std::string, std::string, std::less<>>& metadata) {
  const Instant now = clock_();
  UploadRow row;
  row.id = new_id(clock_);
  row.owner = owner;
  row.length = static_cast<std::int64_t>(length);
  const auto name = metadata.find("filename");
  if (name != metadata.end()) row.name = name->second;
  row.metadata = metadata_json(metadata);
  row.expires = Instant{now.milliseconds + upload_days * day_milliseconds};
  TRY_ASSIGN(db::Transaction transaction, database_.write());
  TRY(remove_expired_uploads(transaction, now));
  TRY_ASSIGN(const std::int64_t waiting, count_uploads(transaction, owner));
  if (waiting >= uploads_at_once) {
    return fail(ErrorCode::failed_precondition,
                fmt::format("未完成的上传已有 {} 个，请先完成或取消", waiting));
  }
  TRY(insert_upload(transaction, row));
  TRY(transaction.commit());
  return stored(row);
}

Result<http::StoredUpload> Uploads::find(const std::string& owner, const std::string& id) {
  TRY_ASSIGN(db::Transaction transaction, database_.read());
  TRY_ASSIGN(const auto row, select_upload(transaction, owner, id, clock_()));
  if (!row) return unknown();
  return stored(*row);
}

Result<std::vector<http::StoredUpload>> Uploads::list(const std::string& owner) {
  TRY_ASSIGN(db::Transaction transaction, database_.read());
  TRY_ASSIGN(const auto rows, select_uploads(transaction, owner, clock_()));
  std::vector<http::StoredUpload> out;
  out.reserve(rows.size());
  for (const UploadRow& row : rows) out.push_back(stored(row));
  return out;
}

Result<> Uploads::append(const std::string& id, std::uint64_t at, std::string_view bytes) {
  const auto start = static_cast<std::int64_t>(at);
  const auto end = start + static_cast<std::int64_t>(bytes.size());
  TRY_ASSIGN(const std::string sealed, vault_.seal(bytes, piece_context(id, start)));
  TRY_ASSIGN(db::Transaction transaction, database_.write());
  TRY_ASSIGN(const bool moved, move_upload(transaction, id, start, end));
  if (!moved) return fail(ErrorCode::conflict, "此上传已由另一连接继续，或已取消");
  TRY(insert_piece(transaction, id, start, sealed));
  return transaction.commit();
}

Result<> Uploads::cut_back(const std::string& id, std::uint64_t from, std::uint64_t to) {
  TRY_ASSIGN(db::Transaction transaction, database_.write());
  const auto start = static_cast<std::int64_t>(to);
  TRY_ASSIGN(const bool moved,
             move_upload(transaction, id, static_cast<std::int64_t>(from), start));
  if (!moved) return fail(ErrorCode::conflict, "此上传已由另一连接继续，或已取消");
  TRY(remove_pieces(transaction, id, start));
  return transaction.commit();
}

Result<> Uploads::remove(const std::string& owner, const std::string& id) {
  TRY_ASSIGN(db::Transaction transaction, database_.write());
  TRY_ASSIGN(const auto row, select_upload(transaction, owner, id, clock_()));
  if (!row) return unknown();
  TRY_ASSIGN(const bool removed, remove_upload(transaction, id));
  if (!removed) return unknown();
  TRY(remove_pieces(transaction, id, 0));
  return transaction.commit();
}

}  // namespace dengce::file
