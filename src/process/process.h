// SPDX-License-Identifier: Apache-2.0
// The stages of one system's year as data (content/process/): tasks, work products, gates, days
// off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/content.h"
#include "base/result.h"
#include "process/work_calendar.h"

namespace dengce::process {

// Chinese and English.
struct Words {
  std::string chinese;
  std::string english;
};

struct Task {
  Words name;
  std::string clause;  // of GB/T 28449-2018; may be empty
};

enum class Party : std::uint8_t { none, provider, client, both };

struct Product {
  std::string id;
  Words name;
  Party maker = Party::provider;
  Party signer = Party::none;  // none: it is final when reviewed
  bool required = true;        // its stage is not finished without it

  [[nodiscard]] bool is_signed() const { return signer != Party::none; }
};

struct Stage {
  std::string id;
  Words name;
  std::string clause;
  std::int64_t working_days = 1;  // usual length
  std::vector<Task> tasks;
  std::vector<Product> products;
};

enum class NeedKind : std::uint8_t { finished, begun, product, risk_notice, internet_test };

struct Need {
  NeedKind kind = NeedKind::finished;
  std::string id;  // of a stage or product, otherwise empty
};

// All needs are asked for.
struct Gate {
  std::string id;
  std::string before;  // the stage whose start it guards; empty: a single act
  Words name;
  Words reason;
  std::string source;
  std::vector<Need> needs;
};

struct Process {
  std::vector<Stage> stages;  // in their order
  std::vector<Gate> gates;
  WorkCalendar calendar;
  std::int64_t close_within_days = 1;     // of an internet-side test, after its window
  std::int64_t report_within_days = 5;    // after its closing
  std::int64_t person_systems_a_day = 3;  // more are marked

  [[nodiscard]] const Stage* stage(std::string_view id) const;
  [[nodiscard]] const Product* product(std::string_view id) const;
  [[nodiscard]] const Gate* gate(std::string_view id) const;
  // The gate of a stage's start; there may be none.
  [[nodiscard]] const Gate* gate_before(std::string_view stage) const;
  // Position of a stage; the number of stages for an unknown one.
  [[nodiscard]] std::size_t position(std::string_view stage) const;
};

// All problems come back together, each with file and line.
Result<Process> load_process(const Content& content);

std::string_view party_name(Party party);
std::string_view need_name(NeedKind kind);

}  // namespace dengce::process
