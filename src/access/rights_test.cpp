// SPDX-License-Identifier: Apache-2.0
#include "access/rights.h"

#include <gtest/gtest.h>

#include <string>

namespace dengce::access {
namespace {

const Rights& rights() {
  static const Rights loaded = Rights::load(Content::embedded()).value();
  return loaded;
}

Actor with(std::vector<std::string> roles) {
  Actor actor;
  actor.account = "a";
  actor.roles = std::move(roles);
  return actor;
}

// The embedded file with one text replaced.
Result<Rights> altered(std::string_view path, std::string_view from, std::string_view to) {
  Content content = Content::embedded();
  std::string text(content.read(path).value());
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  content.put(std::string(path), text);
  return Rights::load(content);
}

TEST(Rights, HasTheThirteenRoles) {
  std::vector<std::string> ids;
  for (const Role& role : rights().roles()) ids.push_back(role.id);
  EXPECT_EQ(ids,
            (std::vector<std::string>{"project_manager",
                                      "assessor",
                                      "quality_reviewer",
                                      "security_lead",
                                      "client_security",
                                      "client_team",
                                      "client_acceptance",
                                      "centre_security",
                                      "centre_data",
                                      "centre_secrecy",
                                      "system_admin",
                                      "security_admin",
                                      "audit_admin"}));
}

TEST(Rights, AdministratorsAreSeparated) {
  for (const Role& role : rights().roles()) {
    const Actor actor = with({role.id});
    const bool system = role.id == "system_admin";
    const bool security = role.id == "security_admin";
    const bool audit = role.id == "audit_admin";
    EXPECT_EQ(role.exclusive, system || security || audit) << role.id;
    EXPECT_EQ(rights().allows(actor, {"account", "create"}), system) << role.id;
    EXPECT_EQ(rights().allows(actor, {"account", "change"}), system) << role.id;
    EXPECT_EQ(rights().allows(actor, {"role", "change"}), security) << role.id;
    EXPECT_EQ(rights().allows(actor, {"scope", "change"}), security) << role.id;
    EXPECT_EQ(rights().allows(actor, {"audit", "read"}), audit) << role.id;
    if (!role.exclusive) continue;
    for (const auto& [resource, actions] : role.rights) {
      EXPECT_FALSE(rights().is_project_data(resource)) << role.id << " " << resource;
    }
  }
}

TEST(Rights, NobodyMayAlterTheAudit) {
  for (const char* action : {"create", "change", "delete"}) {
    EXPECT_FALSE(rights().declares({"audit", action}));
    EXPECT_FALSE(rights().allows(command_line_actor(), {"audit", action}));
  }
}

TEST(Rights, WhatIsNotGrantedIsRefused) {
  EXPECT_FALSE(rights().allows(with({}), {"system", "read"}));
  EXPECT_FALSE(rights().allows(with({"no_such_role"}), {"system", "read"}));
  EXPECT_FALSE(rights().allows(with({"project_manager"}), {"system", "no_such_action"}));
  EXPECT_TRUE(rights().allows(with({"client_team"}), {"system", "read"}));
  EXPECT_FALSE(rights().allows(with({"client_team"}), {"system", "change"}));
  EXPECT_FALSE(rights().allows(with({"client_team"}), {"evidence", "read"}));
  const auto refused = rights().require(with({"client_team"}), {"evidence", "read"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_NE(refused.error().message.find("证据"), std::string::npos);
  EXPECT_NE(refused.error().message.find("查看"), std::string::npos);
}

TEST(Rights, NoAccountIsTheCommandLine) {
  EXPECT_TRUE(rights().allows(command_line_actor(), {"account", "create"}));
  EXPECT_FALSE(rights().allows(with({std::string(command_line_role)}), {"account", "create"}));
  EXPECT_FALSE(altered("access/roles.yaml", "- id: assessor", "- id: command_line"));
}

TEST(Rights, AdministratorsCannotBeCombined) {
  for (const char* one : {"system_admin", "security_admin", "audit_admin"}) {
    EXPECT_TRUE(rights().check_combination({one}));
    for (const Role& other : rights().roles()) {
      if (other.id == one) continue;
      const auto refused = rights().check_combination({one, other.id});
      ASSERT_FALSE(refused) << one << " " << other.id;
      EXPECT_EQ(refused.error().code, ErrorCode::failed_precondition);
      EXPECT_FALSE(rights().check_combination({other.id, one}));
    }
  }
  EXPECT_TRUE(rights().check_combination({"project_manager", "security_lead"}));
  EXPECT_TRUE(rights().check_combination({}));
  EXPECT_EQ(rights().check_combination({"nobody"}).error().code, ErrorCode::invalid_argument);
}

TEST(Rights, AFileThatBreaksTheSeparationIsRefused) {
  const char* file = "access/roles.yaml";
  EXPECT_FALSE(altered(file, "audit: [read, verify, export]\n", "evidence: [read]\n"));
  EXPECT_FALSE(altered(file, "      role: [read]\n", "      role: [read, change]\n"));
  EXPECT_FALSE(altered(file, "clearance: [read]\n", "audit: [read]\n"));
  EXPECT_FALSE(altered(file, "party: platform\n    exclusive: true", "party: platform"));
  EXPECT_FALSE(altered(file, "system: [read, change]", "system: [read, fly]"));
  EXPECT_FALSE(altered(file, "- id: assessor", "- id: project_manager"));
}

TEST(Rights, ProblemsNameFileAndLine) {
  Content content = Content::embedded();
  content.put("access/roles.yaml",
              "actions: {read: {name: 查看, name_en: View}}\n"
              "resources:\n"
              "  asset: {name: 资产, name_en: Assets, actions: [read, jump]}\n"
              "roles:\n"
              "  - {id: a, name: 甲, name_en: A, party: nobody, rights: {moon: [read]}}\n");
  const auto loaded = Rights::load(content);
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().problems.size(), 3U);
  EXPECT_EQ(loaded.error().problems[0].line, 3);
  EXPECT_EQ(loaded.error().problems[1].line, 5);
  EXPECT_EQ(loaded.error().problems[2].field, "moon");
}

TEST(Scope, CoversByContractTeamOrSystem) {
  Scope scope;
  EXPECT_FALSE(scope.covers("c", "t", "s"));
  scope.teams = {"t"};
  EXPECT_TRUE(scope.covers("c", "t", "s"));
  EXPECT_FALSE(scope.covers("c", "other", "s"));
  scope = {};
  scope.systems = {"s"};
  EXPECT_TRUE(scope.covers("c", "t", "s"));
  EXPECT_FALSE(scope.covers("c", "t", ""));
  scope = {};
  scope.contracts = {"c"};
  EXPECT_TRUE(scope.covers("c", "t", "s"));
  EXPECT_FALSE(scope.covers("", "", ""));
  scope.everything = true;
  EXPECT_TRUE(scope.covers("", "", ""));
}

TEST(Policy, HoldsTheLimitsOfLevelThree) {
  const Policy& policy = rights().policy();
  EXPECT_EQ(policy.min_length, 12);
  EXPECT_EQ(policy.lock_failures, 5);
  EXPECT_EQ(policy.second_factor, SecondFactorRule::everybody);
  EXPECT_EQ(policy.entry_proofs.size(), 7U);
  EXPECT_TRUE(policy.common_passwords.contains("p@ssw0rd1234"));
  const char* file = "access/policy.yaml";
  for (const auto& [from, to] : std::vector<std::pair<const char*, const char*>>{
           {"min_length: 12", "min_length: 7"},
           {"min_length: 12", "min_length: no"},
           {"kinds: 3", "kinds: 2"},
           {"idle_minutes: 30", "idle_minutes: 0"},
           {"memory_mib: 64", "memory_mib: 1"},
           {"failures: 5", "failures: 1000"},
           {"hours: 12", "hours: 12\n  days: 3"},
           {"required: everybody", "required: friends"},
           {"single: true", "single: perhaps"},
           {"parties: [provider]", "parties: [moon]"},
           {"id: training", "id: background_check"}}) {
    const auto refused = altered(file, from, to);
    ASSERT_FALSE(refused) << to;
    ASSERT_FALSE(refused.error().problems.empty());
    EXPECT_GT(refused.error().problems.front().line, 0) << to;
  }
}

TEST(Policy, EntryProofsAreForTheProvidersPeople) {
  EXPECT_TRUE(rights().needs_entry_proofs({"assessor"}));
  EXPECT_FALSE(rights().needs_entry_proofs({"client_team"}));
  EXPECT_FALSE(rights().needs_entry_proofs({"system_admin"}));
  EXPECT_FALSE(altered("access/policy.yaml", "gate: true", "gate: false")
                   .value()
                   .needs_entry_proofs({"assessor"}));
}

}  // namespace
}  // namespace dengce::access
