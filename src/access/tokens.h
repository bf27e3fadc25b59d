// SPDX-License-Identifier: Apache-2.0
// API tokens: part of an account's own rights, for programs, with an end.
#pragma once

#include <string>
#include <vector>

#include "access/account.h"
#include "access/context.h"

namespace dengce::access {

struct NewToken {
  std::string name;
  std::vector<std::string> rights;  // "system:read"; each one the account holds itself
  Instant expires;
};

struct IssuedToken {
  std::string id;
  std::string token;  // "dgc_" and 64 hexadecimal digits; shown this once
};

Result<IssuedToken> create_token(const AccessContext& context,
                                 const Actor& actor,
                                 const NewToken& input);
Result<std::vector<ApiToken>> list_tokens(const AccessContext& context, const Actor& actor);
Result<> revoke_own_token(const AccessContext& context, const Actor& actor, const std::string& id);

}  // namespace dengce::access
