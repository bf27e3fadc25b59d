// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <botan/argon2.h>
#include <botan/auto_rng.h>
#include <botan/mac.h>

#include "base/random.h"

namespace dengce {

std::string random_text(std::size_t length, std::string_view alphabet) {
  // Values above the last whole multiple are thrown away, else some letters would come more often.
  const std::size_t fair = 256 - 256 % alphabet.size();
  std::string out;
  while (out.size() < length) {
    for (const char octet : random_bytes(length)) {
      const auto value = static_cast<unsigned char>(octet);
      if (value < fair && out.size() < length) out += alphabet[value % alphabet.size()];
    }
  }
  return out;
}

std::string argon2id_hash(std::string_view password, const Argon2Cost& cost) {
  Botan::AutoSeeded_RNG random;
  return Botan::argon2_generate_pwhash(
      password.data(), password.size(), random, 1, cost.memory_kib, cost.passes);
}

bool argon2id_matches(std::string_view password, const std::string& hash) {
  try {
    return Botan::argon2_check_pwhash(password.data(), password.size(), hash);
  } catch (const std::exception&) {
    return false;  // a damaged hash matches nothing
  }
}

std::string hmac_sha1(std::string_view key, std::string_view message) {
  const auto mac = Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-1)");
  mac->set_key(reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
  mac->update(reinterpret_cast<const std::uint8_t*>(message.data()), message.size());
  const auto tag = mac->final();
  return {tag.begin(), tag.end()};
}

}  // namespace dengce
