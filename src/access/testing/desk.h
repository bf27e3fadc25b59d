// SPDX-License-Identifier: Apache-2.0
// For the tests of all rooms: accounts with sessions, and a walk through every door with every
// role.
#pragma once

#include <string>
#include <vector>

#include "access/context.h"
#include "access/doors.h"
#include "access/sessions.h"
#include "base/content.h"

namespace dengce::access::test {

// The rules of content/, but passwords are hashed cheaply.
Rights cheap_rights(const Content& content = Content::embedded());

// A fixed clock that tests set; starts at 2026-07-01T08:00:00Z.
Instant desk_now();
void set_desk_clock(Instant now);
void pass_minutes(std::int64_t minutes);

// A browser: keeps the cookie and the CSRF token of what it was answered.
struct Browser {
  std::string cookie;
  std::string csrf;
  std::string address = "192.0.2.7";

  // Sends the request with what the browser holds; takes over a new cookie and token.
  http::Response send(const http::Router& router,
                      const std::string& method,
                      const std::string& path,
                      const std::string& body = {},
                      const std::map<std::string, std::string>& headers = {});
};

// Database, rights, vault and hasher of a test in one place. Throws when they cannot be made.
class Desk {
 public:
  explicit Desk(db::Database& database, Rights rights = cheap_rights());

  [[nodiscard]] const AccessContext& context() const { return context_; }

  [[nodiscard]] const Rights& rights() const { return rights_; }

  // An account with these roles, password and second factor settled, all proofs of entry given.
  std::string add_account(const std::string& login,
                          const std::vector<std::string>& roles,
                          const Scope& scope = {});
  // A session of that account that is signed in.
  Browser sign_in(const std::string& account);
  // The actor of that account, for tests of use cases.
  Actor actor(const std::string& account);

 private:
  Rights rights_;
  Vault vault_;
  PasswordHasher hasher_;
  AccessContext context_;
};

// Sends a request to every door: without a session, with an unfinished one, without CSRF token, and
// with each role of the table in turn. A door must turn away who lacks its right, with 403 and
// permission_denied, and nobody else. Gives what is wrong, one line a fault; empty: all is well.
// The requests carry no body and ids that do not exist.
std::vector<std::string> check_every_door(Desk& desk,
                                          const Doors& doors,
                                          const http::Router& router);

}  // namespace dengce::access::test
