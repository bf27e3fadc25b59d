// SPDX-License-Identifier: Apache-2.0
// One SQLite connection with its statement cache. Private to this room.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace dengce::db {

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  Result<std::vector<Row>> query(const Query& query, std::span<const Value> values);
  Result<std::int64_t> execute(const Query& query, std::span<const Value> values);
  Result<> insert_many(const Query& query, std::size_t width, std::span<const Value> values);
  // Several statements without parameters (DDL, BEGIN, COMMIT).
  Result<> run(std::string_view sql);

 private:
  explicit Connection(sqlite3* handle) : handle_(handle) {}

  Result<sqlite3_stmt*> prepare(const Query& query);
  Result<> bind(sqlite3_stmt* statement, const Query& query, std::span<const Value> values);
  tl::unexpected<Error> failure(std::string_view name, int code);

  sqlite3* handle_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;  // by SQL text
};

}  // namespace dengce::db
