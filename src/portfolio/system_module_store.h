// SPDX-License-Identifier: Apache-2.0
// All SQL about modules of systems.
#pragma once

#include <string>
#include <vector>

#include "db/database.h"
#include "portfolio/system_modules.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

// By name.
Result<std::vector<SystemModule>> select_modules(db::Transaction& transaction,
                                                 const std::string& system_id);
// Of a system in sight; not_found otherwise.
Result<SystemModule> select_module(db::Transaction& transaction,
                                   const Visible& visible,
                                   const std::string& id);
Result<> insert_module(db::Transaction& transaction, const SystemModule& module);
// Counts its version up; conflict when it is stale.
Result<> update_module(db::Transaction& transaction, const SystemModule& module);
Result<> remove_module(db::Transaction& transaction, const std::string& id);

}  // namespace dengce::portfolio
