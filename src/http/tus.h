// SPDX-License-Identifier: Apache-2.0
// Resumable uploads: the tus protocol 1.0.0 (tus.io) with creation, expiration, checksum and
// termination. Where the bytes lie is the business of the storage behind it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "http/router.h"

namespace dengce::http {

struct StoredUpload {
  std::string id;
  std::uint64_t length = 0;    // announced
  std::uint64_t received = 0;  // kept so far; complete when equal
  std::map<std::string, std::string, std::less<>> metadata;
  Instant expires;
};

// Several servers may share one storage. Safe from several threads.
class UploadStorage {
 public:
  UploadStorage() = default;
  UploadStorage(const UploadStorage&) = delete;
  UploadStorage& operator=(const UploadStorage&) = delete;
  virtual ~UploadStorage() = default;

  // The id and expiry are the storage's to give.
  virtual Result<StoredUpload> create(
      const std::string& owner,
      std::uint64_t length,
      const std::map<std::string, std::string, std::less<>>& metadata) = 0;
  // not_found also for what belongs to others or has expired.
  virtual Result<StoredUpload> find(const std::string& owner, const std::string& id) = 0;
  // Keeps bytes that begin at `at`; conflict when the upload does not end there.
  virtual Result<> append(const std::string& id, std::uint64_t at, std::string_view bytes) = 0;
  // Forgets what was kept from `to` on; conflict when the upload does not end at `from`.
  virtual Result<> cut_back(const std::string& id, std::uint64_t from, std::uint64_t to) = 0;
  virtual Result<> remove(const std::string& owner, const std::string& id) = 0;
};

// Handlers of the routes OPTIONS and POST `base`, HEAD (as GET), PATCH and DELETE `base`/{id}. The
// storage outlives them. `owner` is the account that asks.
class Tus {
 public:
  Tus(UploadStorage& storage, std::string base, std::uint64_t max_bytes)
      : storage_(storage), base_(std::move(base)), max_bytes_(max_bytes) {}

  [[nodiscard]] Response options() const;
  [[nodiscard]] Response create(const std::string& owner, const Request& request) const;
  [[nodiscard]] Response state(const std::string& owner, const Request& request) const;
  [[nodiscard]] Response remove(const std::string& owner, const Request& request) const;
  // For Router::add_upload: what arrives before a line breaks is kept, unless a checksum was
  // announced, which can then not be verified.
  [[nodiscard]] Opened patch(const std::string& owner, const Request& request) const;

 private:
  UploadStorage& storage_;
  std::string base_;
  std::uint64_t max_bytes_;
};

// "name base64,name2 base64,name3"; invalid_argument otherwise.
Result<std::map<std::string, std::string, std::less<>>> parse_upload_metadata(
    std::string_view text);

}  // namespace dengce::http
