// SPDX-License-Identifier: Apache-2.0
// A piece of long work in the queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace dengce::job {

enum class State : std::uint8_t { queued, running, done, failed, cancelled };

// "queued" …
std::string_view name(State state);
std::optional<State> state_from(std::string_view word);

// Nothing happens to such a job any more.
inline bool is_final(State state) {
  return state != State::queued && state != State::running;
}

struct Job {
  std::string id;
  std::string kind;
  std::string title;      // Chinese, for the list
  std::string input;      // JSON
  std::string system_id;  // whose scope it lies in; empty: its owner's only
  State state = State::queued;
  std::int64_t progress = 0;  // percent
  std::string step;           // what is being done, Chinese
  std::string result;         // JSON
  std::string error;          // Chinese
  std::string owner;          // account id
  std::string owner_login;
  Instant created;
  std::optional<Instant> started;
  std::optional<Instant> finished;
  std::string worker;
  std::int64_t attempts = 0;
  bool cancel = false;    // somebody asked for its end
  std::string file_name;  // of what it made; empty: no file
};

}  // namespace dengce::job
