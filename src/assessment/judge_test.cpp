// SPDX-License-Identifier: Apache-2.0
#include "assessment/judge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace dengce::assessment {
namespace {

using standard::MappingMode;
using standard::Rule;
using Statuses = std::vector<PointStatus>;

constexpr std::array<PointStatus, 6> every{PointStatus::pass,
                                           PointStatus::partial,
                                           PointStatus::fail,
                                           PointStatus::not_applicable,
                                           PointStatus::unknown,
                                           PointStatus::error};
constexpr std::array<PointStatus, 4> closed{
    PointStatus::pass, PointStatus::partial, PointStatus::fail, PointStatus::not_applicable};

bool open(PointStatus status) {
  return status == PointStatus::unknown || status == PointStatus::error;
}

// Calls `visit` with every sequence of `length` values.
template <std::size_t n, class Visit>
void sequences(const std::array<PointStatus, n>& values, std::size_t length, const Visit& visit) {
  Statuses current(length, values[0]);
  std::vector<std::size_t> digit(length, 0);
  while (true) {
    visit(current);
    std::size_t i = 0;
    while (i < length && ++digit[i] == n) {
      digit[i] = 0;
      current[i] = values[0];
      ++i;
    }
    if (i == length) return;
    current[i] = values[digit[i]];
  }
}

// Every way in which the open statuses may end.
std::vector<Statuses> endings(const Statuses& statuses) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (open(statuses[i])) places.push_back(i);
  }
  std::vector<Statuses> out;
  if (places.empty()) return {statuses};
  sequences(closed, places.size(), [&](const Statuses& chosen) {
    Statuses ended = statuses;
    for (std::size_t i = 0; i < places.size(); ++i) ended[places[i]] = chosen[i];
    out.push_back(std::move(ended));
  });
  return out;
}

// The rules written a second time, by counting, for statuses without open ones.
Verdict closed_verdict(Rule rule, bool partial_allowed, const Statuses& statuses) {
  Statuses left;
  std::copy_if(statuses.begin(), statuses.end(), std::back_inserter(left), [](PointStatus s) {
    return s != PointStatus::not_applicable;
  });
  if (left.empty()) return Verdict::not_applicable;
  const auto count = [&](PointStatus s) { return std::count(left.begin(), left.end(), s); };
  const auto n = static_cast<std::ptrdiff_t>(left.size());
  if (rule == Rule::any && count(PointStatus::pass) > 0) return Verdict::compliant;
  if (count(PointStatus::pass) == n) return Verdict::compliant;
  if (count(PointStatus::fail) == n) return Verdict::non_compliant;
  if (rule == Rule::all || partial_allowed) return Verdict::partial;
  return Verdict::non_compliant;
}

TEST(Judge, TheVerdictIsFixedExactlyWhenNoAnswerCouldChangeIt) {
  for (const Rule rule : {Rule::all, Rule::any, Rule::single}) {
    for (const bool allowed : {false, true}) {
      for (std::size_t length = 1; length <= 4; ++length) {
        sequences(every, length, [&](const Statuses& statuses) {
          std::set<Verdict> possible;
          for (const Statuses& ended : endings(statuses)) {
            possible.insert(closed_verdict(rule, allowed, ended));
          }
          const Verdict expected = possible.size() == 1 ? *possible.begin() : Verdict::pending;
          ASSERT_EQ(item_verdict(rule, allowed, statuses), expected);
        });
      }
    }
  }
}

TEST(Judge, TheOrderOfPointsDoesNotMatter) {
  for (const Rule rule : {Rule::all, Rule::any, Rule::single}) {
    sequences(every, 4, [&](const Statuses& statuses) {
      Statuses sorted = statuses;
      std::sort(sorted.begin(), sorted.end());
      ASSERT_EQ(item_verdict(rule, true, statuses), item_verdict(rule, true, sorted));
      ASSERT_EQ(combine(statuses), combine(sorted));
    });
  }
}

TEST(Judge, NotApplicablePointsAreNeutral) {
  for (const Rule rule : {Rule::all, Rule::any, Rule::single}) {
    sequences(every, 3, [&](const Statuses& statuses) {
      Statuses longer = statuses;
      longer.push_back(PointStatus::not_applicable);
      ASSERT_EQ(item_verdict(rule, false, statuses), item_verdict(rule, false, longer));
    });
  }
}

TEST(Judge, AnswersOfAPointAreDecidedExactlyWhenNothingOpenCouldChangeThem) {
  for (std::size_t length = 1; length <= 4; ++length) {
    sequences(every, length, [&](const Statuses& statuses) {
      std::set<PointStatus> possible;
      for (const Statuses& ended : endings(statuses)) {
        const Verdict verdict = closed_verdict(Rule::all, true, ended);
        possible.insert(verdict == Verdict::compliant       ? PointStatus::pass
                        : verdict == Verdict::non_compliant ? PointStatus::fail
                        : verdict == Verdict::partial       ? PointStatus::partial
                                                            : PointStatus::not_applicable);
      }
      const PointStatus status = combine(statuses);
      if (possible.size() == 1) {
        ASSERT_EQ(status, *possible.begin());
      } else {
        const bool error =
            std::find(statuses.begin(), statuses.end(), PointStatus::error) != statuses.end();
        ASSERT_EQ(status, error ? PointStatus::error : PointStatus::unknown);
      }
    });
  }
  EXPECT_EQ(combine({}), PointStatus::unknown);
}

TEST(Judge, AWorseAnswerNeverMakesABetterVerdict) {
  const auto rank = [](Verdict v) {
    return v == Verdict::compliant ? 2 : v == Verdict::partial ? 1 : 0;
  };
  constexpr std::array<PointStatus, 3> grades{
      PointStatus::pass, PointStatus::partial, PointStatus::fail};
  for (const Rule rule : {Rule::all, Rule::any, Rule::single}) {
    sequences(grades, 4, [&](const Statuses& statuses) {
      for (std::size_t i = 0; i < statuses.size(); ++i) {
        if (statuses[i] == PointStatus::fail) continue;
        Statuses worse = statuses;
        worse[i] = statuses[i] == PointStatus::pass ? PointStatus::partial : PointStatus::fail;
        ASSERT_LE(rank(item_verdict(rule, true, worse)), rank(item_verdict(rule, true, statuses)));
      }
    });
  }
}

MachineAnswer answer(PointStatus status, MappingMode mode = MappingMode::automatic) {
  MachineAnswer out;
  out.check = "check-" + std::string(name(status));
  out.mode = mode;
  out.status = status;
  out.reason = "取值为 7";
  out.record = "经核查，取值为 7。";
  out.advice = "改为 8。";
  out.source = SourceReference{"", "/etc/x", 3, ""};
  return out;
}

PointAnswers point(int number, std::vector<MachineAnswer> machine) {
  return {number, "核实第" + std::to_string(number) + "点", "核查", std::move(machine), {}};
}

standard::Item item(Rule rule, int points) {
  standard::Item out;
  out.rule = rule;
  out.points = points;
  out.partial_allowed = rule == Rule::all;
  return out;
}

TEST(Judge, AnAssistingCheckProvesOnlyFailures) {
  for (const PointStatus status : every) {
    const PointAnswers one = point(1, {answer(status, MappingMode::assist)});
    const bool open_for_person =
        status == PointStatus::pass || status == PointStatus::not_applicable;
    EXPECT_EQ(machine_status(one), open_for_person ? PointStatus::unknown : status);
  }
  const Judgement judged =
      judge(item(Rule::single, 1), {point(1, {answer(PointStatus::pass, MappingMode::assist)})});
  EXPECT_EQ(judged.verdict, Verdict::pending);
  ASSERT_EQ(judged.points.size(), 1U);
  EXPECT_EQ(judged.points[0].status, PointStatus::unknown);
  EXPECT_EQ(judged.points[0].reason,
            "自动检查未发现不符合，需人工确认：核实第1点（已见：取值为 7）");
  EXPECT_EQ(judged.text, "经核查，取值为 7。");
  EXPECT_EQ(judged.reason, "待人工确认：核实第1点。");
  // A second check that answers fully does not close what a person must look at.
  EXPECT_EQ(machine_status(point(
                1, {answer(PointStatus::pass), answer(PointStatus::pass, MappingMode::assist)})),
            PointStatus::unknown);
  EXPECT_EQ(machine_status(point(
                1, {answer(PointStatus::pass), answer(PointStatus::fail, MappingMode::assist)})),
            PointStatus::partial);
}

TEST(Judge, TheRecordSpeaksInTheOrderOfThePoints) {
  MachineAnswer bad = answer(PointStatus::fail);
  bad.record = "经核查，未启用锁定。";
  MachineAnswer also = answer(PointStatus::fail);
  also.check = "second";
  also.record = "经核查，未设置超时";
  const Judgement judged =
      judge(item(Rule::all, 3),
            {point(1, {answer(PointStatus::pass)}), point(2, {bad, also}), point(3, {})});
  EXPECT_EQ(judged.verdict, Verdict::partial);
  EXPECT_EQ(judged.text, "1）经核查，取值为 7。2）经核查，未启用锁定。未设置超时。");
  EXPECT_EQ(judged.open, std::vector<int>{3});
  EXPECT_TRUE(judged.reason.empty());
  ASSERT_EQ(judged.points.size(), 4U);
  EXPECT_EQ(judged.points[3].point, 3);
  EXPECT_TRUE(judged.points[3].check.empty());
  EXPECT_EQ(judged.points[3].status, PointStatus::unknown);
  EXPECT_EQ(judged.points[0].advice, "");
  EXPECT_EQ(judged.points[1].advice, "改为 8。");
}

TEST(Judge, PendingSaysWhatIsLeftToAsk) {
  MachineAnswer missing = answer(PointStatus::unknown);
  missing.reason = "未采集到 lockout 的事实";
  missing.record.clear();
  const Judgement judged =
      judge(item(Rule::all, 2), {point(1, {answer(PointStatus::pass)}), point(2, {missing})});
  EXPECT_EQ(judged.verdict, Verdict::pending);
  EXPECT_EQ(judged.reason, "待人工确认：2）核实第2点（未采集到 lockout 的事实）。");
  EXPECT_EQ(judged.text, "1）经核查，取值为 7。");
}

TEST(Judge, ANegativeSentenceNeverYieldsCompliance) {
  // Judgement comes from the status; words in sentences are never looked at.
  MachineAnswer words = answer(PointStatus::fail);
  words.record = "经核查，已启用、符合、合规、通过。";
  EXPECT_EQ(judge(item(Rule::single, 1), {point(1, {words})}).verdict, Verdict::non_compliant);
  PointAnswers human = point(1, {});
  human.human = HumanAnswer{PointStatus::fail, "未启用，不符合要求", "示例甲"};
  EXPECT_EQ(judge(item(Rule::single, 1), {human}).verdict, Verdict::non_compliant);
}

TEST(Judge, APersonsAnswerCountsAndTheMachinesStays) {
  PointAnswers both = point(1, {answer(PointStatus::fail)});
  both.human = HumanAnswer{PointStatus::pass, "现场核实已由堡垒机限制", "示例甲"};
  const Judgement judged = judge(item(Rule::single, 1), {both});
  EXPECT_EQ(judged.verdict, Verdict::compliant);
  ASSERT_EQ(judged.points.size(), 2U);
  EXPECT_EQ(judged.points[0].status, PointStatus::fail);
  EXPECT_EQ(judged.points[1].person, "示例甲");
  EXPECT_EQ(judged.points[1].status, PointStatus::pass);
}

TEST(Judge, NotApplicableSaysWhy) {
  MachineAnswer none = answer(PointStatus::not_applicable);
  none.record = "主机未安装 SSH 服务";
  const Judgement judged = judge(item(Rule::single, 1), {point(1, {none})});
  EXPECT_EQ(judged.verdict, Verdict::not_applicable);
  EXPECT_EQ(judged.reason, "主机未安装 SSH 服务。");
}

TEST(Judge, OverridingWantsAReason) {
  JudgedRecord record;
  record.machine.verdict = Verdict::non_compliant;
  record.machine.text = "经核查，未启用。";
  const PersonRecord person{Verdict::compliant, "由堡垒机统一限制", "", "示例甲", {}};
  EXPECT_FALSE(record.override_with(person));
  EXPECT_EQ(record.verdict(), Verdict::non_compliant);
  PersonRecord reasoned = person;
  reasoned.reason = "入口只有堡垒机";
  ASSERT_TRUE(record.override_with(reasoned));
  EXPECT_EQ(record.verdict(), Verdict::compliant);
  EXPECT_EQ(record.text(), "由堡垒机统一限制");
  EXPECT_EQ(record.machine.verdict, Verdict::non_compliant);

  JudgedRecord draft;
  ASSERT_TRUE(draft.override_with(person)) << "a pending record needs no reason";
  PersonRecord nameless = person;
  nameless.person = " ";
  EXPECT_FALSE(draft.override_with(nameless));
  PersonRecord undecided = person;
  undecided.verdict = Verdict::pending;
  EXPECT_FALSE(draft.override_with(undecided));
}

}  // namespace
}  // namespace dengce::assessment
