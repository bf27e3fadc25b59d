// SPDX-License-Identifier: Apache-2.0
// What checks that collect problems have in common.
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

// For walks over much: adds why `what` failed, if it did; the first hundred are enough.
template <class T>
void note_failure(std::vector<Problem>& problems, std::string what, const Result<T>& outcome) {
  if (outcome || problems.size() >= 100) return;
  problems.push_back({std::move(what), 0, {}, outcome.error().message});
}

}  // namespace dengce
