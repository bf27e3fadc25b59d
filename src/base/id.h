// SPDX-License-Identifier: Apache-2.0
// Identifiers: UUIDv7 (RFC 9562), time-ordered.
#pragma once

#include <string>

#include "base/clock.h"

namespace dengce {

// 36 characters, lower case; ascending within one process even inside one millisecond.
std::string new_id(Clock clock = system_now);

}  // namespace dengce
