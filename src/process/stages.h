// SPDX-License-Identifier: Apache-2.0
// Use cases of stages: dates and people of one stage, and planned dates for many systems.
// Every one keeps to the actor's scope; the right itself is checked at the door.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "db/database.h"
#include "process/process_store.h"

namespace dengce::process {

struct StagePatch {
  std::optional<std::optional<Day>> planned_from;
  std::optional<std::optional<Day>> planned_to;
  std::optional<std::optional<Day>> actual_from;
  std::optional<std::optional<Day>> actual_to;
  std::optional<std::optional<std::string>> lead;  // account id
  std::optional<std::vector<std::string>> members;
  std::optional<std::string> note;
};

// Who may answer for stages: accounts with one of these roles.
using StaffRoles = std::vector<std::string>;

// A start needs its gate open, an end its products final: failed_precondition with all that is
// missing. Dates that can not be: invalid_argument.
Result<StageRow> change_stage(db::Database& database,
                              const Process& process,
                              const StaffRoles& staff_roles,
                              const access::Actor& actor,
                              const std::string& system_id,
                              const std::string& stage,
                              std::int64_t version,
                              const StagePatch& patch,
                              Clock clock = system_now);

struct PlanOrder {
  std::vector<std::string> systems;
  Day start;
  std::int64_t every = 0;  // working days by which each system begins after the one before
  bool apply = false;
};

struct PlannedStage {
  std::string stage;
  StageDates before;
  StageDates after;
};

struct PlannedSystem {
  std::string system_id;
  std::string system;
  std::vector<PlannedStage> stages;  // those that have not begun, in their order
};

// Planned dates out of the usual lengths; written only when the order says so.
Result<std::vector<PlannedSystem>> plan_progress(db::Database& database,
                                                 const Process& process,
                                                 const access::Actor& actor,
                                                 const PlanOrder& order,
                                                 Clock clock = system_now);

}  // namespace dengce::process
