// SPDX-License-Identifier: Apache-2.0
// The end of every check that collects problems.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace dengce {

// invalid_argument with these problems, if there are any.
inline Result<> fail_if_any(std::string message, std::vector<Problem> problems) {
  if (problems.empty()) return {};
  return fail(ErrorCode::invalid_argument, std::move(message), std::move(problems));
}

}  // namespace dengce
