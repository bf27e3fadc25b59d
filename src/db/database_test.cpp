// SPDX-License-Identifier: Apache-2.0
// What holds on both databases.
#include "db/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "base/file.h"
#include "db/testing/test_databases.h"

namespace dengce::db {
namespace {

using Whole = std::numeric_limits<std::int64_t>;
using Real = std::numeric_limits<double>;

constexpr Query create{"t.create",
                       "CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT, data BLOB,"
                       " size DOUBLE PRECISION, part BIGINT REFERENCES t (id),"
                       " CHECK (id <> 7777))"};
constexpr Query insert{"t.insert", "INSERT INTO t (id, name, data) VALUES ($1, $2, $3)"};
constexpr Query upsert{"t.upsert",
                       "INSERT INTO t (id, name, data) VALUES ($1, $2, $3)"
                       " ON CONFLICT (id) DO UPDATE SET name = excluded.name"};
constexpr Query swapped{"t.swapped", "SELECT $2 || '-' || $1"};
constexpr Query count{"t.count", "SELECT count(*) FROM t"};
constexpr Query all{"t.all", "SELECT id, name, data FROM t ORDER BY id"};

std::vector<Value> row(std::int64_t id, std::string name = "x") {
  return {id, std::move(name), std::monostate{}};
}

class Both : public testing::TestWithParam<std::string> {
 protected:
  Both() : database_(place_.open()) {
    EXPECT_TRUE(migrate(database_, {}));  // the type BLOB
    auto transaction = database_.write();
    EXPECT_TRUE(transaction->execute(create).has_value());
    EXPECT_TRUE(transaction->commit().has_value());
  }

  // The error of one statement in a transaction of its own.
  ErrorCode error(const Query& query, const std::vector<Value>& values) {
    auto write = database_.write();
    const auto result = write->execute(query, values);
    EXPECT_FALSE(result) << query.sql;
    return result ? ErrorCode::internal : result.error().code;
  }

  void add(const std::vector<Value>& values) {
    auto write = database_.write();
    ASSERT_TRUE(write->execute(insert, values)) << values.size();
    ASSERT_TRUE(write->commit());
  }

  std::int64_t rows() { return database_.read()->query(count)->front().integer(0); }

  test::TestDatabase place_{GetParam()};
  Database database_;
};

INSTANTIATE_TEST_SUITE_P(Database, Both, testing::ValuesIn(test::kinds()), test::name);

TEST_P(Both, WholeNumbersAtTheirEnds) {
  for (const std::int64_t number : {Whole::min(),
                                    Whole::min() + 1,
                                    std::int64_t{-1},
                                    std::int64_t{0},
                                    std::int64_t{1} << 31,
                                    Whole::max()}) {
    add(row(number));
  }
  const auto found = database_.read()->query(all);
  ASSERT_EQ(found->size(), 6U);
  EXPECT_EQ(found->front().integer(0), Whole::min());
  EXPECT_EQ((*found)[4].integer(0), std::int64_t{1} << 31);
  EXPECT_EQ(found->back().integer(0), Whole::max());
}

TEST_P(Both, DoublesToTheLastBit) {
  auto write = database_.write();
  const std::vector<double> numbers{0.1,
                                    1.0 / 3,
                                    Real::max(),
                                    Real::min(),
                                    Real::denorm_min(),
                                    -Real::max(),
                                    5e-324,
                                    123456789.123456789,
                                    Real::infinity()};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::vector<Value> values{static_cast<std::int64_t>(i), numbers[i]};
    ASSERT_TRUE(write->execute({"d", "INSERT INTO t (id, size) VALUES ($1, $2)"}, values));
  }
  const auto found = write->query({"d.all", "SELECT size FROM t ORDER BY id"});
  ASSERT_EQ(found->size(), numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ((*found)[i].real(0), numbers[i]);
}

TEST_P(Both, TextsOfAllKinds) {
  const std::vector<std::string> texts{"",
                                       "'",
                                       "\"",
                                       "\\",
                                       "\\x41",
                                       "a\nb\tc\r",
                                       "测评𠮷",
                                       "😀👩‍👩‍👧",
                                       "%_$1;--",
                                       std::string(1'000'000, 'x'),
                                       "\xEF\xBF\xBD"};
  std::vector<Value> values;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto id = static_cast<std::int64_t>(i);
    add(row(id, texts[i]));
    values.insert(values.end(), {id + 100, texts[i], std::monostate{}});
  }
  auto write = database_.write();
  ASSERT_TRUE(write->insert_many(insert, 3, values));  // the bulk path alike
  const auto found = write->query(all);
  ASSERT_EQ(found->size(), 2 * texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ((*found)[i].optional_text(1), texts[i]);
    EXPECT_EQ((*found)[i + texts.size()].optional_text(1), texts[i]);
  }
}

TEST_P(Both, BytesOfAllValuesAndTenMegabytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  std::string big;
  while (big.size() < 10'000'000) big += bytes;
  add({std::int64_t{1}, std::string("a"), Blob{bytes}});
  add({std::int64_t{2}, std::string("b"), Blob{big}});
  add({std::int64_t{3}, std::string("c"), Blob{}});
  auto write = database_.write();
  const std::vector<Value> bulk{
      std::int64_t{4}, std::string("d"), Blob{big}, std::int64_t{5}, std::string("e"), Blob{}};
  ASSERT_TRUE(write->insert_many(insert, 3, bulk));
  const auto found = write->query(all);
  EXPECT_EQ((*found)[0].bytes(2), bytes);
  EXPECT_TRUE((*found)[1].bytes(2) == big);
  EXPECT_FALSE((*found)[2].is_null(2));
  EXPECT_EQ((*found)[2].bytes(2), "");
  EXPECT_TRUE((*found)[3].bytes(2) == big);
  EXPECT_FALSE((*found)[4].is_null(2));
}

TEST_P(Both, NullIsNeitherEmptyNorZero) {
  add({std::int64_t{1}, std::monostate{}, std::monostate{}});
  const auto found = database_.read()->query(all);
  EXPECT_TRUE(found->front().is_null(1));
  EXPECT_EQ(found->front().optional_text(1), std::nullopt);
  EXPECT_TRUE(found->front().is_null(2));
}

TEST_P(Both, SumsCountsAndComparisonsAreWholeNumbers) {
  auto write = database_.write();
  for (std::int64_t i = 1; i <= 3; ++i) ASSERT_TRUE(write->execute(insert, row(i * 10'000'000)));
  const auto found = write->query({"t.sum",
                                   "SELECT sum(id), count(*), max(id) > 5, min(id) > 99"
                                   "999999, length(min(name)), sum(-id) FROM t"});
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->front().integer(0), 60'000'000);
  EXPECT_EQ(found->front().integer(1), 3);
  EXPECT_EQ(found->front().optional_integer(2), 1);
  EXPECT_EQ(found->front().optional_integer(3), 0);
  EXPECT_EQ(found->front().integer(4), 1);
  EXPECT_EQ(found->front().integer(5), -60'000'000);
}

TEST_P(Both, ASumBeyondTheRangeIsAnErrorNotAnotherNumber) {
  add(row(Whole::max()));
  add(row(Whole::max() - 1));
  EXPECT_FALSE(database_.read()->query({"t.sum", "SELECT sum(id) FROM t"}));
}

TEST_P(Both, ParametersAreBoundByNumberNotByFirstUse) {
  const std::vector<Value> values{std::string("one"), std::string("two")};
  EXPECT_EQ(database_.read()->query(swapped, values)->front().text(0), "two-one");
}

TEST_P(Both, ParametersAndValuesMustBeAsMany) {
  EXPECT_EQ(error(insert, {std::int64_t{1}, std::string("x")}), ErrorCode::internal);
  EXPECT_EQ(error({"t.one", "DELETE FROM t WHERE id = $1"}, {std::int64_t{1}, std::int64_t{2}}),
            ErrorCode::internal);
}

TEST_P(Both, TextSortsByBytes) {
  const std::vector<std::string> sorted{"A", "B", "Z", "_", "a", "é", "中", "ￚ", "𠮷"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    add(row(static_cast<std::int64_t>(100 - i), sorted[i]));
  }
  const auto found = database_.read()->query({"t.sorted", "SELECT name FROM t ORDER BY name"});
  for (std::size_t i = 0; i < sorted.size(); ++i) EXPECT_EQ((*found)[i].text(0), sorted[i]);
}

TEST_P(Both, WithoutCommitNothingIsKept) {
  {
    auto write = database_.write();
    ASSERT_TRUE(write->execute(insert, row(1)));
  }
  EXPECT_EQ(rows(), 0);
}

TEST_P(Both, EachErrorHasItsCode) {
  add(row(1));
  EXPECT_EQ(error(insert, row(1)), ErrorCode::already_exists);
  EXPECT_EQ(error(insert, row(7777)), ErrorCode::invalid_argument);
  EXPECT_EQ(error(insert, {std::monostate{}, std::string("x")}), ErrorCode::internal);
  EXPECT_EQ(error({"t.part", "INSERT INTO t (id, part) VALUES (2, $1)"}, {std::int64_t{99}}),
            ErrorCode::failed_precondition);
  EXPECT_EQ(error({"t.wrong", "SELECT nothing FROM nowhere"}, {}), ErrorCode::internal);
  EXPECT_EQ(error({"t.two", "DELETE FROM t; DELETE FROM t"}, {}), ErrorCode::internal);
  EXPECT_EQ(error(insert, row(2, std::string("a\0b", 3))), ErrorCode::invalid_argument);
  EXPECT_EQ(error(insert, row(2, "\xC3")), ErrorCode::invalid_argument);
  EXPECT_EQ(error({"t.nan", "INSERT INTO t (id, size) VALUES (2, $1)"}, {std::nan("")}),
            ErrorCode::invalid_argument);
  EXPECT_EQ(rows(), 1);
}

TEST_P(Both, AfterAnErrorNothingOfTheTransactionCanBeKept) {
  auto write = database_.write();
  ASSERT_TRUE(write->execute(insert, row(1)));
  ASSERT_FALSE(write->execute(insert, row(1)));
  EXPECT_EQ(write->execute(insert, row(2)).error().code, ErrorCode::internal);
  EXPECT_EQ(write->query(count).error().code, ErrorCode::internal);
  EXPECT_FALSE(write->commit());
  { const auto ended = std::move(*write); }
  EXPECT_EQ(rows(), 0);
}

TEST_P(Both, ATransactionEndsWithItsCommit) {
  auto write = database_.write();
  ASSERT_TRUE(write->commit());
  EXPECT_FALSE(write->execute(insert, row(1)));
  EXPECT_FALSE(write->commit());
}

TEST_P(Both, AReadTransactionCannotWrite) {
  EXPECT_FALSE(database_.read()->execute(insert, row(1)));
  add(row(1));  // and its connection can write again
  EXPECT_EQ(rows(), 1);
}

TEST_P(Both, ExecuteCountsTheRows) {
  auto write = database_.write();
  for (std::int64_t i = 0; i < 5; ++i) EXPECT_EQ(write->execute(insert, row(i)), 1);
  const Query rename{"t.rename", "UPDATE t SET name = 'y' WHERE id >= $1"};
  EXPECT_EQ(write->execute(rename, std::vector<Value>{std::int64_t{2}}), 3);
  EXPECT_EQ(write->execute(rename, std::vector<Value>{std::int64_t{9}}), 0);
  const Query returning{"t.drop", "DELETE FROM t WHERE id < $1 RETURNING id"};
  EXPECT_EQ(write->execute(returning, std::vector<Value>{std::int64_t{2}}), 2);
  EXPECT_EQ(write->query(returning, std::vector<Value>{std::int64_t{4}})->size(), 2U);
}

TEST_P(Both, ManyRowsInOneCall) {
  std::vector<Value> values;
  for (std::int64_t i = 0; i < 1000; ++i) {
    values.insert(values.end(), {i, std::string("n"), std::monostate{}});
  }
  auto write = database_.write();
  ASSERT_TRUE(write->insert_many(insert, 3, values));
  EXPECT_EQ(write->query(count)->front().integer(0), 1000);
  for (std::size_t i = 1; i < values.size(); i += 3) values[i] = std::string("m");
  ASSERT_TRUE(write->insert_many(upsert, 3, values));
  const auto renamed = write->query({"t.m", "SELECT count(*) FROM t WHERE name = 'm'"});
  EXPECT_EQ(renamed->front().integer(0), 1000);
  ASSERT_TRUE(write->insert_many(insert, 3, {}));
  ASSERT_TRUE(write->commit());
}

TEST_P(Both, ABadRowAmongManyKeepsNothing) {
  for (const Query& query : {insert, upsert}) {
    std::vector<Value> values;
    for (std::int64_t i = 0; i < 1000; ++i) {
      values.insert(values.end(), {i == 700 ? 7777 : i, std::string("n"), std::monostate{}});
    }
    {
      auto write = database_.write();
      const auto result = write->insert_many(query, 3, values);
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_EQ(rows(), 0);
  }
  auto write = database_.write();
  EXPECT_FALSE(write->insert_many(insert, 3, row(1).empty() ? row(1) : std::vector<Value>(4)));
}

// A number for a text column and the like: as a single INSERT would convert it.
TEST_P(Both, TheBulkPathConvertsAsTheSingleOneDoes) {
  auto write = database_.write();
  const std::vector<Value> values{std::int64_t{1},
                                  std::int64_t{42},
                                  std::monostate{},
                                  std::string("2"),
                                  std::string("x"),
                                  std::monostate{}};
  ASSERT_TRUE(write->insert_many(insert, 3, values));
  const auto found = write->query(all);
  EXPECT_EQ((*found)[0].text(1), "42");
  EXPECT_EQ((*found)[1].integer(0), 2);
}

TEST_P(Both, ReadersSeeOneStateWhileAWriterCommits) {
  auto read = database_.read();
  EXPECT_EQ(read->query(count)->front().integer(0), 0);
  std::thread writer([&] { add(row(1)); });
  writer.join();
  EXPECT_EQ(read->query(count)->front().integer(0), 0);
  EXPECT_EQ(rows(), 1);
}

TEST_P(Both, WritersAtTheSameTimeLoseNothing) {
  add(row(0, "0"));
  constexpr int threads = 8;
  constexpr int rounds = 25;
  std::atomic<int> failures{0};
  std::vector<std::thread> workers;
  Database other = place_.open();  // as a second server would
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&, i] {
      Database& mine = i % 2 == 0 ? database_ : other;
      for (int j = 0; j < rounds; ++j) {
        auto write = mine.write();
        if (!write ||
            !write->execute({"t.up", "UPDATE t SET part = 0, size = COALESCE(size, 0) + 1"}) ||
            !write->commit()) {
          ++failures;
        }
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(failures, 0);
  const auto found = database_.read()->query({"t.size", "SELECT size FROM t"});
  EXPECT_EQ(found->front().real(0), threads * rounds);
}

TEST_P(Both, ThePoolIsBoundedAndWaitsNotForEver) {
  DatabaseOptions options;
  options.max_connections = 2;
  options.wait = std::chrono::milliseconds(50);
  Database small = place_.open(options);
  auto first = small.read();
  auto second = small.read();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(small.read().error().code, ErrorCode::unavailable);
  { const auto ended = std::move(*first); }
  EXPECT_TRUE(small.read());
}

TEST_P(Both, EachWorkerClaimsOtherRows) {
  for (std::int64_t i = 0; i < 60; ++i) add(row(i, "open"));
  Database other = place_.open();
  const Query next{"t.next", "SELECT id FROM t WHERE name = 'open' ORDER BY id LIMIT 3"};
  const Query done{"t.done",
                   "UPDATE t SET name = 'done', part = COALESCE(part, 0) WHERE id = $1"
                   " AND name = 'open'"};
  std::atomic<int> taken{0};
  std::vector<std::thread> workers;
  for (Database* mine : {&database_, &other, &database_, &other}) {
    workers.emplace_back([&, mine] {
      for (;;) {
        auto write = mine->write();
        ASSERT_TRUE(write);
        const auto claimed = write->claim(next);
        ASSERT_TRUE(claimed) << claimed.error().detail;
        if (claimed->empty()) return;
        for (const Row& job : *claimed) {
          EXPECT_EQ(write->execute(done, std::vector<Value>{job.integer(0)}), 1);
          ++taken;
        }
        ASSERT_TRUE(write->commit());
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(taken, 60);
}

TEST_P(Both, TheSizeIsKnownAndASoundDatabaseVerifies) {
  EXPECT_GT(database_.size_bytes().value_or(0), 4096);
  EXPECT_TRUE(database_.verify());
}

TEST_P(Both, ManyStatementTextsDoNotPileUp) {
  auto read = database_.read();
  for (int i = 0; i < 2500; ++i) {
    const std::string sql = "SELECT " + std::to_string(i);
    const auto found = read->query({"many", sql});
    ASSERT_TRUE(found) << found.error().detail;
    ASSERT_EQ(found->front().integer(0), i);
  }
}

}  // namespace
}  // namespace dengce::db
