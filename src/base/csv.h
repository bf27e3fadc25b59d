// SPDX-License-Identifier: Apache-2.0
// CSV (RFC 4180) with line numbers; UTF-8 with or without BOM and GB18030.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dengce {

struct CsvRow {
  std::int64_t line = 0;           // line on which the row begins
  std::vector<std::string> cells;  // as many as the header has
};

struct CsvTable {
  std::string path;
  std::vector<std::string> header;
  std::vector<CsvRow> rows;

  // Position of a column, or -1.
  [[nodiscard]] int column(std::string_view name) const;
};

struct CsvOptions {
  std::vector<std::string> required;  // columns that must stand in the header
  std::vector<std::string> optional;  // further columns that may; any other is a problem
  bool allow_other_columns = false;
  std::size_t max_cell_bytes = 1 << 20;
  std::size_t max_rows = 5'000'000;
};

// Parses a whole text. Empty lines are skipped; blanks around cells are cut, those inside
// quotes kept. Fails
// with every bad row named: wrong cell count, unclosed quote, missing or unknown column.
Result<CsvTable> parse_csv(std::string path,
                           std::string_view bytes,
                           const CsvOptions& options = {});

// A row as it stands, for spreadsheets of strangers.
struct CsvLine {
  std::int64_t line = 0;
  std::vector<std::string> cells;  // as many as the row has
  std::string fault;               // why the row cannot be used; empty: it can
};

// The rows of a whole text without looking for a header; empty lines are skipped. Fails where the
// text as a whole cannot be read: its encoding, an unclosed quote, too many rows.
Result<std::vector<CsvLine>> read_csv_lines(const std::string& path,
                                            std::string_view bytes,
                                            const CsvOptions& options = {});

// Quotes where needed and appends a row with LF.
void append_csv_row(std::string& out, const std::vector<std::string>& cells);

}  // namespace dengce
