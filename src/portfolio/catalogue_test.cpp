// SPDX-License-Identifier: Apache-2.0
#include "portfolio/catalogue.h"

#include <gtest/gtest.h>

#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

TEST(Catalogue, TheShippedDataIsWhole) {
  const auto catalogue = load_catalogue(test::real_content());
  ASSERT_TRUE(catalogue) << catalogue.error().text();
  EXPECT_EQ(catalogue->asset_classes.size(), 12U);
  EXPECT_EQ(catalogue->asset_class("网络设备")->name_head, "设备名称");
  EXPECT_EQ(catalogue->asset_class("没有"), nullptr);
  EXPECT_EQ(catalogue->importances, (std::vector<std::string>{"关键", "重要", "一般"}));
  ASSERT_EQ(catalogue->survey_forms.size(), 20U);
  EXPECT_EQ(catalogue->survey_form("1-20")->kind, FormKind::form);
  EXPECT_EQ(catalogue->survey_form("1-7")->kind, FormKind::table);
  EXPECT_EQ(catalogue->data_class("核心")->name, "国家核心数据");
  EXPECT_FALSE(catalogue->data_class("secret")->measures.empty());
}

TEST(Catalogue, TheGradingMatrixAsksForNineLevels) {
  const Catalogue catalogue = load_catalogue(test::real_content()).value();
  ASSERT_EQ(catalogue.grading.size(), 9U);
  EXPECT_EQ(catalogue.level_of("社会秩序、公共利益", "严重损害"), 3);
  EXPECT_EQ(catalogue.level_of("国家安全", "特别严重损害"), 5);
  EXPECT_EQ(catalogue.level_of("公民、法人和其他组织合法权益", "特别严重损害"), 2);
  EXPECT_FALSE(catalogue.level_of("国家安全", "轻微损害"));
}

TEST(Catalogue, EveryProblemOfEveryFileComesBackAtOnce) {
  Content content = test::real_content();
  content.put("portfolio/asset-classes.yaml",
              "importances: [关键, 关键]\nclasses:\n"
              "  - {name: 甲, name_head: 名称, columns: [用途]}\n"
              "  - {name: 甲, columns: [用途], colour: 红}\n");
  content.put("portfolio/survey-forms.yaml",
              "forms:\n  - {number: 1-1, name: 乙, kind: matrix, fields: []}\n");
  content.put("portfolio/data-classes.yaml",
              "classes:\n  - {id: 一般, name: 一般数据, measures: [备份]}\n");
  content.put("risk/grading-matrix.csv", "harmed_object,degree,level\n国家安全,严重损害,6\n");
  const auto catalogue = load_catalogue(content);
  ASSERT_FALSE(catalogue);
  const std::string text = catalogue.error().text();
  for (const char* part : {"asset-classes.yaml:1",
                           "重复：关键",
                           "asset-classes.yaml:4",
                           "重复：甲",
                           "colour",
                           "name_head",
                           "survey-forms.yaml:2",
                           "form 或 table",
                           "fields",
                           "缺少 核心",
                           "grading-matrix.csv:2"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

}  // namespace
}  // namespace dengce::portfolio
