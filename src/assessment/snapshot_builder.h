// SPDX-License-Identifier: Apache-2.0
// From stored records to the frozen snapshot: item, control point and layer results, problems,
// hazards and every scheme. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "assessment/assessment.h"
#include "assessment/knowledge.h"
#include "assessment/snapshot.h"
#include "portfolio/portfolio.h"

namespace dengce::assessment {

struct SnapshotInput {
  Assessment assessment;
  portfolio::InformationSystem system;
  std::vector<AssessmentObject> objects;
  std::vector<StoredRecord> records;
  std::vector<RiskJudgement> risks;
  std::map<std::string, Table> tables;
};

// All but id and time.
Result<Snapshot> build_snapshot(const Knowledge& knowledge, SnapshotInput input);

}  // namespace dengce::assessment
