// SPDX-License-Identifier: Apache-2.0
// Walks what lies sealed beside the evidence of assessments: files handed in, contacts, surveys.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "program/data_directory.h"

namespace dengce::program {

struct SealedCheck {
  std::int64_t files = 0;
  std::int64_t contacts = 0;
  std::int64_t surveys = 0;
  std::vector<Problem> problems;  // the first 100
};

Result<SealedCheck> check_sealed(Installation& installation);

}  // namespace dengce::program
