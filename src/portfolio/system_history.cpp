// SPDX-License-Identifier: Apache-2.0
#include "portfolio/system_history.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/problems.h"
#include "base/text.h"

namespace dengce::portfolio {
namespace {

constexpr std::array<std::pair<EventKind, std::string_view>, 6> kind_names{{
    {EventKind::join, "join"},
    {EventKind::transfer, "transfer"},
    {EventKind::retire, "retire"},
    {EventKind::level, "level"},
    {EventKind::rename, "rename"},
    {EventKind::confirm, "confirm"},
}};

bool confirmed_on(const SystemEvent& event, Day day) {
  return event.confirmed && (!event.confirmed_day || *event.confirmed_day <= day);
}

void apply(SystemState& state, const SystemEvent& event, Day day) {
  switch (event.kind) {
    case EventKind::join:
      state.confirmed = confirmed_on(event, day) || (state.present && state.confirmed);
      state.present = true;
      break;
    case EventKind::retire:
      state.present = false;
      state.confirmed = false;
      break;
    case EventKind::confirm: state.confirmed = state.present && confirmed_on(event, day); break;
    case EventKind::transfer:
    case EventKind::level:
    case EventKind::rename: break;
  }
  if (event.team_id) state.team_id = *event.team_id;
  if (event.level) state.level = *event.level;
  if (event.sag) state.sag = *event.sag;
  if (event.name) state.name = *event.name;
}

void check_values(const SystemEvent& next,
                  const SystemState& before,
                  std::vector<Problem>& problems) {
  const bool joins = next.kind == EventKind::join;
  const bool levels = next.kind == EventKind::level;
  const auto problem = [&](const char* field, const char* reason) {
    problems.push_back({{}, 0, field, reason});
  };
  if ((joins || next.kind == EventKind::transfer) && !next.team_id)
    problem("team_id", "须填写团队");
  if ((joins || levels) && (!next.level || *next.level < 1 || *next.level > 4)) {
    problem("level", "等级应为 1 到 4");
  } else if (next.sag && next.level && !is_sag_of_level(*next.sag, *next.level)) {
    problem("sag", "S 与 A 中较高者应等于系统等级，如 S3A3");
  }
  if ((joins || next.kind == EventKind::rename) && next.name.value_or("").empty()) {
    problem("name", "须填写系统名称");
  }
  if (next.kind == EventKind::confirm && !next.confirmed_day) {
    problem("confirmed_day", "须填写客户确认日期");
  }
  if (next.kind == EventKind::transfer && next.team_id == before.team_id) {
    problem("team_id", "系统在该日已属此团队");
  }
  if (levels && next.level == before.level && next.sag.value_or(before.sag) == before.sag) {
    problem("level", "等级与该日相同");
  }
  if (next.kind == EventKind::rename && next.name == before.name) {
    problem("name", "名称与该日相同");
  }
}

}  // namespace

std::string_view name(EventKind kind) {
  for (const auto& [value, text] : kind_names) {
    if (value == kind) return text;
  }
  return {};
}

std::optional<EventKind> parse_event_kind(std::string_view text) {
  for (const auto& [value, word] : kind_names) {
    if (word == text) return value;
  }
  return std::nullopt;
}

void sort_events(std::vector<SystemEvent>& events) {
  std::sort(events.begin(), events.end(), [](const SystemEvent& a, const SystemEvent& b) {
    return std::tie(a.effective, a.recorded, a.id) < std::tie(b.effective, b.recorded, b.id);
  });
}

SystemState state_on(std::span<const SystemEvent> events, Day day) {
  SystemState state;
  for (const SystemEvent& event : events) {
    if (event.effective && *event.effective > day) break;
    apply(state, event, day);
  }
  return state;
}

std::optional<Day> next_change(std::span<const SystemEvent> events, Day today) {
  std::optional<Day> next;
  const auto consider = [&](const std::optional<Day>& day) {
    if (day && *day > today && (!next || *day < *next)) next = day;
  };
  for (const SystemEvent& event : events) consider(event.effective);
  return next;
}

bool is_sag_of_level(std::string_view sag, std::int64_t level) {
  if (sag.empty()) return true;
  const auto digit = [](char c) { return c >= '1' && c <= '4'; };
  if (sag.size() != 4 || sag[0] != 'S' || sag[2] != 'A' || !digit(sag[1]) || !digit(sag[3])) {
    return false;
  }
  return std::max(sag[1], sag[3]) - '0' == level;
}

Result<> check_event(std::span<const SystemEvent> events, const SystemEvent& next, Day today) {
  std::vector<Problem> problems;
  if (!next.effective && !events.empty()) {
    return fail(ErrorCode::invalid_argument,
                "事项有误",
                {Problem{{}, 0, "effective_day", "须填写生效日期"}});
  }
  const SystemState before = next.effective ? state_on(events, *next.effective) : SystemState{};
  if (next.kind == EventKind::join && before.present) {
    problems.push_back({{}, 0, "effective_day", "系统在该日已在清单内"});
  }
  if (next.kind != EventKind::join && !before.present) {
    problems.push_back({{}, 0, "effective_day", "系统在该日不在清单内"});
  }
  check_values(next, before, problems);
  if (next.confirmed_day && *next.confirmed_day > today) {
    problems.push_back({{}, 0, "confirmed_day", "确认日期不能晚于今天"});
  }
  const bool past = next.effective && *next.effective < today;
  if (trim(next.reason).empty() && (past || next.kind != EventKind::join)) {
    problems.push_back({{}, 0, "reason", past ? "生效日期早于今天，须说明原因" : "须说明原因"});
  }
  return fail_if_any("事项有误", std::move(problems));
}

}  // namespace dengce::portfolio
