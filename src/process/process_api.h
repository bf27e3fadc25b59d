// SPDX-License-Identifier: Apache-2.0
// The routes of the process: its data, progress, stages, products, internet-side tests, calendar.
#pragma once

#include "access/doors.h"
#include "base/clock.h"
#include "db/database.h"
#include "process/process.h"

namespace dengce::process {

// All of them outlive the doors.
void add_process_routes(access::Doors& doors,
                        db::Database& database,
                        const Process& process,
                        Clock clock = system_now);

}  // namespace dengce::process
