// SPDX-License-Identifier: Apache-2.0
// HTTP resources of jobs: the list, one job, its progress as events, its file, cancelling it.
#pragma once

#include "access/doors.h"
#include "base/vault.h"
#include "db/database.h"
#include "job/job.h"

namespace dengce::job {

// An account sees the jobs it asked for. All arguments outlive the doors.
void add_job_routes(access::Doors& doors, db::Database& database, const Vault& vault);

// One job as JSON.
std::string job_json(const Job& job);

}  // namespace dengce::job
