// SPDX-License-Identifier: Apache-2.0
// Connections that wait for their next transaction; bounded in number and in waiting. Private to
// this room.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "db/connection.h"

namespace dengce::db {

struct Pool {
  Pool(std::string where, const DatabaseOptions& limits);

  struct Taken {
    std::unique_ptr<Connection> connection;
    bool pooled;  // waited in the pool: it may have been lost meanwhile
  };

  Result<std::unique_ptr<Connection>> connect() const;
  Result<Taken> take(Mode mode);
  void give_back(std::unique_ptr<Connection> connection, Mode mode);

  std::string location;
  std::string shown;
  DatabaseKind kind;
  DatabaseOptions options;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t connections_ = 0;
  bool writing_ = false;  // SQLite has one writer: waiting here is fairer than polling its lock
};

}  // namespace dengce::db
