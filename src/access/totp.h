// SPDX-License-Identifier: Apache-2.0
// The second factor: TOTP (RFC 6238, SHA-1, 30 seconds, 6 digits) and recovery codes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace dengce::access {

inline constexpr std::int64_t totp_step_milliseconds = 30'000;

// 20 random bytes.
std::string new_totp_secret();
// The code of one step of 30 seconds, `digits` long.
std::string totp_code(std::string_view secret, std::int64_t step, int digits = 6);
// The step that the code belongs to: this one or a neighbour, later than `last_step`. A code that
// was used is never taken again.
std::optional<std::int64_t> totp_step_of(std::string_view secret,
                                         std::string_view code,
                                         Instant now,
                                         std::int64_t last_step);

// RFC 4648 without padding, as authenticator programs read it.
std::string base32(std::string_view bytes);
// "otpauth://totp/…", the text of the QR code.
std::string totp_uri(std::string_view secret, std::string_view login);

// Ten codes like "7KQ2-M4XA-9PTC-E3HB".
std::vector<std::string> new_recovery_codes();
// How a recovery code is stored; blanks, dashes and case do not matter.
std::string recovery_digest(std::string_view code);

}  // namespace dengce::access
