// SPDX-License-Identifier: Apache-2.0
// The document model: every value a report template may show, drawn from one snapshot.
#pragma once

#include <string_view>

#include "assessment/snapshot.h"
#include "base/result.h"
#include "office/model.h"

namespace dengce::report {

// Shape: report_shape(). Fails if the snapshot has no result of the scheme ("2021" or "2025").
Result<office::Record> build_model(const assessment::Snapshot& snapshot, std::string_view scheme);

}  // namespace dengce::report
