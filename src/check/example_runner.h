// SPDX-License-Identifier: Apache-2.0
// Runs a check over its own examples.
#pragma once

#include <string>
#include <vector>

#include "check/check_engine.h"

namespace dengce::check {

// The facts of an example: its tables are covered, all others missing. Rows of a table come from
// the file "example/<table>", one line a row.
Result<evidence::FactSet> example_facts(const Example& example);

struct ExampleResult {
  const Example* example = nullptr;
  Finding finding;

  [[nodiscard]] bool holds() const { return finding.status == example->expect; }
};

// One result an example, in their order.
Result<std::vector<ExampleResult>> run_examples(const Check& check);

// Those of the queries that give every example the status it expects: no example tells them from
// the check's own query. Fails if one of them can not be prepared.
Result<std::vector<std::size_t>> unnoticed(const Check& check,
                                           const std::vector<std::string>& queries);

}  // namespace dengce::check
