// SPDX-License-Identifier: Apache-2.0
// From negative records to numbered problems with their risk, and to the triggers of appendix G.
// Pure rules (primer §3.4, §4.6, §6; GB/T 28449-2018: every 部分符合 / 不符合 goes through risk
// analysis).
#pragma once

#include <vector>

#include "assessment/assessment.h"
#include "assessment/snapshot.h"
#include "standard/risk.h"
#include "standard/standard.h"

namespace dengce::assessment {

// Every 部分符合 and 不符合 record belongs to exactly one problem. Records whose judgement names
// the same cause are one problem; records nobody has judged form one problem an item, with an empty
// risk and the candidate cases named. Ordered by risk (unjudged first, then 高 中 低), then layer,
// then item; numbered T001 …
std::vector<SecurityProblem> derive_problems(const std::vector<SnapshotObject>& objects,
                                             const std::vector<SnapshotItem>& items,
                                             const std::vector<RecordLine>& records,
                                             const std::vector<RiskJudgement>& judgements,
                                             const standard::Standard& standard,
                                             const standard::RiskCatalog& catalog);

// All triggers in the order of the list; `problems` names those on its items, `triggered` tells
// whether one of them counts as a hazard. A hazard on no listed item triggers nothing here and
// still counts.
std::vector<HazardTrigger> derive_hazards(std::vector<SecurityProblem>& problems,
                                          const standard::Standard& standard,
                                          const standard::RiskCatalog& catalog);

}  // namespace dengce::assessment
