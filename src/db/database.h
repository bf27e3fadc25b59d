// SPDX-License-Identifier: Apache-2.0
// One database door: values, named queries with $n parameters, transactions, migrations. No type of
// a database client leaves this room; text of queries runs on SQLite and PostgreSQL alike.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
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

// null, whole number, double, text (valid UTF-8 without NUL), bytes
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
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::size_t column) const;
  [[nodiscard]] std::optional<std::string> optional_text(std::size_t column) const;
  [[nodiscard]] std::string bytes(std::size_t column) const;
  [[nodiscard]] bool is_null(std::size_t column) const;

 private:
  std::vector<Value> values_;
};

class Connection;
struct Pool;

// A unit of work on one connection. Rolls back unless committed.
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
  Result<> commit();

 private:
  friend class Database;
  struct Lease;
  explicit Transaction(std::unique_ptr<Lease> lease);

  std::unique_ptr<Lease> lease_;
};

// SQLite in WAL mode: one writer at a time, many readers. Safe to use from several threads.
class Database {
 public:
  // ":memory:" is a private database for tests (one connection).
  static Result<Database> open(const std::filesystem::path& path);

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // A read transaction: one consistent state from the first query to the end.
  Result<Transaction> read();
  // The write transaction; waits for the writer before it (bounded, then `unavailable`).
  Result<Transaction> write();
  // Integrity check of the whole file; the error carries what the database says.
  Result<> verify();

 private:
  explicit Database(std::unique_ptr<Pool> state);

  std::unique_ptr<Pool> state_;
};

// A step of the schema: `id` is its file name. Applied once, in order, each in its own transaction.
struct Migration {
  std::string_view id;
  std::string_view sql;
};

// Applies what is missing. Fails, and changes nothing, when an applied step's text has changed or
// the database holds steps that this program does not know.
Result<> migrate(Database& database, std::span<const Migration> migrations);

// The steps compiled into the program (migrations/*.sql).
std::vector<Migration> compiled_migrations();

}  // namespace dengce::db
