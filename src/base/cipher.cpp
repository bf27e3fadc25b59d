// SPDX-License-Identifier: Apache-2.0
#include "base/cipher.h"

#include <botan/aead.h>
#include <botan/kdf.h>

#include <exception>

namespace dengce {
namespace {

const std::uint8_t* data_of(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

const char* botan_name(Cipher cipher) {
  return cipher == Cipher::sm4_gcm ? "SM4/GCM" : "AES-256/GCM";
}

tl::unexpected<Error> unreadable(std::string detail) {
  return fail(
      ErrorCode::data_corrupt, "加密数据无法解开：密钥不符，或数据被改动", std::move(detail));
}

// Runs in place behind `head` bytes.
std::string run(Cipher cipher,
                Botan::Cipher_Dir direction,
                const Secret& key,
                std::string_view nonce,
                std::string_view input,
                std::string_view associated) {
  const auto mode = Botan::AEAD_Mode::create_or_throw(botan_name(cipher), direction);
  mode->set_key(data_of(key.bytes()), key.bytes().size());
  mode->set_associated_data(data_of(associated), associated.size());
  mode->start(data_of(nonce), nonce.size());
  Botan::secure_vector<std::uint8_t> buffer(data_of(input), data_of(input) + input.size());
  mode->finish(buffer);
  return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
}

}  // namespace

std::string_view cipher_name(Cipher cipher) {
  return cipher == Cipher::sm4_gcm ? "sm4-gcm" : "aes-256-gcm";
}

std::optional<Cipher> cipher_from(std::string_view name) {
  if (name == "sm4-gcm") return Cipher::sm4_gcm;
  if (name == "aes-256-gcm") return Cipher::aes_256_gcm;
  return std::nullopt;
}

std::size_t cipher_key_bytes(Cipher cipher) {
  return cipher == Cipher::sm4_gcm ? 16 : 32;
}

Result<std::string> encrypt(Cipher cipher,
                            const Secret& key,
                            std::string_view plain,
                            std::string_view associated) {
  try {
    std::string out = random_bytes(cipher_nonce_bytes);
    out += run(cipher, Botan::ENCRYPTION, key, out, plain, associated);
    return out;
  } catch (const std::exception& error) {
    return fail(ErrorCode::internal, "数据无法加密", error.what());
  }
}

Result<std::string> decrypt(Cipher cipher,
                            const Secret& key,
                            std::string_view sealed,
                            std::string_view associated) {
  if (sealed.size() < cipher_nonce_bytes + cipher_tag_bytes) return unreadable("too short");
  try {
    return run(cipher,
               Botan::DECRYPTION,
               key,
               sealed.substr(0, cipher_nonce_bytes),
               sealed.substr(cipher_nonce_bytes),
               associated);
  } catch (const std::exception& error) {
    return unreadable(error.what());
  }
}

Result<Secret> derive_key(const Secret& master, std::string_view purpose, std::size_t bytes) {
  try {
    const auto kdf = Botan::KDF::create_or_throw("HKDF(SM3)");
    const auto key = kdf->derive_key(bytes,
                                     data_of(master.bytes()),
                                     master.bytes().size(),
                                     nullptr,
                                     0,
                                     data_of(purpose),
                                     purpose.size());
    return Secret(std::string(reinterpret_cast<const char*>(key.data()), key.size()));
  } catch (const std::exception& error) {
    return fail(ErrorCode::internal, "密钥无法派生", error.what());
  }
}

}  // namespace dengce
