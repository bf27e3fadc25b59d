// SPDX-License-Identifier: Apache-2.0
// The routes of the audit chain, for the audit administrator.
#pragma once

#include <filesystem>

#include "access/doors.h"
#include "base/clock.h"
#include "db/database.h"

namespace dengce::access {

// The database outlives the doors. `heads_file`: the published heads that a verification holds the
// chain to, when the file is there.
void add_audit_routes(Doors& doors,
                      db::Database& database,
                      std::filesystem::path heads_file,
                      Clock clock = system_now);

}  // namespace dengce::access
