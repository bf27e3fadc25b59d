// SPDX-License-Identifier: Apache-2.0
#include "assessment/snapshot_cache.h"

#include "assessment/assessment_store.h"
#include "assessment/test_support.h"

namespace dengce::assessment {
namespace {

void add_snapshot(db::Database& database, const std::string& id) {
  auto transaction = database.write();
  Snapshot snapshot;
  snapshot.id = id;
  EXPECT_TRUE(insert_snapshot(*transaction, test::test_vault(), "a1", snapshot));
  EXPECT_TRUE(transaction->commit());
}

TEST(SnapshotCache, ANewSnapshotIsSeenAtOnceAndAnOldOneStays) {
  db::Database database = test::database();
  {
    auto transaction = database.write();
    Assessment assessment;
    assessment.id = "a1";
    assessment.system_id = test::real_portfolio().systems.front().id;
    EXPECT_TRUE(insert_assessment(*transaction, assessment));
    EXPECT_TRUE(transaction->commit());
  }
  SnapshotCache cache(database, test::test_vault());
  EXPECT_EQ(cache.get("a1", "").error().code, ErrorCode::not_found);
  add_snapshot(database, "s1");
  const auto first = cache.get("a1", "").value();
  EXPECT_EQ(first->id, "s1");
  EXPECT_EQ(cache.get("a1", "s1").value(), first) << "read once";
  add_snapshot(database, "s2");
  EXPECT_EQ(cache.get("a1", "").value()->id, "s2");
  EXPECT_EQ(cache.get("a1", "s1").value()->id, "s1");
  EXPECT_EQ(cache.get("a1", "s9").error().code, ErrorCode::not_found);
  EXPECT_EQ(cache.get("a9", "s3").error().code, ErrorCode::not_found);
}

// An id alone does not open the snapshot of another assessment, cached or not.
TEST(SnapshotCache, ASnapshotBelongsToItsAssessment) {
  db::Database database = test::database();
  {
    auto transaction = database.write();
    for (const char* id : {"a1", "a2"}) {
      Assessment assessment;
      assessment.id = id;
      assessment.system_id = test::real_portfolio().systems.front().id;
      EXPECT_TRUE(insert_assessment(*transaction, assessment));
    }
    EXPECT_TRUE(transaction->commit());
  }
  add_snapshot(database, "s1");
  SnapshotCache cache(database, test::test_vault());
  EXPECT_EQ(cache.get("a2", "s1").error().code, ErrorCode::not_found);
  EXPECT_TRUE(cache.get("a1", "s1"));
  EXPECT_EQ(cache.get("a2", "s1").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace dengce::assessment
