// SPDX-License-Identifier: Apache-2.0
// What the running server is configured with, to look at: it is changed where it comes from.
#pragma once

#include <string>
#include <vector>

#include "access/doors.h"
#include "db/database.h"
#include "program/settings.h"

namespace dengce::program {

struct RunningWith {
  std::string version;
  std::string syslog;  // where the audit is forwarded to; empty: nowhere
  std::vector<Setting> settings;
};

// GET /api/settings. Both outlive the doors; `running` is filled before the first request.
void add_settings_route(access::Doors& doors, db::Database& database, const RunningWith& running);

}  // namespace dengce::program
