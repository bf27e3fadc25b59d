// SPDX-License-Identifier: Apache-2.0
// One database door: values, named queries with $n parameters, transactions, migrations. No type of
// a database client leaves this room; text of queries runs on SQLite and PostgreSQL alike.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace dengce::db {

struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

// null, whole number, double (no NaN), text (valid UTF-8 without NUL), bytes
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

// A statement with a name for logs; `$1` … `$n` are its parameters.
struct Query {
  std::string_view name;
  std::string_view sql;
};

class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}

  // A value of another type than asked is a bug of the query and gives the empty value.
  [[nodiscard]] std::string text(std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::size_t column) const;
  [[nodiscard]] double real(std::size_t column) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::size_t column) const;
  [[nodiscard]] std::optional<std::string> optional_text(std::size_t column) const;
  [[nodiscard]] std::string bytes(std::size_t column) const;
  [[nodiscard]] bool is_null(std::size_t column) const;

 private:
  std::vector<Value> values_;
};

enum class DatabaseKind : std::uint8_t { sqlite, postgresql };

class Database;
struct Migration;
struct Pool;

// A unit of work on one connection. Rolls back unless committed. After an error of a statement
// nothing but the end of the transaction is possible, on both databases. Error codes: a unique key
// already_exists; a reference failed_precondition; a check, NULL or value invalid_argument; locks,
// time limits, a full disk, a lost connection unavailable.
class Transaction {
 public:
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  Result<std::vector<Row>> query(const Query& query, std::span<const Value> values = {});
  // Rows changed.
  Result<std::int64_t> execute(const Query& query, std::span<const Value> values = {});
  // One INSERT for many rows; `width` values a row, row after row.
  Result<> insert_many(const Query& query, std::size_t width, std::span<const Value> values);
  // A SELECT of one table whose rows are this transaction's until its end; rows that another one
  // holds are left out. For work queues.
  Result<std::vector<Row>> claim(const Query& query, std::span<const Value> values = {});
  Result<> commit();

 private:
  friend class Database;
  friend Result<> migrate(Database& database, std::span<const Migration> migrations);
  friend Result<std::vector<std::string>> pending_migrations(Database& database,
                                                             std::span<const Migration> migrations);
  struct Lease;
  explicit Transaction(std::unique_ptr<Lease> lease);

  Result<> usable(const Query& query, std::span<const Value> values) const;
  template <class T>
  Result<T> noted(Result<T> result);
  Result<bool> has_table(std::string_view name);

  std::unique_ptr<Lease> lease_;
};

struct DatabaseOptions {
  std::size_t max_connections = 16;
  std::chrono::milliseconds wait{10'000};  // for a connection or for the writer before
  std::chrono::milliseconds lock_timeout{5'000};
  std::chrono::milliseconds statement_timeout{120'000};  // PostgreSQL only
};

// SQLite in WAL mode (one writer at a time, many readers) or PostgreSQL. Safe to use from several
// threads.
class Database {
 public:
  // A file, ":memory:" (a private database for tests, one connection) or "postgres://…", the URI of
  // libpq. A PostgreSQL database must be in UTF-8 and sort by bytes (LC_COLLATE 'C'), as SQLite
  // does.
  static Result<Database> open(const std::string& location, const DatabaseOptions& options = {});

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  [[nodiscard]] DatabaseKind kind() const;
  // Where the data lies, without user and password.
  [[nodiscard]] const std::string& shown_location() const;

  // A read transaction: one consistent state from the first query to the end.
  Result<Transaction> read();
  // A write transaction. SQLite: waits for the writer before it (bounded, then `unavailable`).
  // PostgreSQL: several at once, READ COMMITTED.
  Result<Transaction> write();
  // SQLite: integrity check of the whole file. PostgreSQL: unusable indexes and checksum failures
  // that the server knows of. The error carries what the database says.
  Result<> verify();
  // A consistent copy while others write; `path` must not exist. SQLite only.
  Result<> copy_to(const std::filesystem::path& path);
  Result<std::int64_t> size_bytes();

 private:
  friend Result<> migrate(Database& database, std::span<const Migration> migrations);

  explicit Database(std::unique_ptr<Pool> state);
  Result<Transaction> begin_migration();

  std::unique_ptr<Pool> state_;
};

// "postgres://…" or "postgresql://…"
bool is_postgres_location(std::string_view location);

// A step of the schema: `id` is its file name. Applied once, in order, each in its own transaction.
struct Migration {
  std::string_view id;
  std::string_view sql;
};

// Applies what is missing; several processes may do so at once. Fails, and changes nothing, when an
// applied step's text has changed or the database holds steps that this program does not know.
Result<> migrate(Database& database, std::span<const Migration> migrations);

// The steps that migrate() would apply, in order; changes nothing and fails as migrate() would.
Result<std::vector<std::string>> pending_migrations(Database& database,
                                                    std::span<const Migration> migrations);

// The steps compiled into the program (migrations/*.sql).
std::vector<Migration> compiled_migrations();

}  // namespace dengce::db
