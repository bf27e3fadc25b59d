// SPDX-License-Identifier: Apache-2.0
// All SQL about contract, teams and systems.
#pragma once

#include <string>
#include <vector>

#include "db/database.h"
#include "portfolio/contracts.h"
#include "portfolio/portfolio.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

// Adds the contract with its teams and systems; already_exists if a contract of that name is there.
Result<> insert_portfolio(db::Transaction& transaction, const Portfolio& portfolio);

// All systems by number.
Result<std::vector<InformationSystem>> select_systems(db::Transaction& transaction);

// By name or by id; not_found names it.
Result<InformationSystem> select_system(db::Transaction& transaction,
                                        const std::string& name_or_id);

// The contract; not_found if none is loaded.
Result<Contract> select_contract(db::Transaction& transaction);

// Writes the contract's fields and counts its version up; conflict when the version is stale.
Result<> update_contract(db::Transaction& transaction, const Contract& contract);
Result<> insert_amendment(db::Transaction& transaction,
                          const std::string& contract_id,
                          const Amendment& amendment);
// As recorded, oldest first.
Result<std::vector<Amendment>> select_amendments(db::Transaction& transaction,
                                                 const std::string& contract_id);

// Those in sight, by number.
Result<std::vector<Team>> select_teams(db::Transaction& transaction, const Visible& visible);
Result<> insert_team(db::Transaction& transaction,
                     const std::string& contract_id,
                     const Team& team);
// Counts its version up; conflict when it is stale.
Result<> update_team(db::Transaction& transaction, const Team& team);

}  // namespace dengce::portfolio
