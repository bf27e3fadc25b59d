// SPDX-License-Identifier: Apache-2.0
// Accounts as they are kept. Nothing here holds a password; hashes and sealed secrets never leave
// the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"

namespace dengce::access {

// One entry of the list that a person must have complete before entry.
struct Clearance {
  std::string kind;  // id of a proof of the policy
  Day day;
  std::string proof;        // number or place of the paper
  std::string recorded_by;  // login
  Instant recorded;
};

// Who knows the password: this platform, the directory, or the identity provider.
enum class SignIn : std::uint8_t { local, directory, provider };

const char* sign_in_name(SignIn kind);
std::optional<SignIn> sign_in_from(std::string_view name);

struct Account {
  std::string id;
  std::int64_t version = 1;
  std::string login;  // small letters
  std::string name;
  std::string organisation;
  SignIn sign_in = SignIn::local;
  std::string external_name;  // what the person is called there; empty for local accounts
  std::string password_hash;  // empty: nobody signs in with a local password
  Instant password_changed;
  bool must_change = true;
  bool disabled = false;
  std::int64_t failures = 0;
  Instant locked_until;
  std::string second_factor;          // sealed; empty: none
  std::string second_factor_pending;  // sealed; shown, not yet confirmed
  std::int64_t second_factor_step = 0;
  Instant created;
  std::optional<Instant> last_sign_in;
  std::vector<std::string> roles;
  Scope scope;
  std::vector<Clearance> clearances;
};

// How far a sign-in has come. Only `signed_in` opens the doors of the platform.
enum class SessionState : std::uint8_t {
  second_factor,
  change_password,
  enroll_second_factor,
  signed_in,
};

const char* session_state_name(SessionState state);
std::optional<SessionState> session_state_from(std::string_view name);

struct Session {
  std::string id;
  std::string account_id;
  SessionState state = SessionState::second_factor;
  std::string address;
  std::string user_agent;
  Instant opened;
  Instant last_seen;
  Instant expires;
  std::optional<Instant> ended;
  bool factor_elsewhere = false;  // the identity provider asked for the second factor
};

struct ApiToken {
  std::string id;
  std::string account_id;
  std::string name;
  std::vector<std::string> rights;  // "system:read"
  Instant created;
  Instant expires;
  std::optional<Instant> last_used;
  std::optional<Instant> revoked;
};

}  // namespace dengce::access
