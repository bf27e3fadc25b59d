// SPDX-License-Identifier: Apache-2.0
// What importing a table would do, row by row. Pure: table, mapping and what is there already go
// in, a plan comes out. A bad row is named with every field that is wrong and keeps no good row
// back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "portfolio/import_form.h"
#include "portfolio/import_table.h"

namespace dengce::portfolio {

// Field → kept text: ids of teams and systems, days as 2026-07-01, flags "1" or "0", several
// systems or addresses sorted and parted by blanks. A field without a value is not in it.
using Values = std::map<std::string, std::string, std::less<>>;

struct ExistingRow {
  std::string id;
  std::int64_t version = 0;
  Values values;
};

struct NamedThing {
  std::string id;
  std::string name;
};

// What the actor sees of the portfolio.
struct ImportWorld {
  std::vector<NamedThing> teams;
  std::vector<NamedThing> systems;
  std::vector<ExistingRow> rows;
  std::string no_creation;  // why the actor may not add any; empty: may
  std::string no_change;    // the same for changing one
};

// Values for rows that have no column of their own: "team_id", "system_id", "class".
using ImportDefaults = std::map<std::string, std::string, std::less<>>;

enum class RowState : std::uint8_t { created, changed, same, duplicate, bad };

struct RowProblem {
  std::int64_t line = 0;  // 0: the file
  std::string field;      // head of the column; empty: the row
  std::string value;
  std::string reason;
};

struct PlannedRow {
  std::int64_t line = 0;
  RowState state = RowState::bad;
  std::optional<std::size_t> existing;  // in ImportWorld::rows
  Values values;                        // of the object as it will be
};

struct PlanCounts {
  std::int64_t rows = 0;
  std::int64_t created = 0;
  std::int64_t changed = 0;
  std::int64_t same = 0;
  std::int64_t duplicate = 0;
  std::int64_t bad = 0;
};

struct ImportPlan {
  std::vector<PlannedRow> rows;
  std::vector<RowProblem> problems;  // by line
  PlanCounts counts;
};

// What the noun itself asks of an object: field → reason. It may bring the values into the form in
// which they will be read again. `before` is null for a new one.
using FieldFaults = std::vector<std::pair<std::string, std::string>>;
using RowCheck = std::function<FieldFaults(Values& values, const ExistingRow* before)>;

ImportPlan plan_import(const ImportForm& form,
                       const ImportTable& table,
                       const ImportMapping& mapping,
                       const ImportDefaults& defaults,
                       const ImportWorld& world,
                       const RowCheck& check);

// Whether the mapping and the defaults fit form and table: every field once, what a row is found
// again by filled by a column or a default. All problems together.
Result<> check_mapping(const ImportForm& form,
                       const ImportTable& table,
                       const ImportMapping& mapping,
                       const ImportDefaults& defaults);

}  // namespace dengce::portfolio
