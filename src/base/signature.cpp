// SPDX-License-Identifier: Apache-2.0
#include "base/signature.h"

#include <botan/data_src.h>
#include <botan/ecdsa.h>
#include <botan/pkcs8.h>
#include <botan/pubkey.h>
#include <botan/sm2.h>
#include <botan/system_rng.h>
#include <botan/x509_key.h>

#include <exception>

namespace dengce {
namespace {

constexpr const char* curve = "sm2p256v1";

std::string parameters() {
  return std::string(sm2_identity) + ",SM3";
}

const std::uint8_t* data_of(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

}  // namespace

struct SigningKey::Key {
  Botan::SM2_PrivateKey key;
};

struct VerifyingKey::Key {
  Botan::SM2_PublicKey key;
};

Result<SigningKey> SigningKey::generate() {
  try {
    return SigningKey(std::make_shared<const Key>(
        Key{Botan::SM2_PrivateKey(Botan::system_rng(), Botan::EC_Group(curve))}));
  } catch (const std::exception& error) {
    return fail(ErrorCode::internal, "签名密钥无法生成", error.what());
  }
}

Result<SigningKey> SigningKey::from_bytes(const Secret& bytes) {
  try {
    const Botan::BigInt number(data_of(bytes.bytes()), bytes.bytes().size());
    const Botan::EC_Group group(curve);
    if (number.is_zero() || number >= group.get_order()) {
      return fail(ErrorCode::data_corrupt, "签名密钥无法识别");
    }
    return SigningKey(std::make_shared<const Key>(
        Key{Botan::SM2_PrivateKey(Botan::system_rng(), group, number)}));
  } catch (const std::exception& error) {
    return fail(ErrorCode::data_corrupt, "签名密钥无法识别", error.what());
  }
}

Secret SigningKey::bytes() const {
  const auto number = Botan::BigInt::encode_1363(key_->key.private_value(), 32);
  return Secret(std::string(reinterpret_cast<const char*>(number.data()), number.size()));
}

Result<std::string> SigningKey::public_pem() const {
  try {
    // As a plain key of an elliptic curve: the form that OpenSSL writes and reads for SM2.
    return Botan::X509::PEM_encode(
        Botan::ECDSA_PublicKey(key_->key.domain(), key_->key.public_point()));
  } catch (const std::exception& error) {
    return fail(ErrorCode::internal, "公钥无法写出", error.what());
  }
}

Result<std::string> SigningKey::sign(std::string_view text) const {
  try {
    Botan::PK_Signer signer(key_->key, Botan::system_rng(), parameters(), Botan::DER_SEQUENCE);
    const auto signature = signer.sign_message(data_of(text), text.size(), Botan::system_rng());
    return std::string(reinterpret_cast<const char*>(signature.data()), signature.size());
  } catch (const std::exception& error) {
    return fail(ErrorCode::internal, "无法签名", error.what());
  }
}

Result<VerifyingKey> VerifyingKey::from_pem(std::string_view pem) {
  try {
    Botan::DataSource_Memory source(data_of(pem), pem.size());
    const std::unique_ptr<Botan::Public_Key> loaded(Botan::X509::load_key(source));
    const auto* point = dynamic_cast<const Botan::EC_PublicKey*>(loaded.get());
    if (point == nullptr || point->domain() != Botan::EC_Group(curve)) {
      return fail(ErrorCode::invalid_argument, "不是 SM2 公钥");
    }
    return VerifyingKey(std::make_shared<const Key>(
        Key{Botan::SM2_PublicKey(point->domain(), point->public_point())}));
  } catch (const std::exception& error) {
    return fail(ErrorCode::invalid_argument, "公钥无法识别", error.what());
  }
}

bool VerifyingKey::verifies(std::string_view text, std::string_view signature) const {
  try {
    Botan::PK_Verifier verifier(key_->key, parameters(), Botan::DER_SEQUENCE);
    return verifier.verify_message(
        data_of(text), text.size(), data_of(signature), signature.size());
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace dengce
