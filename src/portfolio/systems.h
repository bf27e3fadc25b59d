// SPDX-License-Identifier: Apache-2.0
// Use cases of systems: entering, changing with a date, reading any day. Every one
// keeps to the actor's scope; the right itself is checked at the door.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "portfolio/coverage.h"
#include "portfolio/portfolio.h"
#include "portfolio/system_history.h"

namespace dengce::portfolio {

struct NewSystem {
  std::string team_id;
  std::optional<std::int64_t> number;  // none: the next one
  std::string name;
  std::int64_t level = 0;
  std::string sag;
  Day from;
  std::string reason;
  std::optional<Day> confirmed_day;
};

// What PATCH may change; a name or a grade takes effect today and goes into the history.
struct SystemPatch {
  std::optional<std::int64_t> number;
  std::optional<std::string> name;
  std::optional<std::string> sag;
  std::string reason;
};

Result<InformationSystem> create_system(db::Database& database,
                                        const access::Actor& actor,
                                        const NewSystem& input,
                                        Clock clock = system_now);

// `event` needs kind, effective day and what its kind asks for; the rest is filled in.
Result<InformationSystem> record_event(db::Database& database,
                                       const access::Actor& actor,
                                       const std::string& system_id,
                                       SystemEvent event,
                                       Clock clock = system_now);

Result<InformationSystem> change_system(db::Database& database,
                                        const access::Actor& actor,
                                        const std::string& system_id,
                                        std::int64_t version,
                                        const SystemPatch& patch,
                                        Clock clock = system_now);

Result<std::vector<SystemEvent>> system_history(db::Database& database,
                                                const access::Actor& actor,
                                                const std::string& system_id);

// The minimum, and so the warning, only for who sees all systems.
Result<Coverage> coverage_on(db::Database& database, const access::Actor& actor, Day day);

// Brings the rows of systems up to today; events recorded for later days take effect by it. The
// lists of this room do so themselves; the program does it at start and each midnight.
Result<> apply_due_events(db::Database& database, Clock clock = system_now);

// A read transaction whose systems are those of today.
Result<db::Transaction> read_today(db::Database& database, Clock clock = system_now);

// Brings what the row of a system says up to its events. Before its first day it shows what it will
// join with.
void take_state(InformationSystem& system, const std::vector<SystemEvent>& events, Day today);

std::string to_json(const InformationSystem& system);
void write_system(JsonWriter& json, const InformationSystem& system);
void write_event(JsonWriter& json, const SystemEvent& event);
void write_day(JsonWriter& json, std::string_view key, const std::optional<Day>& day);

}  // namespace dengce::portfolio
