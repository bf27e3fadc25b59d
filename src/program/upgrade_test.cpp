// SPDX-License-Identifier: Apache-2.0
#include "program/upgrade.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace dengce::program {
namespace {

namespace fs = std::filesystem;

class Upgrade : public testing::Test {
 protected:
  [[nodiscard]] std::string file() const { return (folder_.path() / "dengce.db").string(); }

  // A database as the first release left it.
  [[nodiscard]] db::Database old() const {
    auto database = db::Database::open(file()).value();
    const auto steps = db::compiled_migrations();
    EXPECT_TRUE(db::migrate(database, {{steps.front()}}));
    return database;
  }

  [[nodiscard]] std::size_t copies() const {
    std::size_t count = 0;
    for (const auto& one : fs::directory_iterator(folder_.path())) {
      if (one.path().string().find("before-") != std::string::npos) ++count;
    }
    return count;
  }

  TempDir folder_ = TempDir::create().value();
};

TEST_F(Upgrade, OldDataAreCopiedBeforeTheyChange) {
  db::Database database = old();
  const auto steps = db::compiled_migrations();
  const auto pending = db::pending_migrations(database, steps).value();
  ASSERT_EQ(pending.size(), steps.size() - 1);

  const auto copy = upgrade_schema(database, folder_.path());
  ASSERT_TRUE(copy && *copy);
  EXPECT_TRUE(db::pending_migrations(database, steps)->empty());
  EXPECT_NE((*copy)->filename().string().find(pending.front()), std::string::npos);
  EXPECT_EQ(fs::status(**copy).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(copies(), 1U);
  auto before = db::Database::open((*copy)->string()).value();
  EXPECT_EQ(db::pending_migrations(before, steps), pending);

  const auto again = upgrade_schema(database, folder_.path());
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->has_value());
}

TEST_F(Upgrade, ANewDatabaseNeedsNoCopy) {
  auto database = db::Database::open(file()).value();
  const auto copy = upgrade_schema(database, folder_.path());
  ASSERT_TRUE(copy);
  EXPECT_FALSE(copy->has_value());
  EXPECT_EQ(copies(), 0U);
}

TEST_F(Upgrade, WithoutItsCopyNothingChanges) {
  db::Database database = old();
  const auto refused = upgrade_schema(database, folder_.path() / "absent");
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().problems.empty());
  EXPECT_EQ(db::pending_migrations(database, db::compiled_migrations())->size(),
            db::compiled_migrations().size() - 1);
}

}  // namespace
}  // namespace dengce::program
