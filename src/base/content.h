// SPDX-License-Identifier: Apache-2.0
// Content: the domain data under content/ (and the collectors), embedded in the program. A
// directory may replace content/, never collectors/.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dengce {

class Content {
 public:
  // The copy inside the program.
  static Content embedded();
  // All regular files below a directory (bounded: 20,000 files, 64 MiB each).
  static Result<Content> from_directory(const std::filesystem::path& directory);

  // Bytes of "standard/gbt22239-2019/items.csv"; not_found names the path.
  [[nodiscard]] Result<std::string_view> read(std::string_view path) const;
  // Paths that begin with the prefix, sorted.
  [[nodiscard]] std::vector<std::string> list(std::string_view prefix) const;
  // SHA-256 over all paths and bytes below the prefix: the version of this content.
  [[nodiscard]] std::string digest(std::string_view prefix = {}) const;

  // A replaced or added file (tests, user imports); owns the bytes.
  void put(std::string path, std::string bytes);

 private:
  std::map<std::string, std::string_view, std::less<>> files_;
  std::map<std::string, std::shared_ptr<const std::string>, std::less<>> owned_;
};

// A file of collectors/ or migrations/ or web/ compiled into the program, e.g.
// "collectors/linux/collect.sh", "migrations/0001_initial.sql", "web/index.html"; empty if absent.
std::string_view compiled_in(std::string_view path);
// Compiled-in paths that begin with the prefix, sorted.
std::vector<std::string_view> compiled_in_list(std::string_view prefix);

}  // namespace dengce
