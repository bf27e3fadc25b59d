// SPDX-License-Identifier: Apache-2.0
// What every use case of this room shares: the audit entry of a change, and the day of today.
#pragma once

#include <string>
#include <string_view>

#include "access/actor.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::portfolio {

// One change of one object; the states are JSON, of which the chain keeps digests. An empty state:
// there was none before, or there is none after.
struct Change {
  std::string action;  // "system.create"
  std::string type;    // "system"
  std::string id;
  std::string name;
  std::string before;
  std::string after;
  std::string detail;  // JSON or empty
};

// Appends the audit entry and commits: the last step of every use case that changes something.
Result<> commit_change(db::Transaction& transaction,
                       const access::Actor& actor,
                       const Change& change,
                       Clock clock);

// One problem of one field.
tl::unexpected<Error> bad_field(std::string_view field, std::string reason);

}  // namespace dengce::portfolio
