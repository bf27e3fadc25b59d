// SPDX-License-Identifier: Apache-2.0
// The check loader: any text is a check or a list of problems; a check that loads runs over its own
// examples within its limits, and its altered queries can be made.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "check/check_loader.h"
#include "check/example_runner.h"
#include "check/sql_mutation.h"
#include "check/sql_tokens.h"
#include "evidence/fact_tables.h"

namespace {

dengce::evidence::FactDatabase& database() {
  static auto made = dengce::evidence::FactDatabase::create();
  if (!made) std::abort();
  return *made;
}

// Small limits: an input may ask for any amount of work.
void run(const dengce::check::Check& check) {
  const dengce::check::CheckSet set({check});
  auto engine = dengce::check::CheckEngine::create(set, {50'000, 100});
  if (!engine) return;
  for (const auto& example : check.examples) {
    const auto facts = dengce::check::example_facts(example);
    if (!facts) continue;
    engine->bind(*facts);
    const auto finding = engine->run(0);
    if (finding.source) (void)facts->source(*finding.source);
    engine->unbind();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const auto& token : dengce::check::sql_tokens(input.substr(0, 4096))) {
    if (token.end > input.size() || token.begin > token.end) std::abort();
  }
  std::vector<dengce::Problem> problems;
  const auto check =
      dengce::check::load_check("check/linux/sample.yaml", input, database(), problems);
  if (check.has_value() != problems.empty()) std::abort();
  if (!check) return 0;
  run(*check);
  for (const auto& mutant : dengce::check::mutants(*check)) {
    if (mutant.sql == check->sql) std::abort();
  }
  return 0;
}
