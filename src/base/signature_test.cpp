// SPDX-License-Identifier: Apache-2.0
#include "base/signature.h"

#include <gtest/gtest.h>

#include <string>

#include "base/file.h"
#include "base/subprocess.h"

namespace dengce {
namespace {

TEST(Signature, VerifiesOnlyTheTextThatWasSigned) {
  const auto key = SigningKey::generate();
  ASSERT_TRUE(key);
  const std::string signature = *key->sign("head 7");
  const auto reader = VerifyingKey::from_pem(*key->public_pem());
  ASSERT_TRUE(reader) << reader.error().text();
  EXPECT_TRUE(reader->verifies("head 7", signature));
  EXPECT_FALSE(reader->verifies("head 8", signature));
  EXPECT_FALSE(reader->verifies("head 7", ""));
  for (std::size_t at = 0; at < signature.size(); ++at) {
    std::string changed = signature;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(reader->verifies("head 7", changed)) << at;
  }
  const auto other = VerifyingKey::from_pem(*SigningKey::generate()->public_pem());
  EXPECT_FALSE(other->verifies("head 7", signature));
}

TEST(Signature, KeysSurviveStorage) {
  const auto key = SigningKey::generate();
  const auto again = SigningKey::from_bytes(key->bytes());
  ASSERT_TRUE(again);
  EXPECT_EQ(*again->public_pem(), *key->public_pem());
  const auto reader = VerifyingKey::from_pem(*key->public_pem());
  EXPECT_TRUE(reader->verifies("x", *again->sign("x")));
  EXPECT_EQ(SigningKey::from_bytes(Secret(std::string(32, '\0'))).error().code,
            ErrorCode::data_corrupt);
  EXPECT_EQ(SigningKey::from_bytes(Secret(std::string(32, '\xff'))).error().code,
            ErrorCode::data_corrupt);
}

TEST(Signature, OtherKeysAreRefused) {
  EXPECT_FALSE(VerifyingKey::from_pem(""));
  EXPECT_FALSE(
      VerifyingKey::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"));
}

// The independent verifier calls OpenSSL.
TEST(Signature, OpensslAgrees) {
  const auto directory = TempDir::create();
  const auto key = SigningKey::generate();
  const auto at = [&](const char* name) { return (directory->path() / name).string(); };
  ASSERT_TRUE(write_file(at("key.pem"), *key->public_pem()));
  ASSERT_TRUE(write_file(at("text"), "dengce-seal/1\n"));
  ASSERT_TRUE(write_file(at("signature"), *key->sign("dengce-seal/1\n")));
  const auto done = run_subprocess({"openssl",
                                    "pkeyutl",
                                    "-verify",
                                    "-pubin",
                                    "-inkey",
                                    at("key.pem"),
                                    "-rawin",
                                    "-digest",
                                    "sm3",
                                    "-pkeyopt",
                                    "distid:1234567812345678",
                                    "-in",
                                    at("text"),
                                    "-sigfile",
                                    at("signature")});
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->exit_code, 0) << done->output;
}

}  // namespace
}  // namespace dengce
