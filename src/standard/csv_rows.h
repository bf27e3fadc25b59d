// SPDX-License-Identifier: Apache-2.0
// Rows of a CSV of the content with cells by name; what is wrong is collected, never thrown.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/content.h"
#include "base/csv.h"
#include "base/result.h"

namespace dengce::standard {

// One row; refers to a table that must outlive it.
class CellReader {
 public:
  CellReader(const CsvTable& table, const CsvRow& row, std::vector<Problem>& problems)
      : table_(&table), row_(&row), problems_(&problems) {}

  [[nodiscard]] const std::string& path() const { return table_->path; }

  [[nodiscard]] std::int64_t line() const { return row_->line; }

  // A column the table does not have reads as "".
  [[nodiscard]] std::string_view text(std::string_view column) const;
  // The same, and a problem when it is empty.
  [[nodiscard]] std::string required(std::string_view column) const;
  // Whole number within the bounds; otherwise a problem and none.
  [[nodiscard]] std::optional<int> integer(std::string_view column, int minimum, int maximum) const;
  // Position of the word in the list; otherwise a problem and none. The check may be all one wants.
  std::optional<std::size_t> word(std::string_view column,
                                  std::span<const std::string_view> words) const;
  // Parts separated by the character, empty ones left out.
  [[nodiscard]] std::vector<std::string> list(std::string_view column, char separator) const;

  void problem(std::string_view column, std::string reason) const;

 private:
  const CsvTable* table_;
  const CsvRow* row_;
  std::vector<Problem>* problems_;
};

// Reads and parses a file of the content; its problems are added, and none is returned.
std::optional<CsvTable> read_table(const Content& content,
                                   std::string_view path,
                                   std::vector<std::string> columns,
                                   std::vector<Problem>& problems);

// Moves the problems of an error over; an error without problems becomes one for the path.
void take_problems(Error error, std::string_view path, std::vector<Problem>& problems);

// certain, likely, unsure.
std::span<const std::string_view> confidence_words();

}  // namespace dengce::standard
