// SPDX-License-Identifier: Apache-2.0
#include "access/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "access/audit.h"
#include "access/session_store.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace dengce::access {
namespace {

constexpr std::size_t min_login = 3;
constexpr std::size_t max_login = 32;

bool is_login(const std::string& text) {
  if (text.size() < min_login || text.size() > max_login || text[0] < 'a' || text[0] > 'z') {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

tl::unexpected<Error> wrong_field(const char* field, std::string reason) {
  std::vector<Problem> problems{{{}, 0, field, reason}};
  return fail(ErrorCode::invalid_argument, std::move(reason), std::move(problems));
}

template <class List>
void write_list(JsonWriter& json, const char* key, const List& list) {
  json.key(key).begin_array();
  for (const auto& item : list) json.string(item);
  json.end_array();
}

// What the audit chain holds an account to. No secret is in it.
std::string digest_of(const Account& account) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("id", account.id).member("login", account.login);
  json.member("name", account.name).member("organisation", account.organisation);
  json.member_boolean("disabled", account.disabled);
  // Left out where it is as it always was: digests of before stay comparable.
  if (account.sign_in != SignIn::local) {
    json.member("sign_in", sign_in_name(account.sign_in));
    json.member("external_name", account.external_name);
  }
  write_list(json, "roles", std::set<std::string>(account.roles.begin(), account.roles.end()));
  json.member_boolean("everything", account.scope.everything);
  write_list(json, "contracts", account.scope.contracts);
  write_list(json, "teams", account.scope.teams);
  write_list(json, "systems", account.scope.systems);
  json.key("clearances").begin_array();
  for (const Clearance& one : account.clearances) {
    json.begin_object().member("kind", one.kind).member("day", format_day(one.day));
    json.member("proof", one.proof).end_object();
  }
  json.end_array().end_object();
  return sm3_hex(text);
}

AuditEvent event_of(std::string action, const Account& account) {
  AuditEvent event;
  event.action = std::move(action);
  event.object_type = "account";
  event.object_id = account.id;
  event.object_name = account.login;
  return event;
}

bool is_command_line(const Actor& actor) {
  return actor.account.empty();
}

Result<> refuse_own(const Actor& actor, const std::string& id, const char* what) {
  if (actor.account != id) return {};
  return fail(ErrorCode::permission_denied, fmt::format("不得修改本人的{}", what));
}

Result<> refuse_administrators(const AccessContext& context,
                               const Actor& actor,
                               const Account& account) {
  if (is_command_line(actor) || !context.rights.is_administrator(account.roles)) return {};
  return fail(ErrorCode::permission_denied,
              "三员账户只能在服务器命令行重置、停用、解锁或改变登录方式");
}

// Reads, lets `edit` change, writes with the version checked, appends to the audit.
Result<Account> edit_account(const AccessContext& context,
                             const Actor& actor,
                             const std::string& id,
                             std::int64_t version,
                             const char* action,
                             const std::function<Result<>(db::Transaction&, Account&)>& edit) {
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(Account account, select_account(transaction, id));
  AuditEvent event = event_of(action, account);
  event.before = digest_of(account);
  TRY(edit(transaction, account));
  TRY(update_account(transaction, account, version));
  account.version = version + 1;
  event.after = digest_of(account);
  TRY(append_audit(transaction, actor, event, context.clock));
  TRY(transaction.commit());
  return account;
}

// The same for what is no part of the version: secrets and locks.
Result<> act_on_account(const AccessContext& context,
                        const Actor& actor,
                        const std::string& id,
                        const char* action,
                        const std::function<Result<>(db::Transaction&, const Account&)>& act) {
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(const Account account, select_account(transaction, id));
  TRY(refuse_administrators(context, actor, account));
  TRY(act(transaction, account));
  TRY(append_audit(transaction, actor, event_of(action, account), context.clock));
  return transaction.commit();
}

// What the other place calls the person; local accounts have no such name.
Result<> set_way_in(Account& account, SignIn kind, std::string_view external_name) {
  account.sign_in = kind;
  account.external_name = std::string(trim(external_name));
  if (kind == SignIn::local) {
    if (account.external_name.empty()) return {};
    return wrong_field("external_name", "本地账户没有外部名称");
  }
  if (account.external_name.empty()) account.external_name = account.login;
  return {};
}

Result<Account> new_account(const AccessContext& context,
                            const NewAccount& input,
                            const std::string& password) {
  Account account;
  account.id = new_id(context.clock);
  account.login = lower(trim(input.login));
  account.name = std::string(trim(input.name));
  account.organisation = std::string(trim(input.organisation));
  if (!is_login(account.login)) {
    return wrong_field(
        "login",
        fmt::format("登录名应以小写字母开头，由小写字母、数字和 . _ - 组成，{} 至 {} 个字符",
                    min_login,
                    max_login));
  }
  if (account.name.empty()) return wrong_field("name", "应填写姓名");
  TRY(set_way_in(account, input.sign_in, input.external_name));
  account.must_change = account.sign_in == SignIn::local;
  if (account.must_change) account.password_hash = context.hasher.hash(password);
  account.created = context.clock();
  account.password_changed = account.created;
  return account;
}

Result<> change_way_in(db::Transaction& transaction,
                       const AccessContext& context,
                       const Actor& actor,
                       Account& account,
                       const AccountChange& change) {
  if (!change.sign_in && !change.external_name) return {};
  const SignIn before = account.sign_in;
  const std::string name_before = account.external_name;
  const SignIn kind = change.sign_in.value_or(before);
  // The name of one place says nothing in the next.
  const std::string kept = kind == before ? name_before : std::string();
  TRY(set_way_in(account, kind, change.external_name.value_or(kept)));
  if (kind == before && account.external_name == name_before) return {};
  TRY(refuse_own(actor, account.id, "登录方式"));
  TRY(refuse_administrators(context, actor, account));
  if (kind != before) {
    TRY(clear_password(transaction, account.id));
    account.must_change = true;
  }
  return end_sessions(transaction, account.id, {}, context.clock(), "sign_in_changed");
}

Result<> check_targets(db::Transaction& transaction, const Scope& scope) {
  TRY_ASSIGN(const auto targets, select_scope_targets(transaction));
  std::vector<Problem> problems;
  const auto check = [&](const char* kind, const char* field, const auto& ids) {
    for (const std::string& id : ids) {
      const bool known = std::any_of(targets.begin(), targets.end(), [&](const ScopeTarget& one) {
        return one.kind == kind && one.id == id;
      });
      if (!known) problems.push_back({{}, 0, field, "不存在：" + id});
    }
  };
  check("contract", "contracts", scope.contracts);
  check("team", "teams", scope.teams);
  check("system", "systems", scope.systems);
  if (problems.empty()) return {};
  return fail(ErrorCode::invalid_argument, "数据范围中有不存在的对象", std::move(problems));
}

}  // namespace

Result<IssuedPassword> create_account(const AccessContext& context,
                                      const Actor& actor,
                                      const NewAccount& input) {
  const std::string password = input.sign_in == SignIn::local ? generate_password() : std::string();
  TRY_ASSIGN(const Account account, new_account(context, input, password));
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY(insert_account(transaction, account));
  AuditEvent event = event_of("account.create", account);
  event.after = digest_of(account);
  TRY(append_audit(transaction, actor, event, context.clock));
  TRY(transaction.commit());
  return IssuedPassword{account.id, password};
}

Result<AccountPage> list_accounts(const AccessContext& context, const AccountQuery& query) {
  TRY_ASSIGN(db::Transaction transaction, context.database.read());
  return select_accounts(transaction, query);
}

Result<Account> get_account(const AccessContext& context, const std::string& id) {
  TRY_ASSIGN(db::Transaction transaction, context.database.read());
  return select_account(transaction, id);
}

Result<Account> get_account_by_login(const AccessContext& context, const std::string& login) {
  TRY_ASSIGN(db::Transaction transaction, context.database.read());
  TRY_ASSIGN(const auto found, find_account_by_login(transaction, lower(trim(login))));
  if (!found) return fail(ErrorCode::not_found, "没有此账户：" + login);
  return *found;
}

Result<Account> change_account(const AccessContext& context,
                               const Actor& actor,
                               const std::string& id,
                               std::int64_t version,
                               const AccountChange& change) {
  return edit_account(context,
                      actor,
                      id,
                      version,
                      "account.change",
                      [&](db::Transaction& transaction, Account& account) -> Result<> {
                        if (change.disabled && *change.disabled != account.disabled) {
                          TRY(refuse_own(actor, id, "停用状态"));
                          TRY(refuse_administrators(context, actor, account));
                          account.disabled = *change.disabled;
                          if (account.disabled) {
                            TRY(end_sessions(transaction, id, {}, context.clock(), "disabled"));
                          }
                        }
                        TRY(change_way_in(transaction, context, actor, account, change));
                        if (change.name) account.name = *change.name;
                        if (change.organisation) account.organisation = *change.organisation;
                        return {};
                      });
}

Result<std::string> reset_password(const AccessContext& context,
                                   const Actor& actor,
                                   const std::string& id) {
  TRY(refuse_own(actor, id, "口令（请用修改口令）"));
  const std::string password = generate_password();
  const std::string hash = context.hasher.hash(password);
  const auto reset = [&](db::Transaction& transaction, const Account& account) -> Result<> {
    if (account.sign_in != SignIn::local) {
      return fail(ErrorCode::failed_precondition, "本账户的口令不由本平台管理，不能在此重置");
    }
    const Instant now = context.clock();
    TRY(update_password(transaction, id, hash, now, true));
    TRY(clear_failures(transaction, id));
    return end_sessions(transaction, id, {}, now, "password");
  };
  TRY(act_on_account(context, actor, id, "account.reset_password", reset));
  return password;
}

Result<> reset_second_factor(const AccessContext& context,
                             const Actor& actor,
                             const std::string& id) {
  TRY(refuse_own(actor, id, "第二因素"));
  return act_on_account(context,
                        actor,
                        id,
                        "account.reset_second_factor",
                        [&](db::Transaction& transaction, const Account&) -> Result<> {
                          TRY(remove_factor(transaction, id));
                          return end_sessions(
                              transaction, id, {}, context.clock(), "second_factor");
                        });
}

Result<> unlock_account(const AccessContext& context, const Actor& actor, const std::string& id) {
  return act_on_account(context,
                        actor,
                        id,
                        "account.unlock",
                        [&](db::Transaction& transaction, const Account&) -> Result<> {
                          return clear_failures(transaction, id);
                        });
}

Result<Account> set_roles(const AccessContext& context,
                          const Actor& actor,
                          const std::string& id,
                          std::int64_t version,
                          const std::vector<std::string>& roles) {
  TRY(refuse_own(actor, id, "角色"));
  TRY(context.rights.check_combination(roles));
  return edit_account(context,
                      actor,
                      id,
                      version,
                      "account.roles",
                      [&](db::Transaction&, Account& account) -> Result<> {
                        const std::set<std::string> unique(roles.begin(), roles.end());
                        account.roles.assign(unique.begin(), unique.end());
                        return {};
                      });
}

Result<Account> set_scope(const AccessContext& context,
                          const Actor& actor,
                          const std::string& id,
                          std::int64_t version,
                          const Scope& scope) {
  TRY(refuse_own(actor, id, "数据范围"));
  return edit_account(context,
                      actor,
                      id,
                      version,
                      "account.scope",
                      [&](db::Transaction& transaction, Account& account) -> Result<> {
                        TRY(check_targets(transaction, scope));
                        account.scope = scope;
                        return {};
                      });
}

Result<Account> set_clearances(const AccessContext& context,
                               const Actor& actor,
                               const std::string& id,
                               std::int64_t version,
                               const std::vector<Clearance>& clearances) {
  TRY(refuse_own(actor, id, "入场核查"));
  const Instant now = context.clock();
  std::vector<Problem> problems;
  std::set<std::string> seen;
  const auto& proofs = context.rights.policy().entry_proofs;
  for (const Clearance& one : clearances) {
    const bool known = std::any_of(
        proofs.begin(), proofs.end(), [&](const Proof& proof) { return proof.id == one.kind; });
    if (!known) problems.push_back({{}, 0, "kind", "没有此核查项：" + one.kind});
    if (!seen.insert(one.kind).second) problems.push_back({{}, 0, "kind", "重复：" + one.kind});
    if (one.day > shanghai_day(now)) problems.push_back({{}, 0, "day", "日期不得晚于今天"});
    if (one.proof.empty()) problems.push_back({{}, 0, "proof", "应填写凭证编号或存放处"});
  }
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "入场核查的内容有误", std::move(problems));
  }
  return edit_account(
      context,
      actor,
      id,
      version,
      "account.clearance",
      [&](db::Transaction&, Account& account) -> Result<> {
        std::vector<Clearance> next = clearances;
        for (Clearance& one : next) {
          one.recorded = now;
          one.recorded_by = actor.login;
          // An entry that stays as it was keeps its author.
          for (const Clearance& before : account.clearances) {
            if (before.kind == one.kind && before.day == one.day && before.proof == one.proof) {
              one = before;
            }
          }
        }
        account.clearances = std::move(next);
        return {};
      });
}

Result<std::vector<ScopeTarget>> list_scope_targets(const AccessContext& context) {
  TRY_ASSIGN(db::Transaction transaction, context.database.read());
  return select_scope_targets(transaction);
}

Result<std::vector<FirstAccount>> create_first_accounts(const AccessContext& context,
                                                        const Actor& actor) {
  struct First {
    const char* login;
    const char* name;
    const char* role;
  };

  static constexpr First firsts[] = {{"sysadmin", "系统管理员", "system_admin"},
                                     {"secadmin", "安全管理员", "security_admin"},
                                     {"auditor", "审计管理员", "audit_admin"}};
  std::vector<FirstAccount> made;
  std::vector<Account> accounts;
  for (const First& first : firsts) {
    const std::string password = generate_password();
    TRY_ASSIGN(Account account,
               new_account(context, {first.login, first.name, "平台运行"}, password));
    account.roles = {first.role};
    TRY(context.rights.check_combination(account.roles));
    accounts.push_back(std::move(account));
    made.push_back({first.login, first.role, password});
  }
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(const AccountPage existing, select_accounts(transaction, {{}, false, 1, {}}));
  if (existing.total > 0) {
    return fail(ErrorCode::failed_precondition, "数据目录中已有账户，未作改动");
  }
  for (const Account& account : accounts) {
    TRY(insert_account(transaction, account));
    AuditEvent event = event_of("account.create", account);
    event.after = digest_of(account);
    TRY(append_audit(transaction, actor, event, context.clock));
  }
  TRY(transaction.commit());
  return made;
}

}  // namespace dengce::access
