// SPDX-License-Identifier: Apache-2.0
// Signing in through the identity provider: out with a secret in the browser, back with a code.
#pragma once

#include <string>
#include <string_view>

#include "access/sessions.h"

namespace dengce::access {

inline constexpr std::int64_t flow_minutes = 10;

struct ProviderVisit {
  std::string secret;   // for a cookie
  std::string address;  // where the browser goes
};

Result<ProviderVisit> begin_provider_sign_in(const AccessContext& context);

// What the browser brought back.
struct ProviderReturn {
  std::string secret;
  std::string state;
  std::string code;
  std::string issuer;
};

// Each visit returns once. No account is made: the provider's name for the person must be an
// account's. unauthenticated for every refusal, unavailable when the provider does not answer.
Result<SignedIn> end_provider_sign_in(const AccessContext& context,
                                      const ProviderReturn& back,
                                      const Origin& origin);

}  // namespace dengce::access
