// SPDX-License-Identifier: Apache-2.0
// The two vocabularies of judgement: point status and record verdict, with their one text table.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "check/status.h"

namespace dengce::assessment {

// Status of one test point; the same words as a check's answer to it.
using PointStatus = check::Status;
using check::name;

// Verdict of a record (object × item), an item, a control point or a layer.
enum class Verdict : std::uint8_t { compliant, partial, non_compliant, not_applicable, pending };

inline constexpr std::array<std::string_view, 5> verdict_names{
    "符合", "部分符合", "不符合", "不适用", "待确认"};

constexpr std::string_view name(Verdict verdict) {
  return verdict_names[static_cast<std::size_t>(verdict)];
}

constexpr std::optional<Verdict> verdict_from(std::string_view text) {
  for (std::size_t i = 0; i < verdict_names.size(); ++i) {
    if (verdict_names[i] == text) return static_cast<Verdict>(i);
  }
  return std::nullopt;
}

constexpr std::optional<PointStatus> point_status_from(std::string_view text) {
  return check::status_from(text);
}

}  // namespace dengce::assessment
