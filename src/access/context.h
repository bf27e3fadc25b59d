// SPDX-License-Identifier: Apache-2.0
// What the use cases of this room work with. The program owns the parts; all outlive their users.
#pragma once

#include "access/password.h"
#include "access/rights.h"
#include "base/clock.h"
#include "base/vault.h"
#include "db/database.h"

namespace dengce::access {

struct AccessContext {
  db::Database& database;
  const Rights& rights;
  const Vault& vault;  // seals second factors
  PasswordHasher& hasher;
  Clock clock = system_now;
};

}  // namespace dengce::access
