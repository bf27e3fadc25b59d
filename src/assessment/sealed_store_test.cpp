// SPDX-License-Identifier: Apache-2.0
// What quotes evidence lies sealed in the database, on both databases.
#include <gtest/gtest.h>

#include "assessment/assessment_store.h"
#include "assessment/test_support.h"
#include "db/testing/test_databases.h"

namespace dengce::assessment {
namespace {

constexpr const char* secret = "PermitRootLogin-yes-4711";

class SealedStore : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto transaction = database_.write().value();
    ASSERT_TRUE(portfolio::insert_portfolio(transaction, test::real_portfolio()));
    Assessment assessment;
    assessment.id = "a1";
    assessment.system_id = test::real_portfolio().systems.front().id;
    ASSERT_TRUE(insert_assessment(transaction, assessment));
    for (const char* id : {"o1", "o2"}) {
      AssessmentObject object;
      object.id = object.reference = id;
      ASSERT_TRUE(insert_objects(transaction, "a1", {object}));
    }
    store(transaction);
    ASSERT_TRUE(transaction.commit());
  }

  static StoredRecord record(const std::string& object, const std::string& code) {
    PointAnswer point{.point = 1, .text = "查看", .status = PointStatus::fail, .check = "c"};
    point.source = SourceReference{"sm3", "/etc/ssh/sshd_config", 7, secret};
    return {object, code, "8.1.4.1", Verdict::non_compliant, secret + object, code, {point}};
  }

  void store(db::Transaction& transaction) {
    const std::string text = secret;
    const StoredBundle bundle{"sm3",
                              "sha",
                              Instant{1},
                              "a.tar.gz",
                              "linux",
                              "host",
                              "archive " + text,
                              "facts " + text,
                              7};
    ASSERT_TRUE(insert_bundle(transaction, vault(), bundle));
    ASSERT_TRUE(insert_answers(
        transaction, vault(), "a1", {{"o1", "C-1", 2, PointStatus::fail, text, "测试员乙", {1}}}));
    RiskJudgement risk;
    risk.code = "C-1";
    risk.problem = risk.threat = risk.asset = risk.analysis = risk.high_risk_case =
        risk.mitigation = risk.advice = text;
    ASSERT_TRUE(insert_risks(transaction, vault(), "a1", {risk, risk}));
    const Table table{"scan", {"finding"}, {{{text}}}};
    ASSERT_TRUE(insert_tables(transaction, vault(), "a1", {{"scan", table}}));
    ASSERT_TRUE(replace_records(transaction,
                                vault(),
                                "a1",
                                {record("o1", "C-1"), record("o2", "C-2"), record("o1", "C-3")}));
    Snapshot snapshot;
    snapshot.facts["note"] = text;
    for (const char* id : {"s1", "s2"}) {
      snapshot.id = id;
      ASSERT_TRUE(insert_snapshot(transaction, vault(), "a1", snapshot));
    }
  }

  static const Vault& vault() { return test::test_vault(); }

  void change(std::string_view sql) {
    auto transaction = database_.write().value();
    ASSERT_GT(transaction.execute(db::Query{"test.change", sql}).value(), 0);
    ASSERT_TRUE(transaction.commit());
  }

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
};

INSTANTIATE_TEST_SUITE_P(Both, SealedStore, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST_P(SealedStore, ReadsBackWithTheKeyOnly) {
  auto transaction = database_.read().value();
  const auto bundle = select_bundle(transaction, vault(), "sm3").value();
  EXPECT_EQ(bundle.archive, std::string("archive ") + secret);
  EXPECT_EQ(bundle.facts, std::string("facts ") + secret);
  EXPECT_EQ(select_answers(transaction, vault(), "a1").value().at(0).text, secret);
  const auto risks = select_risks(transaction, vault(), "a1").value();
  ASSERT_EQ(risks.size(), 2U);
  EXPECT_EQ(risks[1].advice, secret);
  EXPECT_EQ(select_tables(transaction, vault(), "a1").value().at("scan").rows[0].cells[0], secret);
  const auto records = select_records(transaction, vault(), "a1").value();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[1].text, secret + std::string("o2"));
  EXPECT_EQ(records[2].reason, "C-3");
  EXPECT_EQ(records[2].points.at(0).source->excerpt, secret);
  EXPECT_EQ(select_snapshot(transaction, vault(), "a1", "s1").value().facts.at("note"), secret);

  const Vault other = Vault::from_key(Secret(std::string(32, 'x'))).value();
  EXPECT_EQ(select_bundle(transaction, other, "sm3").error().code, ErrorCode::data_corrupt);
  EXPECT_EQ(select_answers(transaction, other, "a1").error().code, ErrorCode::data_corrupt);
  EXPECT_EQ(select_risks(transaction, other, "a1").error().code, ErrorCode::data_corrupt);
  EXPECT_EQ(select_tables(transaction, other, "a1").error().code, ErrorCode::data_corrupt);
  EXPECT_EQ(select_records(transaction, other, "a1").error().code, ErrorCode::data_corrupt);
  EXPECT_EQ(select_snapshot(transaction, other, "a1", "").error().code, ErrorCode::data_corrupt);
}

TEST_P(SealedStore, NoColumnHoldsItInClear) {
  const std::vector<std::pair<const char*, int>> queries{
      {"SELECT sm3, file_name, target, archive, facts FROM bundle", 5},
      {"SELECT answer, person, sealed FROM point_answer", 3},
      {"SELECT problem, threat, asset, analysis, high_risk_case, mitigation, advice, sealed"
       " FROM risk_judgement",
       8},
      {"SELECT content, sealed FROM assessment_table", 2},
      {"SELECT record_text, reason, points FROM record", 3},
      {"SELECT content FROM record_text", 1},
      {"SELECT content, sealed FROM snapshot", 2}};
  auto transaction = database_.read().value();
  for (const auto& [sql, columns] : queries) {
    const auto rows = transaction.query(db::Query{"test.look", sql}).value();
    EXPECT_FALSE(rows.empty()) << sql;
    for (const db::Row& row : rows) {
      for (int i = 0; i < columns; ++i) {
        const auto column = static_cast<std::size_t>(i);
        const std::string seen = row.text(column) + row.bytes(column);
        EXPECT_EQ(seen.find(secret), std::string::npos) << sql << " " << i;
      }
    }
  }
}

TEST_P(SealedStore, MovedAndChangedBytesDoNotOpen) {
  change(
      "UPDATE snapshot SET sealed = (SELECT sealed FROM snapshot AS other WHERE other.id = 's1')"
      " WHERE id = 's2'");
  change(
      "UPDATE record_text SET content = (SELECT content FROM record_text AS other"
      " WHERE other.object_id = 'o2') WHERE object_id = 'o1'");
  change("UPDATE bundle SET archive = facts");
  auto transaction = database_.read().value();
  EXPECT_TRUE(select_snapshot(transaction, vault(), "a1", "s1"));
  EXPECT_EQ(select_snapshot(transaction, vault(), "a1", "s2").error().code,
            ErrorCode::data_corrupt);
  EXPECT_EQ(select_records(transaction, vault(), "a1").error().code, ErrorCode::data_corrupt);
  EXPECT_EQ(select_bundle(transaction, vault(), "sm3").error().code, ErrorCode::data_corrupt);
}

TEST_P(SealedStore, ARemovedRecordIsNoticed) {
  change("DELETE FROM record WHERE code = 'C-3'");
  auto transaction = database_.read().value();
  EXPECT_EQ(select_records(transaction, vault(), "a1").error().code, ErrorCode::data_corrupt);
}

TEST_P(SealedStore, RowsOfBeforeAreRead) {
  change("UPDATE point_answer SET sealed = NULL, answer = 'plain'");
  change("UPDATE risk_judgement SET sealed = NULL, advice = 'plain'");
  change("DELETE FROM record_text");
  change("UPDATE record SET record_text = 'plain', points = '[]'");
  auto transaction = database_.read().value();
  EXPECT_EQ(select_answers(transaction, vault(), "a1").value().at(0).text, "plain");
  EXPECT_EQ(select_risks(transaction, vault(), "a1").value().at(0).advice, "plain");
  EXPECT_EQ(select_records(transaction, vault(), "a1").value().at(0).text, "plain");
}

}  // namespace
}  // namespace dengce::assessment
