// SPDX-License-Identifier: Apache-2.0
// All SQL about systems, their history and who sees them. select_systems and select_system are in
// portfolio_store.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/actor.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/coverage.h"
#include "portfolio/list_store.h"
#include "portfolio/portfolio.h"
#include "portfolio/system_history.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

Result<Visible> select_visible(db::Transaction& transaction, const access::Actor& actor);

// A system in sight; not_found otherwise, whether it exists or not.
Result<InformationSystem> select_visible_system(db::Transaction& transaction,
                                                const Visible& visible,
                                                const std::string& id);

// Whether something may be linked to these systems: all of them are in sight, and who does not see
// everything names one at least. The problem's field is `systems`.
Result<> check_links(db::Transaction& transaction, const Visible& visible, const IdSet& systems);

// Whether a system is in sight; the problem's field is `system_id`.
Result<> check_system(db::Transaction& transaction,
                      const Visible& visible,
                      const std::string& system_id);

inline const http::PageRules system_rules{{"number", "name", "level", "team"},
                                          {"team", "level", "present", "q"}};
Result<Page<InformationSystem>> select_system_page(db::Transaction& transaction,
                                                   const Visible& visible,
                                                   const http::PageQuery& query);

Result<> insert_systems(db::Transaction& transaction,
                        const std::string& contract_id,
                        const std::vector<InformationSystem>& systems);
Result<> insert_events(db::Transaction& transaction, const std::vector<SystemEvent>& events);

// Sorted.
Result<std::vector<SystemEvent>> select_events(db::Transaction& transaction,
                                               const std::string& system_id);

// The systems in sight as they were, or will be, on a day; those not present are left out.
Result<std::vector<SystemOnDay>> select_systems_on(db::Transaction& transaction,
                                                   const Visible& visible,
                                                   Day day);

// Writes number and state of today into the row and counts its version up;
// conflict when the version is stale.
Result<> update_system(db::Transaction& transaction, const InformationSystem& system);

// Systems with a recorded event that takes effect by `today` and is not in their row yet.
Result<std::vector<std::string>> select_due_systems(db::Transaction& transaction, Day today);

Result<bool> is_system_name_taken(db::Transaction& transaction,
                                  const std::string& name,
                                  const std::string& except_id);
Result<std::int64_t> select_next_system_number(db::Transaction& transaction);

}  // namespace dengce::portfolio
