// SPDX-License-Identifier: Apache-2.0
// What is PostgreSQL's own: lost connections, locks of several writers, settings of the database.
#include <gtest/gtest.h>

#include <thread>

#include "db/database.h"
#include "db/testing/test_databases.h"

namespace dengce::db {
namespace {

constexpr Query pid{"p.pid", "SELECT pg_backend_pid()"};
constexpr Query kill{"p.kill", "SELECT pg_terminate_backend($1, 5000)"};
constexpr Query insert{"p.insert", "INSERT INTO t (id, name) VALUES ($1, $2)"};
constexpr Query upsert{"p.upsert",
                       "INSERT INTO t (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
constexpr Query count{"p.count", "SELECT count(*) FROM t"};
constexpr Query rename_one{"p.rename", "UPDATE t SET name = name || '+' WHERE id = $1"};

class Postgres : public testing::TestWithParam<std::string> {
 protected:
  Postgres() : database_(place_.open()), other_(place_.open()) {
    EXPECT_TRUE(migrate(
        database_, {{Migration{"1.sql", "CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT);\n"}}}));
  }

  static std::vector<Value> one(std::int64_t id) { return {id, std::string("x")}; }

  static std::vector<Value> key(std::int64_t id) { return {id}; }

  // Ends the server process behind a transaction.
  void cut(Transaction& transaction) {
    const std::int64_t process = transaction.query(pid)->front().integer(0);
    EXPECT_EQ(other_.read()->query(kill, key(process))->front().integer(0), 1);
  }

  std::int64_t rows() { return other_.read()->query(count)->front().integer(0); }

  test::TestDatabase place_{GetParam()};
  Database database_;
  Database other_;
};

std::vector<std::string> postgres_only() {
  auto kinds = test::kinds();
  std::erase(kinds, "sqlite");
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Database, Postgres, testing::ValuesIn(postgres_only()), test::name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Postgres);

TEST_P(Postgres, ALostConnectionFailsOneTransactionOnly) {
  const std::vector<Value> many{
      std::int64_t{7}, std::string("x"), std::int64_t{8}, std::string("y")};
  using Work = std::function<ErrorCode(Transaction&)>;
  const std::vector<Work> works{
      [&](Transaction& t) { return t.execute(insert, one(2)).error().code; },
      [&](Transaction& t) { return t.query(count).error().code; },
      [&](Transaction& t) { return t.insert_many(insert, 2, many).error().code; },
      [&](Transaction& t) { return t.insert_many(upsert, 2, many).error().code; },
      [&](Transaction& t) { return t.commit().error().code; },
  };
  for (const Work& work : works) {
    {
      auto write = database_.write();
      ASSERT_TRUE(write->execute(insert, one(1)));
      cut(*write);
      EXPECT_EQ(work(*write), ErrorCode::unavailable);
      EXPECT_FALSE(write->commit());
    }
    auto write = database_.write();
    ASSERT_TRUE(write);
    EXPECT_EQ(write->query(count)->front().integer(0), 0);
  }
}

TEST_P(Postgres, ConnectionsLostWhileTheyWaitedAreNotNoticed) {
  {
    auto first = database_.read();
    auto second = database_.read();
    cut(*first);
    cut(*second);
  }
  // The fixture's own idle connections have gone too.
  static constexpr Query all_others{"p.all",
                                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                                    " WHERE datname = current_database()"
                                    " AND pid <> pg_backend_pid()"};
  ASSERT_TRUE(other_.read()->query(all_others));
  for (int i = 0; i < 3; ++i) {
    auto write = database_.write();
    ASSERT_TRUE(write) << write.error().detail;
    EXPECT_TRUE(write->query(count));
  }
}

TEST_P(Postgres, ALockedRowIsWaitedForButNotForEver) {
  DatabaseOptions hasty;
  hasty.lock_timeout = std::chrono::milliseconds(100);
  Database impatient = place_.open(hasty);
  {
    auto write = database_.write();
    ASSERT_TRUE(write->execute(insert, one(1)));
    ASSERT_TRUE(write->commit());
  }
  auto holder = database_.write();
  ASSERT_TRUE(holder->execute(rename_one, key(1)));
  auto waiter = impatient.write();
  EXPECT_EQ(waiter->execute(rename_one, key(1)).error().code, ErrorCode::unavailable);
  // A worker's claim leaves the row out instead of waiting.
  auto worker = impatient.write();
  const auto claimed = worker->claim({"p.claim", "SELECT id FROM t WHERE id = $1"}, key(1));
  ASSERT_TRUE(claimed);
  EXPECT_TRUE(claimed->empty());
}

TEST_P(Postgres, AStatementHasATimeLimit) {
  DatabaseOptions hasty;
  hasty.statement_timeout = std::chrono::milliseconds(100);
  Database impatient = place_.open(hasty);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(impatient.read()->query({"p.sleep", "SELECT pg_sleep(20)"}).error().code,
            ErrorCode::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_TRUE(impatient.read()->query(count));
}

TEST_P(Postgres, OfTwoThatBlockEachOtherOneGoesOn) {
  {
    auto write = database_.write();
    ASSERT_TRUE(write->execute(insert, one(1)));
    ASSERT_TRUE(write->execute(insert, one(2)));
    ASSERT_TRUE(write->commit());
  }
  auto first = database_.write();
  auto second = other_.write();
  ASSERT_TRUE(first->execute(rename_one, key(1)));
  ASSERT_TRUE(second->execute(rename_one, key(2)));
  const auto finish = [](Transaction& transaction, std::int64_t wanted) {
    const auto changed = transaction.execute(rename_one, key(wanted));
    const Transaction ended = std::move(transaction);
    return changed ? ErrorCode::internal : changed.error().code;
  };
  ErrorCode in_thread = ErrorCode::internal;
  std::thread thread([&] { in_thread = finish(*first, 2); });
  const ErrorCode here = finish(*second, 1);
  thread.join();
  EXPECT_TRUE((in_thread == ErrorCode::unavailable) != (here == ErrorCode::unavailable));
}

TEST_P(Postgres, SeveralWritersWorkSideBySide) {
  auto first = database_.write();
  auto second = other_.write();
  ASSERT_TRUE(first->execute(insert, one(1)));
  ASSERT_TRUE(second->execute(insert, one(2)));
  ASSERT_TRUE(second->commit());
  ASSERT_TRUE(first->commit());
  EXPECT_EQ(rows(), 2);
}

TEST_P(Postgres, PlainInsertsOfManyRowsGoByCopy) {
  static constexpr Query prepared{
      "p.prepared", "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'"};
  const std::vector<Value> values{
      std::int64_t{1}, std::string("x"), std::int64_t{2}, std::string("y")};
  auto write = database_.write();
  // The pool may hand out the connection that migrated: it has prepared inserts of its own.
  const std::int64_t before = write->query(prepared)->front().integer(0);
  ASSERT_TRUE(write->insert_many(insert, 2, values));
  EXPECT_EQ(write->query(prepared)->front().integer(0), before);
  ASSERT_TRUE(write->insert_many(upsert, 2, values));
  EXPECT_EQ(write->query(prepared)->front().integer(0), before + 1);
}

TEST_P(Postgres, TypesAndNumbersThatValueCannotHoldAreErrors) {
  for (const char* sql : {"SELECT 1.5",
                          "SELECT now()",
                          "SELECT ARRAY[1]",
                          "SELECT 1e30::numeric",
                          "SELECT 'NaN'::numeric"}) {
    const auto result = database_.read()->query({"p.odd", sql});
    ASSERT_FALSE(result) << sql;
    EXPECT_EQ(result.error().code, ErrorCode::internal);
    EXPECT_EQ(result.error().detail.substr(0, 6), "p.odd:");
  }
}

TEST_P(Postgres, ADatabaseThatSortsOrWritesOtherwiseIsRefused) {
  for (const char* settings : {"TEMPLATE template0 ENCODING 'SQL_ASCII'",
                               "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"}) {
    const test::TestDatabase odd(GetParam(), settings);
    const auto opened = Database::open(odd.location());
    ASSERT_FALSE(opened) << settings;
    EXPECT_EQ(opened.error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(opened.error().problems.size(), 1U);
  }
}

TEST_P(Postgres, ASchemaOfItsOwnByTheLocation) {
  // CREATE SCHEMA and its use must be two transactions.
  auto write = database_.write();
  ASSERT_TRUE(write->execute({"p.schema", "CREATE SCHEMA other"}));
  ASSERT_TRUE(write->commit());
  auto schema = Database::open(place_.location() + "&options=-csearch_path%3Dother");
  ASSERT_TRUE(schema);
  const std::vector<Migration> steps{
      {"1.sql",
       "CREATE TABLE t (id BIGINT PRIMARY KEY, b BLOB);\nINSERT INTO t (id) VALUES (1);\n"}};
  EXPECT_EQ(pending_migrations(*schema, steps)->size(), 1U);
  ASSERT_TRUE(migrate(*schema, steps));
  EXPECT_EQ(schema->read()->query(count)->front().integer(0), 1);
  EXPECT_EQ(rows(), 0);
}

TEST_P(Postgres, ACopyIsPgDumpsWork) {
  EXPECT_EQ(database_.kind(), DatabaseKind::postgresql);
  EXPECT_EQ(database_.copy_to("copy.db").error().code, ErrorCode::unsupported);
}

TEST_P(Postgres, AnUnusableIndexIsADefect) {
  auto write = database_.write();
  // The catalogue stands in for an index whose building broke off.
  ASSERT_TRUE(write->execute(
      {"p.spoil", "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_pkey'::regclass"}));
  ASSERT_TRUE(write->commit());
  const auto verified = database_.verify();
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::data_corrupt);
  EXPECT_NE(verified.error().text().find("t_pkey"), std::string::npos);
}

// Words of an error and the shown location, for each kind of failure.
TEST(PostgresLocation, NoMessageTellsThePassword) {
  for (const char* location : {"postgres://someone:geheim@127.0.0.1:1/dengce",
                               "postgres://someone:geheim@127.0.0.1:port/dengce",
                               "postgres://someone:geheim@[127.0.0.1/dengce",
                               "postgres://someone:geheim@127.0.0.1:1/dengce?nothing=1",
                               "postgresql://someone@127.0.0.1:1/dengce?password=geheim"}) {
    const auto opened = Database::open(location);
    ASSERT_FALSE(opened) << location;
    EXPECT_TRUE(opened.error().code == ErrorCode::unavailable ||
                opened.error().code == ErrorCode::invalid_argument);
    EXPECT_EQ((opened.error().text() + opened.error().detail).find("geheim"), std::string::npos);
  }
  EXPECT_NE(Database::open("postgres://a:geheim@127.0.0.1:1/x")
                .error()
                .text()
                .find("postgres://127.0.0.1:1/x"),
            std::string::npos);
}

}  // namespace
}  // namespace dengce::db
