// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <fmt/format.h>

#include <chrono>

#include "base/text.h"

namespace dengce {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::int64_t day_milliseconds = 86'400'000;

std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

year_month_day civil(Day value) {
  return year_month_day(sys_days(days(value.number)));
}

// Two or more digits at a fixed place; -1 if they are not digits.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

Instant system_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
}

std::string format_day(Day value) {
  const year_month_day date = civil(value);
  return fmt::format("{:04}-{:02}-{:02}",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string format_day_chinese(Day value) {
  const year_month_day date = civil(value);
  return fmt::format("{}年{}月{}日",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::optional<Day> parse_day(std::string_view text) {
  const int y = digits(text, 0, 4);
  const int m = digits(text, 5, 2);
  const int d = digits(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || y < 0 || m < 0 || d < 0) {
    return std::nullopt;
  }
  const year_month_day date{
      year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  return Day{static_cast<std::int32_t>(sys_days(date).time_since_epoch().count())};
}

std::string format_instant(Instant instant) {
  const std::int64_t day_number = floor_divide(instant.milliseconds, day_milliseconds);
  const std::int64_t rest = instant.milliseconds - day_number * day_milliseconds;
  const std::int64_t seconds = rest / 1000;
  return fmt::format("{}T{:02}:{:02}:{:02}Z",
                     format_day({static_cast<std::int32_t>(day_number)}),
                     seconds / 3600,
                     seconds / 60 % 60,
                     seconds % 60);
}

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const auto date = parse_day(text.substr(0, 10));
  const int hours = digits(text, 11, 2);
  const int minutes = digits(text, 14, 2);
  const int seconds = digits(text, 17, 2);
  if (!date || text[13] != ':' || text[16] != ':' || hours < 0 || hours > 23 || minutes < 0 ||
      minutes > 59 || seconds < 0 || seconds > 60) {
    return std::nullopt;
  }
  std::int64_t milliseconds =
      date->number * day_milliseconds + (hours * 3600LL + minutes * 60LL + seconds) * 1000;
  std::string_view rest = text.substr(19);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    if (digits(rest, 0, 1) < 0) return std::nullopt;
    for (std::int64_t unit = 100; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; unit /= 10) {
      milliseconds += (rest[0] - '0') * unit;
      rest.remove_prefix(1);
    }
  }
  if (rest == "Z") return Instant{milliseconds};
  const int offset_hours = digits(rest, 1, 2);
  const int offset_minutes = digits(rest, 4, 2);
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' ||
      offset_hours < 0 || offset_hours > 23 || offset_minutes < 0 || offset_minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t offset = (offset_hours * 60LL + offset_minutes) * 60'000;
  return Instant{milliseconds + (rest[0] == '+' ? -offset : offset)};
}

Day shanghai_day(Instant instant) {
  constexpr std::int64_t shanghai_offset = 8LL * 3'600'000;
  return {static_cast<std::int32_t>(
      floor_divide(instant.milliseconds + shanghai_offset, day_milliseconds))};
}

}  // namespace dengce
