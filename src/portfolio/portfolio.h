// SPDX-License-Identifier: Apache-2.0
// The portfolio: contract, teams and information systems (requirements ).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/content.h"
#include "base/result.h"

namespace dengce::portfolio {

struct Contract {
  std::string id;
  std::string name;
  std::string buyer;
  std::optional<std::string> provider;
  std::optional<Day> signed_on;
  std::optional<Day> start;
  Day end;
  std::int64_t ceiling_fen = 0;
  std::optional<std::int64_t> price_fen;
  std::string terms;  // the whole contract file as JSON: targets, shares, limits
  std::int64_t version = 1;
};

struct Team {
  std::string id;
  std::int64_t number = 0;
  std::string name;
  std::int64_t version = 1;
};

// As it is today; its other days follow from its events (system_history.h).
struct InformationSystem {
  std::string id;
  std::string team_id;
  std::string team;  // name
  std::int64_t number = 0;
  std::string name;
  std::int64_t level = 0;               // 1 to 4
  std::string sag = {};                 // "S3A3"; empty: not chosen yet
  bool present = true;                  // false: retired, or joins on a later day
  bool confirmed = true;                // by the client
  std::optional<Day> next_change = {};  // a recorded event takes effect then
  std::int64_t version = 1;
};

struct Portfolio {
  Contract contract;
  std::vector<Team> teams;
  std::vector<InformationSystem> systems;
};

// Reads portfolio/contract.yaml, teams.csv and systems.csv and gives every noun an id. All problems
// come back together, each with file, line and field.
Result<Portfolio> load_portfolio(const Content& content);

}  // namespace dengce::portfolio
