// SPDX-License-Identifier: Apache-2.0
// All SQL about files and the uploads they come from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "file/file.h"
#include "http/page_query.h"
#include "portfolio/list_store.h"
#include "portfolio/visible.h"

namespace dengce::file {

struct UploadRow {
  std::string id;
  std::string owner;  // account id
  std::int64_t length = 0;
  std::int64_t received = 0;
  std::string name;
  Instant expires;
  std::string metadata = "{}";  // JSON object of texts
};

Result<> insert_upload(db::Transaction& transaction, const UploadRow& upload);
// None: there is no such upload of that account, or it has expired.
Result<std::optional<UploadRow>> select_upload(db::Transaction& transaction,
                                               const std::string& owner,
                                               const std::string& id,
                                               Instant now);
Result<std::int64_t> count_uploads(db::Transaction& transaction, const std::string& owner);
// Oldest first.
Result<std::vector<UploadRow>> select_uploads(db::Transaction& transaction,
                                              const std::string& owner,
                                              Instant now);
// False when the upload does not end at `from`, or is gone.
Result<bool> move_upload(db::Transaction& transaction,
                         const std::string& id,
                         std::int64_t from,
                         std::int64_t to);
// False when it was gone already. Its pieces stay.
Result<bool> remove_upload(db::Transaction& transaction, const std::string& id);
// With their pieces.
Result<> remove_expired_uploads(db::Transaction& transaction, Instant now);

Result<> insert_piece(db::Transaction& transaction,
                      const std::string& id,
                      std::int64_t start,
                      const std::string& sealed);
// not_found when no piece starts there.
Result<std::string> select_piece(db::Transaction& transaction,
                                 const std::string& id,
                                 std::int64_t start);
Result<> remove_pieces(db::Transaction& transaction, const std::string& id, std::int64_t from);

Result<> insert_file(db::Transaction& transaction, const File& file);
Result<std::optional<File>> select_file(db::Transaction& transaction, const std::string& id);
Result<> remove_file(db::Transaction& transaction, const std::string& id);

// Sorts: "-id" (newest first), "name", "length"; filters: "system", "kind".
const http::PageRules& file_page_rules();
Result<portfolio::Page<File>> select_file_page(db::Transaction& transaction,
                                               const portfolio::Visible& visible,
                                               const http::PageQuery& query);

}  // namespace dengce::file
