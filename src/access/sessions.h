// SPDX-License-Identifier: Apache-2.0
// Signing in and out: password, second factor, first-login change, sessions. Who knows a session's
// secret is the person; the database keeps only its SHA-256.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/account.h"
#include "access/context.h"

namespace dengce::access {

// Who asks, as the door found out.
struct Caller {
  Actor actor;
  SessionState state = SessionState::signed_in;
  bool by_token = false;
  std::vector<std::string> token_rights;  // "system:read"; of a token only
  bool entry_cleared = true;              // false: the entry list of the person has gaps
  bool second_factor = false;             // enrolled
  Instant idle_expires;
  Instant expires;
};

// What a browser may keep: the secret goes into the cookie, the other into X-CSRF-Token.
struct SignedIn {
  std::string secret;
  std::string csrf;
  SessionState state = SessionState::second_factor;
};

// Where a request came from.
struct Origin {
  std::string address;
  std::string user_agent;
};

// The caller behind a session secret; unauthenticated when there is none, it is over, idle for too
// long, or its account is disabled or locked.
Result<Caller> find_caller(db::Database& database,
                           const Rights& rights,
                           std::string_view session_secret,
                           Instant now);
// The caller behind an API token ("dgc_…").
Result<Caller> find_token_caller(db::Database& database,
                                 const Rights& rights,
                                 std::string_view token,
                                 Instant now);
// Follows from the secret, so that it needs no place of its own.
std::string csrf_of(std::string_view session_secret);

// How many attempts an address and a login have in one window. Safe to use from several threads.
class AttemptLimit {
 public:
  // rate_limited when the window is used up. An empty login: nobody is named yet.
  Result<> count(const Policy& policy,
                 const std::string& address,
                 const std::string& login,
                 Instant now);

 private:
  std::mutex mutex_;
  Instant window_start_;
  std::map<std::string, std::int64_t, std::less<>> counts_;
};

// Every way to fail looks the same: unauthenticated, with one message. Only a directory that gives
// no answer is another one: unavailable, and no failure of the person's.
Result<SignedIn> sign_in(const AccessContext& context,
                         const std::string& login,
                         std::string_view password,
                         const Origin& origin);
// A TOTP or recovery code. Failures count towards the lock; a lock ends the session.
Result<SignedIn> give_second_factor(const AccessContext& context,
                                    const Caller& caller,
                                    std::string_view code);
// Ends the other sessions of the account.
Result<SignedIn> change_password(const AccessContext& context,
                                 const Caller& caller,
                                 std::string_view current,
                                 std::string_view next);
Result<> sign_out(const AccessContext& context, const Caller& caller);

struct Enrolment {
  std::string secret;  // base32
  std::string uri;
};

// Makes a secret and shows it once; it counts after confirm_second_factor.
Result<Enrolment> begin_second_factor(const AccessContext& context, const Caller& caller);

struct Enrolled {
  std::vector<std::string> recovery_codes;
  SignedIn session;  // without a secret when the session stays as it is
};

Result<Enrolled> confirm_second_factor(const AccessContext& context,
                                       const Caller& caller,
                                       std::string_view code);
// Only where the policy leaves it to the person.
Result<> drop_second_factor(const AccessContext& context,
                            const Caller& caller,
                            std::string_view code);

// One's own sessions.
Result<std::vector<Session>> list_sessions(const AccessContext& context, const Caller& caller);
Result<> revoke_session(const AccessContext& context, const Caller& caller, const std::string& id);

// Must accounts with these roles have a second factor?
bool needs_second_factor(const Rights& rights, const std::vector<std::string>& roles);
// Has the person proven everything that entry asks for, by that day?
bool is_entry_cleared(const Rights& rights, const Account& account, Day today);

}  // namespace dengce::access
