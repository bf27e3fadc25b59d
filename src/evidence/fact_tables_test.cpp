// SPDX-License-Identifier: Apache-2.0
#include "evidence/fact_tables.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>

namespace dengce::evidence {
namespace {

using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

Statement prepare(const FactDatabase& database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &statement, nullptr);
  return {statement, sqlite3_finalize};
}

// Rows joined with '|' and ';', or "error N".
std::string run(const Statement& statement) {
  if (!statement) return "refused";
  std::string out;
  int code = 0;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    if (!out.empty()) out += ';';
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
      if (i > 0) out += '|';
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), i));
      out += text == nullptr ? "null" : text;
    }
  }
  sqlite3_reset(statement.get());
  return code == SQLITE_DONE ? out : "error " + std::to_string(code);
}

FactSet sample() {
  FactSetBuilder builder;
  const std::uint32_t passwd = builder.file("/etc/passwd");
  builder.add(FactId::account, {"root", 0, 0, "/root", "/bin/bash", 1, "root"}, {passwd, 1});
  builder.add(
      FactId::account, {"示例甲", 1000, 1000, "/home/a", "/bin/sh", 1, "human"}, {passwd, 7});
  builder.add(FactId::account, {"big", 4'294'967'294LL, nullptr, "", "/bin/false", 0, "system"});
  builder.add(FactId::setting, {"auditd", nullptr, "num_logs", "5"});
  builder.add(FactId::setting, {"journald", "Journal", "num_logs", "0"});
  auto set = builder.build();
  EXPECT_TRUE(set);
  return *std::move(set);
}

class FactTables : public testing::Test {
 protected:
  std::string query(const std::string& sql) {
    database_.start_budget();
    return run(prepare(database_, sql));
  }

  FactSet facts_ = sample();
  FactDatabase database_ = [] { return *FactDatabase::create(); }();

  void SetUp() override { database_.bind(&facts_); }
};

TEST(FactIds, StandInTheOrderOfTheSchema) {
  ASSERT_EQ(fact_tables().size(), static_cast<std::size_t>(fact_id_count));
  EXPECT_EQ(fact_table_index("host"), index_of(FactId::host));
  EXPECT_EQ(fact_table_index("service"), index_of(FactId::service));
  EXPECT_EQ(fact_table_index("setting"), index_of(FactId::setting));
  EXPECT_EQ(fact_table_index("trusted_boot"), index_of(FactId::trusted_boot));
  EXPECT_EQ(fact_table_index("parse_problem"), index_of(FactId::parse_problem));
}

TEST_F(FactTables, ReadsRowsWithNullsWideNumbersAndSource) {
  EXPECT_EQ(query("SELECT name, uid, gid, source FROM account"),
            "root|0|0|4294967297;示例甲|1000|1000|4294967303;big|4294967294|null|null");
  EXPECT_EQ(facts_.source(4294967303)->path, "/etc/passwd");
  EXPECT_EQ(facts_.source(4294967303)->line, 7);
  EXPECT_FALSE(facts_.source(9LL << 32));
  EXPECT_FALSE(facts_.source(-1));
}

TEST_F(FactTables, EqualityMeansWhatSqliteMeans) {
  EXPECT_EQ(query("SELECT uid FROM account WHERE name = '示例甲'"), "1000");
  EXPECT_EQ(query("SELECT uid FROM account WHERE name = 'ROOT'"), "");
  EXPECT_EQ(query("SELECT uid FROM account WHERE name = 'ROOT' COLLATE NOCASE"), "0");
  EXPECT_EQ(query("SELECT name FROM account WHERE uid = '1000'"), "示例甲");
  EXPECT_EQ(query("SELECT name FROM account WHERE uid = 1000.0"), "示例甲");
  EXPECT_EQ(query("SELECT name FROM account WHERE uid = 4294967294"), "big");
  EXPECT_EQ(query("SELECT name FROM account WHERE gid = NULL"), "");
  EXPECT_EQ(query("SELECT name FROM account WHERE gid IS NULL"), "big");
  EXPECT_EQ(query("SELECT program FROM setting WHERE value = 5"), "auditd");
  EXPECT_EQ(query("SELECT program FROM setting JOIN account ON value = uid"), "journald");
  EXPECT_EQ(query("SELECT name FROM account WHERE name IN ('big','root') ORDER BY name"),
            "big;root");
  EXPECT_EQ(query("SELECT name FROM account WHERE uid = 0 AND gid = 0 AND kind = 'root'"), "root");
}

TEST_F(FactTables, SwitchesBetweenHostsUnderOnePreparedStatement) {
  const Statement count = prepare(database_, "SELECT count(*) FROM account WHERE can_login = 1");
  EXPECT_EQ(run(count), "2");
  FactSetBuilder builder;
  builder.add(FactId::account, {"only", 1, 1, "/", "/bin/sh", 1, "system"});
  const FactSet other = *builder.build();
  database_.bind(&other);
  EXPECT_EQ(run(count), "1");
  database_.bind(nullptr);
  EXPECT_EQ(run(count), "0");
}

TEST_F(FactTables, OffersPureFunctionsOnly) {
  EXPECT_EQ(query("SELECT day_text(20000), upper('a'), 'abc' REGEXP '^a.c$', 'x' REGEXP 'y'"),
            "2024-10-04|A|1|0");
  EXPECT_EQ(query("SELECT 'a' REGEXP '('"), "error 1");
  EXPECT_EQ(query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<5) "
                  "SELECT count(*) FROM n"),
            "5");
  for (const char* sql : {"ATTACH ':memory:' AS x",
                          "CREATE TABLE t(a)",
                          "PRAGMA table_list",
                          "SELECT load_extension('x')",
                          "SELECT random()",
                          "SELECT randomblob(9)",
                          "SELECT date('now')",
                          "SELECT sql FROM sqlite_schema",
                          "SELECT name FROM pragma_database_list",
                          "INSERT INTO account VALUES(1)",
                          "DELETE FROM account",
                          "SELECT value FROM json_each('[1]')",
                          "SELECT readfile('/etc/passwd')",
                          "SELECT sqlite_version()",
                          "CREATE VIRTUAL TABLE a USING account",
                          "BEGIN",
                          "CREATE TEMP VIEW v AS SELECT 1"}) {
    EXPECT_EQ(query(sql), "refused") << sql;
  }
  EXPECT_EQ(query("VACUUM INTO '/tmp/x'"), "error 23");
}

TEST_F(FactTables, BudgetEndsEndlessAndExplodingQueries) {
  database_.start_budget(200'000);
  EXPECT_EQ(run(prepare(database_,
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) "
                        "SELECT max(i) FROM n")),
            "error 9");
  EXPECT_TRUE(database_.budget_spent());
  // Rows passed over inside the table cost as well.
  FactSetBuilder builder;
  for (int i = 0; i < 50'000; ++i) builder.add(FactId::process, {"p", "u", i});
  const FactSet many = *builder.build();
  database_.bind(&many);
  database_.start_budget(400'000);
  EXPECT_EQ(run(prepare(database_,
                        "SELECT count(*) FROM process a, process b "
                        "WHERE b.pid = a.pid + 1000000 - 950001")),
            "error 9");
  database_.start_budget();
  EXPECT_EQ(run(prepare(database_, "SELECT count(*) FROM process WHERE pid = 7")), "1");
}

}  // namespace
}  // namespace dengce::evidence
