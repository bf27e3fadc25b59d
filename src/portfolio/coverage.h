// SPDX-License-Identifier: Apache-2.0
// How many systems the service covers on a day: the denominators of every share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "portfolio/system_history.h"

namespace dengce::portfolio {

// One system as it was on a day.
struct SystemOnDay {
  std::string id;
  std::int64_t number = 0;
  SystemState state;
};

struct Count {
  std::int64_t total = 0;
  std::int64_t confirmed = 0;
  bool operator==(const Count&) const = default;
};

struct Coverage {
  Day day;
  Count all;
  std::optional<std::int64_t> minimum;  // of the contract; none: not all systems are in sight
  std::string warning;                  // empty: the confirmed list reaches the minimum
  std::map<std::int64_t, Count> by_level;
  std::map<std::string, Count> by_team;  // team id
};

Coverage count_coverage(std::span<const SystemOnDay> systems,
                        std::optional<std::int64_t> minimum,
                        Day day);

}  // namespace dengce::portfolio
