// SPDX-License-Identifier: Apache-2.0
// The routes of the portfolio: contract, teams, systems, filings, assets and what belongs to them.
#pragma once

#include "access/doors.h"
#include "base/clock.h"
#include "base/vault.h"
#include "db/database.h"
#include "portfolio/catalogue.h"

namespace dengce::portfolio {

// All of them outlive the doors. The vault seals the personal fields of contacts.
void add_portfolio_routes(access::Doors& doors,
                          db::Database& database,
                          const Catalogue& catalogue,
                          const Vault& vault,
                          Clock clock = system_now);

}  // namespace dengce::portfolio
