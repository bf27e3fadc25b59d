// SPDX-License-Identifier: Apache-2.0
// The part of the portfolio that an actor sees. What is out of sight does not exist for the actor.
#pragma once

#include <set>
#include <string>

namespace dengce::portfolio {

struct Visible {
  bool everything = false;
  std::set<std::string, std::less<>> systems;  // ids, when not everything
  std::set<std::string, std::less<>> teams;    // of these systems, or named by the scope

  [[nodiscard]] bool covers(std::string_view system) const {
    return everything || systems.contains(system);
  }

  [[nodiscard]] bool covers_team(std::string_view team) const {
    return everything || teams.contains(team);
  }

  // Nothing of an object that belongs to all of them is out of sight.
  [[nodiscard]] bool covers_all(const std::set<std::string, std::less<>>& ids) const {
    if (everything) return true;
    for (const std::string& id : ids) {
      if (!systems.contains(id)) return false;
    }
    return !ids.empty();
  }
};

}  // namespace dengce::portfolio
