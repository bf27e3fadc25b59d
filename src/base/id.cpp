// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"

#include <botan/auto_rng.h>
#include <fmt/format.h>

#include <array>
#include <mutex>

namespace dengce {
namespace {

// Last time and counter handed out, so that ids of one process ascend even if the clock does not.
struct Sequence {
  std::mutex mutex;
  Botan::AutoSeeded_RNG random;
  std::uint64_t time = 0;
  std::uint32_t counter = 0;  // 12 bits, begins low in each millisecond
};

Sequence& sequence() {
  static Sequence instance;
  return instance;
}

}  // namespace

std::string new_id(Clock clock) {
  Sequence& state = sequence();
  const std::lock_guard lock(state.mutex);
  const auto now = static_cast<std::uint64_t>(clock().milliseconds);
  std::array<std::uint8_t, 9> random{};
  state.random.randomize(random.data(), random.size());
  if (now > state.time) {
    state.time = now;
    state.counter = random[8];
  } else if (++state.counter > 0xFFF) {
    ++state.time;
    state.counter = 0;
  }
  std::uint64_t tail = 0;
  for (std::size_t i = 0; i < 8; ++i) tail = tail << 8U | random[i];
  tail = (tail & 0x3FFF'FFFF'FFFF'FFFFULL) | 0x8000'0000'0000'0000ULL;
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
                     state.time >> 16U,
                     state.time & 0xFFFFU,
                     state.counter,
                     tail >> 48U,
                     tail & 0xFFFF'FFFF'FFFFULL);
}

}  // namespace dengce
