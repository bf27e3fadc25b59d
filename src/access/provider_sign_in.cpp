// SPDX-License-Identifier: Apache-2.0
#include "access/provider_sign_in.h"

#include <fmt/format.h>

#include "access/account_store.h"
#include "access/identity_provider.h"
#include "access/session_steps.h"
#include "access/session_store.h"
#include "base/digest.h"
#include "base/random.h"

namespace dengce::access {
namespace {

tl::unexpected<Error> not_configured() {
  return fail(ErrorCode::failed_precondition, "未配置统一身份认证");
}

tl::unexpected<Error> refused() {
  return fail(ErrorCode::unauthenticated, "统一身份认证未通过，或没有对应的可用账户");
}

// Audits, then answers.
tl::unexpected<Error> refuse(const AccessContext& context,
                             const std::optional<Account>& account,
                             const Origin& origin,
                             const char* reason,
                             Outcome outcome = Outcome::denied) {
  Refusal refusal{account, "session.open", origin};
  refusal.detail = fmt::format(R"({{"by":"provider","reason":"{}"}})", reason);
  refusal.outcome = outcome;
  if (auto stored = store_refusal(context, refusal); !stored) {
    return tl::make_unexpected(stored.error());
  }
  return refused();
}

Result<bool> take_visit(const AccessContext& context, const ProviderReturn& back) {
  if (back.secret.size() != 2 * session_secret_bytes ||
      !equal_secrets(back.state, SignInFlow::of(back.secret).state)) {
    return false;
  }
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(const bool taken, take_flow(transaction, sha256_hex(back.secret), context.clock()));
  TRY(transaction.commit());
  return taken;
}

}  // namespace

Result<ProviderVisit> begin_provider_sign_in(const AccessContext& context) {
  if (context.provider == nullptr) return not_configured();
  ProviderVisit visit;
  visit.secret = random_hex(session_secret_bytes);
  TRY_ASSIGN(visit.address, context.provider->address_for(SignInFlow::of(visit.secret)));
  const Instant now = context.clock();
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY(insert_flow(transaction, sha256_hex(visit.secret), now, plus(now, flow_minutes * minute)));
  TRY(transaction.commit());
  return visit;
}

Result<SignedIn> end_provider_sign_in(const AccessContext& context,
                                      const ProviderReturn& back,
                                      const Origin& origin) {
  if (context.provider == nullptr) return not_configured();
  TRY_ASSIGN(const bool taken, take_visit(context, back));
  if (!taken) return refuse(context, {}, origin, "state");
  const Instant now = context.clock();
  const auto identity =
      context.provider->identify(SignInFlow::of(back.secret), back.code, back.issuer, now);
  if (!identity && identity.error().code != ErrorCode::unauthenticated) {
    static_cast<void>(refuse(context, {}, origin, "provider_unavailable", Outcome::failed));
    return tl::make_unexpected(identity.error());
  }
  if (!identity) return refuse(context, {}, origin, "token");
  std::optional<Account> account;
  {
    TRY_ASSIGN(db::Transaction transaction, context.database.read());
    TRY_ASSIGN(account, find_account_elsewhere(transaction, SignIn::provider, identity->name));
  }
  if (!account) return refuse(context, {}, origin, "unknown");
  if (account->disabled || is_locked(*account, now)) {
    return refuse(context, account, origin, "closed");
  }
  return open_session(
      context, *account, origin, identity->second_factor ? Factor::elsewhere : Factor::open);
}

}  // namespace dengce::access
