// SPDX-License-Identifier: Apache-2.0
// The files of the score command: any bytes are records, weights and risks, or problems; what is
// read gives a score within 0 and 100 whose low end is not above its high end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "assessment/score.h"
#include "assessment/score_input.h"
#include "base/content.h"
#include "standard/scheme.h"
#include "standard/standard.h"

namespace {

template <class T>
T must(dengce::Result<T> result) {
  if (!result) std::abort();
  return std::move(*result);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using dengce::Rational;
  using dengce::standard::Extension;
  static const auto content = dengce::Content::embedded();
  static const auto standard = must(dengce::standard::Standard::load(content));
  static const auto catalog = must(dengce::standard::RiskCatalog::load(content, standard));
  static const auto scheme_2021 = must(dengce::standard::load_scheme(content, "2021"));
  static const auto scheme_2025 = must(dengce::standard::load_scheme(content, "2025"));
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<dengce::assessment::RiskLine> risks;
  if (auto read = dengce::assessment::read_risks("risks.csv", input)) risks = std::move(*read);
  auto records = dengce::assessment::read_score_records(
      standard, catalog, {2, 2, 2}, {Extension::bigdata}, "records.csv", input);
  if (!records) return 0;
  (void)dengce::assessment::read_weights(standard, "weights.csv", input, *records);
  (void)dengce::assessment::read_corrections(
      standard, scheme_2021, "corrections.csv", input, *records);
  for (const auto* scheme : {&scheme_2021, &scheme_2025}) {
    const auto range = dengce::assessment::score_range(*scheme, records->items);
    if (range.low && (range.low->value > range.high->value || range.low->value < Rational(0) ||
                      range.high->value > Rational(100))) {
      std::abort();
    }
    (void)dengce::assessment::score(*scheme, records->items, risks);
  }
  return 0;
}
