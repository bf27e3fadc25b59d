// SPDX-License-Identifier: Apache-2.0
// The conditions of a statement, put together as a list is asked for: joined by AND, their values
// counted as `$n`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"

namespace dengce::db {

class Where {
 public:
  // `?` stands for the next value.
  void add(std::string_view condition, const std::vector<Value>& values = {});
  // `?` of the condition becomes the list, as in "s.id IN (?)"; an empty list is false.
  void add_in(std::string_view condition, const std::vector<std::string>& ids);
  // Filters as a client gives them; an empty text is none. Numbers that are none, and flags other
  // than "yes", count as 0.
  void add_equal(std::string_view column, std::string_view text);
  void add_number(std::string_view column, std::string_view text);
  void add_flag(std::string_view column, std::string_view text);
  // A text filter over a column that is in lower case already.
  void add_contains(std::string_view column, std::string_view text);

  // "" or " WHERE …"
  [[nodiscard]] std::string sql() const;

  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<Value> values_;
};

}  // namespace dengce::db
