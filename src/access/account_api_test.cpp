// SPDX-License-Identifier: Apache-2.0
// Accounts, their roles, scopes, tokens and clearance, on both databases.
#include "access/testing/access_api.h"
#include "base/text.h"

namespace dengce::access {
namespace {

namespace json = boost::json;
using test::Browser;
using test::parsed;
using test::text_of;

class AccountApi : public test::AccessApi {};

INSTANTIATE_TEST_SUITE_P(Both, AccountApi, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST_P(AccountApi, AccountsAreMadeChangedAndDisabled) {
  Browser admin = desk_->sign_in(desk_->add_account("admin", {"system_admin"}));
  const http::Response made = send(admin,
                                   "POST",
                                   "/api/accounts",
                                   R"({"login":"Wang.5","name":"示例戊","organisation":"供方"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/api/accounts/" + text_of(made, "id");
  EXPECT_EQ(send(admin, "POST", "/api/accounts", R"({"login":"wang.5","name":"另一人"})").status,
            409);
  for (const char* bad : {R"({"login":"5wang","name":"甲"})",
                          R"({"login":"命令行","name":"甲"})",
                          R"({"login":"ab","name":"甲"})",
                          R"({"login":"zhao","name":""})",
                          R"({"login":"zhao","name":"甲","roles":["system_admin"]})",
                          R"({"login":5,"name":"甲"})",
                          "[]",
                          "{"}) {
    EXPECT_EQ(send(admin, "POST", "/api/accounts", bad).status, 400) << bad;
  }
  const std::string password = text_of(made, "password");
  EXPECT_TRUE(check_new_password(desk_->rights().policy(), "wang.5", password));
  Browser wang;
  EXPECT_EQ(text_of(sign_in(wang, "wang.5", password), "state"), "change_password");

  EXPECT_EQ(send(admin, "PATCH", path, R"({"name":"新名"})").status, 428);
  EXPECT_EQ(send(admin, "PATCH", path, R"({"name":"新名"})", {{"if-match", "\"7\""}}).status, 412);
  const http::Response changed =
      send(admin, "PATCH", path, R"({"name":"新名","disabled":true})", {{"if-match", "\"1\""}});
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(parsed(changed).at("version").as_int64(), 2);
  EXPECT_EQ(text_of(changed, "organisation"), "供方");
  EXPECT_EQ(send(admin, "PATCH", path, R"({"name":"x"})", {{"if-match", "\"1\""}}).status, 412);
  EXPECT_EQ(send(wang, "GET", "/api/session").status, 401);
  EXPECT_EQ(sign_in(wang, "wang.5", password).status, 401);
  EXPECT_EQ(audited("account.change"), 1);
}

TEST_P(AccountApi, AccountsPageByLogin) {
  Browser admin = desk_->sign_in(desk_->add_account("m-admin", {"system_admin"}));
  std::map<std::string, std::string> ids;
  for (const char* login : {"a-one", "b-two", "y-three", "z-four"}) {
    ids[login] = desk_->add_account(login, {});
  }
  const auto walk = [&](const std::string& sort) {
    std::vector<std::string> logins;
    std::string after;
    for (int i = 0; i < 5; ++i) {
      const json::value page =
          parsed(send(admin, "GET", "/api/accounts?limit=2&sort=" + sort + after));
      EXPECT_EQ(page.at("total").as_int64(), 5);
      for (const json::value& item : page.at("items").as_array()) {
        logins.emplace_back(item.at("login").as_string().c_str());
      }
      if (page.at("next").is_null()) break;
      after = "&after=" + std::string(page.at("next").as_string().c_str());
    }
    return join(logins, " ");
  };
  EXPECT_EQ(walk("login"), "a-one b-two m-admin y-three z-four");
  EXPECT_EQ(walk("-login"), "z-four y-three m-admin b-two a-one");
  EXPECT_EQ(send(admin, "GET", "/api/accounts?sort=password_hash").status, 400);
  const auto found = [&](const std::string& q) {
    const json::value page = parsed(send(admin, "GET", "/api/accounts?limit=1&q=" + q));
    const auto& items = page.at("items").as_array();
    return std::to_string(page.at("total").as_int64()) + " " +
           (items.empty() ? "" : std::string(items.front().at("login").as_string()));
  };
  EXPECT_EQ(found("THREE"), "1 y-three");
  EXPECT_EQ(found("o"), "3 a-one");
  EXPECT_EQ(found("%25"), "0 ");
  const std::string path = "/api/accounts/" + ids["b-two"];
  const std::int64_t version = parsed(send(admin, "GET", path)).at("version").as_int64();
  const std::string match = "\"" + std::to_string(version) + "\"";
  EXPECT_EQ(
      send(admin, "PATCH", path, R"({"organisation":"Example Ltd"})", {{"if-match", match}}).status,
      200);
  EXPECT_EQ(found("example"), "1 b-two");
  EXPECT_EQ(send(admin, "GET", "/api/accounts?offset=5").status, 400);
}

TEST_P(AccountApi, RolesAndScopesAreGivenBySomebodyElse) {
  const std::string admin_id = desk_->add_account("granter", {"security_admin"});
  const std::string id = desk_->add_account("zhang", {});
  Browser granter = desk_->sign_in(admin_id);
  const auto put = [&](const std::string& account, const std::string& roles, int version) {
    return send(granter,
                "PUT",
                "/api/accounts/" + account + "/roles",
                fmt::format(R"({{"roles":{}}})", roles),
                {{"if-match", fmt::format("\"{}\"", version)}});
  };
  EXPECT_EQ(put(admin_id, R"(["audit_admin"])", 1).status, 403);
  EXPECT_EQ(put(id, R"(["system_admin","security_admin"])", 1).status, 422);
  EXPECT_EQ(put(id, R"(["system_admin","assessor"])", 1).status, 422);
  EXPECT_EQ(put(id, R"(["command_line"])", 1).status, 400);
  EXPECT_EQ(put("0", R"(["assessor"])", 1).status, 404);
  Browser zhang = desk_->sign_in(id);
  EXPECT_EQ(parsed(send(zhang, "GET", "/api/session")).at("rights").as_object().size(), 0U);
  EXPECT_EQ(put(id, R"(["client_team"])", 1).status, 200);
  EXPECT_TRUE(
      parsed(send(zhang, "GET", "/api/session")).at("rights").as_object().contains("system"))
      << "at once, without a new sign-in";
  EXPECT_EQ(put(id, "[]", 2).status, 200);
  EXPECT_FALSE(
      parsed(send(zhang, "GET", "/api/session")).at("rights").as_object().contains("system"));
  const std::string scope_path = "/api/accounts/" + id + "/scope";
  const http::Response unknown =
      send(granter,
           "PUT",
           scope_path,
           R"({"everything":false,"contracts":[],"teams":["t-1"],"systems":["s-1"]})",
           {{"if-match", "\"3\""}});
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(parsed(unknown).at("problems").as_array().size(), 2U);
  EXPECT_EQ(send(granter,
                 "PUT",
                 scope_path,
                 R"({"everything":true,"contracts":[],"teams":[],"systems":[]})",
                 {{"if-match", "\"3\""}})
                .status,
            200);
  EXPECT_TRUE(desk_->actor(id).scope.everything);
  EXPECT_EQ(audited("account.roles"), 2);
  EXPECT_EQ(audited("account.scope"), 1);
}

TEST_P(AccountApi, TheSystemAdministratorCannotBecomeTheOthers) {
  Browser admin = desk_->sign_in(desk_->add_account("admin", {"system_admin"}));
  const std::string auditor = desk_->add_account("auditor", {"audit_admin"});
  const std::string path = "/api/accounts/" + auditor;
  EXPECT_EQ(send(admin, "POST", path + "/password-reset", "{}").status, 403);
  EXPECT_EQ(send(admin, "DELETE", path + "/second-factor").status, 403);
  EXPECT_EQ(send(admin, "POST", path + "/unlock", "{}").status, 403);
  EXPECT_EQ(send(admin, "PATCH", path, R"({"disabled":true})", {{"if-match", "\"1\""}}).status,
            403);
  EXPECT_TRUE(reset_password(desk_->context(), command_line_actor(), auditor));
  const std::string plain = desk_->add_account("zhang", {"client_team"});
  Browser zhang = desk_->sign_in(plain);
  const http::Response reset =
      send(admin, "POST", "/api/accounts/" + plain + "/password-reset", "{}");
  EXPECT_EQ(reset.status, 200) << reset.body;
  EXPECT_EQ(send(zhang, "GET", "/api/session").status, 401);
  EXPECT_EQ(text_of(sign_in(zhang, "zhang", text_of(reset, "password")), "state"), "second_factor");
}

TEST_P(AccountApi, TokensHoldPartOfTheirAccountsRights) {
  const std::string id = desk_->add_account("admin", {"system_admin"});
  Browser browser = desk_->sign_in(id);
  const auto make = [&](const std::string& rights, const std::string& expires) {
    return send(browser,
                "POST",
                "/api/account/tokens",
                fmt::format(R"({{"name":"脚本","rights":[{}],"expires":"{}"}})", rights, expires));
  };
  EXPECT_EQ(make(R"("evidence:read")", "2026-08-01").status, 400) << "not a right of its own";
  EXPECT_EQ(make(R"("account:fly")", "2026-08-01").status, 400);
  EXPECT_EQ(make("", "2026-08-01").status, 400);
  EXPECT_EQ(make(R"("account:read")", "2026-06-01").status, 400);
  EXPECT_EQ(make(R"("account:read")", "2028-01-01").status, 400);
  const http::Response made = make(R"("account:read")", "2026-07-02T08:00:00Z");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string token = text_of(made, "token");
  EXPECT_EQ(token.size(), 68U);
  const auto with = [&](const std::string& method, const std::string& path) {
    Browser program;
    return send(program, method, path, "{}", {{"authorization", "Bearer " + token}});
  };
  EXPECT_EQ(with("GET", "/api/accounts").status, 200);
  EXPECT_EQ(text_of(with("POST", "/api/accounts"), "code"), "token_scope");
  EXPECT_EQ(text_of(with("GET", "/api/account/tokens"), "code"), "token_scope");
  EXPECT_EQ(text_of(with("GET", "/api/session"), "code"), "token_scope");
  const json::value listed = parsed(send(browser, "GET", "/api/account/tokens"));
  EXPECT_FALSE(listed.at("items").at(0).at("last_used").is_null());
  EXPECT_EQ(json::serialize(listed).find(token), std::string::npos);

  Browser program;
  for (const char* bad : {"Bearer x", "Bearer dgc_", "Basic dgc_0", "dgc_0", "Bearer "}) {
    EXPECT_EQ(send(program, "GET", "/api/accounts", {}, {{"authorization", bad}}).status, 401)
        << bad;
  }
  test::pass_minutes(24 * 60 + 1);
  EXPECT_EQ(with("GET", "/api/accounts").status, 401) << "run out";
  test::pass_minutes(-24 * 60);
  EXPECT_EQ(with("GET", "/api/accounts").status, 200);
  browser = desk_->sign_in(id);
  EXPECT_EQ(send(browser, "DELETE", "/api/account/tokens/" + text_of(made, "id")).status, 204);
  EXPECT_EQ(with("GET", "/api/accounts").status, 401);
  EXPECT_EQ(send(browser, "DELETE", "/api/account/tokens/" + text_of(made, "id")).status, 404);
}

TEST_P(AccountApi, WhoIsNotClearedSeesNoProjectData) {
  doors_->add("GET", "/api/things", {"system", "read"}, [](const Actor&, const http::Request&) {
    return http::Response{};
  });
  Browser lead = desk_->sign_in(desk_->add_account("lead", {"client_security"}));
  const std::string id = desk_->add_account("zhang", {"assessor"});
  const std::string path = "/api/accounts/" + id + "/clearance";
  Browser zhang = desk_->sign_in(id);
  EXPECT_EQ(send(zhang, "GET", "/api/things").status, 200);
  EXPECT_EQ(send(lead, "PUT", path, R"({"proofs":[]})", {{"if-match", "\"1\""}}).status, 200);
  EXPECT_EQ(text_of(send(zhang, "GET", "/api/things"), "code"), "entry_not_cleared");
  EXPECT_FALSE(parsed(send(zhang, "GET", "/api/session")).at("entry_cleared").as_bool());
  std::string proofs;
  for (const Proof& proof : desk_->rights().policy().entry_proofs) {
    proofs += fmt::format(R"({}{{"kind":"{}","day":"2026-06-01","proof":"编号 1"}})",
                          proofs.empty() ? "" : ",",
                          proof.id);
  }
  const http::Response future = send(
      lead,
      "PUT",
      path,
      R"({"proofs":[{"kind":"training","day":"2026-07-02","proof":"x"},{"kind":"moon","day":"2026-06-01","proof":"x"}]})",
      {{"if-match", "\"2\""}});
  EXPECT_EQ(future.status, 400);
  EXPECT_EQ(parsed(future).at("problems").as_array().size(), 2U);
  const http::Response cleared =
      send(lead, "PUT", path, fmt::format(R"({{"proofs":[{}]}})", proofs), {{"if-match", "\"2\""}});
  EXPECT_EQ(cleared.status, 200) << cleared.body;
  EXPECT_EQ(send(zhang, "GET", "/api/things").status, 200);
  const json::value listed = parsed(send(lead, "GET", "/api/clearance"));
  EXPECT_EQ(listed.at("items").as_array().size(), 1U) << "people of the provider only";
  EXPECT_EQ(listed.at("kinds").as_array().size(), 7U);
}

}  // namespace
}  // namespace dengce::access
