// SPDX-License-Identifier: Apache-2.0
// The master key out of a PKCS#11 token: an HMAC that the token computes with a key which never
// leaves it.
#pragma once

#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace dengce {

// "pkcs11:…", an address of RFC 7512.
bool is_token_address(std::string_view text);

// 32 bytes: HMAC-SHA-256 of a fixed text under the secret key that the address names, as the token
// computes it. The address names token and object, and may name the module (module-path) and the
// file of the PIN (pin-source=file:…, for its owner alone); else modules are those registered on
// the machine, and the PIN is that of DENGCE_TOKEN_PIN.
// invalid_argument: no such address, a PIN written in it, a wrong PIN; not_found: no such token or
// key; failed_precondition: several keys, or one that cannot do it; unavailable: the module.
Result<Secret> master_key_of_token(std::string_view address);

}  // namespace dengce
