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

// Examples of the check that give another status with this query; empty if none does.
Result<std::vector<const Example*>> changed_examples(const Check& check, const std::string& sql);

}  // namespace dengce::check
