// SPDX-License-Identifier: Apache-2.0
// Time: instants are UTC milliseconds, days are civil dates; the clock comes in from outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dengce {

struct Instant {
  std::int64_t milliseconds = 0;  // since 1970-01-01T00:00:00Z
  auto operator<=>(const Instant&) const = default;
};

struct Day {
  std::int32_t number = 0;  // days since 1970-01-01
  auto operator<=>(const Day&) const = default;
};

using Clock = Instant (*)();
Instant system_now();

// "2026-01-02T03:04:05Z"; parsing takes fractions and offsets too.
std::string format_instant(Instant instant);
std::optional<Instant> parse_instant(std::string_view text);
// "2026-01-02"; parsing refuses days that do not exist.
std::string format_day(Day day);
std::optional<Day> parse_day(std::string_view text);
// "2026年1月2日"
std::string format_day_chinese(Day day);
// The civil date in Asia/Shanghai (UTC+8, no daylight saving since 1992).
Day shanghai_day(Instant instant);

}  // namespace dengce
