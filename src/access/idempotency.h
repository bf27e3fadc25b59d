// SPDX-License-Identifier: Apache-2.0
// `Idempotency-Key`: a creating call that is sent again gets the answer of the first one. The kept
// answer is encrypted by the key, which only the caller knows.
#pragma once

#include <functional>
#include <string>

#include "access/actor.h"
#include "base/clock.h"
#include "db/database.h"
#include "http/message.h"

namespace dengce::access {

// Runs the call once for each key of an account within 24 hours. The same key with another request,
// or while the first call is not finished, is `conflict`. Only answers below 300 are kept.
Result<http::Response> run_once(db::Database& database,
                                const Actor& actor,
                                const http::Request& request,
                                Clock clock,
                                const std::function<Result<http::Response>()>& call);

}  // namespace dengce::access
