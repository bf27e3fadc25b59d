// SPDX-License-Identifier: Apache-2.0
// Private to this room: the routes of each noun.
#pragma once

namespace dengce::portfolio {

struct Routes;

void add_contract_routes(const Routes& routes);
void add_system_routes(const Routes& routes);
void add_module_routes(const Routes& routes);
void add_filing_routes(const Routes& routes);
void add_asset_routes(const Routes& routes);
void add_overview_routes(const Routes& routes);
void add_survey_routes(const Routes& routes);
void add_risk_notice_routes(const Routes& routes);
void add_contact_routes(const Routes& routes);
void add_data_item_routes(const Routes& routes);

}  // namespace dengce::portfolio
