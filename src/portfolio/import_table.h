// SPDX-License-Identifier: Apache-2.0
// A spreadsheet as a table: which sheet, which row holds the heads, the rows below.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "portfolio/import_form.h"

namespace dengce::portfolio {

struct TableRow {
  std::int64_t line = 0;  // as a spreadsheet program shows it
  std::vector<std::string> cells;
  std::string fault = {};  // why the row cannot be read; empty: it can
};

struct ImportTable {
  std::string sheet;  // empty for CSV
  std::int64_t head_line = 0;
  std::vector<std::string> heads;
  std::vector<TableRow> rows;
  std::vector<std::string> left_out;  // what else the file holds, a sentence each
};

struct TableLimits {
  std::size_t max_bytes = 32U << 20;
  std::size_t max_rows = 20'000;
  std::size_t max_columns = 200;
};

// XLSX, or CSV in UTF-8 or GB18030. Of several sheets the one whose heads fit best is taken, or the
// one that is named; of the first rows that whose cells fit most fields.
Result<ImportTable> read_import_table(const ImportForm& form,
                                      const std::string& file_name,
                                      std::string_view bytes,
                                      std::string_view sheet = {},
                                      const TableLimits& limits = {});

// For the database: JSON and back.
std::string to_json(const ImportTable& table);
Result<ImportTable> table_from_json(std::string_view json);

}  // namespace dengce::portfolio
