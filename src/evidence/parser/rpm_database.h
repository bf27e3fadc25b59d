// SPDX-License-Identifier: Apache-2.0
// The SQLite form of the RPM database (rpm 4.16 and later), read from memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/parse_context.h"

namespace dengce::evidence {

struct RpmPackage {
  std::string name;
  std::string version;  // version-release
  std::string architecture;
  std::int64_t installed = 0;  // seconds since 1970
};

struct RpmDatabase {
  bool found = false;
  std::string path;
  std::string reason;  // why not found; empty if there is no trace of RPM
  std::vector<RpmPackage> packages;
};

RpmDatabase read_rpm_database(ParseContext& context);

// One package header as RPM stores it; false if it is not one.
bool read_rpm_header(std::string_view blob, RpmPackage& package);

}  // namespace dengce::evidence
