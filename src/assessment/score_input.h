// SPDX-License-Identifier: Apache-2.0
// The files of `dengce score`: records, weights and risks as CSV.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assessment/score.h"
#include "base/result.h"
#include "standard/standard.h"

namespace dengce::assessment {

struct ScoreWarning {
  std::int64_t line = 0;
  std::string code;
  std::string reason;
};

struct ScoreInput {
  std::vector<ItemRecords> items;                     // the whole set, in the order of the standard
  std::vector<const standard::Item*> standard_items;  // beside it
  std::vector<std::string> missing;                   // codes without a row
  std::vector<ScoreWarning> warnings;
};

// Records: `code,object,verdict` and, needed for big data, `clause`. The set is what the grade and
// the extensions select; a row outside it, an unknown code or verdict and a second row of the same
// item and object are problems, all told together.
Result<ScoreInput> read_score_records(const standard::Standard& standard,
                                      const standard::RiskCatalog& catalog,
                                      const standard::Grade& grade,
                                      const std::vector<standard::Extension>& extensions,
                                      const std::string& path,
                                      std::string_view bytes);

// Weights: `code,weight` (一般, 重要, 关键) and optionally `clause`. Items of the standard that are
// not in the set are allowed.
Result<> read_weights(const standard::Standard& standard,
                      const std::string& path,
                      std::string_view bytes,
                      ScoreInput& input);

// Judgement of items after 整体测评: `code,verdict` (符合, 部分符合, 不符合) and optionally
// `clause`; used if the scheme says so. Every item must be in the set.
Result<> read_corrections(const standard::Standard& standard,
                          const standard::Scheme& scheme,
                          const std::string& path,
                          std::string_view bytes,
                          ScoreInput& input);

// Risks: `problem,risk,hazard` (高, 中, 低; yes, no).
Result<std::vector<RiskLine>> read_risks(const std::string& path, std::string_view bytes);

}  // namespace dengce::assessment
