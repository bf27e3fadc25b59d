// SPDX-License-Identifier: Apache-2.0
#include "assessment/collections.h"

#include "assessment/assessments.h"
#include "assessment/test_support.h"
#include "db/testing/test_databases.h"
#include "portfolio/system_store.h"

namespace dengce::assessment {
namespace {

constexpr const char* passwd = "root:x:0:0:root:/root:/bin/bash\n";

std::string bundle_of(const std::string& accounts) {
  return test::bundle({{"/etc/passwd", accounts}, {"/etc/login.defs", "PASS_MAX_DAYS\t90\n"}});
}

const ReviewContent& reviews() {
  static const ReviewContent content = ReviewContent::load(test::real_content()).value();
  return content;
}

class Collections : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto transaction = database_.write();
    ASSERT_TRUE(portfolio::insert_portfolio(*transaction, test::real_portfolio()));
    ASSERT_TRUE(transaction->commit());
    actor_.account = "1";
    actor_.login = "tester";
    actor_.scope.everything = true;
    system_ = test::real_portfolio().systems[0].id;
    other_ = test::real_portfolio().systems[1].id;
  }

  Result<Collection> hand_in(const std::string& system, const std::string& accounts) {
    TRY_ASSIGN(const auto prepared, prepare_collection("b.tar.gz", bundle_of(accounts)));
    TRY_ASSIGN(db::Transaction transaction, database_.write());
    TRY_ASSIGN(Collection kept,
               keep_collection(transaction, test::test_vault(), actor_, system, prepared));
    TRY(transaction.commit());
    return kept;
  }

  Result<std::string> compared(const Collection& before, const Collection& after) {
    return compare(database_, test::test_vault(), reviews(), actor_, before.id, after.id);
  }

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  access::Actor actor_;
  std::string system_;
  std::string other_;
};

TEST_P(Collections, ANewAccountShowsWithItsLine) {
  const auto before = hand_in(system_, passwd);
  const auto after = hand_in(system_, passwd + std::string("li:x:0:0::/home/li:/bin/bash\n"));
  ASSERT_TRUE(before && after);
  const auto told = compared(*before, *after);
  ASSERT_TRUE(told) << told.error().text();
  EXPECT_NE(told->find(R"({"kind":"added","key":{"name":"li"})"), std::string::npos) << *told;
  EXPECT_NE(told->find(R"("path":"/etc/passwd","line":2)"), std::string::npos);
  const auto same = compared(*before, *before);
  ASSERT_TRUE(same);
  EXPECT_NE(same->find(R"("changes":0)"), std::string::npos);
}

TEST_P(Collections, TheSameBundleTwiceIsOneCollection) {
  const auto first = hand_in(system_, passwd);
  const auto again = hand_in(system_, passwd);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->id, again->id);
  const auto elsewhere = hand_in(other_, passwd);
  ASSERT_TRUE(elsewhere);
  EXPECT_NE(first->id, elsewhere->id);
  EXPECT_EQ(first->bundle_sm3, elsewhere->bundle_sm3);
}

TEST_P(Collections, OnlyTheSameHostOfTheSameSystemIsCompared) {
  const auto mine = hand_in(system_, passwd);
  const auto others = hand_in(other_, passwd);
  ASSERT_TRUE(mine && others);
  const auto refused = compared(*mine, *others);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::failed_precondition);
}

TEST_P(Collections, OutOfSightIsNotThere) {
  const auto before = hand_in(system_, passwd);
  const auto after = hand_in(system_, passwd + std::string("li:x:0:0::/:/bin/sh\n"));
  ASSERT_TRUE(before && after);
  actor_.scope = {};
  actor_.scope.systems = {other_};
  const auto refused = compared(*before, *after);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  const auto exposed = expose(database_, test::test_vault(), reviews(), actor_, system_);
  ASSERT_FALSE(exposed);
  EXPECT_EQ(exposed.error().code, ErrorCode::not_found);
  auto transaction = database_.read();
  EXPECT_FALSE(require_visible_bundle(*transaction, actor_, before->bundle_sm3));
}

TEST_P(Collections, HandingInMakesTheBundleVisible) {
  const auto kept = hand_in(system_, passwd);
  ASSERT_TRUE(kept);
  actor_.scope = {};
  actor_.scope.systems = {system_};
  auto transaction = database_.read();
  EXPECT_TRUE(require_visible_bundle(*transaction, actor_, kept->bundle_sm3));
}

// Without sockets in the evidence nothing is said to be closed.
TEST_P(Collections, ExposureOfTheNewestOfEachHost) {
  ASSERT_TRUE(hand_in(system_, passwd));
  ASSERT_TRUE(hand_in(system_, passwd + std::string("li:x:0:0::/:/bin/sh\n")));
  const auto told = expose(database_, test::test_vault(), reviews(), actor_, system_);
  ASSERT_TRUE(told) << told.error().text();
  std::size_t hosts = 0;
  for (std::size_t at = 0; (at = told->find("\"exposure\"", at)) != std::string::npos; ++at)
    ++hosts;
  EXPECT_EQ(hosts, 1U);
  EXPECT_EQ(told->find(R"("unknown":"")"), std::string::npos) << *told;
}

INSTANTIATE_TEST_SUITE_P(Both, Collections, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::assessment
