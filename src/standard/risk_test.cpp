// SPDX-License-Identifier: Apache-2.0
#include "standard/risk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "standard/test_content.h"

namespace dengce::standard {
namespace {

const std::string cases_path = "risk/high-risk-2025.csv";
const std::string hazards_path = "risk/major-hazard-2025.csv";
const std::string matrix_path = "risk/grading-matrix.csv";

Error risk_error(const Content& content) {
  auto loaded = RiskCatalog::load(content, repository_standard());
  EXPECT_FALSE(loaded);
  return loaded ? Error{} : loaded.error();
}

TEST(RiskCatalog, has_81_cases_and_32_hazards) {
  const auto catalog = RiskCatalog::load(repository_content(), repository_standard());
  ASSERT_TRUE(catalog) << catalog.error().text();
  const auto& cases = catalog->cases();
  EXPECT_EQ(cases.size(), 81U);
  const auto of = [&](Extension extension) {
    return std::count_if(cases.begin(), cases.end(), [&](const HighRiskCase& item) {
      return item.extension == extension;
    });
  };
  EXPECT_EQ(of(Extension::general), 42);
  EXPECT_EQ(of(Extension::cloud), 16);
  EXPECT_EQ(of(Extension::mobile), 10);
  EXPECT_EQ(of(Extension::iot), 4);
  EXPECT_EQ(of(Extension::ics), 9);
  EXPECT_EQ(
      std::count_if(
          cases.begin(), cases.end(), [](const HighRiskCase& item) { return item.can_be_lowered; }),
      47);
  EXPECT_EQ(catalog->hazards().size(), 32U);
}

TEST(RiskCatalog, cases_and_hazards_hang_on_items_of_each_level) {
  const auto catalog = RiskCatalog::load(repository_content(), repository_standard());
  ASSERT_TRUE(catalog);
  const auto& standard = repository_standard();
  const auto weak = catalog->cases_of(**standard.item("L3-CES1-01"));
  ASSERT_EQ(weak.size(), 1U);
  EXPECT_EQ(weak[0]->number, "6.4.1.1");
  EXPECT_EQ(weak, catalog->cases_of(**standard.item("L2-CES1-01")));
  const auto hazards = catalog->hazards_of(**standard.item("L3-CES1-01"));
  ASSERT_EQ(hazards.size(), 1U);
  EXPECT_EQ(hazards[0]->number, "A-18");
  EXPECT_EQ(hazards[0]->high_risk_case, "6.4.1.1");
  // Two factors count from level 3 only; screens are no case at all.
  EXPECT_EQ(catalog->cases_of(**standard.item("L3-CES1-04")).size(), 1U);
  EXPECT_TRUE(catalog->cases_of(**standard.item("L3-PES1-22")).empty());
  EXPECT_EQ(catalog->find_case("6.1.2.1")->minimum_level, 3);
  EXPECT_EQ(catalog->find_case("9.9.9.9"), nullptr);
  EXPECT_FALSE(catalog->find_hazard("A-28")->extension);
}

TEST(RiskCatalog, broken_rows_are_named) {
  const auto line = line_of(cases_path, "6.4.1.1,");
  EXPECT_TRUE(
      names(risk_error(edited(cases_path, "L2-CES1-01,L3-CES1-01", "L2-CES1-01,L3-CES1-99")),
            cases_path,
            line,
            "code_3",
            "没有编号为“L3-CES1-99”"));
  EXPECT_TRUE(
      names(risk_error(edited(cases_path, "L2-CES1-01,L3-CES1-01", "L2-CES1-01,L4-CES1-01")),
            cases_path,
            line,
            "code_3",
            "不是第 3 级"));
  EXPECT_TRUE(names(risk_error(edited(cases_path, "6.4.1.2,", "6.4.1.1,")),
                    cases_path,
                    line_of(cases_path, "6.4.1.2,"),
                    "number",
                    "6.4.1.1 重复"));
  EXPECT_TRUE(names(risk_error(edited(hazards_path, "general,6.4.1.1,", "general,6.4.9.9,")),
                    hazards_path,
                    line_of(hazards_path, "A-18,"),
                    "high_risk_case",
                    "6.4.9.9"));
  EXPECT_TRUE(names(risk_error(edited(hazards_path, "A-32,", "A-31,")),
                    hazards_path,
                    line_of(hazards_path, "A-32,"),
                    "number",
                    "重复"));
}

TEST(GradingMatrix, gives_the_level_of_the_2020_standard) {
  const auto matrix = GradingMatrix::load(repository_content());
  ASSERT_TRUE(matrix) << matrix.error().text();
  EXPECT_EQ(matrix->level("公民、法人和其他组织合法权益", "特别严重损害"), 2);
  EXPECT_EQ(matrix->level("社会秩序、公共利益", "严重损害"), 3);
  EXPECT_EQ(matrix->level("国家安全", "特别严重损害"), 5);
  EXPECT_EQ(matrix->level("国家安全", "轻微损害"), std::nullopt);
  const auto broken = GradingMatrix::load(edited(matrix_path, "特别严重损害,5", "特别严重损害,6"));
  ASSERT_FALSE(broken);
  EXPECT_TRUE(names(broken.error(), matrix_path, 10, "level", "1 到 5"));
}

}  // namespace
}  // namespace dengce::standard
