// SPDX-License-Identifier: Apache-2.0
// What the use cases of this room work with. The program owns the parts; all outlive their users.
#pragma once

#include "access/password.h"
#include "access/rights.h"
#include "base/clock.h"
#include "base/vault.h"
#include "db/database.h"

namespace dengce::access {

class IdentityProvider;
class PasswordDirectory;

struct AccessContext {
  db::Database& database;
  const Rights& rights;
  const Vault& vault;  // seals second factors
  PasswordHasher& hasher;
  Clock clock = system_now;
  PasswordDirectory* directory = nullptr;  // none: directory accounts can not sign in
  IdentityProvider* provider = nullptr;    // none: accounts of the provider neither
};

}  // namespace dengce::access
