// SPDX-License-Identifier: Apache-2.0
// All SQL about contract, teams and systems.
#pragma once

#include <string>
#include <vector>

#include "db/database.h"
#include "portfolio/portfolio.h"

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

}  // namespace dengce::portfolio
