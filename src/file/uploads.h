// SPDX-License-Identifier: Apache-2.0
// Uploads kept in the database, so that any server of it can go on with them: sealed pieces.
#pragma once

#include <string>
#include <vector>

#include "base/vault.h"
#include "db/database.h"
#include "http/tus.h"

namespace dengce::file {

inline constexpr std::int64_t upload_days = 7;       // until an unfinished upload is forgotten
inline constexpr std::int64_t uploads_at_once = 20;  // of one account
inline constexpr std::uint64_t max_file_bytes = 4ULL * 1024 * 1024 * 1024;

// What a piece is sealed under.
std::string piece_context(const std::string& id, std::int64_t start);

class Uploads : public http::UploadStorage {
 public:
  // Both outlive this.
  Uploads(db::Database& database, const Vault& vault, Clock clock = system_now)
      : database_(database), vault_(vault), clock_(clock) {}

  Result<http::StoredUpload> create(
      const std::string& owner,
      std::uint64_t length,
      const std::map<std::string, std::string, std::less<>>& metadata) override;
  Result<http::StoredUpload> find(const std::string& owner, const std::string& id) override;
  // Not handed in yet, oldest first.
  Result<std::vector<http::StoredUpload>> list(const std::string& owner);
  Result<> append(const std::string& id, std::uint64_t at, std::string_view bytes) override;
  Result<> cut_back(const std::string& id, std::uint64_t from, std::uint64_t to) override;
  Result<> remove(const std::string& owner, const std::string& id) override;

 private:
  db::Database& database_;
  const Vault& vault_;
  Clock clock_;
};

}  // namespace dengce::file
