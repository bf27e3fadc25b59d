// SPDX-License-Identifier: Apache-2.0
// Signing in at an identity provider by OpenID Connect: authorization code with PKCE.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace dengce::access {

// All three follow from one secret that only the browser holds.
struct SignInFlow {
  std::string state;
  std::string nonce;
  std::string verifier;

  static SignInFlow of(std::string_view secret);
};

// Whom the provider vouches for.
struct Identity {
  std::string name;            // the configured claim
  bool second_factor = false;  // the provider says that it asked for one, and that counts
};

// Safe to use from several threads.
class IdentityProvider {
 public:
  IdentityProvider() = default;
  IdentityProvider(const IdentityProvider&) = delete;
  IdentityProvider& operator=(const IdentityProvider&) = delete;
  virtual ~IdentityProvider() = default;

  // Where the browser goes; unavailable when the provider does not answer.
  virtual Result<std::string> address_for(const SignInFlow& flow) = 0;
  // What it came back with. `issuer` may be empty. unauthenticated when the provider refuses or its
  // token does not hold, unavailable when it does not answer.
  virtual Result<Identity> identify(const SignInFlow& flow,
                                    std::string_view code,
                                    std::string_view issuer,
                                    Instant now) = 0;
};

struct ProviderOptions {
  std::string issuer;                       // as in its discovery document, https
  std::string client;                       // our name there
  Secret client_secret;                     // empty: a public client
  std::string page;                         // "https://dengce.example", as browsers see us
  std::string claim = "sub";                // whose value is the external name
  std::vector<std::string> scopes;          // beside "openid"
  std::vector<std::string> second_factors;  // "amr:otp", "acr:urn:…"; empty: ours is asked for
  std::filesystem::path authority;          // PEM of who signs the provider's certificate
  std::function<void(const Error&)> failed;
};

// Where the provider sends browsers back to.
inline constexpr std::string_view provider_return = "/api/session/provider/return";

// invalid_argument with every setting that is wrong. Does not connect.
Result<std::unique_ptr<IdentityProvider>> open_identity_provider(ProviderOptions options);

}  // namespace dengce::access
