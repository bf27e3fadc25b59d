// SPDX-License-Identifier: Apache-2.0
#include "process/process.h"

#include <gtest/gtest.h>

#include "process/testing/process.h"

namespace dengce::process {
namespace {

using test::day;
using test::real_process;

Content real_content() {
  return Content::from_directory(DENGCE_SOURCE_DIR "/content").value();
}

// The problems of process.yaml with one place altered, as "line field".
std::vector<std::string> altered(std::string_view from, std::string_view to) {
  Content content = real_content();
  std::string text(content.read("process/process.yaml").value());
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  content.put("process/process.yaml", text);
  const auto loaded = load_process(content);
  std::vector<std::string> out;
  if (loaded) return out;
  for (const Problem& one : loaded.error().problems) {
    EXPECT_EQ(one.path, "process/process.yaml");
    EXPECT_GT(one.line, 0) << one.text();
    out.push_back(one.field);
  }
  return out;
}

using Fields = std::vector<std::string>;

TEST(Process, HasTheEightStagesWithTheirGates) {
  std::string names;
  for (const Stage& stage : real_process().stages) names += stage.name.chinese + " ";
  EXPECT_EQ(names, "准备 方案 现场 初测报告 整改 复测 报告 备案归档 ");
  for (std::size_t i = 1; i < real_process().stages.size(); ++i) {
    EXPECT_NE(real_process().gate_before(real_process().stages[i].id), nullptr) << i;
  }
  EXPECT_EQ(real_process().product("plan")->signer, Party::client);
  EXPECT_EQ(real_process().product("nothing"), nullptr);
  EXPECT_EQ(real_process().stage("nothing"), nullptr);
}

TEST(Process, NamesWhatIsWrongWithItsData) {
  EXPECT_EQ(altered("id: prepare", "id: Pre-pare"), (Fields{"id", "needs"}));
  EXPECT_EQ(altered("id: guidebook", "id: plan"), (Fields{"id"}));
  EXPECT_EQ(altered("working_days: 5", "working_days: 0"), (Fields{"working_days"}));
  EXPECT_EQ(altered("maker: client", "maker: nobody"), (Fields{"maker"}));
  EXPECT_EQ(altered("required: true", "required: 2"), (Fields{"required"}));
  EXPECT_EQ(altered("{finished: prepare}", "{finished: onsite}"), (Fields{"needs"}));
  EXPECT_EQ(altered("{product: plan}", "{product: plans}"), (Fields{"needs"}));
  EXPECT_EQ(altered("{risk_notice: confirmed}]", "{risk_notice: told}]"), (Fields{"risk_notice"}));
  EXPECT_EQ(altered("{risk_notice: confirmed}]", "{weather: fine}]"), (Fields{"needs"}));
  EXPECT_EQ(altered("before: rectify", "before: retest"), (Fields{"before"}));
  EXPECT_EQ(altered("name_en: Preparation", "name_de: Vorbereitung").size(), 2U);
}

TEST(Process, NamesWhatIsWrongWithTheCalendar) {
  Content content = real_content();
  content.put("process/calendar.csv",
              "from,to,kind,name\n2026-01-03,2026-01-01,off,a\n2026-01-05,2026-01-05,free,b\n"
              "2026-13-01,2026-01-01,off,c\n2026-01-05,2026-01-06,off,d\n");
  const auto loaded = load_process(content);
  ASSERT_FALSE(loaded);
  std::vector<std::int64_t> lines;
  for (const Problem& one : loaded.error().problems) lines.push_back(one.line);
  EXPECT_EQ(lines, (std::vector<std::int64_t>{2, 3, 4, 5}));
}

TEST(Process, KnowsWorkingDays) {
  const WorkCalendar& calendar = real_process().calendar;
  EXPECT_TRUE(calendar.works(day("2026-07-20")));
  EXPECT_FALSE(calendar.works(day("2026-07-18")));
  EXPECT_FALSE(calendar.works(day("2026-07-19")));
  EXPECT_FALSE(calendar.works(day("2026-10-01")));
  EXPECT_TRUE(calendar.works(day("2026-10-10")));
  EXPECT_FALSE(calendar.works(day("1969-12-28")));
  EXPECT_EQ(calendar.end_of(day("2026-07-17"), 2), day("2026-07-20"));
  EXPECT_EQ(calendar.end_of(day("2026-07-18"), 1), day("2026-07-20"));
  EXPECT_EQ(calendar.known_until(), day("2026-12-31"));
}

}  // namespace
}  // namespace dengce::process
