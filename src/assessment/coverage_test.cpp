// SPDX-License-Identifier: Apache-2.0
#include "assessment/coverage.h"

#include <gtest/gtest.h>

#include "assessment/worksheet.h"
#include "base/content.h"
#include "base/file.h"
#include "check/check_loader.h"

namespace dengce::assessment {
namespace {

struct Loaded {
  standard::Standard standard;
  check::CheckSet checks;
};

Loaded load() {
  const Content content = *Content::from_directory(DENGCE_SOURCE_DIR "/content");
  auto standard = standard::Standard::load(content);
  EXPECT_TRUE(standard) << standard.error().text();
  auto checks = check::load_checks(content);
  EXPECT_TRUE(checks) << checks.error().text();
  return {std::move(*standard), std::move(*checks)};
}

TEST(Coverage, EveryMappedCheckExists) {
  const Loaded loaded = load();
  const auto held = hold_mapping(loaded.standard, loaded.checks);
  EXPECT_TRUE(held) << held.error().text();
}

TEST(Coverage, EveryCheckAnswersAPoint) {
  const Loaded loaded = load();
  for (const check::Check& check : loaded.checks.checks()) {
    const auto& rows = loaded.standard.mappings();
    EXPECT_TRUE(std::any_of(rows.begin(),
                            rows.end(),
                            [&](const standard::Mapping& row) { return row.check == check.id; }))
        << check.id << " answers nothing";
  }
}

TEST(Coverage, ThePageInTheRepositoryIsTheOneTheContentGives) {
  const Loaded loaded = load();
  const auto page = read_file(DENGCE_SOURCE_DIR "/docs/coverage.md");
  ASSERT_TRUE(page) << page.error().text();
  EXPECT_EQ(*page, coverage_page(loaded.standard, loaded.checks))
      << "renew it: dengce standard coverage > docs/coverage.md";
}

TEST(Coverage, PointsOfAServerAreMostlyAnsweredOrHelped) {
  const Loaded loaded = load();
  for (const int level : {3, 2}) {
    const auto counts = coverage_counts(loaded.standard, level, "服务器", "linux");
    EXPECT_EQ(counts.points, counts.automatic + counts.assisted + counts.person);
    EXPECT_EQ(counts.items, level == 3 ? 31 : 20);
    EXPECT_GE(2 * (counts.automatic + counts.assisted), counts.points);
  }
}

// The entries of an object are the same whatever its evidence holds.
TEST(Coverage, TheQuestionsDependOnTheGradeOnly) {
  const Loaded loaded = load();
  const auto* server = loaded.standard.object_class("服务器");
  ASSERT_NE(server, nullptr);
  const auto items = questions(loaded.standard, {3, 3, 3}, {}, *server, "linux");
  auto engine = check::CheckEngine::create(loaded.checks);
  ASSERT_TRUE(engine);
  evidence::FactSetBuilder builder;
  const auto nothing = builder.build();
  ASSERT_TRUE(nothing);
  engine->bind(*nothing);
  const auto answered = answers(items, *engine);
  ASSERT_EQ(answered.size(), items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Judgement judgement = judge(*items[i].item, answered[i]);
    EXPECT_EQ(judgement.verdict, Verdict::pending) << items[i].item->code;
    EXPECT_TRUE(judgement.text.empty()) << items[i].item->code << judgement.text;
    std::size_t expected = 0;
    for (const PointQuestion& point : items[i].points) {
      expected += std::max<std::size_t>(1, point.checks.size());
    }
    EXPECT_EQ(judgement.points.size(), expected);
  }
}

}  // namespace
}  // namespace dengce::assessment
