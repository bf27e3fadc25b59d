// SPDX-License-Identifier: Apache-2.0
// What is SQLite's own: the file, the disk, copies.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "db/database.h"

namespace dengce::db {
namespace {

constexpr Query create{"s.create", "CREATE TABLE t (id BIGINT PRIMARY KEY, data BLOB)"};
constexpr Query insert{"s.insert", "INSERT INTO t (id, data) VALUES ($1, $2)"};
constexpr Query count{"s.count", "SELECT count(*) FROM t"};

class Sqlite : public testing::Test {
 protected:
  Sqlite() {
    Database database = open();
    auto write = database.write();
    EXPECT_TRUE(write->execute(create));
    EXPECT_TRUE(write->commit());
  }

  Database open(const DatabaseOptions& options = {}) {
    return std::move(*Database::open(path_, options));
  }

  static Result<> add(Database& database, std::int64_t id, std::size_t bytes) {
    TRY_ASSIGN(Transaction write, database.write());
    const std::vector<Value> row{id, Blob{std::string(bytes, 'x')}};
    TRY(write.execute(insert, row));
    return write.commit();
  }

  static std::int64_t rows(Database& database) {
    return database.read()->query(count)->front().integer(0);
  }

  TempDir folder_ = TempDir::create().value();
  std::filesystem::path path_ = folder_.path() / "a.db";
};

// In a child: the limit on file sizes holds for the whole process.
TEST_F(Sqlite, AFullDiskKeepsWhatWasThereAndIsSaidSo) {
  const pid_t child = fork();
  if (child == 0) {
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
    Database database = open();
    bool good = add(database, 1, 1000).has_value();
    const rlimit small{300'000, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &small);
    const auto refused = add(database, 2, 3'000'000);
    good = good && !refused && refused.error().code == ErrorCode::unavailable &&
           refused.error().message.find("磁盘已满") != std::string::npos;
    if (!good) fprintf(stderr, "%s\n", refused ? "?" : refused.error().detail.c_str());
    good = good && rows(database) == 1;
    const rlimit wide{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &wide);
    good = good && add(database, 3, 3'000'000).has_value() && rows(database) == 2;
    _exit(good && database.verify() ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(Sqlite, AnotherProcessesLockIsWaitedForButNotForEver) {
  Database holder = open();
  DatabaseOptions hasty;
  hasty.lock_timeout = std::chrono::milliseconds(100);
  Database other = open(hasty);
  auto held = holder.write();
  EXPECT_EQ(add(other, 1, 1).error().code, ErrorCode::unavailable);
  EXPECT_EQ(rows(other), 0);  // readers are not hindered
  ASSERT_TRUE(held->commit());
  EXPECT_TRUE(add(other, 1, 1));
}

TEST_F(Sqlite, TheWriterBeforeIsWaitedForButNotForEver) {
  DatabaseOptions hasty;
  hasty.wait = std::chrono::milliseconds(50);
  Database database = open(hasty);
  {
    auto held = database.write();
    EXPECT_EQ(database.write().error().code, ErrorCode::unavailable);
    EXPECT_EQ(rows(database), 0);
  }
  EXPECT_TRUE(add(database, 1, 1));
}

TEST_F(Sqlite, ADamagedFileIsNamedCorrupt) {
  {
    Database database = open();
    for (std::int64_t i = 0; i < 200; ++i) ASSERT_TRUE(add(database, i, 2000));
    EXPECT_TRUE(database.verify());
  }
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    for (int page = 3; page < 60; ++page) {
      file.seekp(page * 4096);
      file << std::string(512, '\xA5');
    }
  }
  Database database = open();
  const auto verified = database.verify();
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::data_corrupt);
}

TEST_F(Sqlite, AFileThatIsNoDatabaseIsNamedCorrupt) {
  ASSERT_TRUE(write_file(folder_.path() / "b.db", std::string(4096, 'x')));
  EXPECT_EQ(Database::open(folder_.path() / "b.db").error().code, ErrorCode::data_corrupt);
}

TEST_F(Sqlite, AFolderThatIsNotThereIsUnavailable) {
  EXPECT_EQ(Database::open(folder_.path() / "none" / "b.db").error().code, ErrorCode::unavailable);
}

TEST_F(Sqlite, AReferenceToNothingIsADefect) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
  // Without the pragma that our connections set.
  ASSERT_EQ(sqlite3_exec(handle,
                         "CREATE TABLE c (id BIGINT REFERENCES t (id)); INSERT INTO c VALUES (9)",
                         nullptr,
                         nullptr,
                         nullptr),
            SQLITE_OK);
  sqlite3_close(handle);
  const auto verified = open().verify();
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().problems.size(), 1U);
}

TEST_F(Sqlite, ACopyIsOneStateWhileAWriterGoesOn) {
  Database database = open();
  for (std::int64_t i = 0; i < 50; ++i) ASSERT_TRUE(add(database, i, 20'000));
  std::thread writer([&] {
    for (std::int64_t i = 50; i < 100; ++i) EXPECT_TRUE(add(database, i, 20'000));
  });
  const std::filesystem::path copy = folder_.path() / "copy.db";
  EXPECT_TRUE(database.copy_to(copy));
  writer.join();
  auto copied = Database::open(copy);
  ASSERT_TRUE(copied);
  EXPECT_TRUE(copied->verify());
  EXPECT_GE(rows(*copied), 50);
  EXPECT_LE(rows(*copied), 100);
  EXPECT_EQ(rows(database), 100);
}

TEST_F(Sqlite, ACopyOverwritesNothingAndLeavesNoHalfFile) {
  Database database = open();
  ASSERT_TRUE(write_file(folder_.path() / "copy.db", "mine"));
  EXPECT_EQ(database.copy_to(folder_.path() / "copy.db").error().code, ErrorCode::already_exists);
  EXPECT_EQ(read_file(folder_.path() / "copy.db"), "mine");
  EXPECT_EQ(database.copy_to(folder_.path() / "none" / "copy.db").error().code,
            ErrorCode::unavailable);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "copy.db.partial"));
}

TEST_F(Sqlite, ADatabaseInMemoryHasOneConnection) {
  DatabaseOptions hasty;
  hasty.wait = std::chrono::milliseconds(50);
  auto database = Database::open(":memory:", hasty);
  ASSERT_TRUE(database);
  EXPECT_EQ(database->kind(), DatabaseKind::sqlite);
  auto write = database->write();
  ASSERT_TRUE(write->execute(create));
  EXPECT_EQ(database->read().error().code, ErrorCode::unavailable);
  ASSERT_TRUE(write->commit());
  { const auto ended = std::move(*write); }
  EXPECT_EQ(rows(*database), 0);
  ASSERT_TRUE(database->copy_to(folder_.path() / "copy.db"));
  auto copied = Database::open(folder_.path() / "copy.db");
  EXPECT_EQ(rows(*copied), 0);
}

}  // namespace
}  // namespace dengce::db
