// SPDX-License-Identifier: Apache-2.0
// All SQL about accounts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/account.h"
#include "db/database.h"

namespace dengce::access {

// already_exists when the login or the external name is taken. Roles, scope and clearances are
// stored too.
Result<> insert_account(db::Transaction& transaction, const Account& account);
// not_found names nothing but the kind.
Result<Account> select_account(db::Transaction& transaction, const std::string& id);
Result<std::optional<Account>> find_account_by_login(db::Transaction& transaction,
                                                     const std::string& login);

// The account of the person whom that place calls so, to the letter.
Result<std::optional<Account>> find_account_elsewhere(db::Transaction& transaction,
                                                      SignIn kind,
                                                      const std::string& external_name);

struct AccountPage {
  std::vector<Account> accounts;
  std::int64_t total = 0;
};

struct AccountQuery {
  std::optional<std::string> after;  // login of the last one seen
  bool descending = false;
  std::int64_t limit = 100;
  std::string text;  // part of login, name or organisation; empty: all
};

// By login.
Result<AccountPage> select_accounts(db::Transaction& transaction, const AccountQuery& query);

// Name, organisation, way of signing in, disabled, roles, scope and clearances; the version counts
// up. `conflict` when the row has another version by now.
Result<> update_account(db::Transaction& transaction,
                        const Account& account,
                        std::int64_t expected_version);

// Until a new one is set nobody signs in with a local password.
Result<> clear_password(db::Transaction& transaction, const std::string& account);
// Sets the hash, remembers the one before.
Result<> update_password(db::Transaction& transaction,
                         const std::string& account,
                         const std::string& hash,
                         Instant now,
                         bool must_change);
// The current hash and the ones before, newest first.
Result<std::vector<std::string>> select_password_history(db::Transaction& transaction,
                                                         const std::string& account,
                                                         std::int64_t count);

// Counts one failure, locks at `limit`. True when this one locked the account.
Result<bool> count_failure(db::Transaction& transaction,
                           const std::string& account,
                           std::int64_t limit,
                           Instant locked_until);
// No failures, not locked.
Result<> clear_failures(db::Transaction& transaction, const std::string& account);
Result<> set_last_sign_in(db::Transaction& transaction, const std::string& account, Instant now);

Result<> set_pending_factor(db::Transaction& transaction,
                            const std::string& account,
                            const std::string& sealed);
// The pending secret becomes the factor; its digests replace all recovery codes.
Result<> activate_factor(db::Transaction& transaction,
                         const std::string& account,
                         std::int64_t step,
                         const std::vector<std::string>& recovery_digests);
Result<> remove_factor(db::Transaction& transaction, const std::string& account);
// False when this step or a later one was used already.
Result<bool> use_factor_step(db::Transaction& transaction,
                             const std::string& account,
                             std::int64_t step);
// False when there is no such unused code.
Result<bool> use_recovery_code(db::Transaction& transaction,
                               const std::string& account,
                               const std::string& digest,
                               Instant now);

// What a scope may name: id and name of contracts, teams (with their contract) and systems (with
// their team).
struct ScopeTarget {
  std::string kind;  // contract, team, system
  std::string id;
  std::string name;
  std::string parent;
};

Result<std::vector<ScopeTarget>> select_scope_targets(db::Transaction& transaction);

}  // namespace dengce::access
