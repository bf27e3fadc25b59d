// SPDX-License-Identifier: Apache-2.0
// For the tests of all rooms: a new database on either kind. PostgreSQL is a private cluster of the
// test process, started when first needed, gone with the process however it ends. It is not skipped
// when PostgreSQL is not installed: the test fails, unless DENGCE_TEST_POSTGRES=off is set.
//
//   class Store : public testing::TestWithParam<std::string> {
//     db::test::TestDatabase place_{GetParam()};
//     db::Database database_ = place_.migrated();
//   };
//   INSTANTIATE_TEST_SUITE_P(Both, Store, testing::ValuesIn(db::test::kinds()), db::test::name);
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "db/database.h"

namespace dengce::db::test {

// "sqlite", "postgresql"
std::vector<std::string> kinds();

// Names the tests of a suite by their kind.
struct KindName {
  template <class ParamInfo>
  std::string operator()(const ParamInfo& tested) const {
    return tested.param;
  }
};

inline constexpr KindName name;

// An empty database of its own; several Database objects may open its location. Throws
// std::runtime_error when it cannot be made: the test fails.
class TestDatabase {
 public:
  // `settings`: what CREATE DATABASE of PostgreSQL takes besides the name.
  explicit TestDatabase(const std::string& kind, const std::string& settings = {});

  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  ~TestDatabase();

  [[nodiscard]] const std::string& location() const { return location_; }

  [[nodiscard]] Database open(const DatabaseOptions& options = {}) const;
  // Opened, with all compiled migrations applied.
  [[nodiscard]] Database migrated() const;

 private:
  std::unique_ptr<TempDir> folder_;
  std::string name_;
  std::string location_;
};

void for_each_database(const std::function<void(TestDatabase&)>& work);

}  // namespace dengce::db::test
