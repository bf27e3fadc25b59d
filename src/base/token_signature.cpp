// SPDX-License-Identifier: Apache-2.0
#include "base/token_signature.h"

#include <botan/ecdsa.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>

#include <cstdint>
#include <exception>

namespace dengce {
namespace {

constexpr std::size_t min_rsa_bits = 2048;
constexpr std::size_t max_rsa_bits = 8192;
constexpr std::size_t coordinate_bytes = 32;

const std::uint8_t* data_of(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

Botan::BigInt number_of(std::string_view bytes) {
  return {data_of(bytes), bytes.size()};
}

bool verifies(const Botan::Public_Key& key,
              const char* padding,
              std::string_view text,
              std::string_view signature) {
  Botan::PK_Verifier verifier(key, padding, Botan::IEEE_1363);
  return verifier.verify_message(data_of(text), text.size(), data_of(signature), signature.size());
}

}  // namespace

bool rs256_verifies(std::string_view modulus,
                    std::string_view exponent,
                    std::string_view text,
                    std::string_view signature) {
  if (modulus.size() > max_rsa_bits / 8 || exponent.size() > 8) return false;
  try {
    const Botan::RSA_PublicKey key(number_of(modulus), number_of(exponent));
    if (key.get_n().bits() < min_rsa_bits || key.get_e() < 3 || key.get_e().is_even()) return false;
    return verifies(key, "EMSA3(SHA-256)", text, signature);
  } catch (const std::exception&) {
    return false;
  }
}

bool es256_verifies(std::string_view x,
                    std::string_view y,
                    std::string_view text,
                    std::string_view signature) {
  if (x.size() != coordinate_bytes || y.size() != coordinate_bytes ||
      signature.size() != 2 * coordinate_bytes) {
    return false;
  }
  try {
    const Botan::EC_Group group("secp256r1");
    const Botan::PointGFp point = group.point(number_of(x), number_of(y));
    if (!point.on_the_curve() || point.is_zero()) return false;
    return verifies(Botan::ECDSA_PublicKey(group, point), "EMSA1(SHA-256)", text, signature);
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace dengce
