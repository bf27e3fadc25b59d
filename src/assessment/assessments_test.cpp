// SPDX-License-Identifier: Apache-2.0
#include "assessment/assessments.h"

#include <algorithm>

#include "assessment/assessment_store.h"
#include "assessment/test_support.h"
#include "assessment/worksheet.h"
#include "base/id.h"

namespace dengce::assessment {
namespace {

using test::real_knowledge;

Instant later() {
  return {1'767'400'000'000};
}

// One server with a bundle and one room that people answer for.
class Assessments : public testing::Test {
 protected:
  Assessments() : database_(test::database()) {
    assessment_.id = new_id();
    assessment_.system_id = test::real_portfolio().systems.front().id;
    assessment_.round = "初测";
    assessment_.level = 3;
    assessment_.sag = "S3A3";
    bundle_ = take_in_bundle("b.tar.gz", test::small_bundle(), later).value();
    AssessmentObject server;
    server.id = new_id();
    server.reference = "server";
    server.object_class = "服务器";
    server.name = "示例服务器";
    server.origin = "bundle";
    server.bundle_sm3 = bundle_.sm3;
    AssessmentObject room;
    room.id = new_id();
    room.reference = "room";
    room.object_class = "物理机房";
    room.name = "示例机房";
    room.origin = "people";
    objects_ = {server, room};
    write([&](db::Transaction& transaction) {
      EXPECT_TRUE(insert_bundle(transaction, test::test_vault(), bundle_));
      EXPECT_TRUE(insert_assessment(transaction, assessment_));
      EXPECT_TRUE(insert_objects(transaction, assessment_.id, objects_));
    });
  }

  template <class Work>
  void write(Work work) {
    auto transaction = database_.write();
    ASSERT_TRUE(transaction);
    work(*transaction);
    ASSERT_TRUE(transaction->commit());
  }

  std::vector<StoredRecord> judged() {
    write([&](db::Transaction& transaction) {
      const auto done =
          judge_assessment(transaction, test::test_vault(), real_knowledge(), assessment_);
      ASSERT_TRUE(done) << done.error().text();
    });
    auto transaction = database_.read();
    return select_records(*transaction, test::test_vault(), assessment_.id).value();
  }

  const StoredRecord& record(const std::vector<StoredRecord>& records,
                             std::size_t object,
                             const std::string& code) {
    const auto found = std::find_if(records.begin(), records.end(), [&](const StoredRecord& one) {
      return one.object_id == objects_[object].id && one.code == code;
    });
    EXPECT_NE(found, records.end()) << code;
    return found == records.end() ? records.front() : *found;
  }

  db::Database database_;
  Assessment assessment_;
  StoredBundle bundle_;
  std::vector<AssessmentObject> objects_;
};

std::string text_of(const std::vector<StoredRecord>& records) {
  std::string out;
  for (const StoredRecord& one : records) {
    out += one.object_id + one.code + one.clause + std::string(name(one.verdict)) + one.text +
           one.reason + points_to_json(one.points) + "\n";
  }
  return out;
}

TEST_F(Assessments, ABundleIsTakenInWithItsDigestsAndFacts) {
  const std::string archive = test::small_bundle();
  EXPECT_EQ(bundle_.sm3, sm3_hex(archive));
  EXPECT_EQ(bundle_.sha256, sha256_hex(archive));
  EXPECT_EQ(bundle_.target, "example-1");
  EXPECT_EQ(bundle_.platform, "linux");
  EXPECT_EQ(bundle_.received, later());
  EXPECT_EQ(bundle_.archive, archive);
  EXPECT_FALSE(bundle_.facts.empty());
}

TEST_F(Assessments, ABadBundleIsNotTakenIn) {
  std::string archive = test::small_bundle();
  archive.resize(archive.size() - 30);
  const auto bad = take_in_bundle("bad.tar.gz", archive);
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().text().find("bad.tar.gz"), std::string::npos) << bad.error().text();
}

TEST_F(Assessments, EvidenceBecomesRecordsThatCiteTheirLine) {
  const auto records = judged();
  const StoredRecord& identity = record(records, 0, "L3-CES1-01");
  EXPECT_NE(identity.verdict, Verdict::compliant);
  bool shared_uid = false;
  bool max_days = false;
  for (const PointAnswer& point : identity.points) {
    if (point.check == "linux-account-uid-unique") {
      shared_uid = true;
      EXPECT_EQ(point.status, PointStatus::fail);
      ASSERT_TRUE(point.source);
      EXPECT_EQ(point.source->bundle, bundle_.sm3);
      EXPECT_EQ(point.source->path, "/etc/passwd");
      EXPECT_TRUE(point.source->excerpt.starts_with(point.source->line == 1 ? "root:" : "li:"));
    }
    if (point.check == "linux-password-max-days") {
      max_days = true;
      EXPECT_EQ(point.status, PointStatus::fail);
      ASSERT_TRUE(point.source);
      EXPECT_EQ(point.source->line, 2);
      EXPECT_NE(point.source->excerpt.find("99999"), std::string::npos);
    }
  }
  EXPECT_TRUE(shared_uid);
  EXPECT_TRUE(max_days);
  for (const StoredRecord& one : records) {
    if (one.object_id != objects_[1].id) continue;
    EXPECT_EQ(one.verdict, Verdict::pending) << one.code << ": nobody has been in the room yet";
    EXPECT_FALSE(one.reason.empty()) << one.code;
  }
}

TEST_F(Assessments, WorksheetIsObjectsTimesItsItems) {
  const auto records = judged();
  std::size_t expected = 0;
  const auto grade = standard::parse_grade(3, "S3A3").value();
  for (const AssessmentObject& object : objects_) {
    const auto* object_class = real_knowledge().standard.object_class(object.object_class);
    expected += questions(real_knowledge().standard, grade, {}, *object_class, "linux").size();
  }
  EXPECT_EQ(records.size(), expected);
  EXPECT_GT(expected, 50U);
}

TEST_F(Assessments, JudgingAgainFromStoredFactsGivesTheSame) {
  const std::string first = text_of(judged());
  EXPECT_EQ(text_of(judged()), first);
}

TEST_F(Assessments, FactsOfAnotherSchemaAreParsedAgain) {
  const std::string first = text_of(judged());
  constexpr db::Query spoil{"t.spoil", "UPDATE bundle SET facts = $1"};
  // The version stands in the head of the serialized facts; the program must see it and parse anew.
  std::string other = bundle_.facts;
  const auto opened = evidence::FactSet::open(other);
  ASSERT_TRUE(opened);
  for (std::size_t i = 0; i < 64 && i < other.size(); ++i) {
    std::string changed = bundle_.facts;
    changed[i] = static_cast<char>(changed[i] + 1);
    const auto tried = evidence::FactSet::open(changed);
    if (tried || tried.error().code != ErrorCode::failed_precondition) continue;
    write([&](db::Transaction& transaction) {
      const std::vector<db::Value> row{db::Blob{changed}};
      EXPECT_EQ(transaction.execute(spoil, row).value(), 1);
    });
    EXPECT_EQ(text_of(judged()), first);
    return;
  }
  ADD_FAILURE() << "no byte of the head tells the schema";
}

TEST_F(Assessments, APersonsAnswerStandsBesideTheMachine) {
  const auto before = judged();
  const StoredRecord& room = record(before, 1, "L3-PES1-01");
  std::vector<PersonAnswer> answers;
  for (const PointAnswer& point : room.points) {
    answers.push_back({objects_[1].id,
                       room.code,
                       point.point,
                       PointStatus::pass,
                       "现场所见符合。",
                       "测试员乙",
                       {20'000}});
  }
  ASSERT_FALSE(answers.empty());
  write([&](db::Transaction& transaction) {
    EXPECT_TRUE(insert_answers(transaction, test::test_vault(), assessment_.id, answers));
  });
  const auto after = judged();
  EXPECT_EQ(record(after, 1, "L3-PES1-01").verdict, Verdict::compliant);
  EXPECT_EQ(record(after, 1, "L3-PES1-01").points[0].person, "测试员乙");
  EXPECT_EQ(record(after, 0, "L3-CES1-01").text, record(before, 0, "L3-CES1-01").text);
}

TEST_F(Assessments, ObjectsThatAreNotSelectedCarryNoRecords) {
  constexpr db::Query leave{"t.leave",
                            "UPDATE assessment_object SET selected = 0 WHERE reference = 'room'"};
  write([&](db::Transaction& transaction) { EXPECT_TRUE(transaction.execute(leave)); });
  for (const StoredRecord& one : judged()) EXPECT_EQ(one.object_id, objects_[0].id);
}

TEST_F(Assessments, ASnapshotFreezesWhatIsThere) {
  judged();
  std::string id;
  write([&](db::Transaction& transaction) {
    const auto taken =
        take_snapshot(transaction, test::test_vault(), real_knowledge(), assessment_, later);
    ASSERT_TRUE(taken) << taken.error().text();
    id = taken->id;
    EXPECT_EQ(taken->taken, later());
  });
  write([&](db::Transaction& transaction) {
    EXPECT_TRUE(replace_records(transaction, test::test_vault(), assessment_.id, {}));
  });
  auto transaction = database_.read();
  const auto kept = select_snapshot(*transaction, test::test_vault(), assessment_.id, id).value();
  EXPECT_GT(kept.records.size(), 50U);
  EXPECT_EQ(kept.objects.size(), 2U);
  EXPECT_EQ(kept.facts.at("system_name"), test::real_portfolio().systems.front().name);
  EXPECT_FALSE(kept.schemes[0].complete);
}

TEST_F(Assessments, TheNewestAssessmentByNameOrId) {
  auto transaction = database_.read();
  const auto& system = test::real_portfolio().systems.front();
  EXPECT_EQ(newest_assessment(*transaction, system.name).value().id, assessment_.id);
  EXPECT_EQ(newest_assessment(*transaction, system.id).value().id, assessment_.id);
  const auto none = newest_assessment(*transaction, test::real_portfolio().systems.back().name);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  EXPECT_EQ(newest_assessment(*transaction, "没有").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace dengce::assessment
