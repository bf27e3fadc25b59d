// SPDX-License-Identifier: Apache-2.0
// The coverage page: which test point is answered by checks, helped by checks, or left to a person.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/check.h"
#include "standard/standard.h"

namespace dengce::assessment {

// automatic: checks answer the point fully; assisted: a check can prove a failure, a person
// confirms; person: no check.
enum class PointCoverage : std::uint8_t { automatic, assisted, person };

struct CoverageCounts {
  int items = 0;
  int points = 0;
  int automatic = 0, assisted = 0, person = 0;
};

CoverageCounts coverage_counts(const standard::Standard& standard,
                               int level,
                               std::string_view object_class,
                               std::string_view platform);

// The whole page as Markdown: levels 3 and 2, class 服务器, platform linux. The same content gives
// the same bytes.
std::string coverage_page(const standard::Standard& standard, const check::CheckSet& checks);

}  // namespace dengce::assessment
