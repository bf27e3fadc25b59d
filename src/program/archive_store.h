// SPDX-License-Identifier: Apache-2.0
// The tables of an archive that go out as they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"

namespace dengce::program {

struct ArchiveTable {
  std::string_view name;
  std::string_view columns;  // as in the query
  std::string_view order;
};

// Plain columns of the portfolio; nothing that is sealed and nothing of sign-in.
const std::vector<ArchiveTable>& archive_tables();

// Tables that an archive holds in another form or not at all, with the reason.
struct OtherTable {
  std::string_view name;
  std::string_view why;
};

const std::vector<OtherTable>& other_tables();

// CSV with a header, for spreadsheets.
Result<std::string> table_csv(db::Transaction& transaction, const ArchiveTable& table);
// A row for spreadsheets: no cell is a formula.
void append_row(std::string& csv, const std::vector<std::string>& cells);

// One column of ids.
Result<std::vector<std::string>> ids_of(db::Transaction& transaction, std::string_view table);

}  // namespace dengce::program
