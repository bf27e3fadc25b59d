// SPDX-License-Identifier: Apache-2.0
#include "access/totp.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/random.h"
#include "base/secret.h"

namespace dengce::access {
namespace {

constexpr std::size_t secret_bytes = 20;  // RFC 4226 section 4: at least 16, better 20
constexpr std::size_t recovery_count = 10;
constexpr std::string_view recovery_alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";  // 32: 120 bits

std::string message_of(std::int64_t step) {
  std::string out(8, '\0');
  auto rest = static_cast<std::uint64_t>(step);
  for (std::size_t i = 8; i-- > 0; rest >>= 8U) out[i] = static_cast<char>(rest & 0xFFU);
  return out;
}

}  // namespace

std::string new_totp_secret() {
  return random_bytes(secret_bytes);
}

std::string totp_code(std::string_view secret, std::int64_t step, int digits) {
  const std::string mac = hmac_sha1(secret, message_of(step));
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(mac[i]));
  };
  const std::size_t at = byte(mac.size() - 1) & 0xFU;
  const std::uint32_t number =
      (byte(at) & 0x7FU) << 24U | byte(at + 1) << 16U | byte(at + 2) << 8U | byte(at + 3);
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  return fmt::format("{:0{}}", number % modulus, digits);
}

std::optional<std::int64_t> totp_step_of(std::string_view secret,
                                         std::string_view code,
                                         Instant now,
                                         std::int64_t last_step) {
  const std::int64_t current = now.milliseconds / totp_step_milliseconds;
  std::optional<std::int64_t> found;
  for (std::int64_t step = current - 1; step <= current + 1; ++step) {
    if (equal_secrets(totp_code(secret, step), code) && step > last_step) found = step;
  }
  return found;
}

std::string base32(std::string_view bytes) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    held = held << 8U | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += alphabet[held >> bits & 31U];
    }
    held &= (1U << bits) - 1U;
  }
  if (bits > 0) out += alphabet[held << (5 - bits) & 31U];
  return out;
}

std::string totp_uri(std::string_view secret, std::string_view login) {
  return fmt::format(
      "otpauth://totp/Dengce:{}?secret={}&issuer=Dengce&algorithm=SHA1&digits=6&period=30",
      login,
      base32(secret));
}

std::vector<std::string> new_recovery_codes() {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < recovery_count; ++i) {
    std::string code = random_text(24, recovery_alphabet);
    for (const std::size_t at : {20U, 16U, 12U, 8U, 4U}) code.insert(at, 1, '-');
    codes.push_back(std::move(code));
  }
  return codes;
}

std::string recovery_digest(std::string_view code) {
  std::string plain;
  for (const char c : code) {
    if (c == '-' || c == ' ') continue;
    plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return sha256_hex("recovery:" + plain);
}

}  // namespace dengce::access
