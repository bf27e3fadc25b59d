// SPDX-License-Identifier: Apache-2.0
#include "program/first_data.h"

#include <fmt/format.h>

#include <cstdio>

#include "access/accounts.h"
#include "portfolio/portfolio.h"
#include "portfolio/portfolio_store.h"

namespace dengce::program {
namespace {

void print_password(const std::string& login,
                    const std::string& password,
                    const std::string& role) {
  fmt::print("账户 {}  初始口令 {}  {}\n", login, password, role);
}

std::string role_name(const access::AccessContext& context, const std::string& id) {
  const access::Role* role = context.rights.role(id);
  return role == nullptr ? id : role->name;
}

}  // namespace

Result<> load_contract(db::Database& database, const Content& content) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  const auto there = portfolio::select_contract(transaction);
  if (there) return {};
  if (there.error().code != ErrorCode::not_found) return tl::make_unexpected(there.error());
  TRY_ASSIGN(const portfolio::Portfolio all, portfolio::load_portfolio(content));
  TRY(insert_portfolio(transaction, all));
  TRY(transaction.commit());
  fmt::print("已装入合同与 {} 个信息系统\n", all.systems.size());
  return {};
}

Result<> print_first_accounts(const access::AccessContext& context) {
  auto made = create_first_accounts(context, access::command_line_actor());
  if (!made && made.error().code == ErrorCode::failed_precondition) return {};
  if (!made) return tl::make_unexpected(made.error());
  fmt::print("初始账户（口令只显示这一次，首次登录须修改并绑定动态口令）：\n");
  for (const access::FirstAccount& one : *made) {
    print_password(one.login, one.password, role_name(context, one.role));
  }
  std::fflush(stdout);
  return {};
}

Result<> print_example_person(const access::AccessContext& context) {
  const std::string login = "manager";
  if (get_account_by_login(context, login)) return {};
  const access::Actor actor = access::command_line_actor();
  TRY_ASSIGN(const access::IssuedPassword issued,
             create_account(context, actor, {login, "示例项目经理", "示例测评机构"}));
  const std::string role = "project_manager";
  TRY_ASSIGN(const access::Account with_role, set_roles(context, actor, issued.id, 1, {role}));
  access::Scope scope;
  scope.everything = true;
  TRY_ASSIGN(const access::Account with_scope,
             set_scope(context, actor, issued.id, with_role.version, scope));
  std::vector<access::Clearance> clearances;
  for (const access::Proof& proof : context.rights.policy().entry_proofs) {
    clearances.push_back({proof.id, shanghai_day(context.clock()), "演示数据", actor.login, {}});
  }
  TRY(set_clearances(context, actor, issued.id, with_scope.version, clearances));
  print_password(login, issued.password, role_name(context, role) + "（示例人员）");
  std::fflush(stdout);
  return {};
}

}  // namespace dengce::program
