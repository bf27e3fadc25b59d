// SPDX-License-Identifier: Apache-2.0
// Holds every check of the content to its examples and to the negation test.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "check/check_loader.h"
#include "check/example_runner.h"
#include "check/sql_mutation.h"

namespace dengce::check {
namespace {

const CheckSet& content_checks() {
  static const Result<CheckSet> checks = [] {
    auto content = Content::from_directory(DENGCE_SOURCE_DIR "/content");
    return content ? load_checks(*content) : Result<CheckSet>(tl::unexpected(content.error()));
  }();
  static const CheckSet none;
  if (!checks) {
    ADD_FAILURE() << checks.error().text();
    return none;
  }
  return *checks;
}

TEST(CheckContent, Loads) {
  EXPECT_GE(content_checks().checks().size(), 100U);
}

TEST(CheckContent, EveryExampleHolds) {
  for (const Check& check : content_checks().checks()) {
    const auto results = run_examples(check);
    ASSERT_TRUE(results) << check.id << ": " << results.error().text();
    for (const ExampleResult& result : *results) {
      EXPECT_TRUE(result.holds()) << check.path << ":" << result.example->line << " expects "
                                  << name(result.example->expect) << ", is "
                                  << name(result.finding.status) << ": " << result.finding.reason;
      const bool sentence = result.finding.status != Status::unknown;
      EXPECT_EQ(result.finding.record.empty(), !sentence)
          << check.path << ":" << result.example->line;
      EXPECT_FALSE(result.finding.reason.empty()) << check.path << ":" << result.example->line;
    }
  }
}

TEST(CheckContent, EveryAlteredQueryChangesAnExample) {
  std::size_t altered = 0;
  for (const Check& check : content_checks().checks()) {
    const std::vector<Mutant> all = mutants(check);
    altered += all.size();
    std::vector<std::string> queries;
    for (const Mutant& mutant : all) queries.push_back(mutant.sql);
    const auto left = unnoticed(check, queries);
    // A query that no longer compiles is no proof of anything.
    ASSERT_TRUE(left) << check.path << ": " << left.error().text();
    for (const std::size_t i : *left) {
      ADD_FAILURE() << check.path << ":" << all[i].line << " byte " << all[i].position
                    << ": no example notices " << all[i].what;
    }
  }
  EXPECT_GT(altered, 10 * content_checks().checks().size());
  RecordProperty("mutants", static_cast<int>(altered));
}

}  // namespace
}  // namespace dengce::check
