// SPDX-License-Identifier: Apache-2.0
#include "standard/scheme.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "standard/test_content.h"

namespace dengce::standard {
namespace {

const std::string path_2021 = "scheme/2021.yaml";
const std::string path_2025 = "scheme/2025.yaml";

Error scheme_error(const Content& content, std::string_view id, const SwitchChoice& choice = {}) {
  auto loaded = load_scheme(content, id, choice);
  EXPECT_FALSE(loaded);
  return loaded ? Error{} : loaded.error();
}

TEST(Scheme, the_content_has_both) {
  EXPECT_EQ(scheme_ids(repository_content()), (std::vector<std::string>{"2021", "2025"}));
  const auto error = scheme_error(repository_content(), "2019");
  EXPECT_EQ(error.code, ErrorCode::not_found);
  EXPECT_NE(error.message.find("2021、2025"), std::string::npos);
}

TEST(Scheme, score_of_2021_has_the_parameters_of_the_formula) {
  const auto scheme = load_scheme(repository_content(), "2021");
  ASSERT_TRUE(scheme) << scheme.error().text();
  EXPECT_EQ(scheme->form, Scheme::Form::score);
  EXPECT_EQ(scheme->technical_share, Rational(1, 2));
  EXPECT_EQ(scheme->weights.at("一般"), Rational(1));
  EXPECT_EQ(scheme->weights.at("重要"), Rational(2));
  EXPECT_EQ(scheme->weights.at("关键"), Rational(3));
  EXPECT_EQ(scheme->partial_value, Rational(1, 2));
  EXPECT_EQ(scheme->unnamed_weight, "一般");
  EXPECT_EQ(scheme->multi_object, Scheme::MultiObject::discrete);
  EXPECT_FALSE(scheme->overall_changes_value);
  EXPECT_FALSE(scheme->high_risk_items_are_key);
  EXPECT_EQ(scheme->decimals, 2);
  ASSERT_EQ(scheme->conclusions.size(), 4U);
  EXPECT_EQ(scheme->conclusions[0].name, "优");
  EXPECT_EQ(scheme->conclusions[0].minimum, Rational(90));
  EXPECT_TRUE(scheme->conclusions[0].inclusive);
  EXPECT_EQ(scheme->conclusions[0].without_risks, (std::vector<std::string>{"高", "中"}));
  EXPECT_EQ(scheme->conclusions[1].minimum, Rational(80));
  EXPECT_EQ(scheme->conclusions[2].minimum, Rational(70));
  EXPECT_EQ(scheme->conclusions[2].without_risks, (std::vector<std::string>{"高"}));
  EXPECT_EQ(scheme->conclusions[3].name, "差");
  EXPECT_FALSE(scheme->conclusions[3].minimum);
}

TEST(Scheme, rate_of_2025_decides_ties_by_switches) {
  const auto scheme = load_scheme(repository_content(), "2025");
  ASSERT_TRUE(scheme) << scheme.error().text();
  EXPECT_EQ(scheme->form, Scheme::Form::rate);
  EXPECT_EQ(scheme->partial_value, Rational(0));
  EXPECT_EQ(scheme->unit, Scheme::Unit::item);
  EXPECT_EQ(scheme->decide, Scheme::Decide::exact);
  ASSERT_EQ(scheme->conclusions.size(), 3U);
  EXPECT_EQ(scheme->conclusions[0].name, "符合");
  EXPECT_FALSE(scheme->conclusions[0].inclusive);  // exactly 90 % is 基本符合 by default
  EXPECT_TRUE(scheme->conclusions[0].without_hazard);
  EXPECT_TRUE(scheme->conclusions[1].inclusive);  // exactly 60 % too
  EXPECT_FALSE(scheme->conclusions[1].without_hazard);
}

TEST(Scheme, every_switch_changes_what_it_names) {
  const auto scheme = load_scheme(repository_content(),
                                  "2025",
                                  {{"at_90", "符合"},
                                   {"at_60", "不符合"},
                                   {"numerator", "partial_half"},
                                   {"unit", "record"},
                                   {"multi_object", "mean"},
                                   {"overall_changes_value", "yes"},
                                   {"decide_on", "rounded"}});
  ASSERT_TRUE(scheme) << scheme.error().text();
  EXPECT_TRUE(scheme->conclusions[0].inclusive);
  EXPECT_FALSE(scheme->conclusions[1].inclusive);
  EXPECT_EQ(scheme->partial_value, Rational(1, 2));
  EXPECT_EQ(scheme->unit, Scheme::Unit::record);
  EXPECT_EQ(scheme->multi_object, Scheme::MultiObject::mean);
  EXPECT_TRUE(scheme->overall_changes_value);
  EXPECT_EQ(scheme->decide, Scheme::Decide::rounded);
  EXPECT_EQ(scheme->switch_value("unit"), "record");
  EXPECT_EQ(scheme->switch_value("no such switch"), "");

  const auto score = load_scheme(repository_content(),
                                 "2021",
                                 {{"weight_of_unnamed_item", "重要"},
                                  {"high_risk_items_are_key", "yes"},
                                  {"multi_object", "worst"}});
  ASSERT_TRUE(score) << score.error().text();
  EXPECT_EQ(score->unnamed_weight, "重要");
  EXPECT_TRUE(score->high_risk_items_are_key);
  EXPECT_EQ(score->multi_object, Scheme::MultiObject::worst);
}

TEST(Scheme, a_choice_outside_the_switches_is_refused) {
  EXPECT_TRUE(names(scheme_error(repository_content(), "2025", {{"at_90", "优"}}),
                    path_2025,
                    0,
                    "at_90",
                    "“优”不是允许的取值：基本符合、符合"));
  EXPECT_TRUE(names(scheme_error(repository_content(), "2025", {{"mood", "good"}}),
                    path_2025,
                    0,
                    "mood",
                    "没有名为“mood”的开关"));
}

TEST(Scheme, broken_files_are_named_by_line) {
  const auto reject = [](std::string_view from,
                         std::string_view to,
                         std::string_view field,
                         std::string_view reason) {
    EXPECT_TRUE(names(scheme_error(edited(path_2021, from, to), "2021"),
                      path_2021,
                      line_of(path_2021, from),
                      field,
                      reason))
        << to;
  };
  reject("technical_share: 1/2", "technical_share: 3/2", "technical_share", "应是 0 到 1");
  reject("technical_share: 1/2", "technical_share: half", "technical_share", "应是 0 到 1");
  reject(
      "weights: {一般: 1, 重要: 2, 关键: 3}", "weights: {一般: 1, 重要: 2}", "weights", "缺少关键");
  reject("decimals: 2", "decimals: many", "decimals", "0 到 6");
  reject("without_risks: [高, 中]", "without_risks: [高, 很高]", "without_risks", "很高");
  reject("minimum: 80", "minimum: 95", "minimum", "低于上一条");
  reject("value: discrete", "value: median", "multi_object", "“median”不在 allowed 之中");
  const auto twice =
      scheme_error(edited(path_2021, "decimals: 2", "decimals: 2\nfavourite_colour: red"), "2021");
  ASSERT_EQ(twice.problems.size(), 1U) << twice.text();
  EXPECT_EQ(twice.problems[0].line, line_of(path_2021, "decimals: 2") + 1);
  EXPECT_NE(scheme_error(edited(path_2021, "conclusions:", "results:"), "2021").problems.size(),
            0U);
  EXPECT_NE(scheme_error(edited(path_2025, "decimals: 2", "decimals: 2\npartial_value: 1"), "2025")
                .problems.size(),
            0U);
}

}  // namespace
}  // namespace dengce::standard
