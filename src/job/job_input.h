// SPDX-License-Identifier: Apache-2.0
// What a job was asked with, as its work reads it back.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "job/job.h"

namespace dengce::job {

// The texts of the input, which is one JSON object; data_corrupt when it is not.
Result<std::map<std::string, std::string>> input_texts(const Job& job);

}  // namespace dengce::job
