// SPDX-License-Identifier: Apache-2.0
#include "access/account_store.h"

#include "base/id.h"
#include "db/where.h"

namespace dengce::access {
namespace {

using db::Query;
using db::Value;
using Values = std::vector<Value>;

constexpr Query account_insert{
    "account.insert",
    "INSERT INTO account (id, version, login, name, organisation, password_hash,"
    " password_changed_at, must_change, disabled, failures, locked_until, second_factor_step,"
    " created_at, everything, sign_in, external_name)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, $10, $11, $12, $13)"};
constexpr Query account_find{
    "account.find",
    "SELECT id, version, login, name, organisation, password_hash, password_changed_at,"
    " must_change, disabled, failures, locked_until, second_factor, second_factor_pending,"
    " second_factor_step, created_at, last_sign_in_at, everything, sign_in,"
    " external_name FROM account WHERE id = $1"};
constexpr Query account_by_login{"account.by_login", "SELECT id FROM account WHERE login = $1"};
constexpr Query account_by_external_name{
    "account.by_external_name",
    "SELECT id FROM account WHERE sign_in = $1 AND lower(external_name) = lower($2)"};
constexpr Query account_update{
    "account.update",
    "UPDATE account SET name = $3, organisation = $4, disabled = $5, everything = $6,"
    " sign_in = $7, external_name = $8, version = version + 1 WHERE id = $1 AND version = $2"};
constexpr Query role_list{"account.roles",
                          "SELECT role FROM account_role WHERE account_id = $1 ORDER BY role"};
constexpr Query role_delete{"account.drop_roles", "DELETE FROM account_role WHERE account_id = $1"};
constexpr Query role_insert{"account.add_role",
                            "INSERT INTO account_role (account_id, role) VALUES ($1, $2)"};
constexpr Query scope_list{"account.scope",
                           "SELECT kind, target FROM account_scope WHERE account_id = $1"};
constexpr Query scope_delete{"account.drop_scope",
                             "DELETE FROM account_scope WHERE account_id = $1"};
constexpr Query scope_insert{
    "account.add_scope",
    "INSERT INTO account_scope (account_id, kind, target) VALUES ($1, $2, $3)"};
constexpr Query clearance_list{
    "account.clearances",
    "SELECT kind, proven_day, proof, recorded_by, recorded_at FROM account_clearance"
    " WHERE account_id = $1 ORDER BY kind"};
constexpr Query clearance_delete{"account.drop_clearances",
                                 "DELETE FROM account_clearance WHERE account_id = $1"};
constexpr Query clearance_insert{
    "account.add_clearance",
    "INSERT INTO account_clearance (account_id, kind, proven_day, proof, recorded_by, recorded_at)"
    " VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr Query password_update{
    "account.password",
    "UPDATE account SET password_hash = $2, password_changed_at = $3, must_change = $4"
    " WHERE id = $1"};
constexpr Query password_clear{
    "account.no_password", "UPDATE account SET password_hash = '', must_change = 1 WHERE id = $1"};
constexpr Query password_remember{
    "account.remember_password",
    "INSERT INTO account_password (id, account_id, password_hash) VALUES ($1, $2, $3)"};
constexpr Query password_history{
    "account.password_history",
    "SELECT password_hash FROM account_password WHERE account_id = $1 ORDER BY id DESC LIMIT $2"};
constexpr Query failure_count{
    "account.failure",
    "UPDATE account SET failures = failures + 1 WHERE id = $1 RETURNING failures"};
constexpr Query account_lock{"account.lock",
                             "UPDATE account SET failures = 0, locked_until = $2 WHERE id = $1"};
constexpr Query failure_clear{"account.clear_failures",
                              "UPDATE account SET failures = 0, locked_until = 0 WHERE id = $1"};
constexpr Query sign_in_set{"account.signed_in",
                            "UPDATE account SET last_sign_in_at = $2 WHERE id = $1"};
constexpr Query factor_pending{"account.factor_pending",
                               "UPDATE account SET second_factor_pending = $2 WHERE id = $1"};
constexpr Query factor_activate{
    "account.factor_activate",
    "UPDATE account SET second_factor = second_factor_pending, second_factor_pending = NULL,"
    " second_factor_step = $2 WHERE id = $1"};
constexpr Query factor_remove{
    "account.factor_remove",
    "UPDATE account SET second_factor = NULL, second_factor_pending = NULL, second_factor_step = 0"
    " WHERE id = $1"};
constexpr Query factor_step{
    "account.factor_step",
    "UPDATE account SET second_factor_step = $2 WHERE id = $1 AND second_factor_step < $2"};
constexpr Query recovery_delete{"recovery.drop", "DELETE FROM recovery_code WHERE account_id = $1"};
constexpr Query recovery_insert{
    "recovery.add", "INSERT INTO recovery_code (account_id, code_sha256) VALUES ($1, $2)"};
constexpr Query recovery_use{"recovery.use",
                             "UPDATE recovery_code SET used_at = $3"
                             " WHERE account_id = $1 AND code_sha256 = $2 AND used_at IS NULL"};
constexpr Query scope_targets{
    "scope.targets",
    "SELECT 'contract', id, name, '' FROM contract"
    " UNION ALL SELECT 'team', id, name, contract_id FROM team"
    " UNION ALL SELECT 'system', id, name, team_id FROM information_system"};

std::int64_t number_of(bool flag) {
  return flag ? 1 : 0;
}

Result<> insert_details(db::Transaction& transaction, const Account& account) {
  for (const std::string& role : account.roles) {
    TRY(transaction.execute(role_insert, Values{account.id, role}));
  }
  const auto scope = [&](const char* kind, const auto& targets) -> Result<> {
    for (const std::string& target : targets) {
      TRY(transaction.execute(scope_insert, Values{account.id, std::string(kind), target}));
    }
    return {};
  };
  TRY(scope("contract", account.scope.contracts));
  TRY(scope("team", account.scope.teams));
  TRY(scope("system", account.scope.systems));
  for (const Clearance& one : account.clearances) {
    TRY(transaction.execute(clearance_insert,
                            Values{account.id,
                                   one.kind,
                                   std::int64_t{one.day.number},
                                   one.proof,
                                   one.recorded_by,
                                   one.recorded.milliseconds}));
  }
  return {};
}

Result<> read_details(db::Transaction& transaction, Account& account) {
  const Values key{account.id};
  TRY_ASSIGN(const auto roles, transaction.query(role_list, key));
  for (const db::Row& row : roles) account.roles.push_back(row.text(0));
  TRY_ASSIGN(const auto scopes, transaction.query(scope_list, key));
  for (const db::Row& row : scopes) {
    const std::string kind = row.text(0);
    auto& targets = kind == "contract" ? account.scope.contracts
                    : kind == "team"   ? account.scope.teams
                                       : account.scope.systems;
    targets.insert(row.text(1));
  }
  TRY_ASSIGN(const auto clearances, transaction.query(clearance_list, key));
  for (const db::Row& row : clearances) {
    account.clearances.push_back(
        {row.text(0), Day{static_cast<std::int32_t>(row.integer(1))}, row.text(2), row.text(3)});
  }
  return {};
}

Account account_from(const db::Row& row) {
  Account account;
  account.id = row.text(0);
  account.version = row.integer(1);
  account.login = row.text(2);
  account.name = row.text(3);
  account.organisation = row.text(4);
  account.password_hash = row.text(5);
  account.password_changed = Instant{row.integer(6)};
  account.must_change = row.integer(7) != 0;
  account.disabled = row.integer(8) != 0;
  account.failures = row.integer(9);
  account.locked_until = Instant{row.integer(10)};
  account.second_factor = row.bytes(11);
  account.second_factor_pending = row.bytes(12);
  account.second_factor_step = row.integer(13);
  account.created = Instant{row.integer(14)};
  if (const auto at = row.optional_integer(15)) account.last_sign_in = Instant{*at};
  account.scope.everything = row.integer(16) != 0;
  // An unknown word is a way in that nobody has.
  account.sign_in = sign_in_from(row.text(17)).value_or(SignIn::provider);
  account.external_name = row.text(18);
  return account;
}

// One person of the directory is one account.
Result<> refuse_taken_name(db::Transaction& transaction, const Account& account) {
  if (account.sign_in == SignIn::local) return {};
  TRY_ASSIGN(
      const auto rows,
      transaction.query(account_by_external_name,
                        Values{std::string(sign_in_name(account.sign_in)), account.external_name}));
  if (rows.empty() || rows.front().text(0) == account.id) return {};
  return fail(ErrorCode::already_exists,
              "外部名称已属于另一个账户：" + account.external_name,
              {Problem{{}, 0, "external_name", "外部名称已属于另一个账户"}});
}

}  // namespace

Result<> insert_account(db::Transaction& transaction, const Account& account) {
  TRY_ASSIGN(const auto taken, transaction.query(account_by_login, Values{account.login}));
  if (!taken.empty()) {
    return fail(ErrorCode::already_exists,
                "登录名已被使用：" + account.login,
                {Problem{{}, 0, "login", "登录名已被使用"}});
  }
  TRY(refuse_taken_name(transaction, account));
  TRY(transaction.execute(account_insert,
                          Values{account.id,
                                 account.version,
                                 account.login,
                                 account.name,
                                 account.organisation,
                                 account.password_hash,
                                 account.password_changed.milliseconds,
                                 number_of(account.must_change),
                                 number_of(account.disabled),
                                 account.created.milliseconds,
                                 number_of(account.scope.everything),
                                 std::string(sign_in_name(account.sign_in)),
                                 account.external_name}));
  if (!account.password_hash.empty()) {
    TRY(transaction.execute(password_remember,
                            Values{new_id(), account.id, account.password_hash}));
  }
  return insert_details(transaction, account);
}

Result<Account> select_account(db::Transaction& transaction, const std::string& id) {
  TRY_ASSIGN(const auto rows, transaction.query(account_find, Values{id}));
  if (rows.empty()) return fail(ErrorCode::not_found, "没有此账户");
  Account account = account_from(rows.front());
  TRY(read_details(transaction, account));
  return account;
}

Result<std::optional<Account>> find_account_by_login(db::Transaction& transaction,
                                                     const std::string& login) {
  TRY_ASSIGN(const auto rows, transaction.query(account_by_login, Values{login}));
  if (rows.empty()) return std::nullopt;
  TRY_ASSIGN(Account account, select_account(transaction, rows.front().text(0)));
  return account;
}

Result<std::optional<Account>> find_account_elsewhere(db::Transaction& transaction,
                                                      SignIn kind,
                                                      const std::string& external_name) {
  TRY_ASSIGN(const auto rows,
             transaction.query(account_by_external_name,
                               Values{std::string(sign_in_name(kind)), external_name}));
  if (rows.empty()) return std::nullopt;
  TRY_ASSIGN(Account account, select_account(transaction, rows.front().text(0)));
  return account.external_name == external_name ? std::optional(std::move(account)) : std::nullopt;
}

Result<> clear_password(db::Transaction& transaction, const std::string& account) {
  TRY(transaction.execute(password_clear, Values{account}));
  return {};
}

Result<AccountPage> select_accounts(db::Transaction& transaction, const AccountQuery& query) {
  db::Where where;
  if (!query.text.empty()) {
    where.add_contains("lower(login || ' ' || name || ' ' || organisation)", query.text);
  }
  AccountPage page;
  const std::string count_sql = "SELECT COUNT(*) FROM account" + where.sql();
  TRY_ASSIGN(const auto total, transaction.query({"account.count", count_sql}, where.values()));
  page.total = total.front().integer(0);
  if (query.after) where.add(query.descending ? "login < ?" : "login > ?", {*query.after});
  const std::string sql = "SELECT id FROM account" + where.sql() + " ORDER BY login" +
                          (query.descending ? " DESC" : "") + " LIMIT " +
                          std::to_string(query.limit);
  TRY_ASSIGN(const auto ids, transaction.query({"account.list", sql}, where.values()));
  page.accounts.reserve(ids.size());
  for (const db::Row& row : ids) {
    TRY_ASSIGN(Account account, select_account(transaction, row.text(0)));
    page.accounts.push_back(std::move(account));
  }
  return page;
}

Result<> update_account(db::Transaction& transaction,
                        const Account& account,
                        std::int64_t expected_version) {
  TRY(refuse_taken_name(transaction, account));
  TRY_ASSIGN(const auto changed,
             transaction.execute(account_update,
                                 Values{account.id,
                                        expected_version,
                                        account.name,
                                        account.organisation,
                                        number_of(account.disabled),
                                        number_of(account.scope.everything),
                                        std::string(sign_in_name(account.sign_in)),
                                        account.external_name}));
  if (changed != 1) return fail(ErrorCode::conflict, "账户已被他人修改，请刷新后再改");
  const Values key{account.id};
  TRY(transaction.execute(role_delete, key));
  TRY(transaction.execute(scope_delete, key));
  TRY(transaction.execute(clearance_delete, key));
  return insert_details(transaction, account);
}

Result<> update_password(db::Transaction& transaction,
                         const std::string& account,
                         const std::string& hash,
                         Instant now,
                         bool must_change) {
  TRY(transaction.execute(password_update,
                          Values{account, hash, now.milliseconds, number_of(must_change)}));
  TRY(transaction.execute(password_remember, Values{new_id(), account, hash}));
  return {};
}

Result<std::vector<std::string>> select_password_history(db::Transaction& transaction,
                                                         const std::string& account,
                                                         std::int64_t count) {
  TRY_ASSIGN(const auto rows, transaction.query(password_history, Values{account, count}));
  std::vector<std::string> hashes;
  hashes.reserve(rows.size());
  for (const db::Row& row : rows) hashes.push_back(row.text(0));
  return hashes;
}

Result<bool> count_failure(db::Transaction& transaction,
                           const std::string& account,
                           std::int64_t limit,
                           Instant locked_until) {
  TRY_ASSIGN(const auto rows, transaction.query(failure_count, Values{account}));
  if (rows.empty() || rows.front().integer(0) < limit) return false;
  TRY(transaction.execute(account_lock, Values{account, locked_until.milliseconds}));
  return true;
}

Result<> clear_failures(db::Transaction& transaction, const std::string& account) {
  TRY(transaction.execute(failure_clear, Values{account}));
  return {};
}

Result<> set_last_sign_in(db::Transaction& transaction, const std::string& account, Instant now) {
  TRY(transaction.execute(sign_in_set, Values{account, now.milliseconds}));
  return {};
}

Result<> set_pending_factor(db::Transaction& transaction,
                            const std::string& account,
                            const std::string& sealed) {
  TRY(transaction.execute(factor_pending, Values{account, db::Blob{sealed}}));
  return {};
}

Result<> activate_factor(db::Transaction& transaction,
                         const std::string& account,
                         std::int64_t step,
                         const std::vector<std::string>& recovery_digests) {
  TRY(transaction.execute(factor_activate, Values{account, step}));
  TRY(transaction.execute(recovery_delete, Values{account}));
  for (const std::string& digest : recovery_digests) {
    TRY(transaction.execute(recovery_insert, Values{account, digest}));
  }
  return {};
}

Result<> remove_factor(db::Transaction& transaction, const std::string& account) {
  TRY(transaction.execute(factor_remove, Values{account}));
  TRY(transaction.execute(recovery_delete, Values{account}));
  return {};
}

Result<bool> use_factor_step(db::Transaction& transaction,
                             const std::string& account,
                             std::int64_t step) {
  TRY_ASSIGN(const auto changed, transaction.execute(factor_step, Values{account, step}));
  return changed == 1;
}

Result<bool> use_recovery_code(db::Transaction& transaction,
                               const std::string& account,
                               const std::string& digest,
                               Instant now) {
  TRY_ASSIGN(const auto changed,
             transaction.execute(recovery_use, Values{account, digest, now.milliseconds}));
  return changed == 1;
}

Result<std::vector<ScopeTarget>> select_scope_targets(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(scope_targets));
  std::vector<ScopeTarget> targets;
  targets.reserve(rows.size());
  for (const db::Row& row : rows) {
    targets.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
  }
  return targets;
}

}  // namespace dengce::access
