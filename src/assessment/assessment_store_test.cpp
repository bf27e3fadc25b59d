// SPDX-License-Identifier: Apache-2.0
#include "assessment/assessment_store.h"

#include "assessment/test_support.h"

namespace dengce::assessment {
namespace {

constexpr Instant moment{1'767'323'045'000};

Assessment example(const std::string& id = "a1") {
  Assessment out;
  out.id = id;
  out.system_id = test::real_portfolio().systems.front().id;
  out.round = "初测";
  out.level = 3;
  out.sag = "S3A3";
  out.extensions = "cloud,iot";
  out.demo = true;
  out.created = moment;
  out.facts = {{"author", "示例甲"}, {"business", "引号\" 与换行\n"}};
  return out;
}

AssessmentObject object(const std::string& id) {
  AssessmentObject out;
  out.id = id;
  out.reference = "ref-" + id;
  out.object_class = "服务器";
  out.name = "示例服务器 " + id;
  out.asset_table = "服务器/存储设备";
  out.importance = "重要";
  out.attributes = {{"操作系统", "Debian 12"}};
  out.origin = "people";
  return out;
}

// A database with one assessment and two objects in it.
class AssessmentStore : public testing::Test {
 protected:
  AssessmentStore() : database_(test::database()) {
    write([](db::Transaction& transaction) {
      EXPECT_TRUE(insert_assessment(transaction, example()));
      EXPECT_TRUE(insert_objects(transaction, "a1", {object("o1"), object("o2")}));
    });
  }

  template <class Work>
  void write(Work work) {
    auto transaction = database_.write();
    ASSERT_TRUE(transaction);
    work(*transaction);
    ASSERT_TRUE(transaction->commit());
  }

  db::Transaction read() { return database_.read().value(); }

  db::Database database_;
};

TEST_F(AssessmentStore, AssessmentsComeBackNewestFirst) {
  write([](db::Transaction& transaction) {
    EXPECT_TRUE(insert_assessment(transaction, example("a2")));
  });
  auto transaction = read();
  const auto found = select_assessments(transaction, example().system_id).value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, "a2");
  const Assessment& first = found[1];
  EXPECT_EQ(first.round, "初测");
  EXPECT_EQ(first.level, 3);
  EXPECT_EQ(first.sag, "S3A3");
  EXPECT_EQ(first.extensions, "cloud,iot");
  EXPECT_TRUE(first.demo);
  EXPECT_EQ(first.created, moment);
  EXPECT_EQ(first.facts, example().facts);
  EXPECT_TRUE(select_assessments(transaction, "nobody").value().empty());
}

TEST_F(AssessmentStore, AnAssessmentNeedsItsSystem) {
  auto transaction = database_.write();
  Assessment lost = example("a9");
  lost.system_id = "no-such-system";
  EXPECT_FALSE(insert_assessment(*transaction, lost));
}

TEST_F(AssessmentStore, ObjectsKeepTheirOrderAndAllTheirFields) {
  AssessmentObject third = object("o0");
  third.selected = false;
  write([&](db::Transaction& transaction) {
    EXPECT_TRUE(insert_assessment(transaction, example("a2")));
    EXPECT_TRUE(insert_objects(transaction, "a2", {object("o9"), third}));
  });
  auto transaction = read();
  const auto found = select_objects(transaction, "a2").value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, "o9");
  EXPECT_TRUE(found[0].selected);
  EXPECT_EQ(found[1].reference, "ref-o0");
  EXPECT_FALSE(found[1].selected);
  EXPECT_EQ(found[1].object_class, "服务器");
  EXPECT_EQ(found[1].name, "示例服务器 o0");
  EXPECT_EQ(found[1].asset_table, "服务器/存储设备");
  EXPECT_EQ(found[1].importance, "重要");
  EXPECT_EQ(found[1].attributes, third.attributes);
  EXPECT_EQ(found[1].origin, "people");
  EXPECT_EQ(found[1].bundle_sm3, "");
}

TEST_F(AssessmentStore, OneReferenceOnceInAnAssessment) {
  auto transaction = database_.write();
  AssessmentObject again = object("o3");
  again.reference = "ref-o1";
  EXPECT_FALSE(insert_objects(*transaction, "a1", {again}));
}

TEST_F(AssessmentStore, TheSameBundleIsKeptOnce) {
  StoredBundle bundle{
      "sm3", "sha", moment, "a.tar.gz", "linux", "host", {"\0\x1F\n", 3}, "facts", 7};
  write([&](db::Transaction& transaction) {
    EXPECT_TRUE(insert_bundle(transaction, test::test_vault(), bundle));
    StoredBundle again = bundle;
    again.file_name = "b.tar.gz";
    EXPECT_TRUE(insert_bundle(transaction, test::test_vault(), again));
  });
  auto transaction = read();
  constexpr db::Query count{"t.count", "SELECT count(*) FROM bundle"};
  EXPECT_EQ(transaction.query(count)->front().integer(0), 1);
  const auto found = select_bundle(transaction, test::test_vault(), "sm3").value();
  EXPECT_EQ(found.file_name, "a.tar.gz");
  EXPECT_EQ(found.archive, bundle.archive);
  EXPECT_EQ(found.facts, "facts");
  EXPECT_EQ(found.fact_schema, 7);
  EXPECT_EQ(found.received, moment);
  const auto missing = select_bundle(transaction, test::test_vault(), "other");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().message.find("other"), std::string::npos);
}

TEST_F(AssessmentStore, AnswersRisksAndTablesReadBack) {
  RiskJudgement risk;
  risk.problem = "口令弱";
  risk.code = "L3-CES1-01";
  risk.objects = {"ref-o1", "ref-o2"};
  risk.threat = "身份冒用";
  risk.high_risk_case = "6.4.1.1";
  risk.change = "降低";
  risk.risk = "中";
  risk.hazard = true;
  risk.mitigation = "仅内网可达";
  risk.person = "示例甲";
  const std::map<std::string, Table> tables{{"tools", {"tools", {"name"}, {{{"甲"}}, {{""}}}}}};
  write([&](db::Transaction& transaction) {
    EXPECT_TRUE(insert_answers(
        transaction,
        test::test_vault(),
        "a1",
        {{"o1", "L3-CES1-01", 2, PointStatus::partial, "看到", "测试员乙", {20'000}}}));
    EXPECT_TRUE(insert_risks(transaction, test::test_vault(), "a1", {risk}));
    EXPECT_TRUE(insert_tables(transaction, test::test_vault(), "a1", tables));
  });
  auto transaction = read();
  const auto answers = select_answers(transaction, test::test_vault(), "a1").value();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].point, 2);
  EXPECT_EQ(answers[0].status, PointStatus::partial);
  EXPECT_EQ(answers[0].person, "测试员乙");
  EXPECT_EQ(answers[0].day.number, 20'000);
  const auto risks = select_risks(transaction, test::test_vault(), "a1").value();
  ASSERT_EQ(risks.size(), 1U);
  EXPECT_EQ(risks[0].objects, risk.objects);
  EXPECT_EQ(risks[0].high_risk_case, "6.4.1.1");
  EXPECT_EQ(risks[0].change, "降低");
  EXPECT_TRUE(risks[0].hazard);
  EXPECT_EQ(risks[0].mitigation, "仅内网可达");
  const auto back = select_tables(transaction, test::test_vault(), "a1").value();
  ASSERT_EQ(back.count("tools"), 1U);
  EXPECT_EQ(back.at("tools").columns, tables.at("tools").columns);
  ASSERT_EQ(back.at("tools").rows.size(), 2U);
  EXPECT_EQ(back.at("tools").rows[0].cells, std::vector<std::string>{"甲"});
}

TEST_F(AssessmentStore, OnePersonAnswersAPointOnce) {
  auto transaction = database_.write();
  const PersonAnswer answer{"o1", "L3-CES1-01", 1, PointStatus::pass, "t", "p", {1}};
  EXPECT_FALSE(insert_answers(*transaction, test::test_vault(), "a1", {answer, answer}));
}

StoredRecord record(const std::string& object, const std::string& code) {
  PointAnswer point{.point = 1, .text = "查看", .status = PointStatus::fail, .check = "c"};
  point.source = SourceReference{"sm3", "/etc/passwd", 7, "x\ty"};
  return {object, code, "8.1.4.1", Verdict::non_compliant, "经核查……", "", {point}};
}

TEST_F(AssessmentStore, RecordsAreReplacedAsAWhole) {
  write([](db::Transaction& transaction) {
    EXPECT_TRUE(replace_records(transaction,
                                test::test_vault(),
                                "a1",
                                {record("o2", "L3-CES1-02"), record("o1", "L3-CES1-01")}));
  });
  write([](db::Transaction& transaction) {
    EXPECT_TRUE(
        replace_records(transaction, test::test_vault(), "a1", {record("o2", "L3-CES1-01")}));
  });
  auto transaction = read();
  const auto found = select_records(transaction, test::test_vault(), "a1").value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].object_id, "o2");
  EXPECT_EQ(found[0].verdict, Verdict::non_compliant);
  EXPECT_EQ(found[0].clause, "8.1.4.1");
  ASSERT_EQ(found[0].points.size(), 1U);
  EXPECT_EQ(found[0].points[0].source->line, 7);
  EXPECT_EQ(found[0].points[0].source->excerpt, "x\ty");
}

TEST_F(AssessmentStore, ARecordTwiceIsRefusedAndTheOldOnesStay) {
  write([](db::Transaction& transaction) {
    EXPECT_TRUE(
        replace_records(transaction, test::test_vault(), "a1", {record("o1", "L3-CES1-01")}));
  });
  {
    auto transaction = database_.write();
    EXPECT_FALSE(replace_records(*transaction,
                                 test::test_vault(),
                                 "a1",
                                 {record("o2", "L3-CES1-09"), record("o2", "L3-CES1-09")}));
  }  // never committed
  auto transaction = read();
  const auto found = select_records(transaction, test::test_vault(), "a1").value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code, "L3-CES1-01");
}

TEST_F(AssessmentStore, TheNewestSnapshotUnlessOneIsNamed) {
  Snapshot snapshot;
  snapshot.facts["system_name"] = "示例系统";
  for (const char* id : {"s1", "s2"}) {
    snapshot.id = id;
    snapshot.taken = moment;
    write([&](db::Transaction& transaction) {
      EXPECT_TRUE(insert_snapshot(transaction, test::test_vault(), "a1", snapshot));
    });
  }
  auto transaction = read();
  EXPECT_EQ(select_snapshot(transaction, test::test_vault(), "a1", "").value().id, "s2");
  EXPECT_EQ(select_snapshot(transaction, test::test_vault(), "a1", "s1").value().id, "s1");
  const auto heads = list_snapshots(transaction, "a1").value();
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].id, "s2");
  const auto missing = select_snapshot(transaction, test::test_vault(), "a1", "s3");
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().message.find("s3"), std::string::npos);
  EXPECT_EQ(select_snapshot(transaction, test::test_vault(), "a2", "s1").error().code,
            ErrorCode::not_found);
}

// A row of before, in clear: its digest still holds.
TEST_F(AssessmentStore, AnAlteredSnapshotIsRefused) {
  Snapshot snapshot;
  snapshot.id = "s1";
  snapshot.facts["system_name"] = "示例系统";
  const std::vector<db::Value> content{to_json(snapshot)};
  constexpr db::Query clear{"t.clear", "UPDATE snapshot SET sealed = NULL, content = $1"};
  constexpr db::Query alter{
      "t.alter", "UPDATE snapshot SET content = replace(content, '示例系统', '别的系统')"};
  write([&](db::Transaction& transaction) {
    EXPECT_TRUE(insert_snapshot(transaction, test::test_vault(), "a1", snapshot));
    EXPECT_EQ(transaction.execute(clear, content).value(), 1);
    EXPECT_TRUE(select_snapshot(transaction, test::test_vault(), "a1", "s1"));
    EXPECT_EQ(transaction.execute(alter).value(), 1);
  });
  auto transaction = read();
  const auto found = select_snapshot(transaction, test::test_vault(), "a1", "s1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::data_corrupt);
}

TEST_F(AssessmentStore, WordsOfTheDatabaseThatNobodyKnowsAreRefused) {
  constexpr db::Query odd{"t.odd", "UPDATE record SET verdict = '大概符合'"};
  write([&](db::Transaction& transaction) {
    EXPECT_TRUE(
        replace_records(transaction, test::test_vault(), "a1", {record("o1", "L3-CES1-01")}));
    EXPECT_TRUE(transaction.execute(odd));
  });
  auto transaction = read();
  EXPECT_EQ(select_records(transaction, test::test_vault(), "a1").error().code,
            ErrorCode::data_corrupt);
}

TEST_F(AssessmentStore, ALayoutIsKeptAsItWasFirstFound) {
  write([](db::Transaction& transaction) {
    EXPECT_TRUE(insert_layout(transaction, "k", "1"));
    EXPECT_TRUE(insert_layout(transaction, "k", "2"));
  });
  auto transaction = read();
  EXPECT_EQ(select_layout(transaction, "k").value(), "1");
  EXPECT_EQ(select_layout(transaction, "other").value(), "");
}

}  // namespace
}  // namespace dengce::assessment
