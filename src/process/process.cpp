// SPDX-License-Identifier: Apache-2.0
#include "process/process.h"

#include <algorithm>
#include <array>

namespace dengce::process {

const Stage* Process::stage(std::string_view id) const {
  const std::size_t at = position(id);
  return at == stages.size() ? nullptr : &stages[at];
}

const Product* Process::product(std::string_view id) const {
  for (const Stage& stage : stages) {
    for (const Product& one : stage.products) {
      if (one.id == id) return &one;
    }
  }
  return nullptr;
}

const Gate* Process::gate(std::string_view id) const {
  const auto found =
      std::find_if(gates.begin(), gates.end(), [&](const Gate& one) { return one.id == id; });
  return found == gates.end() ? nullptr : &*found;
}

const Gate* Process::gate_before(std::string_view stage) const {
  const auto found = std::find_if(
      gates.begin(), gates.end(), [&](const Gate& one) { return one.before == stage; });
  return found == gates.end() ? nullptr : &*found;
}

std::size_t Process::position(std::string_view stage) const {
  const auto found =
      std::find_if(stages.begin(), stages.end(), [&](const Stage& one) { return one.id == stage; });
  return static_cast<std::size_t>(found - stages.begin());
}

std::string_view party_name(Party party) {
  constexpr std::array<std::string_view, 4> names{"none", "provider", "client", "both"};
  return names[static_cast<std::size_t>(party)];
}

std::string_view need_name(NeedKind kind) {
  constexpr std::array<std::string_view, 5> names{
      "finished", "begun", "product", "risk_notice", "internet_test"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace dengce::process
