// SPDX-License-Identifier: Apache-2.0
// Walks the whole chain and says where it was touched.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/audit_lines.h"
#include "access/audit_store.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::access {

enum class AuditFault {
  changed,    // an entry is not what its digest says
  unchained,  // an entry does not follow the one before it: inserted, replaced or reordered
  removed,    // numbers are missing
  head,       // the head row is not the end of the chain
  cut,        // a seal or published head lies beyond the end of the chain
  seal,       // a seal or its signature was touched, or does not fit the chain
  clock,      // a warning: time went back
};

std::string_view audit_fault_name(AuditFault fault);

struct AuditFinding {
  AuditFault fault = AuditFault::changed;
  std::int64_t sequence = 0;  // of the entry; 0: none
  std::string reason;         // Chinese
};

struct AuditReport {
  std::int64_t entries = 0;
  AuditHead head;
  AuditSeal sealed;                    // the newest; number 0: none yet
  std::int64_t published = 0;          // how many published heads were held against the chain
  std::vector<AuditFinding> problems;  // the first 1,000
  std::vector<AuditFinding> warnings;  // clock only, the first 100
  std::int64_t problem_count = 0;      // all

  [[nodiscard]] bool ok() const { return problem_count == 0; }
};

// `published`: what publish_seals wrote outside; nullptr: the database is held to itself only.
Result<AuditReport> verify_audit(db::Transaction& transaction, const AuditLines* published);

}  // namespace dengce::access
