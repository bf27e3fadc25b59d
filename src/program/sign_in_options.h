// SPDX-License-Identifier: Apache-2.0
// Settings of sign-in through other places: a directory (LDAP), an identity provider
// (OpenID Connect).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "access/directory.h"
#include "access/identity_provider.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace dengce::program {

struct SignInOptions {
  std::string ldap;
  bool ldap_starttls = false;
  std::filesystem::path ldap_authority;
  std::string ldap_user_dn;
  std::string ldap_search_base;
  std::string ldap_search_filter;
  std::string ldap_search_dn;
  std::filesystem::path ldap_search_password_file;
  std::string oidc_issuer;
  std::string oidc_client;
  std::filesystem::path oidc_client_secret_file;
  std::string oidc_page;
  std::string oidc_claim = "sub";
  std::vector<std::string> oidc_scopes;
  std::vector<std::string> oidc_second_factors;
  std::filesystem::path oidc_authority;
};

void add_sign_in_options(CLI::App& command, SignInOptions& options);

// Null where the settings name none; all wrong settings come back together.
struct SignInPlaces {
  std::unique_ptr<access::PasswordDirectory> directory;
  std::unique_ptr<access::IdentityProvider> provider;
};

Result<SignInPlaces> open_sign_in_places(const SignInOptions& options);

}  // namespace dengce::program
