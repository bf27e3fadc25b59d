// SPDX-License-Identifier: Apache-2.0
// Files that hold a secret are for their owner alone.
#pragma once

#include <filesystem>

#include "base/random.h"
#include "base/result.h"

namespace dengce {

// May anybody but its owner read or change the file? False when there is none.
bool is_open_to_others(const std::filesystem::path& path);

// The one secret of a file, without the line ends after it; refused when it is open to others or
// empty.
Result<Secret> read_secret_file(const std::filesystem::path& path);

}  // namespace dengce
