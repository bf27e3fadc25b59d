// SPDX-License-Identifier: Apache-2.0
// Signatures of signed tokens as identity providers make them (RFC 7518), for verifying only.
#pragma once

#include <string_view>

namespace dengce {

// RS256: RSA PKCS #1 v1.5 with SHA-256. Numbers are big-endian bytes; keys below 2048 bits, a
// damaged key and a damaged signature verify nothing.
bool rs256_verifies(std::string_view modulus,
                    std::string_view exponent,
                    std::string_view text,
                    std::string_view signature);

// ES256: ECDSA on P-256 with SHA-256; coordinates of 32 bytes, the signature r and s of 32 each.
bool es256_verifies(std::string_view x,
                    std::string_view y,
                    std::string_view text,
                    std::string_view signature);

}  // namespace dengce
