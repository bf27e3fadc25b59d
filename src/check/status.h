// SPDX-License-Identifier: Apache-2.0
// The answer of a check to a test point, with its one text table.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dengce::check {

enum class Status : std::uint8_t { pass, partial, fail, not_applicable, unknown, error };

inline constexpr std::array<std::string_view, 6> status_names{
    "pass", "partial", "fail", "not_applicable", "unknown", "error"};

constexpr std::string_view name(Status status) {
  return status_names[static_cast<std::size_t>(status)];
}

constexpr std::optional<Status> status_from(std::string_view text) {
  for (std::size_t i = 0; i < status_names.size(); ++i) {
    if (status_names[i] == text) return static_cast<Status>(i);
  }
  return std::nullopt;
}

// Which of several rows counts: fail > partial > unknown > pass > not_applicable; an error beats
// all.
constexpr int severity(Status status) {
  constexpr std::array<int, 6> order{1, 3, 4, 0, 2, 5};
  return order[static_cast<std::size_t>(status)];
}

}  // namespace dengce::check
