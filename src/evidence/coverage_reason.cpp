// SPDX-License-Identifier: Apache-2.0
#include "evidence/coverage_reason.h"

namespace dengce::evidence {

std::string missing_reason(const FactSet& facts, std::string_view table) {
  constexpr int table_name = 0;
  constexpr int state = 1;
  constexpr int reason = 2;
  for (std::uint32_t row = 0; row < facts.row_count(FactId::coverage); ++row) {
    if (facts.cell(FactId::coverage, row, table_name).text != table) continue;
    if (facts.cell(FactId::coverage, row, state).text == "covered") return {};
    return std::string(facts.cell(FactId::coverage, row, reason).text);
  }
  return "没有此类事实";
}

}  // namespace dengce::evidence
