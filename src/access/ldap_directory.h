// SPDX-License-Identifier: Apache-2.0
// Passwords checked by a bind at an LDAP server (RFC 4511, 4513). The server learns of a person
// only by the external name that an administrator gave the account, never by what somebody typed.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "access/directory.h"
#include "base/random.h"

namespace dengce::access {

// Either `user_dn`, or a search for the person below `search_base`.
struct LdapOptions {
  std::string url;         // ldaps://host[:port] or ldap://host[:port]
  bool start_tls = false;  // with ldap://; a must for every host but this one
  std::filesystem::path
      authority;        // PEM of who signs the server's certificate; empty: the system's
  std::string user_dn;  // "uid={},ou=people,dc=example"
  std::string search_base;
  std::string search_filter;  // "(uid={})"
  std::string search_dn;      // who searches; empty: nobody in particular
  Secret search_password;
  std::chrono::seconds patience{5};          // of each step; twice that for all of them
  std::function<void(const Error&)> failed;  // told why there was no answer
};

// invalid_argument with every setting that is wrong. Does not connect.
Result<std::unique_ptr<PasswordDirectory>> open_ldap_directory(LdapOptions options);

// For a place inside a DN (RFC 4514) or a filter (RFC 4515): whatever is no letter, digit, '.', '_'
// or '-' becomes "\hh", byte by byte, which both take.
std::string escape_ldap(std::string_view text);

}  // namespace dengce::access
