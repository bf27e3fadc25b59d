// SPDX-License-Identifier: Apache-2.0
// The contract as kept: its fields with their amendments, and what follows from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "db/database.h"
#include "portfolio/coverage.h"
#include "portfolio/portfolio.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

// What changed a contract after it was entered; before and after are JSON of its fields.
struct Amendment {
  std::string id;
  Day effective;
  std::string reason;
  std::string before;
  std::string after;
  std::string recorded_by;
  Instant recorded;
};

// Fields that an amendment sets; the outer optional says whether it does.
struct ContractPatch {
  std::optional<std::optional<std::string>> provider;
  std::optional<std::optional<Day>> signed_on;
  std::optional<std::optional<Day>> start;
  std::optional<Day> end;
  std::optional<std::int64_t> ceiling_fen;
  std::optional<std::optional<std::int64_t>> price_fen;
  std::optional<std::string> terms;  // JSON object
  std::optional<Day> effective;      // none: today
  std::string reason;
};

struct Payment {
  std::int64_t number = 0;
  std::int64_t percent = 0;
  std::int64_t amount_fen = 0;
};

// What the fields say without being written down; none where a field it needs is not known yet.
struct Derived {
  std::optional<Day> first_day;      // start, or the day of signing
  std::optional<Day> half_time;      // first day plus half of the days, rounded down
  std::optional<Day> materials_due;  // months before the end
  std::vector<Payment> payments;     // none without a price
};

Derived derive(const Contract& contract);

// The floor of the number of systems in the terms; none when they name none.
std::optional<std::int64_t> minimum_systems(const Contract& contract);

// Dates in order, price within the ceiling, shares that add up. All problems together.
Result<> check_contract(const Contract& contract);

Result<Contract> change_contract(db::Database& database,
                                 const access::Actor& actor,
                                 std::int64_t version,
                                 const ContractPatch& patch,
                                 Clock clock = system_now);

Result<Team> create_team(db::Database& database,
                         const access::Actor& actor,
                         Team team,
                         Clock clock = system_now);
Result<Team> change_team(db::Database& database,
                         const access::Actor& actor,
                         const Team& team,
                         Clock clock = system_now);

std::string to_json(const Contract& contract);
std::string to_json(const Team& team);
// Names of teams come from the list; teams without a system are left out.
void write_coverage(JsonWriter& json, const Coverage& coverage, const std::vector<Team>& teams);

}  // namespace dengce::portfolio
