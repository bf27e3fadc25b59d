// SPDX-License-Identifier: Apache-2.0
#include "process/work_calendar.h"

#include <algorithm>

namespace dengce::process {
namespace {

// 0 is Monday; 1970-01-01 was a Thursday.
std::int32_t weekday(Day day) {
  const std::int32_t rest = (day.number + 3) % 7;
  return rest < 0 ? rest + 7 : rest;
}

}  // namespace

bool WorkCalendar::works(Day day) const {
  if (off_.contains(day)) return false;
  return work_.contains(day) || weekday(day) < 5;
}

Day WorkCalendar::next_working(Day day) const {
  while (!works(day)) ++day.number;
  return day;
}

Day WorkCalendar::end_of(Day from, std::int64_t count) const {
  Day day = next_working(from);
  for (std::int64_t i = 1; i < count; ++i) day = next_working({day.number + 1});
  return day;
}

std::optional<Day> WorkCalendar::known_until() const {
  if (off_.empty()) return std::nullopt;
  const std::string last = format_day(*off_.rbegin());
  return parse_day(last.substr(0, 4) + "-12-31");
}

}  // namespace dengce::process
