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

// The sentence of a failure must say so; that of a pass must not.
TEST(CheckContent, EveryAlteredQueryChangesAnExample) {
  int altered = 0;
  for (const Check& check : content_checks().checks()) {
    for (const Mutant& mutant : mutants(check)) {
      ++altered;
      const auto changed = changed_examples(check, mutant.sql);
      // A query that no longer compiles is no proof of anything.
      ASSERT_TRUE(changed) << check.path << ":" << mutant.line << " " << mutant.what << "\n"
                           << changed.error().text();
      EXPECT_FALSE(changed->empty()) << check.path << ":" << mutant.line << " byte "
                                     << mutant.position << ": no example notices " << mutant.what;
    }
  }
  RecordProperty("mutants", altered);
}

}  // namespace
}  // namespace dengce::check
