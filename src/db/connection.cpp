// SPDX-License-Identifier: Apache-2.0
#include "db/connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/text.h"

namespace dengce::db {
namespace {

constexpr int busy_milliseconds = 5000;

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

ErrorCode code_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: return ErrorCode::conflict;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN: return ErrorCode::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::data_corrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM: return ErrorCode::permission_denied;
    default: return ErrorCode::internal;
  }
}

const char* message_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::conflict: return "数据已存在或与其他数据冲突";
    case ErrorCode::unavailable: return "数据库暂时不可用（繁忙、磁盘已满或无法打开）";
    case ErrorCode::data_corrupt: return "数据库文件损坏或不是数据库";
    case ErrorCode::permission_denied: return "数据库不可写";
    default: return "数据库操作失败";
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

// Text that PostgreSQL would refuse is refused here too.
bool storable(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr || (text->find('\0') == std::string::npos && is_valid_utf8(*text));
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(),
                                   &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                                   nullptr);
  std::unique_ptr<Connection> connection(new Connection(handle));  // NOLINT: private constructor
  if (code != SQLITE_OK) return connection->failure("open " + path.string(), code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_milliseconds);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  TRY(
      connection->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

tl::unexpected<Error> Connection::failure(std::string_view name, int code) {
  const ErrorCode kind = code_of(code);
  return fail(
      kind,
      message_of(kind),
      fmt::format(
          "{}: {} ({})", name, handle_ == nullptr ? "no memory" : sqlite3_errmsg(handle_), code));
}

Result<> Connection::run(std::string_view sql) {
  const int code = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure("run", code);
  return {};
}

Result<sqlite3_stmt*> Connection::prepare(const Query& query) {
  if (const auto found = statements_.find(query.sql); found != statements_.end()) {
    return found->second;
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_,
                                      query.sql.data(),
                                      static_cast<int>(query.sql.size()),
                                      SQLITE_PREPARE_PERSISTENT,
                                      &statement,
                                      nullptr);
  if (code != SQLITE_OK) return failure(query.name, code);
  statements_.emplace(query.sql, statement);
  return statement;
}

Result<> Connection::bind(sqlite3_stmt* statement,
                          const Query& query,
                          std::span<const Value> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!storable(values[i])) {
      return fail(ErrorCode::invalid_argument,
                  "文字含 NUL 或不是 UTF-8，无法保存",
                  std::string(query.name));
    }
    // SQLite numbers $2 by first use, so each parameter is found by its name.
    const int index = sqlite3_bind_parameter_index(statement, fmt::format("${}", i + 1).c_str());
    if (index == 0) {
      return fail(ErrorCode::internal,
                  "数据库操作失败",
                  fmt::format("{}: parameter ${} is not used", query.name, i + 1));
    }
    if (const int code = bind_value(statement, index, values[i]); code != SQLITE_OK) {
      return failure(query.name, code);
    }
  }
  return {};
}

Result<std::vector<Row>> Connection::query(const Query& query, std::span<const Value> values) {
  TRY_ASSIGN(sqlite3_stmt * statement, prepare(query));
  const ResetGuard guard(statement);
  TRY(bind(statement, query, values));
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

Result<std::int64_t> Connection::execute(const Query& query, std::span<const Value> values) {
  TRY_ASSIGN(sqlite3_stmt * statement, prepare(query));
  const ResetGuard guard(statement);
  TRY(bind(statement, query, values));
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW) code = sqlite3_step(statement);
  if (code != SQLITE_DONE) return failure(query.name, code);
  return sqlite3_changes64(handle_);
}

Result<> Connection::insert_many(const Query& query,
                                 std::size_t width,
                                 std::span<const Value> values) {
  TRY_ASSIGN(sqlite3_stmt * statement, prepare(query));
  const ResetGuard guard(statement);
  std::vector<int> indexes;
  indexes.reserve(width);
  for (std::size_t i = 0; i < width; ++i) {
    indexes.push_back(sqlite3_bind_parameter_index(statement, fmt::format("${}", i + 1).c_str()));
  }
  for (std::size_t at = 0; at + width <= values.size(); at += width) {
    for (std::size_t i = 0; i < width; ++i) {
      if (!storable(values[at + i])) {
        return fail(ErrorCode::invalid_argument,
                    "文字含 NUL 或不是 UTF-8，无法保存",
                    std::string(query.name));
      }
      if (const int code = bind_value(statement, indexes[i], values[at + i]); code != SQLITE_OK) {
        return failure(query.name, code);
      }
    }
    if (const int code = sqlite3_step(statement); code != SQLITE_DONE) {
      return failure(query.name, code);
    }
    sqlite3_reset(statement);
  }
  return {};
}

}  // namespace dengce::db
