// SPDX-License-Identifier: Apache-2.0
// The parts of an import as JSON and back, for the database and the page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "portfolio/import_plan.h"

namespace dengce::portfolio {

// What an import did to one object.
struct ImportChange {
  std::int64_t line = 0;
  bool created = false;
  std::string id;
  std::string name;
  std::int64_t version = 0;  // after it
  Values before;             // empty when it was created
};

std::string to_json(const ImportMapping& mapping);
ImportMapping mapping_from_json(std::string_view json);
std::string to_json(const ImportDefaults& defaults);
ImportDefaults defaults_from_json(std::string_view json);
std::string preview_json(const PlanCounts& counts);
// "skipped": the same, and doubles.
std::string result_json(const PlanCounts& counts);
std::string to_json(const std::vector<RowProblem>& problems);
Result<std::vector<RowProblem>> problems_from_json(std::string_view json);
void write_problem(JsonWriter& json, const RowProblem& problem);
std::string to_json(const std::vector<ImportChange>& changes);
Result<std::vector<ImportChange>> changes_from_json(std::string_view json);

}  // namespace dengce::portfolio
