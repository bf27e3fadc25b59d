// SPDX-License-Identifier: Apache-2.0
#include "check/check_engine.h"

#include <gtest/gtest.h>

#include "check/example_runner.h"
#include "check/sql_mutation.h"
#include "check/sql_tokens.h"

namespace dengce::check {
namespace {

using evidence::FactId;
using evidence::FactSet;
using evidence::FactSetBuilder;

Check query_check(const std::string& sql, std::vector<FactId> needs = {}) {
  Check check;
  check.id = "sample";
  check.platforms = {"linux"};
  check.sql = sql;
  for (const FactId need : needs) check.needs.push_back(evidence::index_of(need));
  return check;
}

FactSet login_defs(int rows) {
  FactSetBuilder builder;
  const std::uint32_t file = builder.file("/etc/login.defs");
  for (int i = 0; i < rows; ++i) {
    builder.add(FactId::login_defs,
                {"K" + std::to_string(i), std::to_string(i)},
                {file, static_cast<std::uint32_t>(i + 1)});
  }
  builder.add(FactId::coverage, {"login_defs", "covered", nullptr});
  builder.add(FactId::coverage, {"audit_rule", "missing", "auditctl 未能执行"});
  return *builder.build();
}

Finding run(const std::string& sql,
            const FactSet& facts,
            EngineOptions options = {},
            std::vector<FactId> needs = {}) {
  const CheckSet set({query_check(sql, std::move(needs))});
  auto engine = CheckEngine::create(set, options);
  if (!engine) return {Status::error, engine.error().text(), {}, {}};
  engine->bind(facts);
  return engine->run(0);
}

std::string rows_of(const std::vector<std::string>& statuses) {
  std::string sql;
  for (const std::string& status : statuses) {
    sql += sql.empty() ? "SELECT " : " UNION ALL SELECT ";
    sql += "'" + status + "' AS status, 'r-" + status + "' AS reason, NULL AS source";
  }
  return sql;
}

TEST(CheckEngine, TheWorstRowCounts) {
  const FactSet facts = login_defs(1);
  const std::vector<std::string> order{"not_applicable", "pass", "unknown", "partial", "fail"};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      const Finding finding = run(rows_of({order[i], order[j]}), facts);
      EXPECT_EQ(name(finding.status), order[std::max(i, j)]);
      EXPECT_EQ(finding.reason, "r-" + order[std::max(i, j)]);
    }
  }
}

TEST(CheckEngine, TheFirstOfEquallyBadRowsIsCited) {
  const FactSet facts = login_defs(3);
  const Finding finding =
      run("SELECT 'fail' AS status, keyword AS reason, source FROM login_defs", facts);
  EXPECT_EQ(finding.reason, "K0");
  ASSERT_TRUE(finding.source);
  const auto source = facts.source(*finding.source);
  ASSERT_TRUE(source);
  EXPECT_EQ(source->path, "/etc/login.defs");
  EXPECT_EQ(source->line, 1);
}

TEST(CheckEngine, NoRowIsUnknown) {
  const Finding finding =
      run("SELECT 'pass' AS status, 'x' AS reason, source FROM login_defs WHERE 0", login_defs(1));
  EXPECT_EQ(finding.status, Status::unknown);
  EXPECT_FALSE(finding.reason.empty());
}

TEST(CheckEngine, MissingFactsAreUnknownWithTheirReason) {
  const std::string sql = rows_of({"pass"});
  const Finding told = run(sql, login_defs(1), {}, {FactId::audit_rule});
  EXPECT_EQ(told.status, Status::unknown);
  EXPECT_NE(told.reason.find("auditctl 未能执行"), std::string::npos) << told.reason;
  // A table nobody spoke of is not covered either.
  const Finding silent = run(sql, login_defs(1), {}, {FactId::login_defs, FactId::mount});
  EXPECT_EQ(silent.status, Status::unknown);
  EXPECT_NE(silent.reason.find("mount"), std::string::npos);
  EXPECT_EQ(run(sql, login_defs(0), {}, {FactId::login_defs}).status, Status::pass);
}

TEST(CheckEngine, MistakesOfAQueryAreErrors) {
  const FactSet facts = login_defs(50);
  EXPECT_EQ(run(rows_of({"passed"}), facts).status, Status::error);
  EXPECT_EQ(run(rows_of({"error"}), facts).status, Status::error);
  EXPECT_EQ(run("SELECT NULL AS status, 'x' AS reason, NULL AS source", facts).status,
            Status::error);
  // A bad word does not hide behind a failure.
  EXPECT_EQ(run(rows_of({"fail", "nonsense"}), facts).status, Status::error);
  const Finding many =
      run("SELECT 'pass' AS status, 'x' AS reason, source FROM login_defs", facts, {1'000'000, 49});
  EXPECT_EQ(many.status, Status::error);
  EXPECT_NE(many.reason.find("49"), std::string::npos);
  const Finding endless =
      run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
          "SELECT 'pass' AS status, 'x' AS reason, NULL AS source FROM n WHERE i < 0",
          facts,
          {100'000, 10});
  EXPECT_EQ(endless.status, Status::error);
  EXPECT_NE(endless.reason.find("上限"), std::string::npos) << endless.reason;
  const Finding broken = run(
      "SELECT 'pass' AS status, abs(-9223372036854775807 - 1) AS reason, NULL AS source", facts);
  EXPECT_EQ(broken.status, Status::error) << broken.reason;
}

TEST(CheckEngine, AnEngineGoesOnAfterAnError) {
  const CheckSet set({query_check(
      "SELECT CASE value WHEN '0' THEN 'pass' ELSE 'bad' END AS status, keyword AS reason, source "
      "FROM login_defs")});
  auto engine = CheckEngine::create(set);
  ASSERT_TRUE(engine);
  const FactSet one = login_defs(1);
  const FactSet two = login_defs(2);
  for (int round = 0; round < 3; ++round) {
    engine->bind(two);
    EXPECT_EQ(engine->run(0).status, Status::error);
    engine->bind(one);
    EXPECT_EQ(engine->run(0).status, Status::pass);
  }
}

TEST(SqlTokens, MarksWhatDecidesAndWhatOnlyWords) {
  const auto tokens = sql_tokens(
      "WITH c(n) AS (VALUES ('decides')) -- 'comment'\n"
      "SELECT CASE WHEN a = 'compared' THEN 'pass' ELSE 'fail' END AS status, 'word' || a AS "
      "reason, "
      "NULL AS source FROM t WHERE b || 'joined' = c AND EXISTS (SELECT 1 FROM u LIMIT 7) "
      "UNION ALL SELECT 'unknown', CASE WHEN a = 'wording' THEN 'x' END, NULL ORDER BY 9");
  std::vector<std::string> deciding;
  std::vector<std::string> statuses;
  for (const SqlToken& token : tokens) {
    if (token.kind != SqlToken::Kind::text && token.kind != SqlToken::Kind::number) continue;
    if (token.status_word) {
      statuses.push_back(token.value);
    } else if (!token.message) {
      deciding.push_back(token.value);
    }
  }
  EXPECT_EQ(deciding, (std::vector<std::string>{"decides", "compared", "joined"}));
  EXPECT_EQ(statuses, (std::vector<std::string>{"pass", "fail", "unknown"}));
}

TEST(SqlTokens, OddTextsEnd) {
  for (const char* sql : {"'", "\"", "/*", "--", "SELECT (", ")))", "a'b''", "''''", "SELECT"}) {
    const auto tokens = sql_tokens(sql);
    for (const SqlToken& token : tokens) EXPECT_LE(token.end, std::string_view(sql).size());
  }
}

// The negation test is itself able to fail: an example set with a hole is found.
TEST(SqlMutation, FindsAThresholdThatNoExamplePins) {
  Check check = query_check(
      "SELECT CASE WHEN CAST(value AS INTEGER) <= 90 THEN 'pass' ELSE 'fail' END AS status, "
      "'r' AS reason, source FROM login_defs",
      {FactId::login_defs});
  const auto example = [](const char* value, Status expect) {
    Example out;
    out.facts.push_back({evidence::index_of(FactId::login_defs), {{{"K"}, {value}}}});
    out.expect = expect;
    return out;
  };
  check.examples = {example("10", Status::pass), example("99", Status::fail)};
  const auto left = [&] {
    const std::vector<Mutant> all = mutants(check);
    std::vector<std::string> queries;
    for (const Mutant& mutant : all) queries.push_back(mutant.sql);
    const auto found = unnoticed(check, queries);
    std::vector<std::string> out;
    for (const std::size_t i : *found) {
      out.push_back(all[i].what.substr(0, all[i].what.find(" in ")));
    }
    return out;
  };
  EXPECT_EQ(left(), (std::vector<std::string>{"<= → <", "90 → 91", "90 → (89)"}));
  check.examples.push_back(example("90", Status::pass));
  check.examples.push_back(example("91", Status::fail));
  EXPECT_TRUE(left().empty());
}

}  // namespace
}  // namespace dengce::check
