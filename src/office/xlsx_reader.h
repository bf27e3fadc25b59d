// SPDX-License-Identifier: Apache-2.0
// Reads XLSX workbooks of strangers within limits: every cell as the text a person would type.
// Dates by their number format become 2026-07-01, numbers stay as written, formulas give the value
// that was saved with them, a merged area gives its value in each of its cells.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dengce::office {

struct XlsxRow {
  std::int64_t number = 0;  // as the spreadsheet program shows it
  bool hidden = false;
  std::vector<std::string> cells;  // from column A, none behind the last one that holds something
};

struct XlsxSheet {
  std::string name;
  bool hidden = false;
  std::vector<XlsxRow> rows;  // ascending; rows without a value are left out
};

struct XlsxLimits {
  std::uint64_t max_unpacked_bytes = 256ULL << 20;
  std::size_t max_sheets = 100;
  std::size_t max_rows = 200'000;           // of a sheet
  std::size_t max_columns = 1024;           // of a sheet
  std::size_t max_cells = 4'000'000;        // of all sheets, empty ones before a value counted
  std::size_t max_text_bytes = 256U << 20;  // of all cells
  std::size_t max_merges = 100'000;         // of a sheet
};

// What a formula gives that was never computed; cells with an error hold "#N/A" and the like.
inline constexpr std::string_view uncomputed_formula = "#公式未计算";

// True for "#REF!" and its kind, and for uncomputed_formula.
bool is_cell_error(std::string_view text);

// unsupported for encrypted workbooks and the older .xls, .xlsb and .ods; too_large past a limit;
// invalid_argument for what is no workbook or is damaged. `name` is used in messages only.
Result<std::vector<XlsxSheet>> read_xlsx(const std::string& name,
                                         std::string_view bytes,
                                         const XlsxLimits& limits = {});

}  // namespace dengce::office
