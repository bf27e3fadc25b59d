// SPDX-License-Identifier: Apache-2.0
#include "evidence/evidence_cli.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "evidence/fact_schema.h"

namespace dengce::evidence {
namespace {

TEST(FactsSchema, DocumentIsTheGeneratedOne) {
  const auto written = read_file(DENGCE_SOURCE_DIR "/docs/facts.md");
  ASSERT_TRUE(written);
  EXPECT_EQ(*written, facts_schema("markdown"))
      << "renew: dengce facts schema --format markdown > docs/facts.md";
}

TEST(FactsSchema, EveryFormNamesEveryColumn) {
  for (const char* format : {"text", "json", "markdown"}) {
    const std::string text = facts_schema(format);
    for (const FactTable& table : fact_tables()) {
      EXPECT_NE(text.find(table.name), std::string::npos) << table.name;
      for (const FactColumn& column : table.columns) {
        EXPECT_NE(text.find(column.name), std::string::npos) << column.name;
      }
    }
  }
}

TEST(FactsSchema, CommandChoosesTheFormat) {
  CLI::App app;
  Command command;
  add_facts_commands(app, command);
  app.parse("facts schema --format json");
  EXPECT_TRUE(command.run);
  CLI::App other;
  Command none;
  add_facts_commands(other, none);
  EXPECT_THROW(other.parse("facts schema --format xml"), CLI::ParseError);
  EXPECT_FALSE(none.run);
}

}  // namespace
}  // namespace dengce::evidence
