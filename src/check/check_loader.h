// SPDX-License-Identifier: Apache-2.0
// Loads checks from content/check/<platform>/<id>.yaml. Everything wrong in all files comes back
// together; a set with a problem does not load.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/content.h"
#include "base/result.h"
#include "check/check.h"

namespace dengce::evidence {
class FactDatabase;
}

namespace dengce::check {

Result<CheckSet> load_checks(const Content& content);

// One file. The SQL is prepared on `database`: syntax, tables, columns and placeholders are
// checked. Gives no check if it added a problem.
std::optional<Check> load_check(const std::string& path,
                                std::string_view text,
                                evidence::FactDatabase& database,
                                std::vector<Problem>& problems);

}  // namespace dengce::check
