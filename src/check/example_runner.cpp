// SPDX-License-Identifier: Apache-2.0
#include "check/example_runner.h"

#include <fmt/format.h>

#include "evidence/fact_schema.h"

namespace dengce::check {
namespace {

using evidence::FactCell;
using evidence::FactId;

}  // namespace

Result<evidence::FactSet> example_facts(const Example& example) {
  evidence::FactSetBuilder builder;
  const auto tables = evidence::fact_tables();
  std::vector<bool> covered(tables.size());
  for (const ExampleTable& given : example.facts) {
    const auto index = static_cast<std::size_t>(given.table);
    covered[index] = true;
    const std::uint32_t file = builder.file(fmt::format("example/{}", tables[index].name));
    std::uint32_t line = 0;
    for (const auto& row : given.rows) {
      std::vector<FactCell> cells;
      cells.reserve(row.size());
      for (const ExampleCell& cell : row) cells.emplace_back(cell);
      if (!builder.add(static_cast<FactId>(given.table), cells, {file, ++line})) {
        return fail(ErrorCode::invalid_argument, "样例的行无法使用");
      }
    }
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (static_cast<FactId>(i) == FactId::coverage) continue;
    builder.add(FactId::coverage,
                {FactCell{tables[i].name},
                 FactCell{covered[i] ? "covered" : "missing"},
                 covered[i] ? FactCell{} : FactCell{"样例没有给出"}});
  }
  return builder.build();
}

Result<std::vector<ExampleResult>> run_examples(const Check& check) {
  const CheckSet set({check});
  TRY_ASSIGN(CheckEngine engine, CheckEngine::create(set));
  std::vector<ExampleResult> out;
  for (const Example& example : check.examples) {
    TRY_ASSIGN(const evidence::FactSet facts, example_facts(example));
    engine.bind(facts);
    out.push_back({&example, engine.run(0)});
  }
  return out;
}

Result<std::vector<std::size_t>> unnoticed(const Check& check,
                                           const std::vector<std::string>& queries) {
  std::vector<Check> altered;
  for (const std::string& query : queries) {
    Check one;
    one.id = check.id;
    one.needs = check.needs;
    one.sql = query;
    one.path = check.path;
    altered.push_back(std::move(one));
  }
  const CheckSet set(std::move(altered));
  TRY_ASSIGN(CheckEngine engine, CheckEngine::create(set));
  std::vector<bool> noticed(queries.size());
  for (const Example& example : check.examples) {
    TRY_ASSIGN(const evidence::FactSet facts, example_facts(example));
    engine.bind(facts);
    for (std::size_t i = 0; i < queries.size(); ++i) {
      if (noticed[i]) continue;
      const Finding finding = engine.run(static_cast<int>(i), CheckEngine::Detail::without_record);
      noticed[i] = finding.status != example.expect;
    }
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (!noticed[i]) out.push_back(i);
  }
  return out;
}

}  // namespace dengce::check
