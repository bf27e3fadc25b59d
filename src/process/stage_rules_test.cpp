// SPDX-License-Identifier: Apache-2.0
#include "process/stage_rules.h"

#include <gtest/gtest.h>

#include "process/testing/process.h"

namespace dengce::process {
namespace {

using test::day;
using test::real_process;

const Day today = day("2026-07-20");

StageDates dates(const char* planned_from,
                 const char* planned_to,
                 const char* actual_from = nullptr,
                 const char* actual_to = nullptr) {
  const auto maybe = [](const char* text) { return text ? parse_day(text) : std::nullopt; };
  return {maybe(planned_from), maybe(planned_to), maybe(actual_from), maybe(actual_to)};
}

std::vector<std::string> fields(const Facts& facts,
                                const char* stage,
                                const StageDates& before = {}) {
  std::vector<std::string> out;
  for (const Problem& one : date_problems(real_process(), facts, stage, before, today)) {
    out.push_back(one.field);
  }
  return out;
}

// Up to the start of the on-site work.
Facts ready_for_site() {
  Facts facts;
  facts.stages["prepare"] = dates(nullptr, nullptr, "2026-07-01", "2026-07-03");
  facts.stages["plan"] = dates(nullptr, nullptr, "2026-07-04", "2026-07-12");
  facts.products["plan"] = {ProductState::signed_off, day("2026-07-11")};
  facts.products["authorisation"] = {ProductState::signed_off, day("2026-07-14")};
  facts.risk_confirmed = day("2026-07-10");
  return facts;
}

TEST(StageRules, AStageIsLateWhenItShouldHaveBegunOrEnded) {
  EXPECT_EQ(stage_state({}, today), StageState::not_started);
  EXPECT_EQ(stage_state(dates("2026-07-20", "2026-07-25"), today), StageState::not_started);
  EXPECT_EQ(stage_state(dates("2026-07-19", "2026-07-25"), today), StageState::overdue);
  EXPECT_EQ(stage_state(dates("2026-07-19", "2026-07-25", "2026-07-19"), today),
            StageState::under_way);
  EXPECT_EQ(stage_state(dates("2026-07-10", "2026-07-20", "2026-07-10"), today),
            StageState::under_way);
  EXPECT_EQ(stage_state(dates("2026-07-10", "2026-07-19", "2026-07-10"), today),
            StageState::overdue);
  EXPECT_EQ(stage_state(dates("2026-07-10", "2026-07-12", "2026-07-10", "2026-07-19"), today),
            StageState::finished);
}

TEST(StageRules, ASystemStandsAtItsFirstUnfinishedStage) {
  Facts facts;
  EXPECT_EQ(standing_of(real_process(), facts).stage, "prepare");
  EXPECT_FALSE(standing_of(real_process(), facts).due);
  facts.stages["prepare"] = dates("2026-07-01", "2026-07-05", "2026-07-01", "2026-07-09");
  facts.stages["plan"] = dates("2026-07-06", "2026-07-15", "2026-07-10");
  facts.stages["onsite"] = dates("2026-07-16", "2026-07-25");
  EXPECT_EQ(standing_of(real_process(), facts).stage, "plan");
  EXPECT_EQ(standing_of(real_process(), facts).due, day("2026-07-15"));
  for (const Stage& stage : real_process().stages) {
    facts.stages[stage.id] = dates("2026-07-01", "2026-07-02", "2026-07-01", "2026-07-02");
  }
  EXPECT_EQ(standing_of(real_process(), facts).stage, "");
  EXPECT_FALSE(standing_of(real_process(), facts).due);
}

TEST(StageRules, AGateNamesAllThatIsMissing) {
  const Gate& gate = *real_process().gate_before("onsite");
  Facts facts;
  facts.products["plan"] = {ProductState::reviewed, today};
  const auto missing = missing_of(real_process(), gate, facts);
  ASSERT_EQ(missing.size(), 4U);
  EXPECT_EQ(missing[0].text, "阶段「方案」尚未完成");
  EXPECT_EQ(missing[1].text, "《测评方案》尚未签字（现为已审核）");
  EXPECT_EQ(missing[2].text, "《现场测评授权书》尚未签字（现为未开始）");
  EXPECT_EQ(missing[3].text, "委托方尚未确认风险告知");
  EXPECT_TRUE(missing_of(real_process(), gate, ready_for_site()).empty());
  // A plan that is returned closes the gate again.
  facts = ready_for_site();
  facts.products["plan"].state = ProductState::returned;
  EXPECT_EQ(missing_of(real_process(), gate, facts).size(), 1U);
  EXPECT_EQ(
      missing_of(real_process(), *real_process().gate("internet_tests"), ready_for_site()).size(),
      2U);
}

TEST(StageRules, AStageEndsWithItsRequiredProductsFinal) {
  const Stage& plan = *real_process().stage("plan");
  Facts facts;
  facts.products["plan"] = {ProductState::reviewed, today};
  EXPECT_EQ(unfinished_products(plan, facts).size(), 2U);
  facts.products["plan"].state = ProductState::signed_off;
  facts.products["guidebook"] = {ProductState::reviewed, today};
  EXPECT_TRUE(unfinished_products(plan, facts).empty());
}

TEST(StageRules, AStartNeverLiesBeforeWhatItRestsOn) {
  Facts facts = ready_for_site();
  facts.stages["onsite"] = dates(nullptr, nullptr, "2026-07-14");
  EXPECT_TRUE(fields(facts, "onsite").empty());
  facts.stages["onsite"] = dates(nullptr, nullptr, "2026-07-13");
  EXPECT_EQ(fields(facts, "onsite"), std::vector<std::string>{"actual_from"});
  // Before end of the plan, its signature and the authorisation; the notice is of the same day.
  facts.stages["onsite"] = dates(nullptr, nullptr, "2026-07-10");
  EXPECT_EQ(fields(facts, "onsite").size(), 3U);
  // Before the stages themselves as well.
  facts.stages["onsite"] = dates(nullptr, nullptr, "2026-06-30");
  EXPECT_EQ(fields(facts, "onsite").size(), 6U);
}

TEST(StageRules, WhatIsSignedAnewDoesNotSpoilDatesOfBefore) {
  Facts facts = ready_for_site();
  facts.stages["onsite"] = dates(nullptr, nullptr, "2026-07-14");
  const StageDates before = facts.dates("onsite");
  facts.products["plan"].day = day("2026-07-18");
  facts.stages["onsite"].planned_from = day("2026-07-14");
  facts.stages["onsite"].planned_to = day("2026-07-24");
  EXPECT_TRUE(fields(facts, "onsite", before).empty());
  facts.stages["onsite"].actual_from = day("2026-07-15");
  EXPECT_EQ(fields(facts, "onsite", before), std::vector<std::string>{"actual_from"});
}

TEST(StageRules, NoDateLiesInTheFutureOrBackwards) {
  Facts facts;
  facts.stages["prepare"] = dates("2026-07-10", "2026-07-09", "2026-07-21", "2026-07-20");
  EXPECT_EQ(fields(facts, "prepare"),
            (std::vector<std::string>{"planned_to", "actual_to", "actual_from"}));
  facts.stages["prepare"] = dates("2026-07-10", nullptr, nullptr, "2026-07-21");
  EXPECT_EQ(fields(facts, "prepare"),
            (std::vector<std::string>{"planned_to", "actual_from", "actual_to"}));
  facts.stages["prepare"] = dates(nullptr, nullptr, "2026-07-20", "2026-07-20");
  EXPECT_TRUE(fields(facts, "prepare").empty());
  facts.products["survey"] = {ProductState::reviewed, day("2026-07-21")};
  EXPECT_EQ(fields(facts, "prepare"), std::vector<std::string>{"actual_to"});
}

TEST(StageRules, PlannedStagesKeepTheirOrder) {
  Facts facts;
  facts.stages["prepare"] = dates("2026-07-01", "2026-07-10");
  facts.stages["onsite"] = dates("2026-07-20", "2026-07-30");
  facts.stages["plan"] = dates("2026-07-05", "2026-07-20");
  EXPECT_TRUE(fields(facts, "plan").empty());
  facts.stages["plan"] = dates("2026-06-30", "2026-07-09");
  EXPECT_EQ(fields(facts, "plan"), (std::vector<std::string>{"planned_from", "planned_to"}));
  facts.stages["plan"] = dates("2026-07-21", "2026-07-31");
  EXPECT_EQ(fields(facts, "plan"), (std::vector<std::string>{"planned_from", "planned_to"}));
}

TEST(StageRules, WhatALaterStageRestsOnIsNotTakenBack) {
  Facts facts = ready_for_site();
  facts.stages["onsite"] = dates(nullptr, nullptr, "2026-07-15");
  const StageDates before = facts.dates("plan");
  facts.stages["plan"].actual_to.reset();
  EXPECT_EQ(fields(facts, "plan", before), std::vector<std::string>{"actual_to"});
  facts.stages["plan"].actual_to = day("2026-07-16");
  EXPECT_EQ(fields(facts, "plan", before), std::vector<std::string>{"actual_to"});
  facts.stages["plan"].actual_to = day("2026-07-15");
  EXPECT_TRUE(fields(facts, "plan", before).empty());
}

TEST(StageRules, AProductGoesOneStepAtATime) {
  const Product& plan = *real_process().product("plan");
  const Product& guidebook = *real_process().product("guidebook");
  const std::vector<ProductState> all{ProductState::untouched,
                                      ProductState::drafting,
                                      ProductState::reviewed,
                                      ProductState::signed_off,
                                      ProductState::returned};
  std::string allowed;
  for (const ProductState from : all) {
    for (const ProductState to : all) {
      if (!step_problem(plan, from, to).empty()) continue;
      allowed += std::string(state_name(from)) + ">" + std::string(state_name(to)) + " ";
    }
  }
  EXPECT_EQ(allowed,
            "not_started>drafting drafting>reviewed drafting>returned reviewed>signed "
            "reviewed>returned signed>returned returned>drafting ");
  EXPECT_EQ(step_problem(guidebook, ProductState::reviewed, ProductState::signed_off),
            "《测评指导书》无须签字");
}

TEST(StageRules, APlanRunsOverWorkingDays) {
  Facts facts;
  // 1 to 7 October and 25 to 27 September are off, 20 September and 10 October are worked.
  const auto plan = plan_stages(real_process(), facts, day("2026-09-19"));
  EXPECT_EQ(plan.at("prepare").planned_from, day("2026-09-20"));
  EXPECT_EQ(plan.at("prepare").planned_to, day("2026-09-24"));
  EXPECT_EQ(plan.at("plan").planned_from, day("2026-09-28"));
  EXPECT_EQ(plan.at("plan").planned_to, day("2026-10-15"));
  EXPECT_EQ(plan.at("onsite").planned_from, day("2026-10-16"));
  EXPECT_EQ(plan.size(), real_process().stages.size());
  for (const auto& [id, one] : plan) {
    facts.stages[id] = one;
    EXPECT_TRUE(real_process().calendar.works(*one.planned_from)) << id;
  }
  for (const auto& [id, one] : plan) EXPECT_TRUE(fields(facts, id.c_str()).empty()) << id;
}

TEST(StageRules, APlanLeavesWhatHasBegun) {
  Facts facts;
  facts.stages["prepare"] = dates(nullptr, nullptr, "2026-07-01", "2026-07-03");
  facts.stages["plan"] = dates("2026-07-06", "2026-07-17", "2026-07-06");
  const auto plan = plan_stages(real_process(), facts, day("2026-07-01"));
  EXPECT_FALSE(plan.contains("prepare"));
  EXPECT_FALSE(plan.contains("plan"));
  EXPECT_EQ(plan.at("onsite").planned_from, day("2026-07-20"));
  EXPECT_EQ(plan.at("onsite").planned_to, day("2026-07-31"));
}

}  // namespace
}  // namespace dengce::process
