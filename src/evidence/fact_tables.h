// SPDX-License-Identifier: Apache-2.0
// Facts as SQL tables: one read-only SQLite connection whose tables are those of the FactSet bound
// at the moment. Statements are prepared once and run over one host after another.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/fact_set.h"

struct sqlite3;

namespace dengce::evidence {

// The connection is for SELECT over fact tables only: an authorizer refuses all else, functions
// come from a list (see docs/facts.md), time is not visible, memory and steps are bounded. Beside
// SQLite's plain functions there are day_text(days) → '2026-01-02' and `text REGEXP pattern` (RE2).
// Not thread-safe: one object a thread.
class FactDatabase {
 public:
  static constexpr std::int64_t default_budget = 20'000'000;  // steps of one evaluation

  static Result<FactDatabase> create();

  FactDatabase(FactDatabase&&) noexcept;
  FactDatabase& operator=(FactDatabase&&) noexcept;
  FactDatabase(const FactDatabase&) = delete;
  FactDatabase& operator=(const FactDatabase&) = delete;
  ~FactDatabase();

  // For sqlite3_prepare_v3 / step / reset. Statements must be finalized before this object ends.
  [[nodiscard]] sqlite3* handle() const;

  // The facts that statements see from their next first step on; nullptr = all tables empty. The
  // set must outlive every statement that is not reset; text columns point into it.
  void bind(const FactSet* facts);
  [[nodiscard]] const FactSet* bound() const;

  // Steps allowed until the next call; a statement that passes them ends with SQLITE_INTERRUPT.
  // To be called before each evaluation.
  void start_budget(std::int64_t steps = default_budget);
  [[nodiscard]] bool budget_spent() const;

  struct State;  // named by the SQLite callbacks, defined in the source file

 private:
  explicit FactDatabase(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace dengce::evidence
