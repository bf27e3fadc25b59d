// SPDX-License-Identifier: Apache-2.0
// Runs checks over the facts of one host after another. Statements are prepared once; only the
// bound facts change.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "check/check.h"
#include "check/statement.h"
#include "evidence/fact_set.h"
#include "evidence/fact_tables.h"

namespace dengce::check {

// The answer of one check about one host.
struct Finding {
  Status status = Status::unknown;
  std::string reason;                  // what was seen, or why there is no answer
  std::optional<std::int64_t> source;  // packed, see evidence::FactSet::source
  std::string record;                  // sentence for the record; empty for unknown and error
};

struct EngineOptions {
  std::int64_t budget = evidence::FactDatabase::default_budget;
  int max_rows = 10'000;
};

// Not thread-safe: one engine a thread. The check set must outlive it.
class CheckEngine {
 public:
  static Result<CheckEngine> create(const CheckSet& checks, EngineOptions options = {});

  // The host that `run` speaks of from now on; must outlive the next `bind` or the engine.
  void bind(const evidence::FactSet& facts);
  void unbind();

  enum class Detail : std::uint8_t { with_record, without_record };

  // The worst of the query's rows. Facts that are needed and missing, and a query without a row,
  // give unknown; a status word that is none, a runtime error or a limit passed give error.
  Finding run(int check, Detail detail = Detail::with_record);

  [[nodiscard]] const CheckSet& checks() const { return *checks_; }

  [[nodiscard]] const evidence::FactSet* facts() const { return facts_; }

 private:
  struct Prepared {
    Statement statement;
    int status = 0, reason = 0, source = 0;
    std::array<std::vector<int>, 4> record_columns;  // of each piece of a sentence
  };

  CheckEngine(const CheckSet& checks, EngineOptions options, evidence::FactDatabase database)
      : checks_(&checks), options_(options), database_(std::move(database)) {}

  Result<> prepare();
  [[nodiscard]] std::optional<std::string> missing_facts(const Check& check) const;
  void take_row(const Check& check, const Prepared& prepared, Detail detail, Finding& worst) const;

  const CheckSet* checks_;
  EngineOptions options_;
  evidence::FactDatabase database_;
  std::vector<Prepared> prepared_;
  const evidence::FactSet* facts_ = nullptr;
  std::array<bool, evidence::fact_id_count> covered_{};
};

}  // namespace dengce::check
