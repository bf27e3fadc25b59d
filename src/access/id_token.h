// SPDX-License-Identifier: Apache-2.0
// ID tokens of OpenID Connect: what is signed by the provider for us, now, and for this sign-in.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace dengce::access {

struct TokenRules {
  std::string issuer;
  std::string client;
  std::string nonce;
  Instant now;
};

// The claims of a token that one of the keys (a JWK set, RFC 7517) signed with RS256 or ES256 and
// that follows the rules; unauthenticated with the reason as detail otherwise.
Result<boost::json::object> read_id_token(std::string_view token,
                                          const boost::json::value& keys,
                                          const TokenRules& rules);

}  // namespace dengce::access
