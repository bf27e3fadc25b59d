// SPDX-License-Identifier: Apache-2.0
// Signing in with login and password, checked here or by the directory.
#include <fmt/format.h>

#include "access/account_store.h"
#include "access/directory.h"
#include "access/session_steps.h"
#include "base/text.h"

namespace dengce::access {
namespace {

// The directory is asked for accounts that may come in only: a locked one must not be tried there.
Result<bool> is_right(const AccessContext& context,
                      const std::optional<Account>& account,
                      bool usable,
                      std::string_view password) {
  const bool local = account && account->sign_in == SignIn::local;
  // Unknown logins cost the same as local ones.
  const bool known =
      context.hasher.matches(password, local ? account->password_hash : std::string());
  if (!account || account->sign_in != SignIn::directory) return known;
  if (!usable || password.empty()) return false;
  if (context.directory == nullptr) {
    return fail(ErrorCode::unavailable, "目录服务未配置，目录账户无法登录；请联系系统管理员");
  }
  return context.directory->matches(account->external_name, password);
}

}  // namespace

Result<> AttemptLimit::count(const Policy& policy,
                             const std::string& address,
                             const std::string& login,
                             Instant now) {
  constexpr std::size_t max_counts = 100'000;
  const std::lock_guard lock(mutex_);
  const std::int64_t age = now.milliseconds - window_start_.milliseconds;
  if (age < 0 || age >= policy.rate_window_minutes * minute || counts_.size() > max_counts) {
    counts_.clear();
    window_start_ = now;
  }
  const bool many_from_here = ++counts_["address:" + address] > policy.rate_per_address;
  const bool many_for_login = !login.empty() && ++counts_["login:" + login] > policy.rate_per_login;
  if (!many_from_here && !many_for_login) return {};
  return fail(ErrorCode::rate_limited,
              fmt::format("尝试过于频繁，请 {} 分钟后再试", policy.rate_window_minutes));
}

Result<SignedIn> sign_in(const AccessContext& context,
                         const std::string& login,
                         std::string_view password,
                         const Origin& origin) {
  std::optional<Account> account;
  {
    TRY_ASSIGN(db::Transaction transaction, context.database.read());
    TRY_ASSIGN(account, find_account_by_login(transaction, lower(trim(login))));
  }
  const bool usable = account && !account->disabled && !is_locked(*account, context.clock());
  const Result<bool> right = is_right(context, account, usable, password);
  if (right && *right && usable) return open_session(context, *account, origin, Factor::open);
  Refusal refusal{account, "session.open", origin, right && usable && !*right, {}, {}};
  if (!right) {
    refusal.outcome = Outcome::failed;
    refusal.detail = R"({"reason":"directory_unavailable"})";
  }
  TRY(store_refusal(context, refusal));
  if (!right) return tl::make_unexpected(right.error());
  return wrong_sign_in(context.rights.policy());
}

}  // namespace dengce::access
