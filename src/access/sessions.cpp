// SPDX-License-Identifier: Apache-2.0
#include "access/sessions.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/account_store.h"
#include "access/audit.h"
#include "access/session_steps.h"
#include "access/session_store.h"
#include "access/totp.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/random.h"
#include "base/text.h"

namespace dengce::access {
namespace {

constexpr std::int64_t touch_every = minute;
// A clock set back by more than this ends sessions: nobody can tell how old they are.
constexpr std::int64_t clock_tolerance = 5 * minute;

std::string factor_context(const std::string& account) {
  return "account/second-factor/" + account;
}

tl::unexpected<Error> over() {
  return fail(ErrorCode::unauthenticated, "尚未登录，或登录已失效，请重新登录");
}

tl::unexpected<Error> wrong_field(const char* field, std::string reason) {
  std::vector<Problem> problems{{{}, 0, field, reason}};
  return fail(ErrorCode::invalid_argument, std::move(reason), std::move(problems));
}

Caller caller_of(const Rights& rights, const Account& account, Instant now) {
  Caller caller;
  caller.entry_cleared = is_entry_cleared(rights, account, shanghai_day(now));
  caller.second_factor = !account.second_factor.empty();
  return caller;
}

// The session with a fresh secret in its next state.
Result<SignedIn> renew(db::Transaction& transaction,
                       const std::string& session,
                       SessionState state,
                       Instant now) {
  SignedIn out;
  out.secret = random_hex(session_secret_bytes);
  out.csrf = csrf_of(out.secret);
  out.state = state;
  TRY(advance_session(transaction, session, state, sha256_hex(out.secret), now));
  return out;
}

Result<Account> read_account(const AccessContext& context, const std::string& id) {
  TRY_ASSIGN(db::Transaction transaction, context.database.read());
  return select_account(transaction, id);
}

// Takes a TOTP code or a recovery code of an enrolled account; each works once.
Result<bool> take_code(db::Transaction& transaction,
                       const AccessContext& context,
                       const Account& account,
                       std::string_view code,
                       Instant now) {
  TRY_ASSIGN(const std::string secret,
             context.vault.open(account.second_factor, factor_context(account.id)));
  const std::string typed(trim(code));
  if (typed.size() > 6) {
    return use_recovery_code(transaction, account.id, recovery_digest(typed), now);
  }
  const auto step = totp_step_of(secret, typed, now, account.second_factor_step);
  if (!step) return false;
  return use_factor_step(transaction, account.id, *step);
}

Result<> check_history(const AccessContext& context,
                       const Account& account,
                       std::string_view password) {
  std::vector<std::string> hashes;
  {
    TRY_ASSIGN(db::Transaction transaction, context.database.read());
    TRY_ASSIGN(hashes,
               select_password_history(transaction, account.id, context.rights.policy().history));
  }
  for (const std::string& hash : hashes) {
    if (context.hasher.matches(password, hash)) {
      return wrong_field("new",
                         fmt::format("不得与最近 {} 个口令相同", context.rights.policy().history));
    }
  }
  return {};
}

}  // namespace

std::string csrf_of(std::string_view session_secret) {
  return sha256_hex("csrf:" + std::string(session_secret));
}

bool needs_second_factor(const Rights& rights, const std::vector<std::string>& roles) {
  switch (rights.policy().second_factor) {
    case SecondFactorRule::everybody: return true;
    case SecondFactorRule::administrators: return rights.is_administrator(roles);
    case SecondFactorRule::nobody: return false;
  }
  return true;
}

bool is_entry_cleared(const Rights& rights, const Account& account, Day today) {
  if (!rights.needs_entry_proofs(account.roles)) return true;
  const auto& proofs = rights.policy().entry_proofs;
  return std::all_of(proofs.begin(), proofs.end(), [&](const Proof& proof) {
    return std::any_of(
        account.clearances.begin(), account.clearances.end(), [&](const Clearance& one) {
          return one.kind == proof.id && one.day <= today;
        });
  });
}

Result<Caller> find_caller(db::Database& database,
                           const Rights& rights,
                           std::string_view session_secret,
                           Instant now) {
  if (session_secret.size() != session_secret_bytes * 2) return over();
  std::optional<Session> session;
  Caller caller;
  const Policy& policy = rights.policy();
  {
    TRY_ASSIGN(db::Transaction transaction, database.read());
    TRY_ASSIGN(session, find_session(transaction, sha256_hex(session_secret)));
    if (!session || session->ended) return over();
    const std::int64_t idle = now.milliseconds - session->last_seen.milliseconds;
    if (now >= session->expires || idle > policy.idle_minutes * minute || idle < -clock_tolerance) {
      return over();
    }
    TRY_ASSIGN(const Account account, select_account(transaction, session->account_id));
    if (account.disabled) return over();
    caller = caller_of(rights, account, now);
    caller.actor = actor_of(account, session->address, session->id);
    caller.state = session->state;
    // A password that runs out, or a rule that came later, counts for open sessions too.
    if (caller.state == SessionState::signed_in) {
      caller.state = next_state(
          rights, account, session->factor_elsewhere ? Factor::elsewhere : Factor::passed, now);
    }
    caller.expires = session->expires;
    caller.idle_expires = plus(session->last_seen, policy.idle_minutes * minute);
  }
  if (now.milliseconds - session->last_seen.milliseconds >= touch_every) {
    // A busy database must not turn a reader away; the next request tries again.
    if (auto transaction = database.write()) {
      if (touch_session(*transaction, session->id, now) && transaction->commit()) {
        caller.idle_expires = plus(now, policy.idle_minutes * minute);
      }
    }
  }
  return caller;
}

Result<Caller> find_token_caller(db::Database& database,
                                 const Rights& rights,
                                 std::string_view token,
                                 Instant now) {
  std::optional<ApiToken> found;
  Caller caller;
  {
    TRY_ASSIGN(db::Transaction transaction, database.read());
    TRY_ASSIGN(found, find_token(transaction, sha256_hex(token)));
    if (!found || found->revoked || now >= found->expires || now < found->created) {
      return fail(ErrorCode::unauthenticated, "令牌不存在、已过期或已吊销");
    }
    TRY_ASSIGN(const Account account, select_account(transaction, found->account_id));
    if (account.disabled) return fail(ErrorCode::unauthenticated, "令牌所属账户已停用");
    caller = caller_of(rights, account, now);
    caller.actor = actor_of(account, {}, found->id);
  }
  caller.by_token = true;
  caller.token_rights = found->rights;
  caller.expires = found->expires;
  const std::int64_t last = found->last_used ? found->last_used->milliseconds : 0;
  if (now.milliseconds - last >= touch_every) {
    if (auto transaction = database.write()) {
      if (touch_token(*transaction, found->id, now)) {
        static_cast<void>(transaction->commit());
      }
    }
  }
  return caller;
}

Result<SignedIn> give_second_factor(const AccessContext& context,
                                    const Caller& caller,
                                    std::string_view code) {
  if (caller.state != SessionState::second_factor) {
    return fail(ErrorCode::failed_precondition, "当前登录不在等待第二因素");
  }
  const Instant now = context.clock();
  const std::string& session = caller.actor.session;
  std::optional<Account> account;
  {
    TRY_ASSIGN(db::Transaction transaction, context.database.write());
    TRY_ASSIGN(account, select_account(transaction, caller.actor.account));
    if (is_locked(*account, now)) return over();
    TRY_ASSIGN(const bool right, take_code(transaction, context, *account, code, now));
    if (right) {
      TRY(settle_sign_in(transaction, context, account->id, session, now));
      const SessionState state = next_state(context.rights, *account, Factor::passed, now);
      TRY_ASSIGN(SignedIn out, renew(transaction, session, state, now));
      TRY(append_audit(
          transaction, caller.actor, event_of("session.second_factor", *account), context.clock));
      TRY(transaction.commit());
      return out;
    }
  }
  TRY(store_refusal(
      context, {account, "session.second_factor", {caller.actor.address, {}}, true, session, {}}));
  return wrong_field("code", "验证码不正确、已用过或已过期");
}

Result<SignedIn> change_password(const AccessContext& context,
                                 const Caller& caller,
                                 std::string_view current,
                                 std::string_view next) {
  if (caller.state == SessionState::second_factor || caller.by_token) {
    return fail(ErrorCode::failed_precondition, "请先完成第二因素验证");
  }
  const Instant now = context.clock();
  TRY_ASSIGN(const Account seen, read_account(context, caller.actor.account));
  if (is_locked(seen, now)) return over();
  if (seen.sign_in != SignIn::local) {
    return fail(ErrorCode::failed_precondition, "本账户的口令不由本平台管理，请到其所属系统修改");
  }
  if (!context.hasher.matches(current, seen.password_hash)) {
    TRY(store_refusal(
        context,
        {seen, "account.password", {caller.actor.address, {}}, true, caller.actor.session, {}}));
    return wrong_field("current", "当前口令不正确");
  }
  TRY(check_new_password(context.rights.policy(), seen.login, next));
  TRY(check_history(context, seen, next));
  const std::string hash = context.hasher.hash(next);
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(Account account, select_account(transaction, seen.id));
  if (account.password_hash != seen.password_hash) {
    return fail(ErrorCode::conflict, "口令刚被修改，请重新登录");
  }
  TRY(update_password(transaction, account.id, hash, now, false));
  TRY(clear_failures(transaction, account.id));
  TRY(end_sessions(transaction, account.id, caller.actor.session, now, "password"));
  account.must_change = false;
  account.password_changed = now;
  const SessionState state = next_state(context.rights, account, Factor::passed, now);
  TRY_ASSIGN(SignedIn out, renew(transaction, caller.actor.session, state, now));
  TRY(append_audit(
      transaction, caller.actor, event_of("account.password", account), context.clock));
  TRY(transaction.commit());
  return out;
}

Result<> sign_out(const AccessContext& context, const Caller& caller) {
  const Instant now = context.clock();
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY(end_session(transaction, caller.actor.account, caller.actor.session, now, "sign_out"));
  AuditEvent event;
  event.action = "session.close";
  event.object_type = "session";
  event.object_id = caller.actor.session;
  TRY(append_audit(transaction, caller.actor, event, context.clock));
  return transaction.commit();
}

Result<Enrolment> begin_second_factor(const AccessContext& context, const Caller& caller) {
  if (caller.state != SessionState::enroll_second_factor &&
      caller.state != SessionState::signed_in) {
    return fail(ErrorCode::failed_precondition, "请先完成登录的前几步");
  }
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(const Account account, select_account(transaction, caller.actor.account));
  if (!account.second_factor.empty()) {
    return fail(ErrorCode::failed_precondition, "已启用第二因素；更换前请先停用或请管理员重置");
  }
  const std::string secret = new_totp_secret();
  TRY_ASSIGN(const std::string sealed, context.vault.seal(secret, factor_context(account.id)));
  TRY(set_pending_factor(transaction, account.id, sealed));
  TRY(append_audit(
      transaction, caller.actor, event_of("second_factor.begin", account), context.clock));
  TRY(transaction.commit());
  return Enrolment{base32(secret), totp_uri(secret, account.login)};
}

Result<Enrolled> confirm_second_factor(const AccessContext& context,
                                       const Caller& caller,
                                       std::string_view code) {
  const Instant now = context.clock();
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(Account account, select_account(transaction, caller.actor.account));
  if (account.second_factor_pending.empty() || caller.state == SessionState::second_factor ||
      caller.state == SessionState::change_password) {
    return fail(ErrorCode::failed_precondition, "没有等待确认的第二因素，请重新开始");
  }
  TRY_ASSIGN(const std::string secret,
             context.vault.open(account.second_factor_pending, factor_context(account.id)));
  const auto step = totp_step_of(secret, trim(code), now, 0);
  if (!step) return wrong_field("code", "验证码不正确，请核对手机时间后重试");
  Enrolled out;
  out.recovery_codes = new_recovery_codes();
  std::vector<std::string> digests;
  digests.reserve(out.recovery_codes.size());
  for (const std::string& one : out.recovery_codes) digests.push_back(recovery_digest(one));
  TRY(activate_factor(transaction, account.id, *step, digests));
  account.second_factor = account.second_factor_pending;
  const SessionState state = next_state(context.rights, account, Factor::passed, now);
  out.session.state = state;
  if (state != caller.state) {
    TRY_ASSIGN(out.session, renew(transaction, caller.actor.session, state, now));
  }
  TRY(append_audit(
      transaction, caller.actor, event_of("second_factor.confirm", account), context.clock));
  TRY(transaction.commit());
  return out;
}

Result<> drop_second_factor(const AccessContext& context,
                            const Caller& caller,
                            std::string_view code) {
  const Instant now = context.clock();
  if (needs_second_factor(context.rights, caller.actor.roles)) {
    return fail(ErrorCode::failed_precondition, "按登录策略，本账户必须使用第二因素");
  }
  std::optional<Account> account;
  {
    TRY_ASSIGN(db::Transaction transaction, context.database.write());
    TRY_ASSIGN(account, select_account(transaction, caller.actor.account));
    if (account->second_factor.empty()) {
      return fail(ErrorCode::failed_precondition, "未启用第二因素");
    }
    TRY_ASSIGN(const bool right, take_code(transaction, context, *account, code, now));
    if (right) {
      TRY(remove_factor(transaction, account->id));
      TRY(append_audit(
          transaction, caller.actor, event_of("second_factor.drop", *account), context.clock));
      return transaction.commit();
    }
  }
  TRY(store_refusal(
      context,
      {account, "second_factor.drop", {caller.actor.address, {}}, true, caller.actor.session, {}}));
  return wrong_field("code", "验证码不正确、已用过或已过期");
}

Result<std::vector<Session>> list_sessions(const AccessContext& context, const Caller& caller) {
  const Instant now = context.clock();
  const std::int64_t idle = context.rights.policy().idle_minutes * minute;
  TRY_ASSIGN(db::Transaction transaction, context.database.read());
  TRY_ASSIGN(std::vector<Session> sessions, select_sessions(transaction, caller.actor.account));
  std::erase_if(sessions, [&](const Session& session) {
    return now >= session.expires || now.milliseconds - session.last_seen.milliseconds > idle;
  });
  return sessions;
}

Result<> revoke_session(const AccessContext& context, const Caller& caller, const std::string& id) {
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(const bool ended,
             end_session(transaction, caller.actor.account, id, context.clock(), "revoked"));
  if (!ended) return fail(ErrorCode::not_found, "没有此会话");
  AuditEvent event;
  event.action = "session.revoke";
  event.object_type = "session";
  event.object_id = id;
  TRY(append_audit(transaction, caller.actor, event, context.clock));
  return transaction.commit();
}

}  // namespace dengce::access
