// SPDX-License-Identifier: Apache-2.0
// Signing in and out as a browser meets it, on both databases.
#include "access/testing/access_api.h"
#include "base/text.h"

namespace dengce::access {
namespace {

namespace json = boost::json;
using test::Browser;
using test::bytes_of_base32;
using test::code_now;
using test::parsed;
using test::text_of;
using test::walk_secret;

class SessionApi : public test::AccessApi {};

INSTANTIATE_TEST_SUITE_P(Both, SessionApi, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST_P(SessionApi, FromTheFirstPasswordToTheFirstPage) {
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

TEST_P(SessionApi, TheCookieIsOutOfReachOfScripts) {
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

TEST_P(SessionApi, FailuresLookAlikeAndLock) {
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

TEST_P(SessionApi, ASecondFactorWorksOnce) {
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

TEST_P(SessionApi, WrongCodesLockAndEndTheSession) {
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

TEST_P(SessionApi, ARecoveryCodeWorksOnce) {
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

TEST_P(SessionApi, SessionsEnd) {
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

TEST_P(SessionApi, SessionsAreListedAndRevoked) {
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

TEST_P(SessionApi, PasswordsRunOutAndDoNotComeBack) {
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

TEST_P(SessionApi, TooManyAttemptsAreHeldBack) {
  Browser browser;
  int limited = 0;
  for (int i = 0; i < 25; ++i) limited += sign_in(browser, "nobody", "x").status == 429 ? 1 : 0;
  EXPECT_EQ(limited, 5);
  test::pass_minutes(6);
  EXPECT_EQ(sign_in(browser, "nobody", "x").status, 401);
}

TEST_P(SessionApi, WithoutTheRuleASecondFactorIsOnesOwnChoice) {
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
