// SPDX-License-Identifier: Apache-2.0
#include "check/statement.h"

#include <sqlite3.h>

#include <algorithm>

#include "base/text.h"

namespace dengce::check {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

tl::expected<Statement, SqlError> Statement::prepare(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(
      database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw, &tail);
  Statement statement(raw);
  if (code != SQLITE_OK) {
    SqlError error{0, sqlite3_errmsg(database)};
    const int offset = sqlite3_error_offset(database);
    if (offset > 0 && static_cast<std::size_t>(offset) <= sql.size()) {
      error.line = std::count(sql.begin(), sql.begin() + offset, '\n');
    }
    return tl::unexpected(std::move(error));
  }
  if (raw == nullptr) return tl::unexpected(SqlError{0, "语句为空"});
  std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  while (!rest.empty()) {
    const std::string_view trimmed = trim(rest);
    if (trimmed.empty()) break;
    if (trimmed.front() != ';') return tl::unexpected(SqlError{0, "只能有一条语句"});
    rest = trimmed.substr(1);
  }
  if (sqlite3_column_count(raw) == 0) return tl::unexpected(SqlError{0, "不是查询语句"});
  if (sqlite3_bind_parameter_count(raw) != 0) return tl::unexpected(SqlError{0, "不能有参数"});
  return statement;
}

int Statement::column_count() const {
  return sqlite3_column_count(statement_.get());
}

std::string_view Statement::column_name(int column) const {
  const char* text = sqlite3_column_name(statement_.get(), column);
  return text == nullptr ? std::string_view{} : std::string_view{text};
}

int Statement::column(std::string_view name) const {
  for (int i = 0; i < column_count(); ++i) {
    if (column_name(i) == name) return i;
  }
  return -1;
}

}  // namespace dengce::check
