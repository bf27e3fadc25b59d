// SPDX-License-Identifier: Apache-2.0
#include "db/database.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/file.h"

namespace dengce::db {
namespace {

constexpr Query create{"t.create", "CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT, data BLOB)"};
constexpr Query insert{"t.insert", "INSERT INTO t (id, name, data) VALUES ($1, $2, $3)"};
constexpr Query swapped{"t.swapped", "SELECT $2 || '-' || $1"};
constexpr Query count{"t.count", "SELECT count(*) FROM t"};
constexpr Query all{"t.all", "SELECT id, name, data FROM t ORDER BY id"};

Database memory() {
  auto database = Database::open(":memory:");
  EXPECT_TRUE(database.has_value());
  auto transaction = database->write();
  EXPECT_TRUE(transaction->execute(create).has_value());
  EXPECT_TRUE(transaction->commit().has_value());
  return std::move(*database);
}

TEST(Database, ValuesComeBackAsTheyWentIn) {
  Database database = memory();
  {
    auto write = database.write();
    const std::vector<Value> row{std::int64_t{9'223'372'036'854'775'807},
                                 std::string("测评𠮷"),
                                 Blob{std::string("a\0b", 3)}};
    ASSERT_TRUE(write->execute(insert, row).has_value());
    ASSERT_TRUE(write->commit().has_value());
  }
  auto read = database.read();
  const auto rows = read->query(all);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->front().integer(0), 9'223'372'036'854'775'807);
  EXPECT_EQ(rows->front().text(1), "测评𠮷");
  EXPECT_EQ(rows->front().bytes(2), std::string("a\0b", 3));
}

TEST(Database, ParametersAreBoundByNumberNotByFirstUse) {
  Database database = memory();
  auto read = database.read();
  const std::vector<Value> values{std::string("one"), std::string("two")};
  EXPECT_EQ(read->query(swapped, values)->front().text(0), "two-one");
}

TEST(Database, WithoutCommitNothingIsKept) {
  Database database = memory();
  {
    auto write = database.write();
    const std::vector<Value> row{std::int64_t{1}, std::string("x"), std::monostate{}};
    ASSERT_TRUE(write->execute(insert, row).has_value());
  }
  EXPECT_EQ(database.read()->query(count)->front().integer(0), 0);
}

TEST(Database, TextWithNulAndDoubleKeysAreErrors) {
  Database database = memory();
  auto write = database.write();
  const std::vector<Value> nul{std::int64_t{1}, std::string("a\0b", 3), std::monostate{}};
  EXPECT_EQ(write->execute(insert, nul).error().code, ErrorCode::invalid_argument);
  const std::vector<Value> good{std::int64_t{1}, std::string("a"), std::monostate{}};
  ASSERT_TRUE(write->execute(insert, good).has_value());
  EXPECT_EQ(write->execute(insert, good).error().code, ErrorCode::conflict);
}

TEST(Database, ManyRowsInOneCall) {
  Database database = memory();
  std::vector<Value> values;
  for (std::int64_t i = 0; i < 1000; ++i) {
    values.insert(values.end(), {i, std::string("n"), std::monostate{}});
  }
  auto write = database.write();
  ASSERT_TRUE(write->insert_many(insert, 3, values).has_value());
  EXPECT_EQ(write->query(count)->front().integer(0), 1000);
}

TEST(Database, ReadersSeeOneStateWhileAWriterCommits) {
  auto folder = TempDir::create();
  auto database = Database::open(folder->path() / "a.db");
  {
    auto write = database->write();
    ASSERT_TRUE(write->execute(create).has_value());
    ASSERT_TRUE(write->commit().has_value());
  }
  auto read = database->read();
  EXPECT_EQ(read->query(count)->front().integer(0), 0);
  std::thread writer([&] {
    auto write = database->write();
    const std::vector<Value> row{std::int64_t{1}, std::string("x"), std::monostate{}};
    EXPECT_TRUE(write->execute(insert, row).has_value());
    EXPECT_TRUE(write->commit().has_value());
  });
  writer.join();
  EXPECT_EQ(read->query(count)->front().integer(0), 0);
  EXPECT_EQ(database->read()->query(count)->front().integer(0), 1);
}

TEST(Database, AFileThatIsNoDatabaseIsNamedCorrupt) {
  auto folder = TempDir::create();
  ASSERT_TRUE(write_file(folder->path() / "a.db", std::string(4096, 'x')).has_value());
  EXPECT_EQ(Database::open(folder->path() / "a.db").error().code, ErrorCode::data_corrupt);
}

TEST(Migrate, AppliesOnceAndRefusesAChangedPast) {
  auto database = Database::open(":memory:");
  const std::vector<Migration> first{{"0001.sql", "-- a; b\nCREATE TABLE a (x TEXT);\n"}};
  ASSERT_TRUE(migrate(*database, first).has_value());
  ASSERT_TRUE(migrate(*database, first).has_value());
  const std::vector<Migration> changed{{"0001.sql", "CREATE TABLE b (x TEXT);\n"}};
  EXPECT_EQ(migrate(*database, changed).error().problems.front().path, "0001.sql");
  EXPECT_FALSE(migrate(*database, {}).has_value());
}

TEST(Migrate, AFailingStepLeavesNothingBehind) {
  auto database = Database::open(":memory:");
  const std::vector<Migration> bad{
      {"0001.sql", "CREATE TABLE a (x TEXT);\nCREATE TABLE a (x TEXT);\n"}};
  ASSERT_FALSE(migrate(*database, bad).has_value());
  const std::vector<Migration> good{{"0001.sql", "CREATE TABLE a (x TEXT);\n"}};
  EXPECT_TRUE(migrate(*database, good).has_value());
}

}  // namespace
}  // namespace dengce::db
