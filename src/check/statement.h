// SPDX-License-Identifier: Apache-2.0
// A prepared query of a check on a fact database.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace dengce::check {

struct SqlError {
  std::int64_t line = 0;  // lines after the first of the statement
  std::string reason;
};

class Statement {
 public:
  // Exactly one SELECT; anything after it is an error.
  static tl::expected<Statement, SqlError> prepare(sqlite3* database, std::string_view sql);

  [[nodiscard]] sqlite3_stmt* get() const { return statement_.get(); }

  [[nodiscard]] int column_count() const;
  [[nodiscard]] std::string_view column_name(int column) const;
  // Position of a column, or -1.
  [[nodiscard]] int column(std::string_view name) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace dengce::check
