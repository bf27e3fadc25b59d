// SPDX-License-Identifier: Apache-2.0
// What a supervisor asks: alive, ready, counters.
#pragma once

#include "access/doors.h"
#include "db/database.h"
#include "http/metrics.h"

namespace dengce::program {

// GET /healthz, /readyz (503 without a database) and /metrics, the last for this machine only.
void add_health_routes(access::Doors& doors, db::Database& database, const http::Metrics& metrics);

}  // namespace dengce::program
