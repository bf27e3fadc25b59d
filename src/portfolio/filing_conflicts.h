// SPDX-License-Identifier: Apache-2.0
// Where the list of filings and the list of systems contradict each other: a pure function
// of both, always of the present state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "db/database.h"
#include "portfolio/filings.h"
#include "portfolio/portfolio.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

enum class ConflictKind : std::uint8_t {
  level_differs,
  name_differs,
  no_filing,       // from level 2 on a system is filed
  filing_unused,   // it stands for no system
  number_twice,    // one number on several filings
  retired_system,  // the filing still names a system that has left
};

std::string_view name(ConflictKind kind);

struct FilingConflict {
  ConflictKind kind = ConflictKind::level_differs;
  const Filing* filing = nullptr;             // none: no_filing
  const InformationSystem* system = nullptr;  // none: filing_unused, number_twice
  std::string detail;                         // Chinese
};

// Names are equal apart from blanks, full and half width, and the case of Latin letters.
std::string comparable_name(std::string_view name);

// What is judged is the whole of both lists, what is told is what is in sight: systems by number
// first, then filings. The result points into the lists.
//
// Where a system has several filings (a system of parts) or a filing several systems, a lower level
// on one of them is right as long as the highest level is there, and a name that contains the other
// is right.
std::vector<FilingConflict> find_conflicts(std::span<const Filing> filings,
                                           std::span<const InformationSystem> systems,
                                           const Visible& visible);

}  // namespace dengce::portfolio
