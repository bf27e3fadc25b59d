// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace dengce {
namespace {

TEST(Secret, RandomTextIsEvenlyDrawn) {
  std::map<char, int> count;
  for (const char c : random_text(60000, "abc")) ++count[c];
  ASSERT_EQ(count.size(), 3U);
  for (const auto& [letter, times] : count) EXPECT_NEAR(times, 20000, 1000) << letter;
}

TEST(Secret, Argon2Matches) {
  const std::string hash = argon2id_hash("正确的口令 A1!", {.memory_kib = 1024, .passes = 1});
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=1024,t=1,p=1$")) << hash;
  EXPECT_TRUE(argon2id_matches("正确的口令 A1!", hash));
  EXPECT_FALSE(argon2id_matches("正确的口令 A1", hash));
  EXPECT_FALSE(argon2id_matches("", hash));
  EXPECT_NE(hash, argon2id_hash("正确的口令 A1!", {.memory_kib = 1024, .passes = 1}));
  for (const char* broken : {"", "$", "$argon2id$v=19$m=1024,t=1,p=1$", "abc", "$argon2id$v=19$"}) {
    EXPECT_FALSE(argon2id_matches("x", broken)) << broken;
  }
}

// RFC 2202, test cases 1 and 2.
TEST(Secret, HmacSha1) {
  const auto digest = [](std::string_view key, std::string_view message) {
    return to_hex(hmac_sha1(key, message));
  };
  EXPECT_EQ(digest(std::string(20, '\x0b'), "Hi There"),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(digest("Jefe", "what do ya want for nothing?"),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

}  // namespace
}  // namespace dengce
