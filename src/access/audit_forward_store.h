// SPDX-License-Identifier: Apache-2.0
// How far the chain was forwarded, and by whom.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::access {

// Takes or keeps the target for `holder` until `until`; the last sequence sent, or none while
// another one holds it.
Result<std::optional<std::int64_t>> hold_forward(db::Transaction& transaction,
                                                 const std::string& target,
                                                 const std::string& holder,
                                                 Instant now,
                                                 Instant until);
// False when the holder has changed.
Result<bool> move_forward(db::Transaction& transaction,
                          const std::string& target,
                          const std::string& holder,
                          std::int64_t sequence);

// Lets another holder take it at once.
Result<> release_forward(db::Transaction& transaction,
                         const std::string& target,
                         const std::string& holder);

}  // namespace dengce::access
