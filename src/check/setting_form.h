// SPDX-License-Identifier: Apache-2.0
// The short form of a check: "one setting compared with a value or range", expanded to SQL.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "check/check.h"

namespace dengce::check {

// Reads the map under `setting:`; adds a problem for everything that cannot be used.
Setting parse_setting(const YamlNode& node,
                      const std::string& path,
                      std::vector<Problem>& problems);

// The query a setting stands for. Rows: the setting's row judged (status, reason "<key> 取值为
// <value>", source, then all columns of the table); else one row with the `absent` status; else,
// with `when_absent_program` proven absent, one row not_applicable and nothing else.
std::string expand_setting(const Setting& setting);

// A text as an SQL literal.
std::string sql_text(std::string_view text);

}  // namespace dengce::check
