// SPDX-License-Identifier: Apache-2.0
// HTTP resources of collections: list, difference of two, what the hosts of a system expose.
#pragma once

#include "access/doors.h"
#include "assessment/collections.h"

namespace dengce::assessment {

// The arguments must outlive the doors.
void add_collection_routes(access::Doors& doors,
                           db::Database& database,
                           const Vault& vault,
                           const ReviewContent& content,
                           Clock clock = system_now);

}  // namespace dengce::assessment
