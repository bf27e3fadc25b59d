// SPDX-License-Identifier: Apache-2.0
#include "report/words.h"

#include <gtest/gtest.h>

namespace dengce::report {
namespace {

using assessment::RecordLine;
using assessment::Snapshot;
using assessment::Verdict;
using assessment::VerdictCounts;

TEST(Words, ListsNamesInFullOrShort) {
  Snapshot snapshot;
  for (const char* name : {"甲", "乙", "丙", "丁"}) {
    snapshot.objects.emplace_back();
    snapshot.objects.back().name = name;
  }
  EXPECT_EQ(names_of(snapshot, {0, 1, 1, 99}), "甲、乙");
  EXPECT_EQ(names_of(snapshot, {0, 1, 2, 3}, 2), "甲、乙等4个对象");
  EXPECT_EQ(names_of(snapshot, {}), "—");
}

TEST(Words, NumberedSentences) {
  EXPECT_EQ(numbered_lines("1）甲。2）乙；3）丙。"), "1）甲。\n2）乙；\n3）丙。");
  EXPECT_EQ(numbered_lines("共（2）项。2）乙"),
            "共（2）项。2）乙");  // does not begin with a number
  EXPECT_EQ(numbered_lines("1）端口（22）开放。"), "1）端口（22）开放。");
  EXPECT_EQ(numbered_lines("待人工确认：1）甲；2）乙。"), "待人工确认：1）甲；\n2）乙。");
  EXPECT_EQ(numbered_lines("甲：乙。\n待办：1）丙；2）丁"), "甲：乙。\n待办：1）丙；\n2）丁");
  EXPECT_EQ(running_text("1）经核查，甲。\n12）乙（22）。经核查，丙。"), "甲。乙（22）。丙。");
  EXPECT_EQ(running_text("状态为 未采集。"), "状态为未采集。");
  EXPECT_EQ(running_text(""), "");
}

TEST(Words, LeadSentencesAreWhole) {
  EXPECT_EQ(lead_sentences("一二三。四五六。七八九。", 8), "一二三。四五六。");
  EXPECT_EQ(lead_sentences("一二三四五六七八九十。后", 3), "一二三四五六七八九十。");
  EXPECT_EQ(lead_sentences("没有句号", 3), "没有句号。");
}

TEST(Words, EvidenceAndRecordText) {
  RecordLine record;
  record.verdict = Verdict::pending;
  record.reason = "需访谈";
  record.points.resize(3);
  record.points[0].source = assessment::SourceReference{"", "/etc/passwd", 3, ""};
  record.points[1].source = assessment::SourceReference{"", "/etc/passwd", 3, ""};
  record.points[2].source = assessment::SourceReference{"", "command:id", 0, ""};
  EXPECT_EQ(evidence_of(record), (std::vector<std::string>{"/etc/passwd:3", "command:id"}));
  EXPECT_EQ(record_text(record), "待确认：需访谈");
  record.text = "已看到部分配置。";
  EXPECT_EQ(record_text(record), "已看到部分配置。\n待确认：需访谈");
  record.verdict = Verdict::compliant;
  EXPECT_EQ(record_text(record), "已看到部分配置。");
}

TEST(Words, AnOpenReasonIsNotAnnouncedTwice) {
  RecordLine record;
  record.verdict = Verdict::pending;
  record.reason = "待人工确认：核实第1点。";
  record.text = "甲。";
  EXPECT_EQ(record_text(record), "甲。\n待人工确认：核实第1点。");
}

TEST(Words, NoSpaceStandsBetweenHanCharacters) {
  RecordLine record;
  record.verdict = Verdict::compliant;
  record.text = "状态为 未采集。umask 为 022，温度 23 ℃。";
  EXPECT_EQ(record_text(record), "状态为未采集。umask 为 022，温度 23 ℃。");
}

TEST(Words, OpenPointsAreWhatIsLeftToAsk) {
  using Points = std::vector<std::string>;
  EXPECT_EQ(open_points("待人工确认：核实甲。"), (Points{"核实甲"}));
  EXPECT_EQ(open_points("待人工确认：1）核实甲（没有可据以判断的事实）；3）核实乙（如丙）。"),
            (Points{"核实甲", "核实乙（如丙）"}));
  EXPECT_EQ(open_points("1）核实甲（未采集到 last_login 的事实：没有命令）；2）核实甲。"),
            (Points{"核实甲"}));
  EXPECT_TRUE(open_points("").empty());
}

TEST(Words, LinesMayEndBeforeLatinTextAndPaths) {
  EXPECT_EQ(breakable("命令sh、bash，见/etc/passwd"), "命令sh、\u200Abash，见\u200A/etc/passwd");
  EXPECT_EQ(breakable("证据：/etc/passwd"), "证据：\u200A/etc/passwd");
  EXPECT_EQ(breakable("（root、“x”）用 sudo 3 次"), "（root、“x”）用 sudo 3 次");
  EXPECT_EQ(breakable("GM0000（占位）"), "GM0000\u200A（占位）");
  EXPECT_EQ(breakable(breakable("甲、a（乙）")), breakable("甲、a（乙）"));
}

TEST(Words, RiskCountsLeaveEmptyLevelsOut) {
  assessment::SecurityProblem high;
  high.risk = "高";
  assessment::SecurityProblem open;
  EXPECT_EQ(risk_counts({&high, &open, &high}), "高风险2个、未定级1个");
  EXPECT_EQ(risk_counts({}), "");
}

TEST(Words, RateLeavesNotApplicableOut) {
  VerdictCounts counts;
  EXPECT_EQ(rate_of(counts), "");
  counts.compliant = 2;
  counts.partial = 1;
  counts.not_applicable = 5;
  EXPECT_EQ(rate_of(counts), "66.67");
  counts.pending = 1;
  EXPECT_EQ(rate_of(counts), "50.00");
}

}  // namespace
}  // namespace dengce::report
