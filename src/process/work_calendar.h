// SPDX-License-Identifier: Apache-2.0
// Working days: Monday to Friday but for the statutory days off, and the weekend days worked
// instead.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"

namespace dengce::process {

class WorkCalendar {
 public:
  void set_off(Day day) { off_.insert(day); }

  void set_work(Day day) { work_.insert(day); }

  [[nodiscard]] bool is_listed(Day day) const { return off_.contains(day) || work_.contains(day); }

  [[nodiscard]] bool works(Day day) const;
  // The first working day from `day` on.
  [[nodiscard]] Day next_working(Day day) const;
  // The last of `count` working days that begin with the first one from `from` on; count ≥ 1.
  [[nodiscard]] Day end_of(Day from, std::int64_t count) const;
  // 31 December of the last year whose days off are known; later years know weekends only.
  [[nodiscard]] std::optional<Day> known_until() const;

 private:
  std::set<Day> off_;
  std::set<Day> work_;
};

}  // namespace dengce::process
