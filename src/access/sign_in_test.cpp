// SPDX-License-Identifier: Apache-2.0
// Accounts whose password another place knows. The real directory is met in tests/signin.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "access/accounts.h"
#include "access/directory.h"
#include "access/ldap_directory.h"
#include "access/sessions.h"
#include "access/testing/desk.h"
#include "db/testing/test_databases.h"

namespace dengce::access {
namespace {

// Knows one person, or gives no answer.
class FakeDirectory final : public PasswordDirectory {
 public:
  Result<bool> matches(const std::string& name, std::string_view password) override {
    ++asked;
    if (down) return fail(ErrorCode::unavailable, "目录服务暂不可用");
    return name == "Zhang San" && password == "right";
  }

  bool down = false;
  int asked = 0;
};

class SignInElsewhere : public testing::TestWithParam<std::string> {
 protected:
  SignInElsewhere() {
    test::set_desk_clock(Instant{1'782'892'800'000});
    const auto made =
        create_account(context_,
                       command_line_actor(),
                       {"zhang", "测试员甲", "供方", SignIn::directory, " Zhang San "});
    EXPECT_TRUE(made) << made.error().text();
    EXPECT_TRUE(made->password.empty());
    id_ = made->id;
  }

  ErrorCode code(std::string_view password) {
    const auto done = sign_in(context_, "zhang", password, {"192.0.2.7", "test"});
    return done ? ErrorCode::internal : done.error().code;
  }

  bool enters(std::string_view password) { return code(password) == ErrorCode::internal; }

  Account account() { return get_account(context_, id_).value(); }

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  test::Desk desk_{database_};
  FakeDirectory directory_;
  AccessContext context_{database_,
                         desk_.rights(),
                         desk_.context().vault,
                         desk_.context().hasher,
                         test::desk_now,
                         &directory_};
  std::string id_;
};

INSTANTIATE_TEST_SUITE_P(Both,
                         SignInElsewhere,
                         testing::ValuesIn(db::test::kinds()),
                         db::test::name);

TEST_P(SignInElsewhere, TheDirectoryKnowsThePassword) {
  EXPECT_EQ(account().external_name, "Zhang San");
  EXPECT_TRUE(account().password_hash.empty());
  const auto done = sign_in(context_, "ZHANG ", "right", {"192.0.2.7", "test"});
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->state, SessionState::enroll_second_factor);
  EXPECT_EQ(code("wrong"), ErrorCode::unauthenticated);
  const int asked = directory_.asked;
  EXPECT_EQ(code(""), ErrorCode::unauthenticated);
  EXPECT_EQ(directory_.asked, asked) << "an empty password was sent on";
}

TEST_P(SignInElsewhere, NoLocalPasswordRunsOut) {
  test::pass_minutes(400LL * 24 * 60);
  const auto done = sign_in(context_, "zhang", "right", {"192.0.2.7", "test"});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->state, SessionState::enroll_second_factor);
}

TEST_P(SignInElsewhere, ADirectoryThatIsDownIsNoFailureOfThePerson) {
  directory_.down = true;
  for (int i = 0; i < 7; ++i) EXPECT_EQ(code("right"), ErrorCode::unavailable);
  directory_.down = false;
  EXPECT_TRUE(enters("right"));
  context_.directory = nullptr;
  EXPECT_EQ(code("right"), ErrorCode::unavailable);
}

TEST_P(SignInElsewhere, ALockedOrDisabledAccountIsNotTriedThere) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code("wrong"), ErrorCode::unauthenticated);
  const int asked = directory_.asked;
  EXPECT_EQ(code("right"), ErrorCode::unauthenticated);
  EXPECT_EQ(directory_.asked, asked);
  test::pass_minutes(31);
  EXPECT_TRUE(enters("right"));
  AccountChange change;
  change.disabled = true;
  ASSERT_TRUE(change_account(context_, command_line_actor(), id_, account().version, change));
  const int before = directory_.asked;
  EXPECT_EQ(code("right"), ErrorCode::unauthenticated);
  EXPECT_EQ(directory_.asked, before);
}

TEST_P(SignInElsewhere, AnotherWayInLeavesNothingOfTheFirst) {
  AccountChange change;
  change.sign_in = SignIn::local;
  ASSERT_TRUE(change_account(context_, command_line_actor(), id_, account().version, change));
  EXPECT_EQ(code("right"), ErrorCode::unauthenticated);
  EXPECT_EQ(code(""), ErrorCode::unauthenticated);
  const auto password = reset_password(context_, command_line_actor(), id_);
  ASSERT_TRUE(password);
  EXPECT_TRUE(enters(*password));
  change.sign_in = SignIn::provider;
  ASSERT_TRUE(change_account(context_, command_line_actor(), id_, account().version, change));
  EXPECT_EQ(account().external_name, "zhang") << "the login where no name is given";
  EXPECT_EQ(code(*password), ErrorCode::unauthenticated);
  EXPECT_EQ(code("right"), ErrorCode::unauthenticated);
  EXPECT_EQ(reset_password(context_, command_line_actor(), id_).error().code,
            ErrorCode::failed_precondition);
}

TEST_P(SignInElsewhere, OnePersonIsOneAccount) {
  const auto second = create_account(
      context_, command_line_actor(), {"zhang2", "测试员乙", "", SignIn::directory, "zhang san"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::already_exists);
  EXPECT_TRUE(create_account(
      context_, command_line_actor(), {"zhang3", "测试员丙", "", SignIn::provider, "zhang san"}));
}

TEST(LdapNames, EveryByteOfSyntaxIsEscaped) {
  EXPECT_EQ(escape_ldap("zhang.san_3-x"), "zhang.san_3-x");
  EXPECT_EQ(escape_ldap("*)(uid=*"), "\\2A\\29\\28uid\\3D\\2A");
  EXPECT_EQ(escape_ldap(std::string_view(" #,+\"\\<>;\0", 10)),
            "\\20\\23\\2C\\2B\\22\\5C\\3C\\3E\\3B\\00");
  EXPECT_EQ(escape_ldap("张"), "\\E5\\BC\\A0");
}

TEST(LdapNames, NobodyIsAskedAboutAnEmptyPassword) {
  // Nothing listens there: a question would be unavailable.
  LdapOptions options;
  options.url = "ldap://127.0.0.1:1";
  options.user_dn = "uid={},dc=example";
  const auto directory = open_ldap_directory(std::move(options));
  ASSERT_TRUE(directory) << directory.error().text();
  EXPECT_FALSE((*directory)->matches("zhang", "").value());
  EXPECT_FALSE((*directory)->matches("", "x").value());
  EXPECT_EQ((*directory)->matches("zhang", "x").error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace dengce::access
