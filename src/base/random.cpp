// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <botan/hex.h>
#include <botan/mem_ops.h>
#include <botan/system_rng.h>

namespace dengce {

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  Botan::system_rng().randomize(reinterpret_cast<std::uint8_t*>(out.data()), out.size());
  return out;
}

std::string random_hex(std::size_t bytes) {
  return to_hex(random_bytes(bytes));
}

std::string to_hex(std::string_view bytes) {
  return Botan::hex_encode(
      reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), false);
}

std::string from_hex(std::string_view text) {
  const auto digit = [](char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
  };
  if (text.size() % 2 != 0) return {};
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return {};
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

Secret::~Secret() {
  Botan::secure_scrub_memory(bytes_.data(), bytes_.size());
}

bool equal_secrets(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  return Botan::constant_time_compare(reinterpret_cast<const std::uint8_t*>(left.data()),
                                      reinterpret_cast<const std::uint8_t*>(right.data()),
                                      left.size());
}

}  // namespace dengce
