// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <botan/hash.h>
#include <botan/hex.h>

namespace dengce {
namespace {

std::string digest(const char* algorithm, std::string_view bytes) {
  const auto hash = Botan::HashFunction::create_or_throw(algorithm);
  hash->update(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return Botan::hex_encode(hash->final(), false);
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  return digest("SHA-256", bytes);
}

std::string sm3_hex(std::string_view bytes) {
  return digest("SM3", bytes);
}

}  // namespace dengce
