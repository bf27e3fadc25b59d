// SPDX-License-Identifier: Apache-2.0
#include "program/account_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "access/accounts.h"
#include "base/text.h"
#include "program/data_directory.h"

namespace dengce::program {
namespace {

struct AccountOptions {
  Place place;
  std::string login;
  std::string name;
  std::string organisation;
  std::vector<std::string> roles;
  bool everything = false;
  std::vector<std::string> contracts;
  std::vector<std::string> teams;
  std::vector<std::string> systems;
  std::string sign_in;
  std::string external_name;
};

using Work = Result<> (*)(const access::AccessContext&, const AccountOptions&);

std::string role_names(const access::AccessContext& context, const access::Account& account) {
  std::vector<std::string> names;
  for (const std::string& id : account.roles) {
    const access::Role* role = context.rights.role(id);
    names.push_back(role == nullptr ? id : role->name + "（" + id + "）");
  }
  return names.empty() ? "无角色" : join(names, "、");
}

std::string scope_text(const access::Scope& scope) {
  if (scope.everything) return "全部数据";
  std::vector<std::string> parts;
  const auto part = [&](const char* name, std::size_t count) {
    if (count > 0) parts.push_back(fmt::format("{} {} 个", name, count));
  };
  part("合同", scope.contracts.size());
  part("团队", scope.teams.size());
  part("系统", scope.systems.size());
  return parts.empty() ? "无数据范围" : join(parts, "、");
}

std::string state_text(const access::AccessContext& context, const access::Account& account) {
  if (account.disabled) return "已停用";
  if (context.clock() < account.locked_until) {
    return "已锁定至 " + format_instant(account.locked_until);
  }
  if (account.sign_in == access::SignIn::directory) return "目录：" + account.external_name;
  if (account.sign_in == access::SignIn::provider) return "统一身份认证：" + account.external_name;
  return account.must_change ? "待修改初始口令" : "正常";
}

void print_account(const access::AccessContext& context, const access::Account& account) {
  fmt::print("{}\t{}\t{}\t{}\t{}\t{}\n",
             account.login,
             account.name,
             role_names(context, account),
             scope_text(account.scope),
             account.second_factor.empty() ? "未绑定第二因素" : "已绑定第二因素",
             state_text(context, account));
}

void print_password(const std::string& login, const std::string& password) {
  fmt::print("账户 {}  初始口令 {}  （只显示这一次，登录后须修改）\n", login, password);
}

Result<> list(const access::AccessContext& context, const AccountOptions&) {
  constexpr std::int64_t page_size = 500;
  std::optional<std::string> after;
  for (;;) {
    TRY_ASSIGN(const access::AccountPage page,
               list_accounts(context, {after, false, page_size, {}}));
    for (const access::Account& account : page.accounts) print_account(context, account);
    if (static_cast<std::int64_t>(page.accounts.size()) < page_size) return {};
    after = page.accounts.back().login;
  }
}

Result<> create(const access::AccessContext& context, const AccountOptions& options) {
  TRY_ASSIGN(const access::IssuedPassword issued,
             create_account(context,
                            access::command_line_actor(),
                            {options.login, options.name, options.organisation}));
  print_password(lower(trim(options.login)), issued.password);
  return {};
}

Result<> new_password(const access::AccessContext& context, const AccountOptions& options) {
  TRY_ASSIGN(const access::Account account, get_account_by_login(context, options.login));
  TRY_ASSIGN(const std::string password,
             reset_password(context, access::command_line_actor(), account.id));
  print_password(account.login, password);
  return {};
}

Result<> new_factor(const access::AccessContext& context, const AccountOptions& options) {
  TRY_ASSIGN(const access::Account account, get_account_by_login(context, options.login));
  TRY(reset_second_factor(context, access::command_line_actor(), account.id));
  fmt::print("账户 {} 的第二因素已解除，下次登录须重新绑定\n", account.login);
  return {};
}

Result<> unlock(const access::AccessContext& context, const AccountOptions& options) {
  TRY_ASSIGN(const access::Account account, get_account_by_login(context, options.login));
  TRY(unlock_account(context, access::command_line_actor(), account.id));
  fmt::print("账户 {} 已解锁\n", account.login);
  return {};
}

Result<> set_disabled(const access::AccessContext& context,
                      const AccountOptions& options,
                      bool disabled) {
  TRY_ASSIGN(const access::Account account, get_account_by_login(context, options.login));
  access::AccountChange change;
  change.disabled = disabled;
  TRY_ASSIGN(
      const access::Account changed,
      change_account(context, access::command_line_actor(), account.id, account.version, change));
  print_account(context, changed);
  return {};
}

Result<> set_way_in(const access::AccessContext& context, const AccountOptions& options) {
  TRY_ASSIGN(const access::Account account, get_account_by_login(context, options.login));
  access::AccountChange change;
  change.sign_in = access::sign_in_from(options.sign_in);
  change.external_name = options.external_name;
  TRY_ASSIGN(
      const access::Account changed,
      change_account(context, access::command_line_actor(), account.id, account.version, change));
  print_account(context, changed);
  return {};
}

// Ids of what the words name: an id itself, or a name that only one object has.
Result<std::set<std::string, std::less<>>> resolve(const std::vector<access::ScopeTarget>& targets,
                                                   const char* kind,
                                                   const std::vector<std::string>& words) {
  std::set<std::string, std::less<>> ids;
  std::vector<Problem> problems;
  for (const std::string& word : words) {
    std::vector<std::string> found;
    for (const access::ScopeTarget& one : targets) {
      if (one.kind == kind && (one.id == word || one.name == word)) found.push_back(one.id);
    }
    if (found.size() == 1) {
      ids.insert(found.front());
    } else {
      const char* reason = found.empty() ? "没有这个名称或编号" : "有几个同名，请用编号";
      problems.push_back({{}, 0, kind, fmt::format("{}：{}", reason, word)});
    }
  }
  if (problems.empty()) return ids;
  return fail(ErrorCode::not_found, "数据范围有误", std::move(problems));
}

Result<access::Scope> scope_of(const access::AccessContext& context,
                               const AccountOptions& options) {
  TRY_ASSIGN(const auto targets, list_scope_targets(context));
  access::Scope scope;
  scope.everything = options.everything;
  TRY_ASSIGN(scope.contracts, resolve(targets, "contract", options.contracts));
  TRY_ASSIGN(scope.teams, resolve(targets, "team", options.teams));
  TRY_ASSIGN(scope.systems, resolve(targets, "system", options.systems));
  return scope;
}

// What is wrong with the scope is found before the roles are given.
Result<> grant(const access::AccessContext& context, const AccountOptions& options) {
  const access::Actor actor = access::command_line_actor();
  const bool names_scope = options.everything || !options.contracts.empty() ||
                           !options.teams.empty() || !options.systems.empty();
  if (options.roles.empty() && !names_scope) {
    return fail(ErrorCode::invalid_argument, "请给出 --role，或 --everything、--team 等数据范围");
  }
  TRY_ASSIGN(access::Account account, get_account_by_login(context, options.login));
  TRY_ASSIGN(const access::Scope scope, scope_of(context, options));
  if (!options.roles.empty()) {
    TRY_ASSIGN(account, set_roles(context, actor, account.id, account.version, options.roles));
  }
  if (names_scope) {
    TRY_ASSIGN(account, set_scope(context, actor, account.id, account.version, scope));
  }
  print_account(context, account);
  return {};
}

Result<> work_on(const Command& command, const AccountOptions& options, Work work) {
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const access::Rights rights, access::Rights::load(content));
  TRY_ASSIGN(Installation installation, open_installation(options.place, Missing::refuse));
  access::PasswordHasher hasher(rights.policy());
  return work({installation.database, rights, installation.vault, hasher}, options);
}

CLI::App* offer(CLI::App& parent,
                Command& command,
                const char* name,
                const char* help,
                const std::shared_ptr<AccountOptions>& options,
                Work work) {
  CLI::App* app = parent.add_subcommand(name, help);
  add_place_options(*app, options->place);
  app->callback([options, work, &command] {
    command.run = [options, work, &command] {
      const auto done = work_on(command, *options, work);
      return done ? static_cast<int>(exit_ok) : report_error(done.error());
    };
  });
  return app;
}

}  // namespace

void add_account_commands(CLI::App& app, Command& command) {
  auto options = std::make_shared<AccountOptions>();
  CLI::App* account = app.add_subcommand("account", "账户：列出、新建、重置、解锁、授权");
  account->require_subcommand(1);
  offer(*account, command, "list", "列出全部账户", options, list);
  const auto one = [&](const char* name, const char* help, Work work) {
    CLI::App* made = offer(*account, command, name, help, options, work);
    made->add_option("login", options->login, "登录名")->required();
    return made;
  };
  CLI::App* made = one("create", "新建账户并显示一次初始口令", create);
  made->add_option("--name", options->name, "姓名")->required();
  made->add_option("--organisation", options->organisation, "单位");
  one("reset-password", "重置口令并显示一次，结束其会话", new_password);
  one("reset-second-factor", "解除第二因素，结束其会话", new_factor);
  one("unlock", "解除登录失败锁定", unlock);
  one("disable",
      "停用账户，结束其会话",
      [](const access::AccessContext& context, const AccountOptions& given) {
        return set_disabled(context, given, true);
      });
  one("enable",
      "重新启用账户",
      [](const access::AccessContext& context, const AccountOptions& given) {
        return set_disabled(context, given, false);
      });
  CLI::App* moved = one("sign-in", "改变登录方式，结束其会话；改为本地后须重置口令", set_way_in);
  moved->add_option("--by", options->sign_in, "local 本地、directory 目录、provider 统一身份认证")
      ->required()
      ->check(CLI::IsMember({"local", "directory", "provider"}));
  moved->add_option(
      "--external-name", options->external_name, "在目录或统一身份认证中的名称，默认为登录名");
  CLI::App* granted = one("grant", "设定角色和数据范围（各代替原有的）", grant);
  granted->add_option("--role", options->roles, "角色，可以有几个");
  granted->add_flag("--everything", options->everything, "全部数据");
  granted->add_option("--contract", options->contracts, "合同编号或名称，可以有几个");
  granted->add_option("--team", options->teams, "团队编号或名称，可以有几个");
  granted->add_option("--system", options->systems, "系统编号或名称，可以有几个");
}

}  // namespace dengce::program
