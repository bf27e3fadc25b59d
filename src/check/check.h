// SPDX-License-Identifier: Apache-2.0
// A check: one question about one host, as SQL over the fact tables, with its record sentences and
// the examples that prove it. Pure data; it knows no standard.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/status.h"

namespace dengce::check {

// One value of an example's row; none = NULL.
using ExampleCell = std::optional<std::string>;

struct ExampleTable {
  int table = -1;                              // position in evidence::fact_tables()
  std::vector<std::vector<ExampleCell>> rows;  // as wide as the table has columns
};

struct Example {
  std::string name;
  std::int64_t line = 0;
  std::vector<ExampleTable> facts;  // a table named here is covered, even without rows
  Status expect = Status::unknown;
};

// A range or a list of the short form.
struct SettingMatch {
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> max;
  std::vector<std::string> in;
};

// The short form: one setting against a value or range.
struct Setting {
  std::string table;
  std::vector<std::pair<std::string, std::string>> key;  // column = constant
  std::string value;                                     // column looked at
  bool integer = false;
  std::optional<SettingMatch> pass;
  std::optional<SettingMatch> partial;
  Status absent = Status::fail;
  std::string absent_reason;
  std::string when_absent_program;
};

// A record sentence, cut at its placeholders: text, column, text, column, … text.
struct Sentence {
  std::string text;  // as written; empty = none given

  struct Piece {
    std::string text;
    std::string column;  // empty for the last piece
  };

  std::vector<Piece> pieces;
};

struct Check {
  std::string id;
  std::string title;
  std::vector<std::string> platforms;
  std::vector<int> needs;  // tables whose missing coverage makes the answer unknown
  std::string sql;         // the query, or what the short form expands to
  std::optional<Setting> setting;
  std::array<Sentence, 4> record;  // by Status: pass, partial, fail, not_applicable
  std::string advice;
  bool never_not_applicable = false;
  std::vector<Example> examples;
  std::string path;  // file it came from
  std::int64_t sql_line = 0;

  [[nodiscard]] bool on_platform(std::string_view platform) const;
};

class CheckSet {
 public:
  CheckSet() = default;
  explicit CheckSet(std::vector<Check> checks);

  [[nodiscard]] const std::vector<Check>& checks() const { return checks_; }

  [[nodiscard]] const Check* find(std::string_view id) const;
  // Position in checks(), or -1.
  [[nodiscard]] int index(std::string_view id) const;
  // All platforms any check names, sorted.
  [[nodiscard]] std::vector<std::string> platforms() const;

 private:
  std::vector<Check> checks_;
  std::map<std::string, int, std::less<>> index_;
};

}  // namespace dengce::check
