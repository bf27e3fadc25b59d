// SPDX-License-Identifier: Apache-2.0
#include "portfolio/filing_conflicts.h"

#include <gtest/gtest.h>

namespace dengce::portfolio {
namespace {

InformationSystem system(std::string id, std::string name, std::int64_t level) {
  InformationSystem out;
  out.number = static_cast<std::int64_t>(id.size());
  out.id = std::move(id);
  out.name = std::move(name);
  out.level = level;
  return out;
}

Filing filing(std::string number, std::string name, std::int64_t level, IdSet systems) {
  Filing out;
  out.id = "f-" + number;
  out.number = std::move(number);
  out.name = std::move(name);
  out.level = level;
  out.systems = std::move(systems);
  return out;
}

const Visible everything{.everything = true};

// "kind filing system", a dash for none.
std::vector<std::string> found(const std::vector<Filing>& filings,
                               const std::vector<InformationSystem>& systems,
                               const Visible& visible = everything) {
  std::vector<std::string> out;
  for (const auto& one : find_conflicts(filings, systems, visible)) {
    out.push_back(std::string(name(one.kind)) + " " +
                  (one.filing == nullptr ? "-" : one.filing->number) + " " +
                  (one.system == nullptr ? "-" : one.system->id));
    EXPECT_FALSE(one.detail.empty());
  }
  return out;
}

using Lines = std::vector<std::string>;

TEST(FilingConflicts, EqualListsHaveNone) {
  EXPECT_EQ(found({filing("1", "甲系统", 3, {"a"})}, {system("a", "甲系统", 3)}), Lines{});
  // A system of level 1 is not filed.
  EXPECT_EQ(found({}, {system("a", "甲系统", 1)}), Lines{});
}

TEST(FilingConflicts, EverySeededConflictIsFound) {
  std::vector<InformationSystem> systems{system("a", "甲系统", 3),
                                         system("b", "乙系统", 3),
                                         system("c", "丙系统", 2),
                                         system("d", "丁系统", 3),
                                         system("e", "戊系统", 3),
                                         system("f", "己系统", 3)};
  systems[3].present = false;  // has left
  systems[5].present = false;  // comes later
  systems[5].next_change = Day{30'000};
  const std::vector<Filing> filings{filing("1", "甲系统", 2, {"a"}),
                                    filing("2", "乙", 3, {"b"}),
                                    filing("3", "丁系统", 3, {"d"}),
                                    filing("4", "空系统", 3, {}),
                                    filing("5", "戊系统", 3, {"e"}),
                                    filing("５", "己系统", 3, {"f"})};
  EXPECT_EQ(found(filings, systems),
            (Lines{"level_differs 1 a",
                   "name_differs 2 b",
                   "no_filing - c",
                   "retired_system 3 d",
                   "filing_unused 4 -",
                   "number_twice 5 -",
                   "number_twice ５ -"}));
}

TEST(FilingConflicts, NamesAreEqualWhateverTheirBlanksAndWidth) {
  EXPECT_EQ(comparable_name(" 市场监管局（含药监局） OA\u3000系统 "), "市场监管局(含药监局)oa系统");
  EXPECT_EQ(comparable_name("ＯＡ系统"), comparable_name("oa 系统"));
  // The last word is a part of the name.
  EXPECT_NE(comparable_name("业务系统"), comparable_name("业务"));
  EXPECT_EQ(found({filing("1", "甲（一期） 系统", 3, {"a"})}, {system("a", "甲(一期)系统", 3)}),
            Lines{});
}

TEST(FilingConflicts, PartsMayHaveALowerLevelAndALongerName) {
  const auto big = system("a", "公众服务大系统", 3);
  EXPECT_EQ(
      found({filing("1", "公众服务大系统", 3, {"a"}), filing("2", "公众服务大系统-查询", 2, {"a"})},
            {big}),
      Lines{});
  // Nobody has the level of the system.
  EXPECT_EQ(
      found({filing("1", "公众服务大系统", 2, {"a"}), filing("2", "公众服务大系统-查询", 2, {"a"})},
            {big}),
      (Lines{"level_differs 1 a", "level_differs 2 a"}));
  // Higher than the system is never right, a foreign name neither.
  EXPECT_EQ(
      found({filing("1", "公众服务大系统", 3, {"a"}), filing("2", "别的系统", 4, {"a"})}, {big}),
      (Lines{"level_differs 2 a", "name_differs 2 a"}));
  // One filing for two systems.
  EXPECT_EQ(found({filing("1", "门户网站群", 3, {"a", "b"})},
                  {system("a", "门户网站", 3), system("b", "网站", 2)}),
            Lines{});
}

TEST(FilingConflicts, NothingOutOfSightIsTold) {
  const std::vector<InformationSystem> systems{
      system("a", "甲系统", 3), system("b", "乙系统", 3), system("c", "丙系统", 3)};
  const std::vector<Filing> filings{
      filing("1", "甲系统", 3, {"a"}), filing("1", "乙系统", 2, {"b"}), filing("2", "空", 3, {})};
  Visible visible;
  visible.systems = {"a"};
  EXPECT_EQ(found(filings, systems, visible), Lines{});
  visible.systems = {"b"};
  EXPECT_EQ(found(filings, systems, visible), Lines{"level_differs 1 b"});
  EXPECT_EQ(found(filings, systems).size(), 5U);
}

}  // namespace
}  // namespace dengce::portfolio
