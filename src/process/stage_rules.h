// SPDX-License-Identifier: Apache-2.0
// The rules of stages, products and gates, over plain facts of one system.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "process/process.h"

namespace dengce::process {

struct StageDates {
  std::optional<Day> planned_from;
  std::optional<Day> planned_to;
  std::optional<Day> actual_from;
  std::optional<Day> actual_to;

  bool operator==(const StageDates&) const = default;
};

enum class StageState : std::uint8_t { not_started, under_way, finished, overdue };

enum class ProductState : std::uint8_t { untouched, drafting, reviewed, signed_off, returned };

struct ProductFact {
  ProductState state = ProductState::untouched;
  Day day;  // of its last step
};

// What the rules know of one system; a stage or product that is not named was not touched.
struct Facts {
  std::map<std::string, StageDates, std::less<>> stages;
  std::map<std::string, ProductFact, std::less<>> products;
  std::optional<Day> risk_confirmed;  // the first confirmed risk notice
  std::optional<Day> test_approved;   // the first approved internet-side test

  [[nodiscard]] StageDates dates(std::string_view stage) const;
  [[nodiscard]] ProductFact product(std::string_view id) const;
};

// A stage is overdue when it should have begun, or ended, before today.
StageState stage_state(const StageDates& dates, Day today);

// Where a system stands: its first stage that is not finished (empty: all are), and the last day on
// which nothing is late.
struct Standing {
  std::string stage;
  std::optional<Day> due;
};

Standing standing_of(const Process& process, const Facts& facts);

bool is_final(const Product& product, ProductState state);

// What a gate asks for and is not there.
struct Missing {
  Need need;
  ProductState state = ProductState::untouched;  // of the product
  std::string text;                              // Chinese
};

std::vector<Missing> missing_of(const Process& process, const Gate& gate, const Facts& facts);

// Products that a stage must not be finished without.
std::vector<Missing> unfinished_products(const Stage& stage, const Facts& facts);

// Dates of `stage` that can not be, `facts` being those after the change and `before` its dates as
// they were: what is as it was is not asked again, for a product may be signed anew since.
std::vector<Problem> date_problems(const Process& process,
                                   const Facts& facts,
                                   std::string_view stage,
                                   const StageDates& before,
                                   Day today);

// Why a product can not go from one state to the other; empty: it can.
std::string step_problem(const Product& product, ProductState from, ProductState to);

// Planned dates for the stages that have not begun, one after the other over working days from
// `start` on.
std::map<std::string, StageDates, std::less<>> plan_stages(const Process& process,
                                                           const Facts& facts,
                                                           Day start);

std::string_view state_name(StageState state);
std::string_view state_name(ProductState state);
std::optional<ProductState> product_state_from(std::string_view name);
// As a Chinese reader knows it.
std::string_view state_text(ProductState state);

}  // namespace dengce::process
