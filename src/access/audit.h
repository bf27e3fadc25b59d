// SPDX-License-Identifier: Apache-2.0
// The audit chain: one entry for every change and every read of evidence or export, written in the
// transaction of what it tells of, chained with SM3 (GB/T 22239-2019 8.1.4.3, R-87).
#pragma once

#include <string>

#include "access/actor.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::access {

enum class Outcome { done, denied, failed };

struct AuditEvent {
  std::string action;       // "system.create", "evidence.read", "session.open"
  std::string object_type;  // "system", "evidence" …; empty: none
  std::string object_id;
  std::string object_name;  // as a reader knows it; no personal data beyond a login name
  std::string before;       // SM3 of the object's state before, empty: none
  std::string after;        // SM3 of the state after
  std::string detail;       // JSON object or empty; no secrets, no evidence
  Outcome outcome = Outcome::done;
};

// Appends an entry at the chain's end. Two writers wait for each other; a failed transaction leaves
// no entry and no gap.
Result<> append_audit(db::Transaction& transaction,
                      const Actor& actor,
                      const AuditEvent& event,
                      Clock clock = system_now);

}  // namespace dengce::access
