// SPDX-License-Identifier: Apache-2.0
#include "db/sqlite_connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <map>

#include "base/text.h"

namespace dengce::db {
namespace {

constexpr int migration_wait_milliseconds = 600'000;

// Gives the statement back to the cache whatever happens.
class ResetGuard {
 public:
  explicit ResetGuard(sqlite3_stmt* statement) : statement_(statement) {}

  ResetGuard(const ResetGuard&) = delete;
  ResetGuard& operator=(const ResetGuard&) = delete;

  ~ResetGuard() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

ErrorCode constraint_code(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return ErrorCode::already_exists;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return ErrorCode::failed_precondition;
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_NOTNULL:
    case SQLITE_CONSTRAINT_DATATYPE: return ErrorCode::invalid_argument;
    default: return ErrorCode::conflict;
  }
}

ErrorCode code_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: return constraint_code(code);
    case SQLITE_MISMATCH: return ErrorCode::invalid_argument;
    case SQLITE_TOOBIG: return ErrorCode::too_large;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
    case SQLITE_CANTOPEN: return ErrorCode::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::data_corrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM: return ErrorCode::permission_denied;
    default: return ErrorCode::internal;
  }
}

int bind_value(sqlite3_stmt* statement, int index, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;

    int operator()(std::monostate /*null*/) const { return sqlite3_bind_null(statement, index); }

    int operator()(std::int64_t number) const {
      return sqlite3_bind_int64(statement, index, number);
    }

    int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }

    int operator()(const std::string& text) const {
      return sqlite3_bind_text64(
          statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }

    int operator()(const Blob& blob) const {
      return sqlite3_bind_blob64(
          statement, index, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC);
    }
  };

  return std::visit(Binder{statement, index}, value);
}

std::string column_bytes(sqlite3_stmt* statement, int column) {
  const void* data = sqlite3_column_blob(statement, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

Value column_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: return column_bytes(statement, column);
    case SQLITE_BLOB: return Blob{column_bytes(statement, column)};
    default: return std::monostate{};
  }
}

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(sqlite3* handle, std::string path, const DatabaseOptions& options)
      : handle_(handle),
        path_(std::move(path)),
        busy_milliseconds_(static_cast<int>(options.lock_timeout.count())) {}

  ~SqliteConnection() override {
    forget_statements();
    sqlite3_close_v2(handle_);
  }

  Result<> prepare_connection();

  Result<> begin(Mode mode) override;

  Result<> commit() override { return run("COMMIT"); }

  void rollback() override { static_cast<void>(run("ROLLBACK")); }

  [[nodiscard]] bool broken() const override { return broken_; }

  Result<std::vector<Row>> query(const Query& query, std::span<const Value> values) override;
  Result<std::int64_t> execute(const Query& query, std::span<const Value> values) override;
  Result<> insert_many(const Query& query,
                       std::size_t width,
                       std::span<const Value> values) override;

  // One writer at a time: whatever it selects is its own.
  Result<std::vector<Row>> claim(const Query& query, std::span<const Value> values) override {
    return this->query(query, values);
  }

  Result<bool> has_table(std::string_view name) override;
  Result<std::int64_t> size_bytes() override;
  Result<std::vector<std::string>> defects() override;
  Result<> copy_to(const std::filesystem::path& path) override;

  tl::unexpected<Error> failure(std::string_view name, int code);

 private:
  // Several statements without parameters (PRAGMA, BEGIN, COMMIT).
  Result<> run(const char* sql);
  Result<sqlite3_stmt*> prepare(const Query& query);
  // The place of $1 … $width; an error unless the statement has just these.
  Result<std::vector<int>> parameters(sqlite3_stmt* statement,
                                      const Query& query,
                                      std::size_t width);
  void forget_statements();

  sqlite3* handle_;
  std::string path_;
  int busy_milliseconds_;
  bool broken_ = false;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;  // by SQL text
};

Result<> SqliteConnection::prepare_connection() {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, busy_milliseconds_);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return run(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
      "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;");
}

tl::unexpected<Error> SqliteConnection::failure(std::string_view name, int code) {
  const ErrorCode kind = code_of(code);
  const int primary = code & 0xFF;
  const int reason = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  // A new connection reads the file afresh; the only one to a database in memory is kept.
  broken_ = path_ != ":memory:" &&
            (broken_ || primary == SQLITE_IOERR || kind == ErrorCode::data_corrupt);
  auto error = database_failure(
      kind,
      name,
      fmt::format("{} ({})", handle_ == nullptr ? "no memory" : sqlite3_errmsg(handle_), code));
  const bool full = reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
  if (primary == SQLITE_FULL || (primary == SQLITE_IOERR && full)) {
    error.value().message = "磁盘已满，数据库无法保存；请清理磁盘空间后再试";
  } else if (primary == SQLITE_IOERR) {
    error.value().message = "读写数据库文件出错，请检查磁盘";
  }
  return error;
}

Result<> SqliteConnection::run(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(sql, code);
  return {};
}

Result<> SqliteConnection::begin(Mode mode) {
  if (mode == Mode::read) return run("PRAGMA query_only = ON; BEGIN DEFERRED");
  sqlite3_busy_timeout(handle_,
                       mode == Mode::migration ? migration_wait_milliseconds : busy_milliseconds_);
  return run("PRAGMA query_only = OFF; BEGIN IMMEDIATE");
}

void SqliteConnection::forget_statements() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  statements_.clear();
}

Result<sqlite3_stmt*> SqliteConnection::prepare(const Query& query) {
  if (const auto found = statements_.find(query.sql); found != statements_.end()) {
    return found->second;
  }
  if (statements_.size() >= max_cached_statements) forget_statements();
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_,
                                      query.sql.data(),
                                      static_cast<int>(query.sql.size()),
                                      SQLITE_PREPARE_PERSISTENT,
                                      &statement,
                                      &rest);
  if (code != SQLITE_OK) return failure(query.name, code);
  const auto used = static_cast<std::size_t>(rest - query.sql.data());
  if (!trim(query.sql.substr(used)).empty()) {
    sqlite3_finalize(statement);
    return database_failure(ErrorCode::internal, query.name, "more than one statement");
  }
  statements_.emplace(query.sql, statement);
  return statement;
}

Result<std::vector<int>> SqliteConnection::parameters(sqlite3_stmt* statement,
                                                      const Query& query,
                                                      std::size_t width) {
  std::vector<int> indexes;
  indexes.reserve(width);
  for (std::size_t i = 0; i < width; ++i) {
    // SQLite numbers $2 by first use, so each parameter is found by its name.
    indexes.push_back(sqlite3_bind_parameter_index(statement, fmt::format("${}", i + 1).c_str()));
    if (indexes.back() == 0) {
      return database_failure(
          ErrorCode::internal, query.name, fmt::format("parameter ${} is not used", i + 1));
    }
  }
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(width)) {
    return database_failure(ErrorCode::internal, query.name, "a parameter has no value");
  }
  return indexes;
}

Result<std::vector<Row>> SqliteConnection::query(const Query& query,
                                                 std::span<const Value> values) {
  TRY_ASSIGN(sqlite3_stmt * statement, prepare(query));
  const ResetGuard guard(statement);
  TRY_ASSIGN(const auto indexes, parameters(statement, query, values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int bound = bind_value(statement, indexes[i], values[i]);
    if (bound != SQLITE_OK) return failure(query.name, bound);
  }
  std::vector<Row> rows;
  const int columns = sqlite3_column_count(statement);
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    std::vector<Value> row;
    row.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) row.push_back(column_value(statement, i));
    rows.emplace_back(std::move(row));
  }
  if (code != SQLITE_DONE) return failure(query.name, code);
  return rows;
}

Result<std::int64_t> SqliteConnection::execute(const Query& query, std::span<const Value> values) {
  const std::int64_t before = sqlite3_total_changes64(handle_);
  TRY(this->query(query, values));
  // The counter of the last change still stands after a statement that changes nothing.
  return sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_);
}

Result<> SqliteConnection::insert_many(const Query& query,
                                       std::size_t width,
                                       std::span<const Value> values) {
  TRY_ASSIGN(sqlite3_stmt * statement, prepare(query));
  const ResetGuard guard(statement);
  TRY_ASSIGN(const auto indexes, parameters(statement, query, width));
  for (std::size_t at = 0; at + width <= values.size(); at += width) {
    for (std::size_t i = 0; i < width; ++i) {
      if (const int code = bind_value(statement, indexes[i], values[at + i]); code != SQLITE_OK) {
        return failure(query.name, code);
      }
    }
    int code = sqlite3_step(statement);
    while (code == SQLITE_ROW) code = sqlite3_step(statement);
    if (code != SQLITE_DONE) return failure(query.name, code);
    sqlite3_reset(statement);
  }
  return {};
}

Result<bool> SqliteConnection::has_table(std::string_view name) {
  static constexpr Query find{"sqlite.table",
                              "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"};
  const Value wanted = std::string(name);
  TRY_ASSIGN(const auto rows, query(find, {&wanted, 1}));
  return !rows.empty();
}

Result<std::int64_t> SqliteConnection::size_bytes() {
  static constexpr Query size{
      "sqlite.size", "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"};
  TRY_ASSIGN(const auto rows, query(size, {}));
  return rows.front().integer(0);
}

Result<std::vector<std::string>> SqliteConnection::defects() {
  TRY_ASSIGN(const auto rows, query({"sqlite.integrity", "PRAGMA integrity_check"}, {}));
  std::vector<std::string> out;
  for (const Row& row : rows) {
    if (row.text(0) != "ok") out.push_back(row.text(0));
  }
  TRY_ASSIGN(const auto orphans, query({"sqlite.references", "PRAGMA foreign_key_check"}, {}));
  for (const Row& row : orphans) {
    out.push_back(
        fmt::format("{}：第 {} 行引用的 {} 不存在", row.text(0), row.integer(1), row.text(2)));
  }
  return out;
}

Result<> SqliteConnection::copy_to(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return fail(ErrorCode::already_exists, "备份文件已存在", {{path.string(), 0, {}, "不覆盖"}});
  }
  const std::filesystem::path partial = path.string() + ".partial";
  std::filesystem::remove(partial, ignored);
  DatabaseOptions options;
  options.lock_timeout = std::chrono::milliseconds(busy_milliseconds_);
  sqlite3* handle = nullptr;
  int code = sqlite3_open_v2(partial.c_str(),
                             &handle,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                             nullptr);
  SqliteConnection target(handle, partial.string(), options);
  if (code == SQLITE_OK) {
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_backup* backup = sqlite3_backup_init(handle, "main", handle_, "main");
    // All pages in one step: one state of the source; in WAL mode its writers go on meanwhile.
    if (backup != nullptr) sqlite3_backup_step(backup, -1);
    code = backup == nullptr ? sqlite3_extended_errcode(handle) : sqlite3_backup_finish(backup);
  }
  if (code != SQLITE_OK) {
    auto error = target.failure("copy to " + path.string(), code);
    std::filesystem::remove(partial, ignored);
    return error;
  }
  std::error_code moved;
  std::filesystem::rename(partial, path, moved);
  if (moved) {
    return fail(
        ErrorCode::unavailable, "备份文件无法写入", {{path.string(), 0, {}, moved.message()}});
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path,
                                                const DatabaseOptions& options) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(),
                                   &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                                   nullptr);
  auto connection = std::make_unique<SqliteConnection>(handle, path, options);
  if (code != SQLITE_OK) return connection->failure("open " + path, code);
  TRY(connection->prepare_connection());
  return connection;
}

}  // namespace dengce::db
