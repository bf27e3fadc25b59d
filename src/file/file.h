// SPDX-License-Identifier: Apache-2.0
// A file somebody handed in for a system: evidence, photograph, scan result, document.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace dengce::file {

inline constexpr std::array<std::string_view, 6> kinds{
    "bundle", "photo", "scan_result", "document", "certificate", "other"};

struct File {
  std::string id;
  std::string system_id;
  std::string kind;  // one of kinds
  std::string name;
  std::string note;
  std::int64_t length = 0;  // bytes
  std::string sha256;
  std::string sm3;
  std::string handed_in_by;  // login
  Instant handed_in;
  std::int64_t version = 1;
};

std::string to_json(const File& file);

}  // namespace dengce::file
