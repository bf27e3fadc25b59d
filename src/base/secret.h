// SPDX-License-Identifier: Apache-2.0
// What secrets of people need: random words, Argon2id, HMAC-SHA1 (for TOTP).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dengce {

// `length` characters, each evenly drawn from the alphabet (2 to 256 characters).
std::string random_text(std::size_t length, std::string_view alphabet);

struct Argon2Cost {
  std::size_t memory_kib = 65536;
  std::size_t passes = 3;
};

// "$argon2id$v=19$m=65536,t=3,p=1$salt$hash" with a fresh salt.
std::string argon2id_hash(std::string_view password, const Argon2Cost& cost);
// False for another password and for a text that is no such hash.
bool argon2id_matches(std::string_view password, const std::string& hash);

// 20 bytes.
std::string hmac_sha1(std::string_view key, std::string_view message);

}  // namespace dengce
