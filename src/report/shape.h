// SPDX-License-Identifier: Apache-2.0
// The names a report template may use: the one list that linter, model and templates follow.
#pragma once

#include "office/model.h"

namespace dengce::report {

const office::Shape& report_shape();

}  // namespace dengce::report
