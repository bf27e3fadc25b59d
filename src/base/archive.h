// SPDX-License-Identifier: Apache-2.0
// Archives: bounded reading of tar, tar.gz and zip in memory; deterministic writing of tar.gz.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dengce {

struct ArchiveLimits {
  std::uint64_t max_entries = 20'000;
  std::uint64_t max_entry_bytes = 64ULL << 20;
  std::uint64_t max_total_bytes = 512ULL << 20;
  std::uint64_t max_ratio = 200;  // unpacked : packed, looked at once 8 MiB are unpacked
};

struct ArchiveEntry {
  std::string path;  // relative, '/' separated, never with "..", never absolute
  std::string bytes;
};

// Reads all regular files. Refuses names that are absolute, contain "..", "\" drive names, control
// bytes or stand twice; links and devices; a limit passed; truncated or damaged archives. The Error
// names the entry. `name` is used in messages only.
Result<std::vector<ArchiveEntry>> read_archive(const std::string& name,
                                               std::string_view bytes,
                                               const ArchiveLimits& limits = {});

// Same entries → same bytes (order kept, time 0, mode 0644).
Result<std::string> write_tar_gz(const std::vector<ArchiveEntry>& entries);

}  // namespace dengce
