// SPDX-License-Identifier: Apache-2.0
// The history of a system: events that are never rewritten; every day's state follows from
// them. A correction is another event.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace dengce::portfolio {

enum class EventKind : std::uint8_t { join, transfer, retire, level, rename, confirm };

std::string_view name(EventKind kind);
std::optional<EventKind> parse_event_kind(std::string_view text);

struct SystemEvent {
  std::string id;
  std::string system_id;
  EventKind kind = EventKind::join;
  std::optional<Day> effective;        // none: since the contract's first day
  std::optional<std::string> team_id;  // join, transfer
  std::optional<std::int64_t> level;   // join, level
  std::optional<std::string> sag;      // join, level: "S3A3"; empty: not chosen
  std::optional<std::string> name;     // join, rename
  std::string reason;
  bool confirmed = false;            // the client confirmed it
  std::optional<Day> confirmed_day;  // none with `confirmed`: by the contract itself
  std::string recorded_by;           // login
  Instant recorded;
};

struct SystemState {
  bool present = false;
  bool confirmed = false;
  std::string team_id;
  std::string name;
  std::int64_t level = 0;
  std::string sag;
  bool operator==(const SystemState&) const = default;
};

// By effective day, then as recorded.
void sort_events(std::vector<SystemEvent>& events);

// The state at the end of the day; `events` sorted. A confirmation counts from its own day on.
SystemState state_on(std::span<const SystemEvent> events, Day day);

// The first day after `today` on which the state may change.
std::optional<Day> next_change(std::span<const SystemEvent> events, Day today);

// Whether `next` may follow `events` (sorted): what it needs is there, it changes something, and it
// gives its reason when it changes the past. All problems together.
Result<> check_event(std::span<const SystemEvent> events, const SystemEvent& next, Day today);

// "", or S and A from 1 to 4 whose larger one is the level (GB/T 22239-2019 appendix A).
bool is_sag_of_level(std::string_view sag, std::int64_t level);

}  // namespace dengce::portfolio
