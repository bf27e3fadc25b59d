// SPDX-License-Identifier: Apache-2.0
#include "db/pool.h"

#include "db/postgres_connection.h"
#include "db/sqlite_connection.h"

namespace dengce::db {

Pool::Pool(std::string where, const DatabaseOptions& limits)
    : location(std::move(where)),
      shown(location),
      kind(is_postgres_location(location) ? DatabaseKind::postgresql : DatabaseKind::sqlite),
      options(limits) {
  // Each connection to ":memory:" would be a database of its own.
  if (location == ":memory:") options.max_connections = 1;
}

Result<std::unique_ptr<Connection>> Pool::connect() const {
  if (kind == DatabaseKind::postgresql) return open_postgres(location, options);
  return open_sqlite(location, options);
}

Result<Pool::Taken> Pool::take(Mode mode) {
  const bool gated = mode != Mode::read && kind == DatabaseKind::sqlite;
  std::unique_lock lock(mutex_);
  const bool free = changed_.wait_for(lock, options.wait, [&] {
    return !(gated && writing_) && (!idle_.empty() || connections_ < options.max_connections);
  });
  if (!free) {
    return database_failure(
        ErrorCode::unavailable,
        "pool",
        gated && writing_ ? "the writer before takes too long" : "all connections are in use");
  }
  if (gated) writing_ = true;
  if (!idle_.empty()) {
    Taken taken{std::move(idle_.back()), true};
    idle_.pop_back();
    return taken;
  }
  ++connections_;
  lock.unlock();
  auto connection = connect();
  if (!connection) {
    give_back(nullptr, mode);
    return tl::make_unexpected(std::move(connection).error());
  }
  return Taken{std::move(*connection), false};
}

void Pool::give_back(std::unique_ptr<Connection> connection, Mode mode) {
  // A lost connection is closed outside of the lock: that may take a while.
  std::unique_ptr<Connection> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (mode != Mode::read && kind == DatabaseKind::sqlite) writing_ = false;
    if (connection != nullptr && !connection->broken()) {
      idle_.push_back(std::move(connection));
    } else {
      --connections_;
      dropped = std::move(connection);
    }
  }
  changed_.notify_all();
}

}  // namespace dengce::db
