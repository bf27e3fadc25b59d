// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/database.h"
#include "db/testing/test_databases.h"

namespace dengce::db {
namespace {

class Migrate : public testing::TestWithParam<std::string> {
 protected:
  test::TestDatabase place_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Both, Migrate, testing::ValuesIn(test::kinds()), test::name);

constexpr Migration first{"0001.sql", "-- a; b\nCREATE TABLE a (x TEXT, b BLOB);\n"};
constexpr Migration second{
    "0002.sql", "CREATE TABLE b (x BIGINT PRIMARY KEY);\nINSERT INTO b (x) VALUES (1);\n"};

TEST_P(Migrate, AppliesOnceAndRefusesAChangedPast) {
  Database database = place_.open();
  ASSERT_TRUE(migrate(database, {{first}}));
  ASSERT_TRUE(migrate(database, {{first}}));
  const std::vector<Migration> changed{{"0001.sql", "CREATE TABLE b (x TEXT);\n"}};
  EXPECT_EQ(migrate(database, changed).error().problems.front().path, "0001.sql");
  EXPECT_EQ(migrate(database, {}).error().code, ErrorCode::failed_precondition);
}

TEST_P(Migrate, AFailingStepLeavesNothingBehind) {
  Database database = place_.open();
  const std::vector<Migration> bad{
      first, {"0002.sql", "CREATE TABLE b (x TEXT);\nCREATE TABLE b (x TEXT);\n"}};
  ASSERT_FALSE(migrate(database, bad));
  EXPECT_EQ(pending_migrations(database, bad), std::vector<std::string>{"0002.sql"});
  EXPECT_TRUE(migrate(database, {{first, second}}));
}

TEST_P(Migrate, ADryRunTellsTheStepsAndChangesNothing) {
  Database database = place_.open();
  const std::vector<Migration> both{first, second};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(pending_migrations(database, both),
              (std::vector<std::string>{"0001.sql", "0002.sql"}));
  }
  ASSERT_TRUE(migrate(database, {{first}}));
  EXPECT_EQ(pending_migrations(database, both), std::vector<std::string>{"0002.sql"});
  ASSERT_TRUE(migrate(database, both));
  EXPECT_EQ(pending_migrations(database, both), std::vector<std::string>{});
  EXPECT_FALSE(pending_migrations(database, {{first}}));
}

TEST_P(Migrate, TheProgramsOwnStepsRun) {
  Database database = place_.migrated();
  EXPECT_TRUE(pending_migrations(database, compiled_migrations())->empty());
  EXPECT_TRUE(database.verify());
}

// Two servers that start at once: each step is applied once, both are ready.
TEST_P(Migrate, TwoProcessesAtOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      auto database = Database::open(place_.location());
      const auto result = database ? migrate(*database, {{first, second}}) : Result<>();
      if (database && !result) fprintf(stderr, "%s\n", result.error().detail.c_str());
      _exit(database && result ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  Database database = place_.open();
  const auto rows = database.read()->query({"b", "SELECT count(*) FROM b"});
  EXPECT_EQ(rows->front().integer(0), 1);
}

}  // namespace
}  // namespace dengce::db
