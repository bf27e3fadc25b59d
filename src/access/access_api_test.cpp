// SPDX-License-Identifier: Apache-2.0
// Signing in, accounts and doors as a browser meets them, on both databases.
#include "access/access_api.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <optional>

#include "access/accounts.h"
#include "access/testing/desk.h"
#include "access/totp.h"
#include "base/text.h"
#include "db/testing/test_databases.h"

namespace dengce::access {
namespace {

namespace json = boost::json;
using test::Browser;
using test::Desk;

constexpr std::string_view walk_secret = "12345678901234567890";  // of Desk::add_account

json::value parsed(const http::Response& response) {
  boost::system::error_code error;
  auto value = json::parse(response.body, error);
  EXPECT_FALSE(error) << response.status << " " << response.body;
  return value;
}

std::string text_of(const http::Response& response, const char* key) {
  const json::value value = parsed(response);
  const auto* member = value.is_object() ? value.get_object().if_contains(key) : nullptr;
  return member != nullptr && member->is_string() ? std::string(member->get_string().c_str())
                                                  : std::string();
}

std::string bytes_of_base32(std::string_view text) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    held = held << 5U | static_cast<std::uint32_t>(alphabet.find(c));
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(held >> static_cast<unsigned>(bits) & 255U);
    }
  }
  return out;
}

std::string code_now(std::string_view secret) {
  return totp_code(secret, test::desk_now().milliseconds / totp_step_milliseconds);
}

class AccessApi : public testing::TestWithParam<std::string> {
 protected:
  AccessApi() {
    test::set_desk_clock(Instant{1'782'892'800'000});
    open_desk(test::cheap_rights());
  }

  void open_desk(Rights rights) {
    doors_.reset();
    router_ = std::make_unique<http::Router>();
    desk_ = std::make_unique<Desk>(database_, std::move(rights));
    doors_ = std::make_unique<Doors>(*router_, database_, desk_->rights(), test::desk_now);
    add_access_routes(*doors_, desk_->context());
  }

  http::Response send(Browser& browser,
                      const std::string& method,
                      const std::string& path,
                      const std::string& body = {},
                      const std::map<std::string, std::string>& headers = {}) {
    return browser.send(*router_, method, path, body, headers);
  }

  http::Response sign_in(Browser& browser, const std::string& login, const std::string& password) {
    return send(browser,
                "POST",
                "/api/session",
                fmt::format(R"({{"login":"{}","password":"{}"}})", login, password));
  }

  // An account with this password that needs nothing more than its second factor.
  std::string person(const std::string& login,
                     const std::string& password,
                     const std::vector<std::string>& roles = {"client_team"}) {
    const std::string id = desk_->add_account(login, roles);
    Browser browser = desk_->sign_in(id);
    auto transaction = database_.write().value();
    EXPECT_TRUE(update_password(
        transaction, id, desk_->context().hasher.hash(password), test::desk_now(), false));
    EXPECT_TRUE(transaction.commit());
    return id;
  }

  // Audit entries of an action.
  std::int64_t audited(const std::string& action, const std::string& outcome = "done") {
    static constexpr db::Query count{
        "test.audit", "SELECT COUNT(*) FROM audit_entry WHERE action = $1 AND outcome = $2"};
    auto transaction = database_.read().value();
    return transaction.query(count, std::vector<db::Value>{action, outcome})
        .value()
        .front()
        .integer(0);
  }

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  std::unique_ptr<http::Router> router_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<Doors> doors_;
};

INSTANTIATE_TEST_SUITE_P(Both, AccessApi, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST_P(AccessApi, EveryDoorLetsInWhoTheTableSays) {
  for (const std::string& fault : test::check_every_door(*desk_, *doors_, *router_)) {
    ADD_FAILURE() << fault;
  }
  EXPECT_GT(audited("account.create", "denied"), 10);
}

TEST_P(AccessApi, TheWalkFindsADoorThatIsOpenTooWide) {
  doors_->add("GET", "/api/moon", {"moon", "read"}, [](const Actor&, const http::Request&) {
    return http::Response{};
  });
  doors_->add_open("GET", "/api/gate", "", [](const http::Request&) { return http::Response{}; });
  const auto faults = test::check_every_door(*desk_, *doors_, *router_);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_NE(faults[0].find("moon:read"), std::string::npos);
  EXPECT_NE(faults[1].find("without a reason"), std::string::npos);
}

TEST_P(AccessApi, FromTheFirstPasswordToTheFirstPage) {
  const auto made = create_first_accounts(desk_->context(), command_line_actor());
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_EQ(made->size(), 3U);
  EXPECT_FALSE(create_first_accounts(desk_->context(), command_line_actor()));
  Browser browser;
  http::Response step = sign_in(browser, "SysAdmin", made->front().password);
  EXPECT_EQ(step.status, 200) << step.body;
  EXPECT_EQ(text_of(step, "state"), "change_password");
  EXPECT_EQ(text_of(step, "csrf"), browser.csrf);
  EXPECT_EQ(send(browser, "GET", "/api/accounts").status, 403);
  const std::string first_cookie = browser.cookie;
  step = send(browser,
              "POST",
              "/api/session/password",
              fmt::format(R"({{"current":"{}","new":"Correct-Horse-7"}})", made->front().password));
  EXPECT_EQ(text_of(step, "state"), "enroll_second_factor") << step.body;
  EXPECT_NE(browser.cookie, first_cookie);
  Browser old;
  old.cookie = first_cookie;
  EXPECT_EQ(send(old, "GET", "/api/session").status, 401);
  EXPECT_EQ(send(browser, "GET", "/api/accounts").status, 403);
  step = send(browser, "POST", "/api/account/second-factor", "{}");
  const std::string secret = bytes_of_base32(text_of(step, "secret"));
  EXPECT_EQ(secret.size(), 20U);
  EXPECT_EQ(send(browser, "PUT", "/api/account/second-factor", R"({"code":"000000"})").status, 400);
  step = send(browser,
              "PUT",
              "/api/account/second-factor",
              fmt::format(R"({{"code":"{}"}})", code_now(secret)));
  ASSERT_EQ(step.status, 200) << step.body;
  EXPECT_EQ(parsed(step).at("recovery_codes").as_array().size(), 10U);
  EXPECT_EQ(text_of(step, "state"), "signed_in");
  const http::Response shown = send(browser, "GET", "/api/session");
  const json::value session = parsed(shown);
  EXPECT_EQ(session.at("state").as_string(), "signed_in");
  EXPECT_EQ(session.at("roles").as_array().size(), 1U);
  EXPECT_TRUE(session.at("rights").as_object().contains("account"));
  EXPECT_FALSE(session.at("rights").as_object().contains("evidence"));
  const http::Response listed = send(browser, "GET", "/api/accounts");
  EXPECT_EQ(parsed(listed).at("total").as_int64(), 3);
  EXPECT_EQ(listed.body.find("argon2"), std::string::npos);
  EXPECT_EQ(audited("account.create"), 3);
  EXPECT_EQ(audited("account.password"), 1);
  EXPECT_EQ(audited("second_factor.confirm"), 1);
}

TEST_P(AccessApi, TheCookieIsOutOfReachOfScripts) {
  person("zhang", "Correct-Horse-7");
  Browser browser;
  const http::Response response = sign_in(browser, "zhang", "Correct-Horse-7");
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0].first, "Set-Cookie");
  const std::string& cookie = response.headers[0].second;
  EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("; SameSite=Strict"), std::string::npos);
  EXPECT_NE(cookie.find("; Path=/"), std::string::npos);
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);
  http::Request over_tls;
  over_tls.method = "POST";
  over_tls.path = "/api/session";
  over_tls.secure = true;
  over_tls.body = R"({"login":"zhang","password":"Correct-Horse-7"})";
  const std::string secure = router_->handle(over_tls).headers.at(0).second;
  EXPECT_NE(secure.find("; Secure"), std::string::npos);
  // The prefix keeps out cookies that another host or a plain connection planted.
  ASSERT_TRUE(secure.starts_with("__Host-dengce_session="));
  const std::string value = secure.substr(0, secure.find(';'));
  http::Request next;
  next.method = "GET";
  next.path = "/api/session";
  next.secure = true;
  next.headers["cookie"] = value;
  EXPECT_EQ(router_->handle(next).status, 200);
  next.headers["cookie"] = value.substr(std::string_view("__Host-").size());
  EXPECT_EQ(router_->handle(next).status, 401);
}

TEST_P(AccessApi, FailuresLookAlikeAndLock) {
  person("zhang", "Correct-Horse-7");
  Browser browser;
  const http::Response unknown = sign_in(browser, "nobody", "Correct-Horse-7");
  EXPECT_EQ(unknown.status, 401);
  for (int i = 0; i < 4; ++i) {
    const http::Response wrong = sign_in(browser, "zhang", "wrong");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.body, unknown.body);
  }
  // Four failures are forgiven by a complete sign-in only, not by the password alone.
  EXPECT_EQ(text_of(sign_in(browser, "zhang", "Correct-Horse-7"), "state"), "second_factor");
  EXPECT_EQ(sign_in(browser, "zhang", "wrong").status, 401);
  const http::Response locked = sign_in(browser, "zhang", "Correct-Horse-7");
  EXPECT_EQ(locked.status, 401);
  EXPECT_EQ(locked.body, unknown.body);
  test::pass_minutes(29);
  EXPECT_EQ(sign_in(browser, "zhang", "Correct-Horse-7").status, 401);
  test::pass_minutes(-60);
  EXPECT_EQ(sign_in(browser, "zhang", "Correct-Horse-7").status, 401) << "a clock set back";
  test::pass_minutes(62);
  EXPECT_EQ(sign_in(browser, "zhang", "Correct-Horse-7").status, 200);
  EXPECT_GE(audited("session.open", "denied"), 8);
}

TEST_P(AccessApi, ASecondFactorWorksOnce) {
  const std::string id = person("zhang", "Correct-Horse-7");
  Browser browser;
  EXPECT_EQ(text_of(sign_in(browser, "zhang", "Correct-Horse-7"), "state"), "second_factor");
  const std::string before = browser.cookie;
  const std::string code = code_now(walk_secret);
  const std::string body = fmt::format(R"({{"code":"{}"}})", code);
  const http::Response step = send(browser, "POST", "/api/session/second-factor", body);
  EXPECT_EQ(text_of(step, "state"), "signed_in") << step.body;
  EXPECT_NE(browser.cookie, before);
  Browser second;
  sign_in(second, "zhang", "Correct-Horse-7");
  EXPECT_EQ(send(second, "POST", "/api/session/second-factor", body).status, 400);
  // The sign-in that stopped half way did not end the complete one.
  EXPECT_EQ(send(browser, "GET", "/api/account/tokens").status, 200);
  test::pass_minutes(1);
  const std::string next = fmt::format(R"({{"code":"{}"}})", code_now(walk_secret));
  EXPECT_EQ(send(second, "POST", "/api/session/second-factor", next).status, 200);
  EXPECT_EQ(send(browser, "GET", "/api/session").status, 401) << "one session for one account";
}

TEST_P(AccessApi, WrongCodesLockAndEndTheSession) {
  person("zhang", "Correct-Horse-7");
  Browser browser;
  sign_in(browser, "zhang", "Correct-Horse-7");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(send(browser, "POST", "/api/session/second-factor", R"({"code":"12345x"})").status,
              400);
  }
  EXPECT_EQ(send(browser, "GET", "/api/session").status, 200);
  send(browser, "POST", "/api/session/second-factor", R"({"code":"12345x"})");
  EXPECT_EQ(send(browser, "GET", "/api/session").status, 401);
  EXPECT_EQ(sign_in(browser, "zhang", "Correct-Horse-7").status, 401);
}

TEST_P(AccessApi, ARecoveryCodeWorksOnce) {
  const std::string id = person("zhang", "Correct-Horse-7");
  const auto codes = new_recovery_codes();
  {
    auto transaction = database_.write().value();
    ASSERT_TRUE(set_pending_factor(
        transaction,
        id,
        desk_->context().vault.seal(walk_secret, "account/second-factor/" + id).value()));
    ASSERT_TRUE(activate_factor(transaction, id, 0, {recovery_digest(codes[0])}));
    ASSERT_TRUE(transaction.commit());
  }
  const std::string body = fmt::format(R"({{"code":"{}"}})", lower(codes[0]));
  Browser browser;
  sign_in(browser, "zhang", "Correct-Horse-7");
  EXPECT_EQ(send(browser, "POST", "/api/session/second-factor", body).status, 200);
  sign_in(browser, "zhang", "Correct-Horse-7");
  EXPECT_EQ(send(browser, "POST", "/api/session/second-factor", body).status, 400);
}

TEST_P(AccessApi, SessionsEnd) {
  const std::string id = desk_->add_account("zhang", {"client_team"});
  const auto alive = [&](Browser browser) {
    return send(browser, "GET", "/api/session").status == 200;
  };
  Browser idle = desk_->sign_in(id);
  test::pass_minutes(30);
  EXPECT_TRUE(alive(idle));  // and seen now
  test::pass_minutes(31);
  EXPECT_FALSE(alive(idle));

  Browser busy = desk_->sign_in(id);
  for (int i = 0; i < 35; ++i) {
    test::pass_minutes(20);
    EXPECT_TRUE(alive(busy)) << i;
  }
  test::pass_minutes(20);
  EXPECT_FALSE(alive(busy)) << "twelve hours are over";

  const Browser back = desk_->sign_in(id);
  test::pass_minutes(-4);
  EXPECT_TRUE(alive(back));
  test::pass_minutes(-2);
  EXPECT_FALSE(alive(back)) << "the clock was set back";
  test::pass_minutes(6);

  Browser out = desk_->sign_in(id);
  EXPECT_EQ(send(out, "DELETE", "/api/session").status, 204);
  EXPECT_TRUE(out.cookie.empty());

  for (const std::string& forged : {std::string(), std::string("x"), std::string(64, 'a')}) {
    Browser other;
    other.cookie = forged;
    EXPECT_FALSE(alive(other));
  }
}

TEST_P(AccessApi, SessionsAreListedAndRevoked) {
  const std::string id = desk_->add_account("zhang", {"client_team"});
  const std::string other_id = desk_->add_account("li", {"client_team"});
  Browser here = desk_->sign_in(id);
  Browser there = desk_->sign_in(id);
  Browser other = desk_->sign_in(other_id);
  const json::value listed = parsed(send(here, "GET", "/api/account/sessions"));
  ASSERT_EQ(listed.at("items").as_array().size(), 2U);
  for (const json::value& item : listed.at("items").as_array()) {
    if (item.at("current").as_bool()) continue;
    const std::string path =
        "/api/account/sessions/" + std::string(item.at("id").as_string().c_str());
    EXPECT_EQ(send(other, "DELETE", path).status, 404) << "not one's own";
    EXPECT_EQ(send(here, "DELETE", path).status, 204);
    EXPECT_EQ(send(here, "DELETE", path).status, 404);
  }
  EXPECT_EQ(send(there, "GET", "/api/session").status, 401);
  EXPECT_EQ(send(here, "GET", "/api/session").status, 200);
}

TEST_P(AccessApi, PasswordsRunOutAndDoNotComeBack) {
  const std::string id = person("zhang", "Correct-Horse-0");
  Browser browser = desk_->sign_in(id);
  const auto change = [&](const std::string& current, const std::string& next) {
    return send(browser,
                "POST",
                "/api/session/password",
                fmt::format(R"({{"current":"{}","new":"{}"}})", current, next));
  };
  const http::Response wrong = change("wrong", "Correct-Horse-1");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.body.find(R"("field":"current")"), std::string::npos);
  EXPECT_EQ(change("Correct-Horse-0", "short").status, 400);
  EXPECT_EQ(change("Correct-Horse-0", "Correct-Horse-0").status, 400);
  for (int i = 0; i < 5; ++i) {
    const http::Response done =
        change(fmt::format("Correct-Horse-{}", i), fmt::format("Correct-Horse-{}", i + 1));
    EXPECT_EQ(done.status, 200) << i << done.body;
  }
  EXPECT_EQ(change("Correct-Horse-5", "Correct-Horse-1").status, 400) << "one of the last five";
  EXPECT_EQ(change("Correct-Horse-5", "Correct-Horse-0").status, 200) << "the sixth before";
  test::pass_minutes(91 * 24 * 60);
  Browser later = desk_->sign_in(id);
  EXPECT_EQ(text_of(send(later, "GET", "/api/session"), "state"), "change_password");
  EXPECT_EQ(send(later, "GET", "/api/account/tokens").status, 403);
}

TEST_P(AccessApi, TooManyAttemptsAreHeldBack) {
  Browser browser;
  int limited = 0;
  for (int i = 0; i < 25; ++i) limited += sign_in(browser, "nobody", "x").status == 429 ? 1 : 0;
  EXPECT_EQ(limited, 5);
  test::pass_minutes(6);
  EXPECT_EQ(sign_in(browser, "nobody", "x").status, 401);
}

TEST_P(AccessApi, ChangesNeedTheTokenAgainstForgery) {
  const std::string id = desk_->add_account("admin", {"system_admin"});
  Browser browser = desk_->sign_in(id);
  Browser forged = browser;
  forged.csrf = std::string(64, '0');
  const std::string body = R"({"login":"neu","name":"新"})";
  EXPECT_EQ(send(forged, "POST", "/api/accounts", body).status, 403);
  forged.csrf.clear();
  EXPECT_EQ(send(forged, "POST", "/api/accounts", body).status, 403);
  EXPECT_EQ(send(forged, "GET", "/api/accounts").status, 200);
  EXPECT_EQ(send(browser, "POST", "/api/accounts", body).status, 201);
}

TEST_P(AccessApi, AccountsAreMadeChangedAndDisabled) {
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

TEST_P(AccessApi, AccountsPageByLogin) {
  Browser admin = desk_->sign_in(desk_->add_account("m-admin", {"system_admin"}));
  for (const char* login : {"a-one", "b-two", "y-three", "z-four"}) desk_->add_account(login, {});
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
  EXPECT_EQ(send(admin, "GET", "/api/accounts?offset=5").status, 400);
}

TEST_P(AccessApi, RolesAndScopesAreGivenBySomebodyElse) {
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

TEST_P(AccessApi, TheSystemAdministratorCannotBecomeTheOthers) {
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

TEST_P(AccessApi, TokensHoldPartOfTheirAccountsRights) {
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

TEST_P(AccessApi, WhoIsNotClearedSeesNoProjectData) {
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

TEST_P(AccessApi, ACreatingCallSentAgainIsDoneOnce) {
  const std::string admin_id = desk_->add_account("admin", {"system_admin"});
  Browser admin = desk_->sign_in(admin_id);
  const std::map<std::string, std::string> key{{"idempotency-key", "0123456789abcdef-1"}};
  const std::string body = R"({"login":"neu","name":"新"})";
  const http::Response first = send(admin, "POST", "/api/accounts", body, key);
  ASSERT_EQ(first.status, 201);
  const http::Response again = send(admin, "POST", "/api/accounts", body, key);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.headers.front(), first.headers.front());
  EXPECT_EQ(audited("account.create"), 1);
  EXPECT_EQ(send(admin, "POST", "/api/accounts", R"({"login":"alt","name":"新"})", key).status,
            409);
  EXPECT_EQ(send(admin, "POST", "/api/accounts", body, {{"idempotency-key", "short"}}).status, 400);
  // Another account's key is another key.
  Browser other = desk_->sign_in(desk_->add_account("other", {"system_admin"}));
  EXPECT_EQ(send(other, "POST", "/api/accounts", R"({"login":"drei","name":"新"})", key).status,
            201);
  // What failed may be sent again, corrected.
  const std::map<std::string, std::string> second{{"idempotency-key", "0123456789abcdef-2"}};
  EXPECT_EQ(send(admin, "POST", "/api/accounts", body, second).status, 409);
  EXPECT_EQ(send(admin, "POST", "/api/accounts", R"({"login":"vier","name":"新"})", second).status,
            201);
  // Nothing of the answer lies open in the database.
  static constexpr db::Query kept{"test.kept", "SELECT headers, body FROM idempotency_key"};
  {
    auto transaction = database_.read().value();
    const auto rows = transaction.query(kept).value();
    ASSERT_EQ(rows.size(), 3U);
    for (const db::Row& row : rows) {
      EXPECT_FALSE(row.bytes(1).empty());
      EXPECT_EQ(row.bytes(1).find("password"), std::string::npos);
    }
  }
  // After a day the key is forgotten: the call is made again and meets what it made before.
  test::pass_minutes(24 * 60 + 1);
  Browser later = desk_->sign_in(admin_id);
  EXPECT_EQ(text_of(send(later, "POST", "/api/accounts", body, key), "code"), "already_exists");
}

TEST_P(AccessApi, ACallInProgressIsNotDoneTwice) {
  int runs = 0;
  Browser admin = desk_->sign_in(desk_->add_account("admin", {"system_admin"}));
  const std::map<std::string, std::string> key{{"idempotency-key", "0123456789abcdef"}};
  std::optional<http::Response> inner;
  doors_->add("POST", "/api/slow", {"job", "change"}, [&](const Actor&, const http::Request&) {
    ++runs;
    if (!inner) {
      inner.emplace();
      inner = send(admin, "POST", "/api/slow", "{}", key);
    }
    return http::Response{};
  });
  EXPECT_EQ(send(admin, "POST", "/api/slow", "{}", key).status, 200);
  EXPECT_EQ(inner->status, 409);
  EXPECT_EQ(runs, 1);
}

class Counter final : public http::Upload {
 public:
  explicit Counter(std::size_t& bytes) : bytes_(bytes) {}

  Result<> write(std::string_view piece) override {
    bytes_ += piece.size();
    return {};
  }

  http::Response finish() override { return {}; }

 private:
  std::size_t& bytes_;
};

TEST_P(AccessApi, FilesAndUploadsPassTheSameDoors) {
  std::size_t bytes = 0;
  doors_->add_file("POST",
                   "/api/files",
                   {"import", "create"},
                   1000,
                   [&](const Actor&, const http::Request& request) {
                     bytes += request.body.size();
                     return http::Response{};
                   });
  doors_->add_upload("PATCH",
                     "/api/streams/{id}",
                     {"evidence", "create"},
                     1000,
                     [&](const Actor&, const http::Request&) -> http::Opened {
                       return std::make_unique<Counter>(bytes);
                     });
  for (const std::string& fault : test::check_every_door(*desk_, *doors_, *router_)) {
    ADD_FAILURE() << fault;
  }
  bytes = 0;
  Browser assessor = desk_->sign_in(desk_->add_account("zhang", {"assessor"}));
  EXPECT_EQ(send(assessor, "POST", "/api/files", "id;name").status, 200);
  EXPECT_EQ(send(assessor, "PATCH", "/api/streams/1", "id;name").status, 200);
  EXPECT_EQ(bytes, 14U);
  Browser team = desk_->sign_in(desk_->add_account("li", {"client_team"}));
  EXPECT_EQ(send(team, "POST", "/api/files", "id;name").status, 403);
  EXPECT_EQ(send(team, "PATCH", "/api/streams/1", "id;name").status, 403);
  EXPECT_EQ(bytes, 14U);
}

TEST_P(AccessApi, WithoutTheRuleASecondFactorIsOnesOwnChoice) {
  Content content = Content::embedded();
  std::string text(content.read("access/policy.yaml").value());
  text.replace(text.find("required: everybody"), 19, "required: administrators");
  content.put("access/policy.yaml", text);
  open_desk(test::cheap_rights(content));
  Browser zhang = desk_->sign_in(desk_->add_account("zhang", {"client_team"}));
  EXPECT_EQ(send(zhang, "POST", "/api/account/second-factor", "{}").status, 422) << "has one";
  EXPECT_EQ(send(zhang, "DELETE", "/api/account/second-factor", R"({"code":"000000"})").status,
            400);
  EXPECT_EQ(send(zhang,
                 "DELETE",
                 "/api/account/second-factor",
                 fmt::format(R"({{"code":"{}"}})", code_now(walk_secret)))
                .status,
            204);
  EXPECT_EQ(text_of(send(zhang, "GET", "/api/session"), "state"), "signed_in");
  Browser admin = desk_->sign_in(desk_->add_account("admin", {"system_admin"}));
  EXPECT_EQ(send(admin,
                 "DELETE",
                 "/api/account/second-factor",
                 fmt::format(R"({{"code":"{}"}})", code_now(walk_secret)))
                .status,
            422);
}

}  // namespace
}  // namespace dengce::access
