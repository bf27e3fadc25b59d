// SPDX-License-Identifier: Apache-2.0
// The routes of this room: signing in, one's own account, administration of accounts.
#pragma once

#include <memory>

#include "access/context.h"
#include "access/doors.h"
#include "access/sessions.h"

namespace dengce::access {

// Both outlive the router.
void add_provider_routes(Doors& doors,
                         const AccessContext& context,
                         const std::shared_ptr<AttemptLimit>& attempts);
void add_session_routes(Doors& doors, const AccessContext& context);
void add_account_routes(Doors& doors, const AccessContext& context);

inline void add_access_routes(Doors& doors, const AccessContext& context) {
  add_session_routes(doors, context);
  add_account_routes(doors, context);
}

}  // namespace dengce::access
