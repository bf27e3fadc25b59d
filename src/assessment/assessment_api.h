// SPDX-License-Identifier: Apache-2.0
// HTTP resources of portfolio results: systems, results, worksheet, records, evidence, checks.
// Read-only; everything shown comes from the newest snapshot of an assessment.
#pragma once

#include "access/doors.h"
#include "assessment/knowledge.h"
#include "assessment/snapshot_cache.h"
#include "db/database.h"

namespace dengce::assessment {

// The arguments must outlive the doors.
void add_assessment_routes(access::Doors& doors,
                           db::Database& database,
                           const Vault& vault,
                           const Knowledge& knowledge,
                           SnapshotCache& snapshots);

}  // namespace dengce::assessment
