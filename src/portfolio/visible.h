// SPDX-License-Identifier: Apache-2.0
// The part of the portfolio that an actor sees. What is out of sight does not exist for the actor.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace dengce::portfolio {

using IdSet = std::set<std::string, std::less<>>;

struct Visible {
  bool everything = false;
  IdSet systems;  // ids, when not everything
  IdSet teams;    // of these systems, or named by the scope

  [[nodiscard]] bool covers(std::string_view system) const {
    return everything || systems.contains(system);
  }

  [[nodiscard]] bool covers_team(std::string_view team) const {
    return everything || teams.contains(team);
  }

  // Nothing of an object that belongs to all of them is out of sight.
  [[nodiscard]] bool covers_all(const IdSet& ids) const {
    if (everything) return true;
    for (const std::string& id : ids) {
      if (!systems.contains(id)) return false;
    }
    return !ids.empty();
  }

  // What belongs to no system is seen by who sees everything.
  [[nodiscard]] bool covers_any(const IdSet& ids) const {
    if (everything) return true;
    for (const std::string& id : ids) {
      if (systems.contains(id)) return true;
    }
    return false;
  }

  // What an object belongs to after an actor named `wanted`: what is out of sight stays.
  [[nodiscard]] IdSet relinked(const IdSet& before, IdSet wanted) const {
    wanted.merge(hidden(before));
    return wanted;
  }

  // The ids in sight, and those that are not.
  [[nodiscard]] IdSet seen(const IdSet& ids) const { return part(ids, true); }

  [[nodiscard]] IdSet hidden(const IdSet& ids) const { return part(ids, false); }

 private:
  [[nodiscard]] IdSet part(const IdSet& ids, bool in_sight) const {
    IdSet out;
    for (const std::string& id : ids) {
      if (covers(id) == in_sight) out.insert(id);
    }
    return out;
  }
};

}  // namespace dengce::portfolio
