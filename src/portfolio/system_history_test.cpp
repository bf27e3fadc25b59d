// SPDX-License-Identifier: Apache-2.0
#include "portfolio/system_history.h"

#include <gtest/gtest.h>

#include "portfolio/coverage.h"

namespace dengce::portfolio {
namespace {

Day day(const char* text) {
  return *parse_day(text);
}

const Day today = *parse_day("2026-07-20");

SystemEvent event(EventKind kind, const char* effective, std::int64_t recorded = 0) {
  SystemEvent out;
  out.id = std::to_string(recorded);
  out.kind = kind;
  if (effective != nullptr) out.effective = day(effective);
  out.recorded = {recorded};
  out.reason = "示例";
  return out;
}

SystemEvent join(const char* effective, std::int64_t recorded = 0) {
  SystemEvent out = event(EventKind::join, effective, recorded);
  out.team_id = "team-1";
  out.level = 3;
  out.sag = "S3A3";
  out.name = "系统甲";
  return out;
}

std::vector<std::string> fields(const Result<>& result) {
  std::vector<std::string> out;
  if (result) return out;
  for (const Problem& problem : result.error().problems) out.push_back(problem.field);
  return out;
}

TEST(SystemHistory, EveryDayHasItsState) {
  SystemEvent transfer = event(EventKind::transfer, "2026-05-01", 1);
  transfer.team_id = "team-2";
  SystemEvent level = event(EventKind::level, "2026-06-01", 2);
  level.level = 2;
  level.sag = "S2A2";
  std::vector<SystemEvent> events{
      event(EventKind::retire, "2026-08-01", 3), level, transfer, join("2026-03-01")};
  sort_events(events);
  EXPECT_FALSE(state_on(events, day("2026-02-28")).present);
  EXPECT_EQ(state_on(events, day("2026-04-30")).team_id, "team-1");
  EXPECT_EQ(state_on(events, day("2026-05-01")).team_id, "team-2");
  EXPECT_EQ(state_on(events, day("2026-05-31")).level, 3);
  EXPECT_EQ(state_on(events, day("2026-06-01")).sag, "S2A2");
  EXPECT_TRUE(state_on(events, day("2026-07-31")).present);
  EXPECT_FALSE(state_on(events, day("2026-08-01")).present);
  EXPECT_EQ(next_change(events, today), day("2026-08-01"));
  EXPECT_FALSE(next_change(events, day("2026-08-01")));
}

TEST(SystemHistory, ACorrectionIsAnotherEventOfTheSameDay) {
  std::vector<SystemEvent> events{join("2026-03-01", 1), event(EventKind::retire, "2026-07-01", 2)};
  EXPECT_FALSE(state_on(events, today).present);
  SystemEvent again = join("2026-07-01", 3);
  EXPECT_TRUE(check_event(events, again, today));
  events.push_back(again);
  sort_events(events);
  EXPECT_TRUE(state_on(events, today).present);
}

TEST(SystemHistory, AConfirmationCountsFromItsOwnDay) {
  SystemEvent confirm = event(EventKind::confirm, "2026-03-01", 2);
  confirm.confirmed = true;
  confirm.confirmed_day = day("2026-07-10");
  const std::vector<SystemEvent> events{join("2026-03-01", 1), confirm};
  EXPECT_FALSE(state_on(events, day("2026-07-09")).confirmed);
  EXPECT_TRUE(state_on(events, day("2026-07-10")).confirmed);
}

TEST(SystemHistory, WhatMayNotFollowIsNamed) {
  const std::vector<SystemEvent> events{join("2026-03-01")};
  EXPECT_EQ(fields(check_event(events, join("2026-05-01"), today)),
            std::vector<std::string>{"effective_day"});
  EXPECT_EQ(fields(check_event(events, event(EventKind::retire, "2026-02-01"), today)),
            std::vector<std::string>{"effective_day"});
  SystemEvent transfer = event(EventKind::transfer, "2026-05-01");
  transfer.team_id = "team-1";
  EXPECT_EQ(fields(check_event(events, transfer, today)), std::vector<std::string>{"team_id"});
  SystemEvent level = event(EventKind::level, "2026-05-01");
  level.level = 2;
  level.sag = "S3A2";
  level.reason = " ";
  EXPECT_EQ(fields(check_event(events, level, today)), (std::vector<std::string>{"sag", "reason"}));
  SystemEvent empty = event(EventKind::join, nullptr);
  EXPECT_EQ(fields(check_event({}, empty, today)),
            (std::vector<std::string>{"team_id", "level", "name"}));
  SystemEvent late = event(EventKind::confirm, "2026-05-01");
  late.confirmed_day = day("2026-07-21");
  EXPECT_EQ(fields(check_event(events, late, today)), std::vector<std::string>{"confirmed_day"});
}

TEST(SystemHistory, TheGradeIsTheLargerOfItsTwoClasses) {
  EXPECT_TRUE(is_sag_of_level("", 3));
  EXPECT_TRUE(is_sag_of_level("S2A3", 3));
  EXPECT_FALSE(is_sag_of_level("S2A2", 3));
  EXPECT_FALSE(is_sag_of_level("S4A3", 3));
  EXPECT_FALSE(is_sag_of_level("S5A5", 5));
  EXPECT_FALSE(is_sag_of_level("S3", 3));
}

TEST(Coverage, CountsByLevelAndTeamAndWarnsBelowTheMinimum) {
  const std::vector<SystemOnDay> systems{
      {"a", 1, {true, true, "t1", "甲", 3, ""}},
      {"b", 2, {true, false, "t1", "乙", 2, ""}},
      {"c", 3, {true, true, "t2", "丙", 3, ""}},
      {"d", 4, {false, false, "t2", "丁", 3, ""}},
  };
  const Coverage coverage = count_coverage(systems, 3, today);
  EXPECT_EQ(coverage.all, (Count{3, 2}));
  EXPECT_EQ(coverage.by_level.at(3), (Count{2, 2}));
  EXPECT_EQ(coverage.by_team.at("t1"), (Count{2, 1}));
  EXPECT_FALSE(coverage.warning.empty());
  EXPECT_TRUE(count_coverage(systems, 2, today).warning.empty());
  EXPECT_TRUE(count_coverage(systems, std::nullopt, today).warning.empty());
}

}  // namespace
}  // namespace dengce::portfolio
