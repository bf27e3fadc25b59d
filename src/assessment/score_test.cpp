// SPDX-License-Identifier: Apache-2.0
// Golden scores, worked by hand beside each case, and properties proved on small sets.
#include "assessment/score.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/content.h"

namespace dengce::assessment {
namespace {

using standard::Scheme;
using Words = std::vector<std::string>;

const Content& content() {
  static const Content all = *Content::from_directory(DENGCE_SOURCE_DIR "/content");
  return all;
}

Scheme scheme(std::string_view id, const standard::SwitchChoice& choice = {}) {
  auto loaded = standard::load_scheme(content(), id, choice);
  EXPECT_TRUE(loaded) << loaded.error().text();
  return *loaded;
}

constexpr auto full = Verdict::compliant;
constexpr auto part = Verdict::partial;
constexpr auto none = Verdict::non_compliant;
constexpr auto skip = Verdict::not_applicable;
constexpr auto open = Verdict::pending;

ItemRecords item(bool technical, std::vector<Verdict> verdicts, std::string weight = "") {
  static int number = 0;
  ItemRecords out;
  out.code = fmt::format("X-{}", ++number);
  out.layer = technical ? "安全计算环境" : "安全运维管理";
  out.control_point = "样例";
  out.technical = technical;
  out.weight = std::move(weight);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    out.objects.push_back({fmt::format("o{}", i), verdicts[i]});
  }
  return out;
}

// `count` items with one object each.
void add(std::vector<ItemRecords>& items,
         int count,
         bool technical,
         Verdict verdict,
         const std::string& weight = "") {
  for (int i = 0; i < count; ++i) items.push_back(item(technical, {verdict}, weight));
}

std::string conclusion(const SchemeResult& result) {
  return result.conclusion.value_or("null");
}

// ---- golden cases, 2021
// ------------------------------------------------------------------------------

TEST(Score2021, Golden01EverythingCompliant) {
  std::vector<ItemRecords> items;
  add(items, 96, true, full);
  add(items, 115, false, full);
  // T = G = 0: Vt = 50, Vm = 50.
  const SchemeResult result = score(scheme("2021"), items, {});
  EXPECT_EQ(result.value, "100.00");
  EXPECT_EQ(result.technical, "50.00");
  EXPECT_EQ(result.management, "50.00");
  EXPECT_EQ(conclusion(result), "优");
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.applicable, 211);
}

TEST(Score2021, Golden02MixedWeights) {
  std::vector<ItemRecords> items;
  add(items, 12, true, full);
  add(items, 1, true, none, "关键");  // lost 3 · 1
  add(items, 1, true, part, "重要");  // lost 2 · 1/2
  add(items, 1, true, part);          // lost 1 · 1/2
  add(items, 24, false, full);
  add(items, 1, false, none, "重要");  // lost 2 · 1
  // n = 40, S = 2.5. T = 3 + 1 + 0.5 = 4.5 → Vt = 50 - 11.25 = 38.75; G = 2 → Vm = 50 - 5 = 45.
  const SchemeResult result = score(scheme("2021"), items, {});
  EXPECT_EQ(result.technical, "38.75");
  EXPECT_EQ(result.management, "45.00");
  EXPECT_EQ(result.value, "83.75");
  EXPECT_EQ(conclusion(result), "良");
  EXPECT_EQ(result.derivation[12].lost, "7.50");
  EXPECT_EQ(result.derivation[13].lost, "2.50");
  EXPECT_EQ(result.derivation[14].lost, "1.25");
  EXPECT_EQ(result.derivation[39].lost, "5.00");
}

TEST(Score2021, Golden03ManyObjectsOfOneItem) {
  std::vector<ItemRecords> items;
  items.push_back(item(true, {full, full, full}));        // 1
  items.push_back(item(true, {none, none}));              // 0
  items.push_back(item(true, {full, none, full, full}));  // 0.5
  items.push_back(item(true, {part, part}));              // 0.5
  items.push_back(item(true, {full, skip, skip}));        // 1: those not applicable are left out
  items.push_back(item(true, {none, skip}));              // 0
  items.push_back(item(true, {skip, skip}));              // not applicable: leaves n
  add(items, 4, false, full);
  // n = 10, S = 10. T = 0 + 1 + 0.5 + 0.5 + 0 + 1 = 3 → Vt = 50 - 30 = 20; Vm = 50.
  const SchemeResult result = score(scheme("2021"), items, {});
  EXPECT_EQ(result.value, "70.00");
  EXPECT_EQ(result.counts, (VerdictCounts{6, 2, 2, 1, 0}));
  EXPECT_EQ(result.applicable, 10);
  EXPECT_EQ(conclusion(result), "中");
  EXPECT_EQ(result.derivation[2].objects, Words{"o1"});
  EXPECT_EQ(result.derivation[2].x, "0.5");
  EXPECT_EQ(result.derivation[6].x, "-");
  EXPECT_EQ(result.derivation[6].lost, "0.00");
  // By mean the third item is worth 3/4 and the fourth 1/2: T = 1 + 1/4 + 1/2 + 1 = 2.75 → 72.5.
  EXPECT_EQ(score(scheme("2021", {{"multi_object", "mean"}}), items, {}).value, "72.50");
  // By the worst object the third is worth 0: T = 1 + 1 + 0.5 + 1 = 3.5 → 65.
  EXPECT_EQ(score(scheme("2021", {{"multi_object", "worst"}}), items, {}).value, "65.00");
}

TEST(Score2021, Golden04NotApplicableLeavesTheDenominator) {
  std::vector<ItemRecords> items;
  add(items, 3, true, full);
  add(items, 1, true, none);
  add(items, 4, false, full);
  // n = 8, S = 12.5: 50 - 12.5 + 50 = 87.5.
  EXPECT_EQ(score(scheme("2021"), items, {}).value, "87.50");
  add(items, 5, true, skip);
  add(items, 7, false, skip);
  EXPECT_EQ(score(scheme("2021"), items, {}).value, "87.50");
  // A failing item judged not applicable instead: n = 7, nothing lost.
  items[3].objects[0].verdict = skip;
  EXPECT_EQ(score(scheme("2021"), items, {}).value, "100.00");
}

TEST(Score2021, Golden05EachHalfStopsAtZero) {
  std::vector<ItemRecords> items;
  add(items, 5, true, none, "关键");
  add(items, 5, false, full);
  // n = 10, S = 10. T = 15 → 50 - 150 < 0 → Vt = 0; Vm = 50: the technical half can not eat the
  // other.
  const SchemeResult result = score(scheme("2021"), items, {});
  EXPECT_EQ(result.technical, "0.00");
  EXPECT_EQ(result.value, "50.00");
  EXPECT_EQ(conclusion(result), "差");
}

TEST(Score2021, Golden06TiesAtTheThresholds) {
  // 50 technical and 50 management items, n = 100, S = 1: each failing item costs exactly 1.
  const auto value_of = [](int failing) {
    std::vector<ItemRecords> items;
    add(items, failing, true, none);
    add(items, 50 - failing, true, full);
    add(items, 50, false, full);
    return score(scheme("2021"), items, {});
  };
  EXPECT_EQ(value_of(10).value, "90.00");
  EXPECT_EQ(conclusion(value_of(10)), "优");
  EXPECT_EQ(conclusion(value_of(11)), "良");
  EXPECT_EQ(value_of(20).value, "80.00");
  EXPECT_EQ(conclusion(value_of(20)), "良");
  EXPECT_EQ(conclusion(value_of(21)), "中");
  EXPECT_EQ(value_of(30).value, "70.00");
  EXPECT_EQ(conclusion(value_of(30)), "中");
  EXPECT_EQ(conclusion(value_of(31)), "差");
}

TEST(Score2021, Golden07TheExactValueDecidesNotTheShownOne) {
  // n = 30000, T = 3000.5: 100 - 100 · 3000.5/30000 = 89.99833…, shown 90.00 and still below 90.
  std::vector<ItemRecords> items;
  add(items, 3000, true, none);
  add(items, 1, true, part);
  add(items, 11999, true, full);
  add(items, 15000, false, full);
  const SchemeResult result = score(scheme("2021"), items, {});
  EXPECT_EQ(result.value, "90.00");
  EXPECT_EQ(conclusion(result), "良");
  EXPECT_EQ(conclusion(score(scheme("2021", {{"decide_on", "rounded"}}), items, {})), "优");
}

TEST(Score2021, Golden08AHighRiskDecides) {
  std::vector<ItemRecords> items;
  add(items, 19, true, full);
  add(items, 1, true, none);
  add(items, 20, false, full);
  // n = 40, S = 2.5: 97.5.
  const auto with = [&](const std::string& risk) {
    return score(scheme("2021"), items, {{"T001", risk, false}, {"T002", "低", false}});
  };
  EXPECT_EQ(with("低").value, "97.50");
  EXPECT_EQ(conclusion(with("低")), "优");
  EXPECT_EQ(conclusion(with("中")), "良");
  EXPECT_EQ(conclusion(with("高")), "差");
  EXPECT_NE(with("高").clause.find("高等级安全风险"), std::string::npos);
  // A hazard has no part in the 2021 conclusion.
  EXPECT_EQ(conclusion(score(scheme("2021"), items, {{"T001", "低", true}})), "优");
}

TEST(Score2021, Golden09MixedGradeAndExtensions) {
  // S2A3 with cloud: the sets come from the standard itself.
  const auto standard = standard::Standard::load(content());
  ASSERT_TRUE(standard) << standard.error().text();
  const auto catalog = standard::RiskCatalog::load(content(), *standard);
  ASSERT_TRUE(catalog) << catalog.error().text();
  const auto grade = standard::parse_grade(3, "S2A3");
  ASSERT_TRUE(grade);
  const auto selected = standard->select(*grade, {standard::Extension::cloud});
  std::vector<ItemRecords> items;
  int general = 0;
  int cloud = 0;
  int lower = 0;
  for (const standard::Item* one : selected) {
    items.push_back(item_records(*one, *catalog));
    items.back().objects = {{"对象", full}};
    (one->extension == standard::Extension::cloud ? cloud : general) += 1;
    if (one->level == 2) {
      ++lower;
      EXPECT_EQ(one->sag, standard::Sag::s);
    }
  }
  EXPECT_EQ(cloud, 46);
  EXPECT_GT(lower, 0);
  EXPECT_LT(general, 211) << "level 2 asks fewer items of the S class";
  EXPECT_EQ(static_cast<int>(items.size()), general + cloud);
  // Two level-2 items fail: each costs 100/n.
  int failed = 0;
  for (std::size_t i = 0; i < items.size() && failed < 2; ++i) {
    if (selected[i]->level != 2 || !items[i].technical) continue;
    items[i].objects[0].verdict = none;
    ++failed;
  }
  const auto n = static_cast<std::int64_t>(items.size());
  EXPECT_EQ(score(scheme("2021"), items, {}).value, (Rational(100) - Rational(200, n)).decimal(2));
}

// ---- golden cases, 2025
// ------------------------------------------------------------------------------

TEST(Score2025, Golden10RateCountsOnlyCompliantItems) {
  std::vector<ItemRecords> items;
  add(items, 6, true, full);
  add(items, 2, true, part);
  add(items, 1, false, none);
  add(items, 3, false, skip);
  // 6 / (12 - 3) = 66.666… %
  const SchemeResult result = score(scheme("2025"), items, {});
  EXPECT_EQ(result.value, "66.67");
  EXPECT_EQ(conclusion(result), "基本符合");
  EXPECT_EQ(result.applicable, 9);
  EXPECT_EQ(result.derivation[6].lost, "11.11");
  EXPECT_TRUE(result.derivation[0].weight.empty());
  // (6 + 2/2) / 9 = 77.77… %
  EXPECT_EQ(score(scheme("2025", {{"numerator", "partial_half"}}), items, {}).value, "77.78");
}

TEST(Score2025, Golden11TiesAtSixtyAndNinety) {
  const auto of = [](int compliant,
                     const standard::SwitchChoice& choice = {},
                     const std::vector<RiskLine>& risks = {}) {
    std::vector<ItemRecords> items;
    add(items, compliant, true, full);
    add(items, 10 - compliant, true, none);
    return conclusion(score(scheme("2025", choice), items, risks));
  };
  EXPECT_EQ(of(10), "符合");
  EXPECT_EQ(of(9), "基本符合");  // exactly 90 %
  EXPECT_EQ(of(9, {{"at_90", "符合"}}), "符合");
  EXPECT_EQ(of(6), "基本符合");  // exactly 60 %
  EXPECT_EQ(of(6, {{"at_60", "不符合"}}), "不符合");
  EXPECT_EQ(of(5), "不符合");
  // Above 90 % a hazard makes 基本符合; a high risk alone decides nothing in 2025.
  EXPECT_EQ(of(10, {}, {{"T001", "高", false}}), "符合");
  EXPECT_EQ(of(10, {}, {{"T001", "高", true}}), "基本符合");
  EXPECT_EQ(of(6, {}, {{"T001", "高", true}}), "基本符合");
  EXPECT_EQ(of(5, {}, {{"T001", "高", true}}), "不符合");
}

TEST(Score2025, Golden12ManyObjectsByItemAndByRecord) {
  std::vector<ItemRecords> items;
  items.push_back(item(true, {full, full, none, skip}));
  items.push_back(item(true, {full, full}));
  items.push_back(item(false, {none}));
  // By item: the first is 部分符合 (0), the second counts: 1/3.
  EXPECT_EQ(score(scheme("2025"), items, {}).value, "33.33");
  // By record: 4 of 6.
  const SchemeResult records = score(scheme("2025", {{"unit", "record"}}), items, {});
  EXPECT_EQ(records.value, "66.67");
  // By mean: (2/3 + 1 + 0) / 3 = 5/9.
  EXPECT_EQ(score(scheme("2025", {{"multi_object", "mean"}}), items, {}).value, "55.56");
}

TEST(Score, Golden13NothingApplicable) {
  std::vector<ItemRecords> items;
  add(items, 5, true, skip);
  for (const char* id : {"2021", "2025"}) {
    const SchemeResult result = score(scheme(id), items, {});
    EXPECT_EQ(result.applicable, 0);
    EXPECT_TRUE(result.value.empty());
    EXPECT_FALSE(result.conclusion);
    EXPECT_FALSE(result.complete);
    EXPECT_FALSE(score_range(scheme(id), items).low);
  }
  EXPECT_FALSE(score_range(scheme("2021"), {}).low);
}

TEST(Score, Golden14NothingRecorded) {
  std::vector<ItemRecords> items;
  for (int i = 0; i < 4; ++i) items.push_back(item(i < 2, {}));
  // 2021: all four fail → T = G = 2, n = 4: 50 - 50 = 0 in both halves. All pass → 100.
  for (const char* id : {"2021", "2025"}) {
    const SchemeResult result = score(scheme(id), items, {});
    EXPECT_EQ(result.low, "0.00");
    EXPECT_EQ(result.high, "100.00");
    EXPECT_EQ(result.value, result.low);
    EXPECT_FALSE(result.conclusion) << "an empty set of records is no pass";
    EXPECT_FALSE(result.complete);
    EXPECT_EQ(result.counts.pending, 4);
    EXPECT_EQ(result.derivation[0].x, "?");
  }
}

TEST(Score2021, Golden15TheLowestScoreIsNotAlwaysAllFailing) {
  // Two technical items lost completely at weight 3 (T = 6) and one management item open at
  // weight 1.
  std::vector<ItemRecords> items;
  add(items, 1, true, none, "重要");  // T = 2
  add(items, 5, true, full);
  items.push_back(item(false, {open}));
  items.push_back(item(true, {open}));
  // n = 6 without the open ones: Vt = 50 - 33.33 = 16.67, Vm = 50.
  // Management fails: n = 7, Vt = 50 - 28.57 = 21.43, Vm = 50 - 14.29 = 35.71 → 57.14.
  // Technical fails too: n = 8, Vt = 50 - 37.5 = 12.5, Vm = 50 - 12.5 = 37.5 → 50. That is the low
  // end.
  EXPECT_EQ(score(scheme("2021"), items, {}).low, "50.00");
  // An open technical item beside losses of 关键 in both halves.
  std::vector<ItemRecords> heavy;
  add(heavy, 1, true, none, "关键");  // T = 3
  add(heavy, 9, true, full);
  heavy.push_back(item(true, {open}));
  add(heavy, 1, false, none, "关键");  // G = 3
  // n = 11 without the open item: Vt = 50 - 300/11 = 22.73, Vm = 22.73 → 45.45.
  // It fails: n = 12, Vt = 50 - 400/12 = 16.67, Vm = 50 - 25 = 25 → 41.67: here failing is worse.
  EXPECT_EQ(score(scheme("2021"), heavy, {}).low, "41.67");
  // T already beyond the half: failing only dilutes the management loss, dropping out is worst.
  std::vector<ItemRecords> sunk;
  add(sunk, 3, true, none, "关键");  // T = 9
  add(sunk, 2, false, none);         // G = 2
  add(sunk, 5, false, full);
  sunk.push_back(item(true, {open}));
  // n = 10: Vt = 0, Vm = 50 - 20 = 30. Failing: n = 11, Vt = 0, Vm = 50 - 18.18 = 31.82.
  const SchemeResult result = score(scheme("2021"), sunk, {});
  EXPECT_EQ(result.low, "30.00");
  EXPECT_EQ(result.derivation.back().x, "?");
  EXPECT_EQ(result.derivation.back().lost, "0.00");
}

TEST(Score2021, Golden16BothEndsAgree) {
  std::vector<ItemRecords> items;
  add(items, 50, true, full);
  add(items, 49, false, full);
  items.push_back(item(false, {open}));
  // Low end: n = 100, one lost: 99; high end: 100. Both 优.
  const SchemeResult result = score(scheme("2021"), items, {});
  EXPECT_EQ(result.low, "99.00");
  EXPECT_EQ(result.high, "100.00");
  EXPECT_EQ(conclusion(result), "优");
  EXPECT_FALSE(result.complete);
}

TEST(Score, CorrectedValuesCountOnlyWhenTheSchemeSaysSo) {
  std::vector<ItemRecords> items;
  add(items, 1, true, none);
  add(items, 4, true, full);
  add(items, 5, false, full);
  items[0].corrected = Rational(1, 2);
  EXPECT_EQ(score(scheme("2021"), items, {}).value, "90.00");
  EXPECT_EQ(score(scheme("2021", {{"overall_changes_value", "yes"}}), items, {}).value, "95.00");
}

TEST(Score, ItemsOfHighRiskCasesAreKeyOnlyWhenTheSchemeSaysSo) {
  std::vector<ItemRecords> items;
  add(items, 1, true, none);
  add(items, 4, true, full);
  add(items, 5, false, full);
  items[0].high_risk = true;
  EXPECT_EQ(score(scheme("2021"), items, {}).derivation[0].weight, "一般");
  const auto raising = scheme("2021", {{"high_risk_items_are_key", "yes"}});
  EXPECT_EQ(score(raising, items, {}).derivation[0].weight, "关键");
  EXPECT_LT(Rational(0),
            score_range(scheme("2021"), items).low->value - score_range(raising, items).low->value);
  items[0].weight = "重要";  // a given weight stands
  EXPECT_EQ(score(raising, items, {}).derivation[0].weight, "重要");
}

TEST(Score, AnUnnamedWeightIsASwitch) {
  std::vector<ItemRecords> items;
  add(items, 1, true, none);
  add(items, 4, true, full);
  add(items, 5, false, full);
  EXPECT_EQ(score(scheme("2021", {{"weight_of_unnamed_item", "关键"}}), items, {}).value, "70.00");
}

// ---- properties
// --------------------------------------------------------------------------------------

struct Random {
  std::uint64_t state;

  std::size_t below(std::size_t n) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state >> 33) % n;
  }
};

std::vector<standard::SwitchChoice> choices_of(std::string_view id) {
  if (id == "2021") {
    return {
        {{"multi_object", "discrete"}}, {{"multi_object", "mean"}}, {{"multi_object", "worst"}}};
  }
  return {{{"multi_object", "discrete"}},
          {{"multi_object", "mean"}},
          {{"multi_object", "worst"}},
          {{"unit", "record"}},
          {{"numerator", "partial_half"}},
          {{"numerator", "partial_half"}, {"unit", "record"}}};
}

std::vector<ItemRecords> random_items(Random& random, std::size_t most_open) {
  constexpr std::array<Verdict, 5> all{full, part, none, skip, open};
  const std::array<std::string, 3> weights{"一般", "重要", "关键"};
  std::vector<ItemRecords> items;
  std::size_t opened = 0;
  const std::size_t count = 1 + random.below(6);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<Verdict> verdicts(1 + random.below(3));
    for (Verdict& verdict : verdicts) {
      verdict = all[random.below(all.size())];
      if (verdict == open && ++opened > most_open) verdict = none;
    }
    items.push_back(item(random.below(2) == 0, verdicts, weights[random.below(3)]));
  }
  return items;
}

// Calls `visit` with every outcome of the open records.
template <class Visit>
void outcomes(std::vector<ItemRecords>& items, const Visit& visit) {
  std::vector<Verdict*> places;
  for (ItemRecords& one : items) {
    for (ObjectVerdict& object : one.objects) {
      if (object.verdict == open) places.push_back(&object.verdict);
    }
  }
  constexpr std::array<Verdict, 4> ends{full, part, none, skip};
  std::vector<std::size_t> digit(places.size(), 0);
  while (true) {
    for (std::size_t i = 0; i < places.size(); ++i) *places[i] = ends[digit[i]];
    visit(items);
    std::size_t i = 0;
    while (i < places.size() && ++digit[i] == ends.size()) digit[i++] = 0;
    if (i == places.size()) break;
  }
  for (Verdict* place : places) *place = open;
}

TEST(ScoreProperty, TheRangeIsExactlyWhatBruteForceFinds) {
  Random random{20250320};
  for (const char* id : {"2021", "2025"}) {
    for (const auto& choice : choices_of(id)) {
      const Scheme chosen = scheme(id, choice);
      for (int round = 0; round < 150; ++round) {
        std::vector<ItemRecords> items = random_items(random, 4);
        const ScoreRange range = score_range(chosen, items);
        std::optional<Rational> low;
        std::optional<Rational> high;
        outcomes(items, [&](const std::vector<ItemRecords>& closed) {
          const ScoreRange fixed = score_range(chosen, closed);
          if (!fixed.low) return;
          ASSERT_EQ(fixed.low->value, fixed.high->value);
          if (!low || fixed.low->value < *low) low = fixed.low->value;
          if (!high || fixed.low->value > *high) high = fixed.low->value;
        });
        ASSERT_EQ(range.low.has_value(), low.has_value());
        if (!low) continue;
        ASSERT_EQ(range.low->value, *low) << id << " round " << round;
        ASSERT_EQ(range.high->value, *high) << id << " round " << round;
      }
    }
  }
}

TEST(ScoreProperty, AWorseRecordNeverRaisesTheScore) {
  Random random{7};
  for (const char* id : {"2021", "2025"}) {
    for (const auto& choice : choices_of(id)) {
      const Scheme chosen = scheme(id, choice);
      for (int round = 0; round < 120; ++round) {
        std::vector<ItemRecords> items = random_items(random, 0);
        const ScoreRange before = score_range(chosen, items);
        ItemRecords& one = items[random.below(items.size())];
        Verdict& verdict = one.objects[random.below(one.objects.size())].verdict;
        if (verdict == skip || verdict == none) continue;
        verdict = verdict == full ? part : none;
        const ScoreRange after = score_range(chosen, items);
        ASSERT_LE(after.low->value, before.low->value) << id;
      }
    }
  }
}

TEST(ScoreProperty, NotApplicableIsNeutralAndOrderDoesNotMatter) {
  Random random{11};
  for (const char* id : {"2021", "2025"}) {
    for (int round = 0; round < 120; ++round) {
      std::vector<ItemRecords> items = random_items(random, 3);
      const SchemeResult before = score(scheme(id), items, {});
      std::reverse(items.begin(), items.end());
      items.push_back(item(true, {skip}));
      items.front().objects.push_back({"extra", skip});
      const SchemeResult after = score(scheme(id), items, {});
      ASSERT_EQ(before.low, after.low);
      ASSERT_EQ(before.high, after.high);
      ASSERT_EQ(before.conclusion, after.conclusion);
    }
  }
}

TEST(ScoreProperty, TheLostPointsAddUpToTheScore) {
  // Whole hundredths: n = 50 items, no half at zero.
  std::vector<ItemRecords> items;
  add(items, 3, true, none);
  add(items, 4, true, part, "关键");
  add(items, 18, true, full);
  add(items, 25, false, full);
  const SchemeResult result = score(scheme("2021"), items, {});
  double lost = 0;
  for (const DerivationLine& line : result.derivation) lost += std::stod(line.lost);
  EXPECT_NEAR(100 - lost, std::stod(result.value), 1e-9);
}

TEST(ScoreProperty, MeansOverHundredsOfObjectsDoNotOverflow) {
  // 200 items with 1 … 2,389 objects each, all counts different; one object in three fails.
  std::vector<ItemRecords> items;
  double lost_technical = 0;
  double lost_management = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t count = 1 + i * 12;
    std::vector<Verdict> verdicts(count, full);
    std::size_t failing = 0;
    for (std::size_t k = 0; k < count; k += 3, ++failing) verdicts[k] = none;
    items.push_back(item(i % 2 == 0, verdicts));
    (i % 2 == 0 ? lost_technical : lost_management) +=
        static_cast<double>(failing) / static_cast<double>(count);
  }
  const double expected = 100 - (lost_technical + lost_management) * 100 / 200;
  const auto range = score_range(scheme("2021", {{"multi_object", "mean"}}), items);
  ASSERT_TRUE(range.low);
  EXPECT_NEAR(range.low->value.to_double(), expected, 1e-6);
  items[0].objects[0].verdict = open;
  items[5].objects[1].verdict = open;
  const auto wider = score_range(scheme("2021", {{"multi_object", "mean"}}), items);
  EXPECT_LE(wider.low->value, range.low->value);
  EXPECT_GE(wider.high->value, range.low->value);
}

// ---- 28449: control points and layers
// ----------------------------------------------------------------

TEST(Score, ControlPointsAndLayers) {
  const auto combined = [](std::vector<Verdict> verdicts) { return combine_verdicts(verdicts); };
  EXPECT_EQ(combined({full, full, skip}), full);
  EXPECT_EQ(combined({none, skip, none}), none);
  EXPECT_EQ(combined({skip, skip}), skip);
  EXPECT_EQ(combined({full, none}), part);
  EXPECT_EQ(combined({part}), part);
  EXPECT_EQ(combined({full, open}), open);
  EXPECT_EQ(combined({full, none, open}), part) << "no outcome of the open one changes it";
  EXPECT_EQ(combined({skip, open}), open);
  EXPECT_EQ(combined({}), open);

  std::vector<ItemRecords> items;
  items.push_back(item(true, {full}));
  items.push_back(item(true, {none}));
  items.push_back(item(true, {skip}));
  items.push_back(item(false, {full, full}));
  items[2].control_point = "另一控制点";
  const auto points = control_point_results(items);
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[0].verdict, part);
  EXPECT_EQ(points[1].verdict, skip);
  EXPECT_EQ(points[2].verdict, full);
  const auto layers = layer_results(items);
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers[0].rate, "50.00");
  EXPECT_EQ(layers[1].rate, "100.00");
  EXPECT_EQ(layer_results({items[2]})[0].rate, "");
}

}  // namespace
}  // namespace dengce::assessment
