// SPDX-License-Identifier: Apache-2.0
// Collection on this host: runs the compiled-in collector script through /bin/sh, read-only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dengce::collect {

// The reviewed script of a platform ("linux"), byte for byte; empty if there is none.
std::string_view collector_script(std::string_view platform);

// What the collector left: the bundle and its digests, taken from the file itself.
struct Collected {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  std::string sha256;
  std::string sm3;
};

// Collects this host into a bundle; an empty output leaves the name to the collector (the host's
// name and the time, in the current directory). Progress goes to standard error.
Result<Collected> collect_this_host(const std::filesystem::path& output = {});

// The same, kept in memory only: the bytes of the bundle (tar.gz).
Result<std::string> collect_local();

}  // namespace dengce::collect
