// SPDX-License-Identifier: Apache-2.0
// For tests of this room: the client's portfolio in a database of either kind, and actors.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "access/actor.h"
#include "base/content.h"
#include "db/testing/test_databases.h"
#include "portfolio/portfolio.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/systems.h"

namespace dengce::portfolio::test {

inline const Content& real_content() {
  static const Content content = Content::from_directory(DENGCE_SOURCE_DIR "/content").value();
  return content;
}

// 20 July 2026, noon in Shanghai.
inline Instant noon() {
  return *parse_instant("2026-07-20T04:00:00Z");
}

inline Day day(const char* text) {
  return *parse_day(text);
}

// The client's contract with its 39 systems.
class Both : public testing::TestWithParam<std::string> {
 protected:
  Both() : portfolio_(load_portfolio(real_content()).value()) {
    db::Transaction transaction = database_.write().value();
    EXPECT_TRUE(insert_portfolio(transaction, portfolio_));
    EXPECT_TRUE(transaction.commit());
  }

  // Sees everything.
  static access::Actor manager() {
    access::Actor actor;
    actor.account = "manager";
    actor.login = "manager";
    actor.name = "示例甲";
    actor.scope.everything = true;
    return actor;
  }

  // Sees the systems of one team.
  [[nodiscard]] access::Actor of_team(std::size_t team) const {
    access::Actor actor;
    actor.account = "team";
    actor.login = "team";
    actor.name = "示例乙";
    actor.scope.teams = {portfolio_.teams.at(team).id};
    return actor;
  }

  [[nodiscard]] const std::string& team(std::size_t index) const {
    return portfolio_.teams.at(index).id;
  }

  // By its number in the client's list.
  [[nodiscard]] const std::string& system(std::size_t number) const {
    return portfolio_.systems.at(number - 1).id;
  }

  // Entries of the audit chain for an object.
  std::int64_t audited(const std::string& object) {
    db::Transaction transaction = database_.read().value();
    const std::vector<db::Value> key{object};
    return transaction
        .query({"t.audit", "SELECT count(*) FROM audit_entry WHERE object_id = $1"}, key)
        .value()
        .front()
        .integer(0);
  }

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  Portfolio portfolio_;
};

// The fields of an error's problems.
template <class T>
std::vector<std::string> fields(const Result<T>& result) {
  std::vector<std::string> out;
  if (result) return out;
  for (const Problem& problem : result.error().problems) out.push_back(problem.field);
  return out;
}

template <class T>
ErrorCode code(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result ? ErrorCode::internal : result.error().code;
}

}  // namespace dengce::portfolio::test
