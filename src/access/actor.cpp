// SPDX-License-Identifier: Apache-2.0
#include "access/actor.h"

#include "access/rights.h"

namespace dengce::access {

bool Scope::covers(const std::string& contract,
                   const std::string& team,
                   const std::string& system) const {
  return everything || contracts.contains(contract) || teams.contains(team) ||
         systems.contains(system);
}

Actor command_line_actor() {
  Actor actor;
  actor.login = "命令行";
  actor.name = "命令行";
  actor.roles = {std::string(command_line_role)};
  actor.scope.everything = true;
  actor.address = "local";
  return actor;
}

}  // namespace dengce::access
