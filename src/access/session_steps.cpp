// SPDX-License-Identifier: Apache-2.0
#include "access/session_steps.h"

#include <fmt/format.h>

#include "access/account_store.h"
#include "access/session_store.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/random.h"
#include "base/text.h"

namespace dengce::access {
namespace {

constexpr std::int64_t keep_sessions = 30 * day_milliseconds;

bool is_expired(const Policy& policy, const Account& account, Instant now) {
  return now.milliseconds - account.password_changed.milliseconds >
         policy.expires_days * day_milliseconds;
}

// Whoever knows a local password changes it here; elsewhere others see to that.
bool must_change_password(const Policy& policy, const Account& account, Instant now) {
  return account.sign_in == SignIn::local &&
         (account.must_change || is_expired(policy, account, now));
}

bool is_same_way_in(const Account& one, const Account& other) {
  return one.sign_in == other.sign_in && one.external_name == other.external_name &&
         one.password_hash == other.password_hash;
}

Session new_session(const AccessContext& context,
                    const Account& account,
                    const Origin& origin,
                    Instant now) {
  Session session;
  session.id = new_id(context.clock);
  session.account_id = account.id;
  session.address = origin.address;
  session.user_agent = shorten(origin.user_agent, 200);
  session.opened = now;
  session.last_seen = now;
  session.expires = plus(now, context.rights.policy().session_hours * 60 * minute);
  return session;
}

}  // namespace

Instant plus(Instant at, std::int64_t milliseconds) {
  return Instant{at.milliseconds + milliseconds};
}

bool is_locked(const Account& account, Instant now) {
  return now < account.locked_until;
}

SessionState next_state(const Rights& rights, const Account& account, Factor factor, Instant now) {
  if (!account.second_factor.empty() && factor == Factor::open) return SessionState::second_factor;
  if (must_change_password(rights.policy(), account, now)) return SessionState::change_password;
  if (account.second_factor.empty() && factor != Factor::elsewhere &&
      needs_second_factor(rights, account.roles)) {
    return SessionState::enroll_second_factor;
  }
  return SessionState::signed_in;
}

Actor actor_of(const Account& account, const std::string& address, const std::string& session) {
  Actor actor;
  actor.account = account.id;
  actor.login = account.login;
  actor.name = account.name;
  actor.roles = account.roles;
  actor.scope = account.scope;
  actor.address = address;
  actor.session = session;
  return actor;
}

AuditEvent event_of(std::string action, const Account& account, Outcome outcome) {
  AuditEvent event;
  event.action = std::move(action);
  event.object_type = "account";
  event.object_id = account.id;
  event.object_name = account.login;
  event.outcome = outcome;
  return event;
}

tl::unexpected<Error> wrong_sign_in(const Policy& policy) {
  return fail(ErrorCode::unauthenticated,
              fmt::format("登录名或口令不正确，或账户不可用；连续失败 {} 次锁定 {} 分钟",
                          policy.lock_failures,
                          policy.lock_minutes));
}

Result<> settle_sign_in(db::Transaction& transaction,
                        const AccessContext& context,
                        const std::string& account,
                        const std::string& session,
                        Instant now) {
  TRY(clear_failures(transaction, account));
  TRY(set_last_sign_in(transaction, account, now));
  if (context.rights.policy().single_session) {
    TRY(end_sessions(transaction, account, session, now, "replaced"));
  }
  return {};
}

Result<> store_refusal(const AccessContext& context, const Refusal& refusal) {
  const Instant now = context.clock();
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  const auto& account = refusal.account;
  Actor actor;
  actor.login = account ? account->login : "";
  actor.address = refusal.origin.address;
  actor.session = refusal.session;
  AuditEvent event;
  event.action = refusal.action;
  event.object_type = "account";
  event.object_name = "未知登录名";
  if (account) event = event_of(refusal.action, *account);
  event.outcome = refusal.outcome;
  event.detail = refusal.detail;
  bool locked = false;
  if (account && refusal.counts) {
    const auto& policy = context.rights.policy();
    TRY_ASSIGN(locked,
               count_failure(transaction,
                             account->id,
                             policy.lock_failures,
                             plus(now, policy.lock_minutes * minute)));
  }
  if (locked) event.detail = R"({"locked":true})";
  if (locked && !refusal.session.empty()) {
    TRY(end_session(transaction, account->id, refusal.session, now, "locked"));
  }
  TRY(append_audit(transaction, actor, event, context.clock));
  return transaction.commit();
}

Result<SignedIn> open_session(const AccessContext& context,
                              const Account& seen,
                              const Origin& origin,
                              Factor factor) {
  const Instant now = context.clock();
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(const Account account, select_account(transaction, seen.id));
  if (account.disabled || is_locked(account, now) || !is_same_way_in(account, seen)) {
    return wrong_sign_in(context.rights.policy());
  }
  SignedIn out;
  out.secret = random_hex(session_secret_bytes);
  out.csrf = csrf_of(out.secret);
  out.state = next_state(context.rights, account, factor, now);
  Session session = new_session(context, account, origin, now);
  session.state = out.state;
  session.factor_elsewhere = factor == Factor::elsewhere;
  TRY(delete_old_sessions(transaction, account.id, plus(now, -keep_sessions)));
  TRY(insert_session(transaction, session, sha256_hex(out.secret)));
  if (out.state != SessionState::second_factor) {
    TRY(settle_sign_in(transaction, context, account.id, session.id, now));
  }
  AuditEvent event = event_of("session.open", account);
  event.detail = fmt::format(R"({{"state":"{}","by":"{}"}})",
                             session_state_name(out.state),
                             sign_in_name(account.sign_in));
  TRY(append_audit(
      transaction, actor_of(account, origin.address, session.id), event, context.clock));
  TRY(transaction.commit());
  return out;
}

}  // namespace dengce::access
