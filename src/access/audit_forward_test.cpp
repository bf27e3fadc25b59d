// SPDX-License-Identifier: Apache-2.0
#include "access/audit_forward.h"

#include <gtest/gtest.h>

#include <vector>

#include "access/audit.h"
#include "db/testing/test_databases.h"

namespace dengce::access {
namespace {

std::int64_t now_ms = 0;

Instant now() {
  return Instant{now_ms};
}

class Forward : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { now_ms = 1'760'000'000'000; }

  void append(int count) {
    for (int i = 0; i < count; ++i) {
      db::Transaction transaction = database_.write().value();
      ASSERT_TRUE(append_audit(transaction, {}, {.action = "system.change"}, now));
      ASSERT_TRUE(transaction.commit());
    }
  }

  Result<std::int64_t> forward(const std::string& holder) {
    return forward_entries(
        database_,
        "tls://log:6514",
        holder,
        [this](const AuditEntry& entry) -> Result<> {
          if (entry.sequence == broken_at_) return fail(ErrorCode::unavailable, "断线");
          got_.push_back(entry.sequence);
          return {};
        },
        now);
  }

  [[nodiscard]] static std::vector<std::int64_t> until(std::int64_t last) {
    std::vector<std::int64_t> out;
    for (std::int64_t i = 1; i <= last; ++i) out.push_back(i);
    return out;
  }

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  std::vector<std::int64_t> got_;
  std::int64_t broken_at_ = 0;
};

TEST_P(Forward, EveryEntryOnceInOrderOverManyBatches) {
  append(450);
  EXPECT_EQ(forward("a").value_or(-1), 450);
  EXPECT_EQ(forward("a").value_or(-1), 0);
  append(1);
  EXPECT_EQ(forward("a").value_or(-1), 1);
  EXPECT_EQ(got_, until(451));
}

TEST_P(Forward, AfterABrokenLineItGoesOnWhereItStopped) {
  append(10);
  broken_at_ = 7;
  EXPECT_FALSE(forward("a"));
  EXPECT_EQ(got_, until(6));
  broken_at_ = 0;
  EXPECT_EQ(forward("b").value_or(-1), 4) << "who cannot send lets go";
  EXPECT_EQ(got_, until(10));
}

TEST_P(Forward, OneOfTwoServersForwardsAndIsFollowedWhenItFallsSilent) {
  append(3);
  EXPECT_EQ(forward("a").value_or(-1), 3);
  append(2);
  EXPECT_EQ(forward("b").value_or(-1), 0);
  now_ms += 119'000;
  EXPECT_EQ(forward("b").value_or(-1), 0);
  now_ms += 2'000;
  EXPECT_EQ(forward("b").value_or(-1), 2);
  EXPECT_EQ(forward("a").value_or(-1), 0);
  EXPECT_EQ(got_, until(5));
}

INSTANTIATE_TEST_SUITE_P(Both, Forward, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::access
