// SPDX-License-Identifier: Apache-2.0
// Administration of accounts: made by the system administrator, given roles and scopes by the
// security administrator, cleared for entry by the security leads. Rights are checked by the doors;
// here stand the rules that no right lifts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/account.h"
#include "access/account_store.h"
#include "access/context.h"

namespace dengce::access {

struct NewAccount {
  std::string login;  // a-z, then a-z 0-9 . _ -; 3 to 32
  std::string name;
  std::string organisation;
  SignIn sign_in = SignIn::local;
  std::string external_name;  // empty: the login; of local accounts always
};

// The generated password is shown this once; it must be changed at the first sign-in. Empty when
// another place knows the password.
struct IssuedPassword {
  std::string id;
  std::string password;
};

struct AccountChange {
  std::optional<std::string> name;
  std::optional<std::string> organisation;
  std::optional<bool> disabled;  // true ends the account's sessions
  // Both end the sessions too. Whoever becomes local gets a password by reset_password only.
  std::optional<SignIn> sign_in;
  std::optional<std::string> external_name;
};

Result<IssuedPassword> create_account(const AccessContext& context,
                                      const Actor& actor,
                                      const NewAccount& input);
Result<AccountPage> list_accounts(const AccessContext& context, const AccountQuery& query);
Result<Account> get_account(const AccessContext& context, const std::string& id);
Result<Account> get_account_by_login(const AccessContext& context, const std::string& login);

// `version`: the one the change was made from; `conflict` when it is stale.
Result<Account> change_account(const AccessContext& context,
                               const Actor& actor,
                               const std::string& id,
                               std::int64_t version,
                               const AccountChange& change);

// Accounts of administrators are reset, disabled and moved to another way of signing in at the
// command line only: otherwise the system administrator could become the two others.
Result<std::string> reset_password(const AccessContext& context,
                                   const Actor& actor,
                                   const std::string& id);
Result<> reset_second_factor(const AccessContext& context,
                             const Actor& actor,
                             const std::string& id);
Result<> unlock_account(const AccessContext& context, const Actor& actor, const std::string& id);

// Nobody changes their own roles, scope or clearance.
Result<Account> set_roles(const AccessContext& context,
                          const Actor& actor,
                          const std::string& id,
                          std::int64_t version,
                          const std::vector<std::string>& roles);
Result<Account> set_scope(const AccessContext& context,
                          const Actor& actor,
                          const std::string& id,
                          std::int64_t version,
                          const Scope& scope);
Result<Account> set_clearances(const AccessContext& context,
                               const Actor& actor,
                               const std::string& id,
                               std::int64_t version,
                               const std::vector<Clearance>& clearances);

Result<std::vector<ScopeTarget>> list_scope_targets(const AccessContext& context);

// The three administrators, for a database without any account; failed_precondition otherwise.
struct FirstAccount {
  std::string login;
  std::string role;
  std::string password;
};

Result<std::vector<FirstAccount>> create_first_accounts(const AccessContext& context,
                                                        const Actor& actor);

}  // namespace dengce::access
