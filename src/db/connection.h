// SPDX-License-Identifier: Apache-2.0
// One connection of either database with its statement cache. Private to this room.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"

namespace dengce::db {

enum class Mode : std::uint8_t { read, write, migration };

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  // A migration is a write that waits long for other migrations and has no time limit.
  virtual Result<> begin(Mode mode) = 0;
  virtual Result<> commit() = 0;
  virtual void rollback() = 0;
  // Of no further use: the pool drops it.
  [[nodiscard]] virtual bool broken() const = 0;

  // Values are storable (see check_values).
  virtual Result<std::vector<Row>> query(const Query& query, std::span<const Value> values) = 0;
  virtual Result<std::int64_t> execute(const Query& query, std::span<const Value> values) = 0;
  virtual Result<> insert_many(const Query& query,
                               std::size_t width,
                               std::span<const Value> values) = 0;
  virtual Result<std::vector<Row>> claim(const Query& query, std::span<const Value> values) = 0;

  // Inside a transaction.
  virtual Result<bool> has_table(std::string_view name) = 0;
  virtual Result<std::int64_t> size_bytes() = 0;
  // What is wrong with the stored data, nothing if it is well.
  virtual Result<std::vector<std::string>> defects() = 0;
  // Outside of a transaction.
  virtual Result<> copy_to(const std::filesystem::path& path) = 0;
};

// The message for the user, the name of the query and the database's words for the log.
tl::unexpected<Error> database_failure(ErrorCode code, std::string_view name, std::string words);

// The second and later statements of a cache beyond this many texts start it anew.
inline constexpr std::size_t max_cached_statements = 1000;

}  // namespace dengce::db
