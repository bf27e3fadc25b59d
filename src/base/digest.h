// SPDX-License-Identifier: Apache-2.0
// Digests: SHA-256 and SM3 (GB/T 32905), lower case hexadecimal.
#pragma once

#include <string>
#include <string_view>

namespace dengce {

std::string sha256_hex(std::string_view bytes);
std::string sm3_hex(std::string_view bytes);

}  // namespace dengce
