// SPDX-License-Identifier: Apache-2.0
// SM2 signatures over SM3 (GB/T 32918.2), the signer's identity being the usual default one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace dengce {

// What both sides mix into the digest; other programs call it distid or user id.
inline constexpr std::string_view sm2_identity = "1234567812345678";

class SigningKey {
 public:
  static Result<SigningKey> generate();
  static Result<SigningKey> from_bytes(const Secret& bytes);

  // For a vault only.
  [[nodiscard]] Secret bytes() const;
  // SubjectPublicKeyInfo as OpenSSL reads it.
  [[nodiscard]] Result<std::string> public_pem() const;
  // DER sequence of r and s.
  [[nodiscard]] Result<std::string> sign(std::string_view text) const;

 private:
  struct Key;

  explicit SigningKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

  std::shared_ptr<const Key> key_;
};

class VerifyingKey {
 public:
  static Result<VerifyingKey> from_pem(std::string_view pem);

  [[nodiscard]] bool verifies(std::string_view text, std::string_view signature) const;

 private:
  struct Key;

  explicit VerifyingKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

  std::shared_ptr<const Key> key_;
};

}  // namespace dengce
