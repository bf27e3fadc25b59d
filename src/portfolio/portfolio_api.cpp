// SPDX-License-Identifier: Apache-2.0
#include "portfolio/portfolio_api.h"

#include "portfolio/api_support.h"
#include "portfolio/portfolio_routes.h"

namespace dengce::portfolio {

void add_portfolio_routes(access::Doors& doors,
                          db::Database& database,
                          const Catalogue& catalogue,
                          const Vault& vault,
                          Clock clock) {
  const Routes routes{doors, database, catalogue, vault, clock};
  add_contract_routes(routes);
  add_system_routes(routes);
  add_module_routes(routes);
  add_filing_routes(routes);
  add_asset_routes(routes);
  add_overview_routes(routes);
  add_survey_routes(routes);
  add_risk_notice_routes(routes);
  add_contact_routes(routes);
  add_data_item_routes(routes);
}

}  // namespace dengce::portfolio
