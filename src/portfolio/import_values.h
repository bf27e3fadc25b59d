// SPDX-License-Identifier: Apache-2.0
// Cells as people type them → values as they are kept.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "portfolio/import_form.h"

namespace dengce::portfolio {

// Names of teams or systems → ids; two of one name stand for none.
class NameIndex {
 public:
  void add(std::string_view name, const std::string& id);
  // Null when there is no such name, or more than one.
  [[nodiscard]] const std::string* find(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> ids_;  // plain_word → id; empty: several
};

struct Names {
  NameIndex teams;
  NameIndex systems;
};

// The value of a cell that is not empty; the error's message is the reason, Chinese.
Result<std::string> read_value(const ImportField& field,
                               const std::string& cell,
                               const Names& names);

// "2026/7/1", "2026年7月1日", "2026.07.01", "20260701", "2026-07-01 00:00"
std::optional<Day> parse_written_day(std::string_view text);

// "甲、乙;丙" → three; blanks do not part names, line ends do.
std::vector<std::string> split_names(std::string_view text);

// A cell that a spreadsheet program would take for a formula gets an apostrophe before it; reading
// it back drops that.
std::string harmless_cell(std::string_view text);
std::string_view without_apostrophe(std::string_view text);

}  // namespace dengce::portfolio
