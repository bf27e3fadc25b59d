// SPDX-License-Identifier: Apache-2.0
#include "access/audit.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "access/audit_store.h"
#include "access/audit_text.h"
#include "base/digest.h"

namespace dengce::access {
namespace {

Instant fixed_now() {
  return Instant{1'760'000'000'000};
}

class AuditTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = db::Database::open(":memory:");
    ASSERT_TRUE(opened);
    database_ = std::make_unique<db::Database>(std::move(*opened));
    ASSERT_TRUE(db::migrate(*database_, db::compiled_migrations()));
  }

  void append(const AuditEvent& event) {
    auto transaction = database_->write();
    ASSERT_TRUE(transaction);
    Actor actor;
    actor.account = "a1";
    actor.login = "示例甲";
    actor.address = "127.0.0.1";
    const auto done = append_audit(*transaction, actor, event, fixed_now);
    ASSERT_TRUE(done) << done.error().text();
    ASSERT_TRUE(transaction->commit());
  }

  std::vector<AuditEntry> entries() {
    auto transaction = database_->read();
    return *select_entries(*transaction, 0, 1000);
  }

  std::unique_ptr<db::Database> database_;
};

TEST_F(AuditTest, EntriesAreNumberedAndChained) {
  append({.action = "system.create", .object_type = "system", .object_id = "s1"});
  append({.action = "system.change", .object_type = "system", .object_id = "s1"});
  const auto found = entries();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].sequence, 1);
  EXPECT_EQ(found[0].previous, no_digest);
  EXPECT_EQ(found[0].digest, entry_digest(found[0]));
  EXPECT_EQ(found[0].login, "示例甲");
  EXPECT_EQ(found[0].at_ms, fixed_now().milliseconds);
  EXPECT_EQ(found[1].sequence, 2);
  EXPECT_EQ(found[1].previous, found[0].digest);
  auto transaction = database_->read();
  const auto head = select_head(*transaction);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->sequence, 2);
  EXPECT_EQ(head->digest, found[1].digest);
}

TEST_F(AuditTest, ARolledBackChangeLeavesNoEntryAndNoGap) {
  append({.action = "one"});
  {
    auto transaction = database_->write();
    ASSERT_TRUE(append_audit(*transaction, {}, {.action = "lost"}, fixed_now));
  }
  append({.action = "two"});
  const auto found = entries();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].sequence, 2);
  EXPECT_EQ(found[1].action, "two");
  EXPECT_EQ(found[1].previous, found[0].digest);
}

TEST_F(AuditTest, SeveralEntriesOfOneTransactionChain) {
  auto transaction = database_->write();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(append_audit(*transaction, {}, {.action = "bulk"}, fixed_now));
  }
  const auto found = select_entries(*transaction, 0, 10);
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ((*found)[2].previous, (*found)[1].digest);
}

TEST_F(AuditTest, StrangeBytesAreWrittenNotRefused) {
  append({.action = "session.open",
          .object_name = std::string("x\0y\xff", 4),
          .outcome = Outcome::denied});
  append({.action = "session.open", .object_name = std::string(5000, 'n')});
  const auto found = entries();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].object_name, "x?y?");
  EXPECT_EQ(found[0].outcome, "denied");
  EXPECT_LE(found[1].object_name.size(), 1000U);
}

TEST_F(AuditTest, TooLongADetailIsAnError) {
  auto transaction = database_->write();
  const auto done =
      append_audit(*transaction, {}, {.action = "x", .detail = std::string(9000, ' ')}, fixed_now);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::internal);
}

TEST_F(AuditTest, SearchPagesFromTheNewestAndFilters) {
  for (int i = 0; i < 5; ++i) append({.action = "a", .object_id = std::to_string(i)});
  append({.action = "b"});
  auto transaction = database_->read();
  const auto page = search_entries(*transaction, {.action = "a"}, 0, 2);
  ASSERT_EQ(page->size(), 2U);
  EXPECT_EQ((*page)[0].sequence, 5);
  const auto next = search_entries(*transaction, {.action = "a"}, (*page)[1].sequence, 10);
  ASSERT_EQ(next->size(), 3U);
  EXPECT_EQ((*next)[0].sequence, 3);
  EXPECT_EQ(*count_entries(*transaction, {.action = "a"}), 5);
  EXPECT_EQ(*count_entries(*transaction, {.from_ms = fixed_now().milliseconds + 1}), 0);
  EXPECT_EQ(*count_entries(*transaction, {.to_ms = fixed_now().milliseconds + 1}), 6);
  EXPECT_EQ(*count_entries(*transaction, {.login = "示例甲", .outcome = "done"}), 6);
}

// The text other programs rebuild: docs/security.md.
TEST(AuditText, IsTheDocumentedOne) {
  AuditEntry entry;
  entry.sequence = 7;
  entry.at_ms = 1000;
  entry.login = "甲";
  entry.action = "system.create";
  entry.outcome = "done";
  entry.previous = std::string(no_digest);
  EXPECT_EQ(entry_text(entry),
            "dengce-audit/1\n1 7\n4 1000\n0 \n3 甲\n0 \n0 \n13 system.create\n0 \n0 \n0 \n0 \n0 \n"
            "0 \n4 done\n64 " +
                std::string(no_digest) + "\n");
  EXPECT_EQ(entry_digest(entry), sm3_hex(entry_text(entry)));
}

TEST(AuditText, EveryColumnCounts) {
  const AuditEntry plain;
  std::vector<AuditEntry> changed(15);
  changed[0].sequence = 1;
  changed[1].at_ms = 1;
  changed[2].account = "x";
  changed[3].login = "x";
  changed[4].address = "x";
  changed[5].session = "x";
  changed[6].action = "x";
  changed[7].object_type = "x";
  changed[8].object_id = "x";
  changed[9].object_name = "x";
  changed[10].before = "x";
  changed[11].after = "x";
  changed[12].detail = "x";
  changed[13].outcome = "x";
  changed[14].previous = "x";
  std::set<std::string> digests{entry_digest(plain)};
  for (const AuditEntry& entry : changed) digests.insert(entry_digest(entry));
  EXPECT_EQ(digests.size(), 16U);
}

}  // namespace
}  // namespace dengce::access
