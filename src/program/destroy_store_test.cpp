// SPDX-License-Identifier: Apache-2.0
#include "program/destroy_store.h"

#include <gtest/gtest.h>

#include "assessment/assessment_store.h"
#include "base/content.h"
#include "db/testing/test_databases.h"
#include "portfolio/portfolio_store.h"
#include "program/retention.h"

namespace dengce::program {
namespace {

class Destroy : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const Content content = Content::embedded();
    const auto all = portfolio::load_portfolio(content).value();
    first_ = all.systems[0].id;
    second_ = all.systems[1].id;
    auto transaction = database_.write().value();
    ASSERT_TRUE(portfolio::insert_portfolio(transaction, all));
    for (const char* sm3 : {"own", "shared"}) {
      ASSERT_TRUE(assessment::insert_bundle(
          transaction,
          vault_,
          {sm3, "sha", Instant{1}, "a.tar.gz", "linux", "host", "archive", "facts", 1}));
    }
    add_assessment(transaction, "a1", first_, {"own", "shared"});
    add_assessment(transaction, "a2", second_, {"shared"});
    ASSERT_TRUE(transaction.commit());
  }

  void add_assessment(db::Transaction& transaction,
                      const std::string& id,
                      const std::string& system,
                      const std::vector<std::string>& bundles) {
    assessment::Assessment one;
    one.id = id;
    one.system_id = system;
    ASSERT_TRUE(assessment::insert_assessment(transaction, one));
    for (const std::string& sm3 : bundles) {
      assessment::AssessmentObject object;
      object.id = object.reference = id + sm3;
      object.bundle_sm3 = sm3;
      ASSERT_TRUE(assessment::insert_objects(transaction, id, {object}));
    }
    ASSERT_TRUE(
        assessment::insert_tables(transaction, vault_, id, {{"scan", {"scan", {"a"}, {}}}}));
    assessment::Snapshot snapshot;
    snapshot.id = "s" + id;
    ASSERT_TRUE(assessment::insert_snapshot(transaction, vault_, id, snapshot));
  }

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  Vault vault_ = Vault::from_key(Secret(std::string(32, 'k'))).value();
  std::string first_;
  std::string second_;
};

INSTANTIATE_TEST_SUITE_P(Both, Destroy, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST_P(Destroy, NothingIsDueWhileTheContractRunsAndItsMonths) {
  const auto protection = access::Protection::load(Content::embedded()).value();
  constexpr db::Query import{
      "t.import",
      "INSERT INTO import_batch (id, noun, file_name, file_sm3, state, row_count, mapping,"
      " defaults, preview, result, account, login, created_at, version)"
      " VALUES ($1, 'asset', 'a.csv', 'sum', 'applied', 1, '{}', '{}', '{}', '{}', 'a', 'a', $2, "
      "1)"};
  auto transaction = database_.write().value();
  const auto made = parse_instant("2026-07-01T00:00:00Z")->milliseconds;
  ASSERT_TRUE(transaction.execute(import, std::vector<db::Value>{"i", made}));
  const auto names = [&](const char* day) {
    std::vector<std::string> out;
    const auto due = list_due(transaction, protection, *parse_day(day)).value();
    for (const KeptThing& one : due) out.push_back(one.id);
    return out;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(names("2027-01-01"), Ids{});
  EXPECT_EQ(names("2027-01-02"), Ids{"i"});
  EXPECT_EQ(names("2027-06-30"), Ids{"i"});
  EXPECT_EQ(names("2027-07-01"), (Ids{"i", first_, second_}));
  EXPECT_EQ(plan_import(transaction, "i")->digest, "SM3 sum");
  ASSERT_TRUE(destroy_import(transaction, database_.kind(), "i"));
  EXPECT_EQ(names("2027-06-30"), Ids{});
}

TEST_P(Destroy, EvidenceThatAnotherSystemRestsOnIsKept) {
  auto transaction = database_.write().value();
  const auto plan = plan_destruction(transaction, first_).value();
  ASSERT_EQ(plan.things.size(), 3U);
  EXPECT_EQ(plan.things[0].digest, "SM3 own");
  EXPECT_EQ(plan.things[2].name, "sa1");
  ASSERT_EQ(plan.kept.size(), 1U);
  EXPECT_EQ(plan.kept[0].digest, "SM3 shared");
  ASSERT_TRUE(destroy_of_system(transaction, database_.kind(), first_));
  ASSERT_TRUE(transaction.commit());

  auto reader = database_.read().value();
  EXPECT_TRUE(plan_destruction(reader, first_)->things.empty());
  EXPECT_EQ(assessment::select_bundle(reader, vault_, "own").error().code, ErrorCode::not_found);
  EXPECT_TRUE(assessment::select_bundle(reader, vault_, "shared"));
  EXPECT_TRUE(assessment::select_assessments(reader, first_)->empty());
  EXPECT_EQ(assessment::select_assessments(reader, second_)->size(), 1U);
  EXPECT_TRUE(assessment::select_snapshot(reader, vault_, "a2", "sa2"));
}

TEST_P(Destroy, TheLastSystemTakesTheSharedEvidenceWithIt) {
  auto transaction = database_.write().value();
  for (const std::string& system : {first_, second_}) {
    EXPECT_EQ(plan_destruction(transaction, system)->kept.size(), system == first_ ? 1U : 0U);
    ASSERT_TRUE(destroy_of_system(transaction, database_.kind(), system));
  }
  const auto keys = assessment::select_stored_keys(transaction).value();
  EXPECT_TRUE(keys.bundles.empty());
  EXPECT_TRUE(keys.snapshots.empty());
}

}  // namespace
}  // namespace dengce::program
