// SPDX-License-Identifier: Apache-2.0
// Lists as spreadsheets, in the form in which the import takes them back, and empty templates. No
// cell is a formula: what looks like one is text in XLSX and gets an apostrophe in CSV.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/export_log.h"
#include "base/clock.h"
#include "base/result.h"
#include "portfolio/import_plan.h"
#include "portfolio/imports.h"

namespace dengce::portfolio {

enum class SheetFormat : std::uint8_t { xlsx, csv };

std::string_view content_type(SheetFormat format);
// "xlsx" or "csv".
std::string_view extension(SheetFormat format);

struct SheetFile {
  std::string name;  // "资产_20260720.xlsx"
  std::string bytes;
  std::int64_t rows = 0;
  std::string system_id;  // when it is of one system
};

// The columns of a noun with what may stand in them. CSV has the heads alone.
Result<SheetFile> import_template(const ImportForm& form, SheetFormat format);

struct SheetOrder {
  std::string noun;
  http::PageQuery query;
  SheetFormat format = SheetFormat::xlsx;
  access::ExportNote note;
};

// The rows in the actor's sight that the filter lets through; the log of exports has an entry
// before the file is given out.
Result<SheetFile> export_rows(db::Database& database,
                              const ImportDesk& desk,
                              const access::Actor& actor,
                              const SheetOrder& order,
                              Clock clock = system_now);

// What was wrong with the rows of an import.
std::string problems_csv(const std::vector<RowProblem>& problems);

}  // namespace dengce::portfolio
