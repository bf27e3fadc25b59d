// SPDX-License-Identifier: Apache-2.0
#include "program/archive_store.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "db/testing/test_databases.h"

namespace dengce::program {
namespace {

// A table that somebody adds is archived or named among the others.
TEST(ArchiveStore, NoTableIsForgotten) {
  std::set<std::string> schema{"schema_migration"};
  for (const db::Migration& step : db::compiled_migrations()) {
    for (const std::string_view line : split(step.sql, '\n')) {
      constexpr std::string_view begin = "CREATE TABLE ";
      if (!line.starts_with(begin)) continue;
      schema.emplace(line.substr(begin.size(), line.find(' ', begin.size()) - begin.size()));
    }
  }
  std::set<std::string> named;
  for (const ArchiveTable& table : archive_tables()) named.emplace(table.name);
  for (const OtherTable& table : other_tables()) named.emplace(table.name);
  EXPECT_EQ(named, schema);
}

TEST(ArchiveStore, EveryTableReadsOnBothDatabases) {
  db::test::for_each_database([](db::test::TestDatabase& place) {
    db::Database database = place.migrated();
    auto transaction = database.read().value();
    for (const ArchiveTable& table : archive_tables()) {
      const auto csv = table_csv(transaction, table);
      ASSERT_TRUE(csv) << table.name << " " << csv.error().text();
      EXPECT_NE(csv->find('\n'), std::string::npos);
    }
  });
}

TEST(ArchiveStore, NoCellIsAFormula) {
  std::string csv;
  append_row(csv, {"=1+1", "a,b", "plain"});
  EXPECT_EQ(csv, "\xEF\xBB\xBF'=1+1,\"a,b\",plain\n");
}

}  // namespace
}  // namespace dengce::program
