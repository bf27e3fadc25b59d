// SPDX-License-Identifier: Apache-2.0
// What the program knows of the standard and how it judges: loaded once from the content, held
// against itself, then shared read-only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/content.h"
#include "base/result.h"
#include "check/check.h"
#include "standard/risk.h"
#include "standard/scheme.h"
#include "standard/standard.h"

namespace dengce::assessment {

struct Knowledge {
  standard::Standard standard;
  standard::RiskCatalog catalog;
  check::CheckSet checks;
  std::vector<standard::Scheme> schemes;        // 2021, 2025 …
  std::map<std::string, std::string> versions;  // part → digest of its content

  // All problems of all parts come back together.
  static Result<Knowledge> load(const Content& content);

  // not_found names the id and those there are.
  [[nodiscard]] Result<const standard::Scheme*> scheme(std::string_view id) const;
};

}  // namespace dengce::assessment
