// SPDX-License-Identifier: Apache-2.0
// The steps that every way of signing in shares. Internal to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "access/audit.h"
#include "access/sessions.h"

namespace dengce::access {

inline constexpr std::int64_t minute = 60'000;
inline constexpr std::int64_t day_milliseconds = 24 * 60 * minute;
inline constexpr std::size_t session_secret_bytes = 32;

Instant plus(Instant at, std::int64_t milliseconds);
bool is_locked(const Account& account, Instant now);

// elsewhere: the identity provider asked for a second factor, and the operator counts it.
enum class Factor : std::uint8_t { open, passed, elsewhere };

// What is still to be done after the factor.
SessionState next_state(const Rights& rights, const Account& account, Factor factor, Instant now);

Actor actor_of(const Account& account, const std::string& address, const std::string& session);
AuditEvent event_of(std::string action, const Account& account, Outcome outcome = Outcome::done);

// One message for every reason.
tl::unexpected<Error> wrong_sign_in(const Policy& policy);

// What a correct sign-in settles once no factor is open any more.
Result<> settle_sign_in(db::Transaction& transaction,
                        const AccessContext& context,
                        const std::string& account,
                        const std::string& session,
                        Instant now);

struct Refusal {
  std::optional<Account> account;  // none: nobody has such a name
  std::string action;
  Origin origin;
  bool counts = false;  // towards the lock
  std::string session;
  std::string detail;  // of the audit entry
  Outcome outcome = Outcome::denied;
};

// Stores an attempt that failed; a lock ends the session.
Result<> store_refusal(const AccessContext& context, const Refusal& refusal);

// Opens a session for the account as it was when its password or token was found right: refused
// when somebody has changed, locked or disabled it since.
Result<SignedIn> open_session(const AccessContext& context,
                              const Account& seen,
                              const Origin& origin,
                              Factor factor);

}  // namespace dengce::access
