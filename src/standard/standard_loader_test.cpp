// SPDX-License-Identifier: Apache-2.0
// Broken content: every problem is named with file, line and field, and all come back together.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "standard/standard.h"
#include "standard/test_content.h"

namespace dengce::standard {
namespace {

const std::string items = in_folder("items.csv");
const std::string control_points = in_folder("control-points.csv");
const std::string applicability = in_folder("applicability.csv");
const std::string test_points = in_folder("test-points.csv");
const std::string mapping = in_folder("mapping.csv");
const std::string classes = in_folder("object-classes.csv");

constexpr std::string_view ces_03 =
    "3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,1,single,no,";

Error load_error(const Content& content) {
  auto loaded = Standard::load(content);
  EXPECT_FALSE(loaded);
  return loaded ? Error{} : loaded.error();
}

TEST(StandardLoader, a_missing_item_breaks_the_totals_and_its_control_point) {
  const auto line = line_of(items, "3,L3-PES1-22,");
  Content content = repository_content();
  std::string text(content.read(items).value());
  const auto at = text.find("3,L3-PES1-22,");
  text.erase(at, text.find('\n', at) + 1 - at);
  content.put(items, text);
  const auto error = load_error(content);
  EXPECT_TRUE(names(error, items, 0, "", "第 3 级安全通用要求应有 211 项，现有 210 项"));
  EXPECT_TRUE(names(error,
                    control_points,
                    line_of(control_points, "3,8.1.1.10,"),
                    "items",
                    "应有 2 项，items.csv 中有 1 项"));
  EXPECT_TRUE(names(error,
                    test_points,
                    line_of(test_points, "3,L3-PES1-22,"),
                    "code",
                    "没有编号为“L3-PES1-22”的测评项"));
  EXPECT_GT(line, 1);
}

TEST(StandardLoader, words_outside_their_list_are_named) {
  const auto line = line_of(items, ces_03);
  const auto reject = [&](std::string_view to, std::string_view field, std::string_view reason) {
    EXPECT_TRUE(names(load_error(edited(items, ces_03, to)), items, line, field, reason));
  };
  reject("9,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,1,single,no,",
         "level",
         "应是 1 到 4 的整数，现为“9”");
  reject("3,L3-CES1-03,8.1.4.1,c,安全太空环境,身份鉴别,general,S,machine,核查,1,single,no,",
         "layer",
         "“安全太空环境”不在允许的取值之中");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,space,S,machine,核查,1,single,no,",
         "extension",
         "space");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,X,machine,核查,1,single,no,",
         "sag",
         "X");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,robot,核查,1,single,no,",
         "kind",
         "robot");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,猜测,1,single,no,",
         "methods",
         "“猜测”不是测评方法");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,0,single,no,",
         "points",
         "应是 1 到 20");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,1,most,no,",
         "rule",
         "most");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,1,single,no,飞船|",
         "object_classes",
         "没有名为“飞船”的对象类别");
}

TEST(StandardLoader, facts_that_contradict_each_other_are_named) {
  const auto line = line_of(items, ces_03);
  const auto reject = [&](std::string_view to, std::string_view field, std::string_view reason) {
    EXPECT_TRUE(names(load_error(edited(items, ces_03, to)), items, line, field, reason));
  };
  reject("3,L2-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,1,single,no,",
         "code",
         "应以 L3- 开头");
  reject("3,L3-CES1-03,7.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,1,single,no,",
         "clause",
         "应以 8.1. 开头");
  reject("3,L3-CES1-03,8.1.4.1,cc,安全计算环境,身份鉴别,general,S,machine,核查,1,single,no,",
         "letter",
         "一个小写字母");
  reject("3,L3-CES1-03,8.1.4.1,a,安全计算环境,身份鉴别,general,S,machine,核查,1,single,no,",
         "letter",
         "重复");
  reject("3,L3-CES1-01,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,1,single,no,",
         "code",
         "重复");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,G,machine,核查,1,single,no,",
         "sag",
         "控制点身份鉴别属于 S 类");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,访问控制,general,S,machine,核查,1,single,no,",
         "control_point",
         "条款 8.1.4.1 的控制点是身份鉴别");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,2,single,no,",
         "rule",
         "single 只用于一个测评点");
  reject("3,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,machine,核查,1,all,no,",
         "rule",
         "应为 single");
}

TEST(StandardLoader, test_points_must_be_complete_consecutive_and_of_a_method_of_the_item) {
  const auto line = line_of(test_points, "3,L3-CES1-02,2,");
  EXPECT_TRUE(names(load_error(edited(test_points, "3,L3-CES1-02,2,", "3,L3-CES1-02,4,")),
                    test_points,
                    line,
                    "point",
                    "此处应为 2"));
  EXPECT_TRUE(names(load_error(edited(test_points, "3,L3-CES1-02,2,核查", "3,L3-CES1-02,2,访谈")),
                    test_points,
                    line,
                    "method",
                    "L3-CES1-02 不采用访谈"));
  EXPECT_TRUE(names(load_error(edited(test_points, "3,L3-CES1-02,2,", "2,L3-CES1-02,2,")),
                    test_points,
                    line,
                    "level",
                    "属于第 3 级"));
  const auto error = load_error(edited(test_points, "3,L3-CES1-03,1,核查", "3,L3-CES1-02,4,核查"));
  EXPECT_TRUE(names(error, items, line_of(items, ces_03), "points", "L3-CES1-03 没有测评点文字"));
  EXPECT_TRUE(names(error,
                    items,
                    line_of(items, "3,L3-CES1-02,"),
                    "points",
                    "应有 3 个测评点，测评点文件中有 4 个"));
}

TEST(StandardLoader, applicability_rows_are_checked) {
  const std::string row = "3,L3-CES1-20,8.1.4.4,d,服务器,N,";
  const auto line = line_of(applicability, row);
  const auto reject = [&](std::string_view to, std::string_view field, std::string_view reason) {
    EXPECT_TRUE(
        names(load_error(edited(applicability, row, to)), applicability, line, field, reason));
  };
  reject("3,L3-CES1-20,8.1.4.4,d,服务器,maybe,", "applicable", "maybe");
  reject("3,L3-CES1-20,8.1.4.4,d,飞船,N,", "object_class", "飞船");
  reject("3,L3-CES1-20,8.1.4.4,e,服务器,N,", "letter", "字母是 d");
  // The edited row is taken, so the one that follows is the second.
  EXPECT_TRUE(names(load_error(edited(applicability, row, "3,L3-CES1-20,8.1.4.4,d,终端,N,")),
                    applicability,
                    line + 1,
                    "object_class",
                    "重复"));
  EXPECT_TRUE(names(load_error(edited(applicability, row, "3,L3-CES1-20,8.1.4.4,d,终端,N,")),
                    applicability,
                    0,
                    "object_class",
                    "缺少 L3-CES1-20 对服务器的适用性"));
  reject("3,L3-ABS1-05,8.1.3.2,a,服务器,N,", "code", "只用于安全计算环境");
}

TEST(StandardLoader, mapping_rows_are_checked) {
  const auto line =
      1 + static_cast<std::int64_t>(std::count(repository_content().read(mapping)->begin(),
                                               repository_content().read(mapping)->end(),
                                               '\n'));
  const auto reject = [&](std::string_view row, std::string_view field, std::string_view reason) {
    EXPECT_TRUE(names(load_error(appended(mapping, row)), mapping, line, field, reason)) << row;
  };
  reject("3,L3-CES1-99,1,服务器,test-os,a-check,auto\n", "code", "没有编号为");
  reject("2,L3-CES1-01,1,服务器,test-os,a-check,auto\n", "level", "属于第 3 级");
  reject("3,L3-CES1-01,5,服务器,test-os,a-check,auto\n", "point", "应是 1 到 4 的整数，现为“5”");
  reject("3,L3-CES1-01,1,飞船,test-os,a-check,auto\n", "object_classes", "飞船");
  reject("3,L3-CES1-01,1,,test-os,a-check,auto\n", "object_classes", "不能为空");
  reject("3,L3-CES1-20,1,服务器,test-os,a-check,auto\n", "object_classes", "不适用于服务器");
  reject("3,L3-CES1-01,1,服务器,Test OS,a-check,auto\n", "platform", "小写字母");
  reject("3,L3-CES1-01,1,服务器,test-os,../check,auto\n", "check", "小写字母");
  reject("3,L3-CES1-01,1,服务器,test-os,a-check,perhaps\n", "mode", "perhaps");
  EXPECT_TRUE(names(load_error(appended(mapping,
                                        "3,L3-CES1-01,1,服务器|终端,test-os,a-check,auto\n"
                                        "3,L3-CES1-01,1,终端,test-os,a-check,assist\n")),
                    mapping,
                    line + 1,
                    "check",
                    "已映射到检查 a-check"));
}

TEST(StandardLoader, mappings_are_found_by_item_platform_and_class_in_order_of_points) {
  const auto standard = Standard::load(appended(mapping,
                                                "3,L3-CES1-01,4,服务器|终端,test-os,b-check,auto\n"
                                                "3,L3-CES1-01,1,主机,test-os,a-check,assist\n"
                                                "2,L2-CES1-01,1,服务器,test-os,a-check,auto\n"));
  ASSERT_TRUE(standard) << standard.error().text();
  const auto& item = **standard->item("L3-CES1-01");
  const auto server = standard->mappings(item, "test-os", *standard->object_class("服务器"));
  ASSERT_EQ(server.size(), 2U);
  EXPECT_EQ(server[0]->check, "a-check");
  EXPECT_EQ(server[0]->mode, MappingMode::assist);
  EXPECT_EQ(server[1]->point, 4);
  EXPECT_EQ(server[1]->path, mapping);
  EXPECT_EQ(server[1]->line + 1, server[0]->line);
  EXPECT_EQ(standard->mappings(item, "test-os", *standard->object_class("终端")).size(), 1U);
  EXPECT_TRUE(standard->mappings(item, "other-os", *standard->object_class("服务器")).empty());
}

TEST(StandardLoader, problems_of_several_files_come_back_together) {
  Content content = edited(items,
                           ces_03,
                           "9,L3-CES1-03,8.1.4.1,c,安全计算环境,身份鉴别,general,S,"
                           "machine,核查,1,single,no,");
  std::string text(content.read(classes).value());
  text.replace(text.find("server,服务器"), 6, "terminal");
  content.put(classes, text);
  content.put(mapping, "level,code\n3,L3-CES1-01\n");
  const auto error = load_error(content);
  EXPECT_TRUE(names(error, items, line_of(items, ces_03), "level", "1 到 4"));
  EXPECT_TRUE(names(error, classes, line_of(classes, "terminal,终端"), "name", "terminal"));
  bool mapping_named = false;
  for (const auto& problem : error.problems) mapping_named |= problem.path == mapping;
  EXPECT_TRUE(mapping_named) << error.text();
}

TEST(StandardLoader, an_absent_file_is_named) {
  const auto error =
      load_error(Content::from_directory(DENGCE_SOURCE_DIR "/content/scheme").value());
  bool named = false;
  for (const auto& problem : error.problems) named |= problem.path == items;
  EXPECT_TRUE(named) << error.text();
}

}  // namespace
}  // namespace dengce::standard
