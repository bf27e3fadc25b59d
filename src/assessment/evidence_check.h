// SPDX-License-Identifier: Apache-2.0
// Walks all stored evidence: does everything open, and is it what its digest says?
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"

namespace dengce::assessment {

struct EvidenceCheck {
  std::int64_t bundles = 0;
  std::int64_t assessments = 0;
  std::int64_t snapshots = 0;
  std::vector<Problem> problems;  // the first 100
};

Result<EvidenceCheck> check_evidence(db::Database& database, const Vault& vault);

}  // namespace dengce::assessment
