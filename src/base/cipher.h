// SPDX-License-Identifier: Apache-2.0
// Authenticated encryption: AES-256-GCM and SM4-GCM (GB/T 32907) with a random nonce.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace dengce {

// The numbers stand in stored data.
enum class Cipher : std::uint8_t { aes_256_gcm = 1, sm4_gcm = 2 };

inline constexpr std::size_t cipher_nonce_bytes = 12;
inline constexpr std::size_t cipher_tag_bytes = 16;

// "aes-256-gcm", "sm4-gcm"
std::string_view cipher_name(Cipher cipher);
std::optional<Cipher> cipher_from(std::string_view name);
std::size_t cipher_key_bytes(Cipher cipher);

// Nonce, ciphertext and tag. `associated` is authenticated, not stored.
Result<std::string> encrypt(Cipher cipher,
                            const Secret& key,
                            std::string_view plain,
                            std::string_view associated);
// data_corrupt when key, bytes or associated data are not those of encrypt().
Result<std::string> decrypt(Cipher cipher,
                            const Secret& key,
                            std::string_view sealed,
                            std::string_view associated);

// HKDF with SM3: a key of its own for each purpose.
Result<Secret> derive_key(const Secret& master, std::string_view purpose, std::size_t bytes);

}  // namespace dengce
