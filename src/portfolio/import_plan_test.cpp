// SPDX-License-Identifier: Apache-2.0
#include "portfolio/import_plan.h"

#include <gtest/gtest.h>

#include "portfolio/import_values.h"
#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

const Catalogue& catalogue() {
  static const Catalogue made = load_catalogue(test::real_content()).value();
  return made;
}

const ImportForms& forms() {
  static const ImportForms made = ImportForms::load(test::real_content(), catalogue()).value();
  return made;
}

const ImportForm& form(const char* noun) {
  return **forms().form(noun);
}

using Cells = std::vector<std::string>;

struct Trial {
  const ImportForm& form;
  std::string text;  // CSV
  ImportWorld world = {};
  ImportDefaults defaults = {};
  FieldFaults faults = {};  // of every row

  [[nodiscard]] ImportPlan plan() const {
    const auto table = read_import_table(form, "表.csv", text);
    EXPECT_TRUE(table) << table.error().text();
    const ImportMapping mapping = map_heads(form, table->heads);
    EXPECT_TRUE(check_mapping(form, *table, mapping, defaults));
    return plan_import(
        form, *table, mapping, defaults, world, [&](const Values&, const ExistingRow*) {
          return faults;
        });
  }
};

ImportWorld two_teams() {
  ImportWorld world;
  world.teams = {{"t1", "团队一"}, {"t2", "团队二"}};
  world.systems = {{"s1", "门户网站"}, {"s2", "甲、乙平台"}, {"s3", "同名"}, {"s4", "同名"}};
  return world;
}

std::vector<RowState> states(const ImportPlan& plan) {
  std::vector<RowState> out;
  for (const PlannedRow& row : plan.rows) out.push_back(row.state);
  return out;
}

TEST(ImportForm, MapsHeadsInEveryCustomaryForm) {
  const ImportForm& system = form("system");
  const ImportMapping mapping =
      map_heads(system, {"*系统 名称", "等级（必填）", "ＳＡＧ", "备注", "团队名称", "名称", "Ⅲ"});
  EXPECT_EQ(mapping, (ImportMapping{{0, "name"}, {1, "level"}, {2, "sag"}, {4, "team"}}));
  // The field's own head wins over one of its other heads that stands before it.
  EXPECT_EQ(map_heads(system, {"名称", "系统名称"}), (ImportMapping{{1, "name"}}));
  // An asset's name by the head of any class, and the classes' columns.
  const ImportMapping asset = map_heads(form("asset"), {"设备名称", "品牌型号", "IP 地址", "序号"});
  EXPECT_EQ(asset.at(0), "name");
  EXPECT_EQ(asset.at(1), "attributes.品牌型号");
  EXPECT_EQ(asset.at(2), "addresses");
  EXPECT_FALSE(asset.contains(3));
}

TEST(ImportForm, HasEveryColumnOfEveryAssetClassOnce) {
  std::set<std::string> heads;
  for (const ImportField& field : form("asset").fields)
    EXPECT_TRUE(heads.insert(field.head).second);
  for (const AssetClass& one : catalogue().asset_classes) {
    EXPECT_NE(std::find_if(form("asset").field("class")->choices.begin(),
                           form("asset").field("class")->choices.end(),
                           [&](const auto& choice) { return choice.id == one.name; }),
              form("asset").field("class")->choices.end())
        << one.name;
    for (const std::string& column : one.columns) {
      EXPECT_NE(form("asset").field("attributes." + column), nullptr) << column;
    }
  }
  EXPECT_EQ(test::code(forms().form("nothing")), ErrorCode::not_found);
}

TEST(ImportTable, FindsTheHeadBelowTitlesAndNamesWhatItLeavesOut) {
  const auto table = read_import_table(
      form("system"),
      "x.csv",
      "信息系统清单,,\n填表说明：,请勿改动表头,\n序号,系统名称,等级\n\n1,甲,三级\n,,\n2,乙\n");
  ASSERT_TRUE(table) << table.error().text();
  EXPECT_EQ(table->head_line, 3);
  EXPECT_EQ(table->heads, (Cells{"序号", "系统名称", "等级"}));
  ASSERT_EQ(table->rows.size(), 2U);
  EXPECT_EQ(table->rows[0].line, 5);
  EXPECT_EQ(table->rows[1].line, 7);
  const auto back = table_from_json(to_json(*table));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->heads, table->heads);
  EXPECT_EQ(back->rows.at(1).cells, table->rows[1].cells);
  EXPECT_FALSE(table_from_json("{}"));
  EXPECT_FALSE(table_from_json("x"));
}

TEST(ImportTable, RefusesWhatIsNoTable) {
  const auto code = [](std::string_view bytes, std::string_view sheet = {}) {
    return test::code(read_import_table(form("system"), "x", bytes, sheet));
  };
  EXPECT_EQ(code(""), ErrorCode::invalid_argument);
  EXPECT_EQ(code("系统名称\n"), ErrorCode::invalid_argument);
  EXPECT_EQ(code("系统名称\n甲\n", "别的表"), ErrorCode::invalid_argument);
  EXPECT_EQ(code("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), ErrorCode::unsupported);
  std::string many = "系统名称\n";
  for (int i = 0; i < 20'001; ++i) many += "甲\n";
  EXPECT_EQ(code(many), ErrorCode::too_large);
  EXPECT_TRUE(
      read_import_table(form("system"), "x", "\xCF\xB5\xCD\xB3\xC3\xFB\xB3\xC6\n\xBC\xD7\n"));
}

TEST(ImportPlan, TellsNewChangedSameDuplicateAndBadApart) {
  ImportWorld world = two_teams();
  world.rows = {{"s1", 3, {{"name", "门户网站"}, {"team", "t1"}, {"level", "3"}, {"number", "1"}}}};
  const Trial trial{form("system"),
                    "序号,系统名称,团队,等级,SAG\n"
                    "1,门户网站,团队一,三级,\n"       // same: an empty cell changes nothing
                    "9,新系统,团队 二,第三级,S3A3\n"  // new
                    "9,新 系统,团队二,3,S3A3\n"       // the same again
                    "8,新系统,团队二,3.0,S3A2\n"      // the same with other words
                    ",,团队一,3,\n"                   // no name
                    "x,坏系统,团队三,五级,S3A3A3\n",  // four faults
                    world};
  const ImportPlan plan = trial.plan();
  using enum RowState;
  EXPECT_EQ(states(plan), (std::vector{same, created, duplicate, duplicate, bad, bad}));
  EXPECT_EQ(plan.counts.rows, 6);
  EXPECT_EQ(plan.counts.duplicate, 2);
  EXPECT_EQ(plan.counts.bad, 2);
  std::vector<std::string> problems;
  for (const RowProblem& one : plan.problems) {
    problems.push_back(std::to_string(one.line) + " " + one.field + " " + one.reason);
  }
  EXPECT_EQ(problems,
            (Cells{"4  与第 3 行重复，不再导入",
                   "5  与第 3 行重复而内容不同，未导入",
                   "6 系统名称 必填",
                   "7 序号 应为整数",
                   "7 团队 没有此团队",
                   "7 等级 应为以下之一：一级、二级、三级、四级",
                   "7 SAG 超过 4 字"}));
  EXPECT_EQ(
      plan.rows[1].values,
      (Values{
          {"level", "3"}, {"name", "新系统"}, {"number", "9"}, {"sag", "S3A3"}, {"team", "t2"}}));
}

TEST(ImportPlan, AChangeKeepsWhatTheRowDoesNotSay) {
  ImportWorld world = two_teams();
  world.rows = {{"s1", 3, {{"name", "门户网站"}, {"team", "t1"}, {"level", "3"}, {"sag", "S3A3"}}}};
  Trial trial{form("system"), "系统名称,团队\n门户网站,团队二\n", world};
  ImportPlan plan = trial.plan();
  ASSERT_EQ(plan.counts.changed, 1);
  EXPECT_EQ(plan.rows.front().existing, 0U);
  EXPECT_EQ(plan.rows.front().values,
            (Values{{"name", "门户网站"}, {"team", "t2"}, {"level", "3"}, {"sag", "S3A3"}}));
  trial.world.no_change = "无权修改";
  EXPECT_EQ(trial.plan().problems.front().reason, "无权修改");
  trial.text = "系统名称,团队\n门户网站,团队一\n别的,团队一\n";
  trial.world.no_creation = "无权新增";
  plan = trial.plan();
  EXPECT_EQ(plan.counts.same, 1);
  EXPECT_EQ(plan.problems.front().reason, "无权新增");
}

TEST(ImportPlan, AssetsAreFoundByAddressWhereOneIsKnown) {
  const auto asset = [](const char* id, const char* addresses) {
    ExistingRow row{id, 1, {{"class", "网络设备"}, {"name", "交换机"}, {"systems", "s1"}}};
    if (*addresses != 0) row.values["addresses"] = addresses;
    return row;
  };
  ImportWorld world = two_teams();
  world.rows = {asset("a1", "192.0.2.1"), asset("a2", "192.0.2.2")};
  Trial trial{form("asset"), "类别,名称,所属系统,IP\n网络,交换机,门户网站,192.0.2.2\n", world};
  EXPECT_EQ(trial.plan().rows.front().existing, 1U);
  // Another address is another device; without one nobody knows which is meant.
  trial.text = "类别,名称,所属系统,IP\n网络,交换机,门户网站,192.0.2.3\n网络,交换机,门户网站,\n";
  using enum RowState;
  EXPECT_EQ(states(trial.plan()), (std::vector{created, bad}));
  trial.world.rows = {asset("a1", "")};
  EXPECT_EQ(states(trial.plan()), (std::vector{changed, duplicate}));
  trial.world.rows = {asset("a1", "192.0.2.9")};
  EXPECT_EQ(states(trial.plan()), (std::vector{created, same}));
}

TEST(ImportPlan, DefaultsFillWhatHasNoColumnAndTheNounHasItsSay) {
  Trial trial{form("asset"), "名称\n机柜\n", two_teams()};
  trial.defaults = {{"class", "物理机房"}, {"system_id", "s1"}};
  const ImportPlan plan = trial.plan();
  EXPECT_EQ(plan.counts.created, 1);
  EXPECT_EQ(plan.rows.front().values,
            (Values{{"class", "物理机房"}, {"name", "机柜"}, {"systems", "s1"}}));
  trial.faults = {{"name", "不合适"}};
  const ImportPlan refused = trial.plan();
  EXPECT_EQ(refused.counts.bad, 1);
  EXPECT_EQ(refused.problems.front().field, "名称");
  EXPECT_EQ(refused.problems.front().value, "机柜");
}

TEST(ImportPlan, RefusesMappingsThatDoNotFit) {
  const ImportForm& system = form("system");
  const auto table = read_import_table(system, "x.csv", "甲,乙\n1,2\n").value();
  EXPECT_TRUE(map_heads(system, table.heads).empty());
  EXPECT_EQ(test::fields(check_mapping(system, table, {}, {})), Cells{"mapping"});
  EXPECT_TRUE(check_mapping(system, table, {{0, "name"}}, {{"team_id", "t1"}}));
  EXPECT_EQ(test::fields(check_mapping(
                system, table, {{0, "name"}, {1, "name"}, {2, "level"}}, {{"class", "x"}})),
            (Cells{"mapping.1", "mapping.2", "defaults.class"}));
}

TEST(ImportValues, ReadsDaysAndNamesAsPeopleWriteThem) {
  for (const char* text : {"2026-07-01",
                           "2026/7/1",
                           "2026.7.1",
                           "2026年7月1日",
                           "20260701",
                           "２０２６/7/1",
                           "2026-07-01 00:00",
                           "2026-07-01T08:00:00"}) {
    EXPECT_EQ(parse_written_day(text), parse_day("2026-07-01")) << text;
  }
  for (const char* text :
       {"2026-02-30", "7/1/2026", "2026-7", "26-7-1", "明天", "", "2026年7月1日前"}) {
    EXPECT_FALSE(parse_written_day(text)) << text;
  }
  EXPECT_EQ(split_names(" 甲、乙;丙\n丁，， 戊 己"), (Cells{"甲", "乙", "丙", "丁", "戊 己"}));
  Names names;
  for (const NamedThing& one : two_teams().systems) names.systems.add(one.name, one.id);
  const ImportField& systems = *form("asset").field("systems");
  EXPECT_EQ(read_value(systems, "门户网站；甲、乙平台", names).has_value(), false);
  EXPECT_EQ(read_value(systems, "甲、乙平台", names), "s2");
  EXPECT_EQ(read_value(systems, "门户 网站;门户网站", names), "s1");
  EXPECT_FALSE(read_value(systems, "同名", names)) << "two of one name";
  const ImportField& addresses = *form("asset").field("addresses");
  EXPECT_EQ(read_value(addresses, "192.0.2.9、2001:DB8::1 192.0.2.1", names),
            "192.0.2.1 192.0.2.9 2001:db8::1");
  EXPECT_FALSE(read_value(addresses, "<script>", names));
  EXPECT_FALSE(read_value(*form("system").field("name"), "#REF!", names));
  EXPECT_FALSE(read_value(*form("system").field("name"), std::string("a\x01"), names));
  EXPECT_EQ(read_value(*form("asset").field("shared"), "√", names), "1");
}

}  // namespace
}  // namespace dengce::portfolio
