// SPDX-License-Identifier: Apache-2.0
#include "standard/standard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "standard/test_content.h"

namespace dengce::standard {
namespace {

std::size_t count(int level, Extension extension, std::string_view layer = {}) {
  const auto& items = repository_standard().items();
  return static_cast<std::size_t>(std::count_if(items.begin(), items.end(), [&](const Item& item) {
    return item.level == level && item.extension == extension &&
           (layer.empty() || item.layer == layer);
  }));
}

std::set<std::string> codes(const std::vector<const Item*>& items) {
  std::set<std::string> result;
  for (const auto* item : items) result.insert(item->code);
  return result;
}

std::vector<const Item*> select(int level, std::string_view sag, std::string_view extensions = {}) {
  const auto grade = parse_grade(level, sag);
  EXPECT_TRUE(grade) << (grade ? "" : grade.error().text());
  return repository_standard().select(*grade, parse_extensions(extensions).value());
}

TEST(Standard, has_the_totals_of_the_standard_by_level_layer_and_extension) {
  EXPECT_EQ(count(1, Extension::general), 55U);
  EXPECT_EQ(count(2, Extension::general), 135U);
  EXPECT_EQ(count(3, Extension::general), 211U);
  EXPECT_EQ(count(4, Extension::general), 228U);
  const std::vector<std::size_t> level3{22, 8, 20, 34, 12, 7, 14, 12, 34, 48};
  const std::vector<std::size_t> level2{15, 4, 11, 23, 4, 6, 9, 7, 25, 31};
  for (std::size_t i = 0; i < layer_names.size(); ++i) {
    EXPECT_EQ(count(3, Extension::general, layer_names[i]), level3[i]) << layer_names[i];
    EXPECT_EQ(count(2, Extension::general, layer_names[i]), level2[i]) << layer_names[i];
  }
  EXPECT_EQ(count(3, Extension::cloud), 46U);
  EXPECT_EQ(count(3, Extension::mobile), 19U);
  EXPECT_EQ(count(3, Extension::iot), 20U);
  EXPECT_EQ(count(3, Extension::ics), 21U);
  EXPECT_EQ(count(3, Extension::bigdata), 24U);
}

TEST(Standard, keeps_the_irregular_numbers) {
  EXPECT_TRUE(repository_standard().find("L3-CES1-16").empty());
  EXPECT_TRUE(repository_standard().find("L3-CMS2-06").empty());
  EXPECT_TRUE(repository_standard().find("L4-CMS2-06").empty());
  EXPECT_EQ(repository_standard().find("L3-CES1-35").size(), 1U);
}

TEST(Standard, every_general_item_of_levels_2_and_3_has_all_its_test_points) {
  std::size_t level2 = 0;
  std::size_t level3 = 0;
  for (const auto& item : repository_standard().items()) {
    if (item.extension != Extension::general || (item.level != 2 && item.level != 3)) continue;
    EXPECT_EQ(item.test_points.size(), static_cast<std::size_t>(item.points)) << item.code;
    EXPECT_TRUE(item.points_known) << item.code;
    (item.level == 2 ? level2 : level3) += item.test_points.size();
  }
  // 28448 counts plus the items whose number of steps is not known from there.
  EXPECT_GE(level2, 229U);
  EXPECT_GE(level3, 390U);
  EXPECT_EQ(repository_standard().missing_texts(2, Extension::general), 0U);
  EXPECT_EQ(repository_standard().missing_texts(3, Extension::general), 0U);
}

TEST(Standard, other_levels_reuse_a_text_only_for_the_same_requirement_and_number_of_points) {
  const auto& standard = repository_standard();
  const Item& same = **standard.item("L4-CES1-02");
  ASSERT_EQ(same.test_points.size(), 3U);
  EXPECT_EQ(same.test_points[0].text, (*standard.item("L3-CES1-02"))->test_points[0].text);
  // Level 4 asks for more here, and mobile has no level with texts of its own.
  EXPECT_TRUE((*standard.item("L4-CES1-11"))->test_points.empty());
  EXPECT_TRUE((*standard.item("L3-CES3-01"))->test_points.empty());
  EXPECT_EQ(standard.missing_texts(3, Extension::mobile), 19U);
  EXPECT_GT(standard.missing_texts(4, Extension::general), 0U);
  EXPECT_LT(standard.missing_texts(4, Extension::general), 40U);
}

TEST(Standard, rule_and_points_of_known_items) {
  const auto& standard = repository_standard();
  EXPECT_EQ((*standard.item("L3-CES1-01"))->points, 4);
  EXPECT_EQ((*standard.item("L3-CES1-01"))->rule, Rule::all);
  EXPECT_EQ((*standard.item("L3-CES1-06"))->rule, Rule::any);
  EXPECT_EQ((*standard.item("L3-CES1-03"))->rule, Rule::single);
  EXPECT_FALSE((*standard.item("L3-CES1-03"))->partial_allowed);
}

TEST(Selection, plain_levels_give_the_general_totals) {
  EXPECT_EQ(select(1, "").size(), 55U);
  EXPECT_EQ(select(2, "S2A2").size(), 135U);
  EXPECT_EQ(select(3, "S3A3G3").size(), 211U);
  EXPECT_EQ(select(4, "").size(), 228U);
}

TEST(Selection, s2a3_takes_security_of_data_from_level_2) {
  const auto items = select(3, "S2A3G3");
  const auto set = codes(items);
  // Security of information at level 2: its own codes, and nothing of level 3.
  EXPECT_TRUE(set.contains("L2-CES1-01"));
  EXPECT_FALSE(set.contains("L3-CES1-01"));
  EXPECT_FALSE(set.contains("L3-CES1-04"));  // two factors are asked from S3 on
  EXPECT_FALSE(set.contains("L3-CES1-27"));  // confidentiality begins at S3
  EXPECT_TRUE(set.contains("L2-PES1-15"));   // electromagnetic protection is an S control point
  EXPECT_FALSE(set.contains("L3-PES1-22"));
  EXPECT_TRUE(set.contains("L2-CNS1-04"));  // trusted verification too
  EXPECT_TRUE(set.contains("L2-ABS1-11"));
  // Availability and the rest at level 3.
  EXPECT_TRUE(set.contains("L3-PES1-20"));
  EXPECT_TRUE(set.contains("L3-CES1-30"));
  EXPECT_TRUE(set.contains("L3-CES1-12"));
  EXPECT_TRUE(set.contains("L3-MMS1-01"));
  // 211 less the S items of level 3 plus those of level 2.
  std::size_t s3 = 0;
  std::size_t s2 = 0;
  for (const auto& item : repository_standard().items()) {
    if (item.sag != Sag::s || item.extension != Extension::general) continue;
    s3 += item.level == 3 ? 1U : 0U;
    s2 += item.level == 2 ? 1U : 0U;
  }
  EXPECT_EQ(s3, 24U);
  EXPECT_EQ(s2, 15U);
  EXPECT_EQ(items.size(), 211U - s3 + s2);
  EXPECT_EQ(set.size(), items.size());
}

TEST(Selection, s3a2_takes_availability_from_level_2) {
  const auto set = codes(select(3, "S3A2"));
  EXPECT_TRUE(set.contains("L2-CES1-20"));
  EXPECT_FALSE(set.contains("L3-CES1-30"));
  EXPECT_FALSE(set.contains("L3-PES1-20"));
  EXPECT_TRUE(set.contains("L2-PES1-13"));
  EXPECT_TRUE(set.contains("L3-CES1-01"));
  // Power supply 3 and backup 3 become 2 and 2.
  EXPECT_EQ(set.size(), 209U);
}

TEST(Selection, mixed_items_stand_in_the_order_of_the_standard) {
  const auto items = select(3, "S2A3");
  std::vector<std::string> points;
  for (const auto* item : items) {
    if (item->layer == "安全计算环境" && (points.empty() || points.back() != item->control_point)) {
      points.push_back(item->control_point);
    }
  }
  const std::vector<std::string> expected{"身份鉴别",
                                          "访问控制",
                                          "安全审计",
                                          "入侵防范",
                                          "恶意代码防范",
                                          "可信验证",
                                          "数据完整性",
                                          "数据备份恢复",
                                          "剩余信息保护",
                                          "个人信息保护"};
  EXPECT_EQ(points, expected);
}

TEST(Selection, extensions_come_at_the_level_of_the_system) {
  const auto items = select(3, "S2A3", "bigdata,cloud");
  const auto cloud = std::count_if(items.begin(), items.end(), [](const Item* item) {
    return item->extension == Extension::cloud && item->level == 3;
  });
  EXPECT_EQ(cloud, 46);
  EXPECT_EQ(items.back()->extension, Extension::bigdata);
  EXPECT_EQ(items.size(), select(3, "S2A3").size() + 46 + 24);
  EXPECT_EQ(select(3, "", "all").size(), 211U + 46 + 19 + 20 + 21 + 24);
  EXPECT_FALSE(parse_extensions("cloud,space"));
}

TEST(Selection, refuses_combinations_that_do_not_give_the_level) {
  for (const char* sag : {"S1A1", "S2A2", "S2A2G2", "S4A3", "S3A3G2", "S2A3G4", "S3A4"}) {
    EXPECT_FALSE(parse_grade(3, sag)) << sag;
  }
  for (const char* sag : {"S3", "A3S3", "3", "S3A", "S3A3G", "S0A3", "S5A3", "S3A3X3", "S33A3"}) {
    EXPECT_FALSE(parse_grade(3, sag)) << sag;
  }
  EXPECT_FALSE(parse_grade(0, ""));
  EXPECT_FALSE(parse_grade(5, ""));
  for (const char* sag : {"S1A3", "S2A3", "S3A3", "S3A2", "S3A1", "s3a3g3"}) {
    EXPECT_TRUE(parse_grade(3, sag)) << sag;
  }
}

TEST(Lookup, big_data_codes_need_a_clause) {
  const auto& standard = repository_standard();
  EXPECT_EQ(standard.find("BDS-L3-01").size(), 5U);
  const auto ambiguous = standard.item("BDS-L3-01");
  ASSERT_FALSE(ambiguous);
  EXPECT_EQ(ambiguous.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(ambiguous.error().message.find("H.4.3"), std::string::npos);
  EXPECT_EQ((*standard.item("BDS-L3-01", "H.4.3"))->layer, "安全计算环境");
  EXPECT_EQ(standard.item("BDS-L3-01", "H.4.9").error().code, ErrorCode::not_found);
  EXPECT_EQ(standard.item("L3-CES1-99").error().code, ErrorCode::not_found);
}

TEST(Applicability, servers_follow_the_practice_table) {
  const auto& standard = repository_standard();
  const auto* server = standard.object_class("服务器");
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(server, standard.object_class("server"));
  EXPECT_EQ(server, standard.object_class("主机"));
  EXPECT_EQ(standard.object_class("飞船"), nullptr);
  int applicable = 0;
  for (const auto* item : select(3, "")) {
    applicable += standard.applicability(*server, *item).value != Applicability::no ? 1 : 0;
  }
  EXPECT_EQ(applicable, 31);
  const auto answer = [&](std::string_view code) {
    return standard.applicability(*server, **standard.item(code)).value;
  };
  EXPECT_EQ(answer("L3-CES1-01"), Applicability::yes);
  EXPECT_EQ(answer("L3-CES1-20"), Applicability::no);  // input checks belong to applications
  EXPECT_EQ(answer("L3-CES1-34"), Applicability::no);
  EXPECT_EQ(answer("L3-ABS1-05"), Applicability::no);
}

TEST(Applicability, other_layers_hang_on_their_own_objects) {
  const auto& standard = repository_standard();
  const auto applicable = [&](std::string_view object_class, std::string_view code) {
    return standard.applicability(*standard.object_class(object_class), **standard.item(code))
        .value;
  };
  EXPECT_EQ(applicable("物理机房", "L3-PES1-03"), Applicability::yes);
  EXPECT_EQ(applicable("区域边界", "L3-ABS1-05"), Applicability::yes);
  EXPECT_EQ(applicable("网络设备", "L3-ABS1-05"), Applicability::no);
  EXPECT_EQ(applicable("安全管理体系", "L3-MMS1-01"), Applicability::yes);
  EXPECT_EQ(applicable("管理文档", "L3-MMS1-01"), Applicability::no);
  EXPECT_EQ(applicable("数据资源", "L3-CES1-34"), Applicability::conditional);
  EXPECT_EQ(applicable("移动终端/MDM", "L3-CES3-01"), Applicability::yes);
  EXPECT_EQ(applicable("服务器", "L3-CES3-01"), Applicability::no);
  EXPECT_EQ(applicable("服务器", "L4-CES1-12"), Applicability::yes);
}

}  // namespace
}  // namespace dengce::standard
