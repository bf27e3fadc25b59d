// SPDX-License-Identifier: Apache-2.0
// The log of exports as a list: who took what out when, why, and for whom.
#pragma once

#include "access/doors.h"
#include "db/database.h"

namespace dengce::program {

// Both outlive the doors.
void add_export_log_routes(access::Doors& doors, db::Database& database);

}  // namespace dengce::program
