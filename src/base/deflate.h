// SPDX-License-Identifier: Apache-2.0
// Compression of texts in memory, fast rather than small.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dengce {

std::string deflate(std::string_view bytes);
// data_corrupt for bytes that deflate() did not make; too_large beyond max_bytes.
Result<std::string> inflate(std::string_view packed, std::size_t max_bytes);

}  // namespace dengce
