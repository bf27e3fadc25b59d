// SPDX-License-Identifier: Apache-2.0
// Files: bounded reading, whole-or-nothing writing, temporary directories.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dengce {

inline constexpr std::uint64_t default_max_file_bytes = 1ULL << 30;

// Whole file; errors: not_found, permission_denied, too_large, all naming the path.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::uint64_t max_bytes = default_max_file_bytes);

// Writes beside the target, syncs, renames: readers see the old or the new file, never half of one.
Result<> write_file(const std::filesystem::path& path, std::string_view bytes);

// A directory of its own (mode 0700) below the system's temporary directory, removed at the end.
class TempDir {
 public:
  static Result<TempDir> create();

  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TempDir(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace dengce
