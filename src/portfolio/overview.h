// SPDX-License-Identifier: Apache-2.0
// The portfolio at a glance: counts of what is in the actor's sight, always of the present state.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "db/database.h"
#include "portfolio/coverage.h"
#include "portfolio/portfolio.h"

namespace dengce::portfolio {

struct Overview {
  Coverage coverage;  // of today
  std::vector<Team> teams;
  std::int64_t filings = 0;
  std::map<std::string, std::int64_t> conflicts;                 // by kind
  std::vector<std::pair<std::string, std::int64_t>> assets;      // by class
  std::vector<std::pair<std::string, std::int64_t>> data_items;  // by data class
  std::int64_t systems_untold = 0;                               // without a confirmed risk notice
};

Result<Overview> overview_of(db::Database& database,
                             const access::Actor& actor,
                             Clock clock = system_now);

}  // namespace dengce::portfolio
