// SPDX-License-Identifier: Apache-2.0
// Official wording and weights a user imports from CSV, kept below the data directory and apart
// from our own content.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "standard/standard.h"

namespace dengce::standard {

struct OfficialRow {
  std::string code;
  std::string clause;
  Official value;
};

// Columns code[,clause] and wording and/or weight. Every bad row is named by file and line.
Result<std::vector<OfficialRow>> parse_official(const Standard& standard,
                                                std::string path,
                                                std::string_view bytes);

struct ImportResult {
  std::size_t wordings = 0;
  std::size_t weights = 0;
  std::filesystem::path stored;
};

// Reads a user's file and merges it into <data>/standard-import/gbt22239-2019.csv; nothing is
// stored when a row is bad.
Result<ImportResult> import_official(const Standard& standard,
                                     const std::filesystem::path& file,
                                     const std::filesystem::path& data);
// Puts what was imported into the standard; no file is no error.
Result<> apply_official(Standard& standard, const std::filesystem::path& data);

}  // namespace dengce::standard
