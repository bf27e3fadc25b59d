// SPDX-License-Identifier: Apache-2.0
#include "portfolio/coverage.h"

#include <fmt/format.h>

namespace dengce::portfolio {
namespace {

void add(Count& count, const SystemState& state) {
  ++count.total;
  if (state.confirmed) ++count.confirmed;
}

}  // namespace

Coverage count_coverage(std::span<const SystemOnDay> systems,
                        std::optional<std::int64_t> minimum,
                        Day day) {
  Coverage coverage;
  coverage.day = day;
  coverage.minimum = minimum;
  for (const SystemOnDay& system : systems) {
    if (!system.state.present) continue;
    add(coverage.all, system.state);
    add(coverage.by_level[system.state.level], system.state);
    add(coverage.by_team[system.state.team_id], system.state);
  }
  if (minimum && coverage.all.confirmed < *minimum) {
    coverage.warning =
        fmt::format("客户已确认 {} 个系统，少于合同约定的 {} 个", coverage.all.confirmed, *minimum);
  }
  return coverage;
}

}  // namespace dengce::portfolio
