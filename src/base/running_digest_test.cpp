// SPDX-License-Identifier: Apache-2.0
#include "base/running_digest.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace dengce {
namespace {

TEST(RunningDigest, PiecesGiveTheDigestOfTheWhole) {
  const std::string text(100'000, 'x');
  RunningDigest sm3(DigestKind::sm3);
  RunningDigest sha256(DigestKind::sha256);
  for (std::size_t at = 0; at < text.size(); at += 777) {
    sm3.add(std::string_view(text).substr(at, 777));
    sha256.add(std::string_view(text).substr(at, 777));
  }
  EXPECT_EQ(sm3.finish_hex(), sm3_hex(text));
  EXPECT_EQ(sha256.finish_hex(), sha256_hex(text));
  sm3.add("abc");
  EXPECT_EQ(sm3.finish_hex(), sm3_hex("abc"));
}

TEST(RunningDigest, KnowsItsNames) {
  RunningDigest sha1(*digest_kind("sha1"));
  sha1.add("abc");
  EXPECT_EQ(sha1.finish_hex(), "a9993e364706816aba3e25717850c26c9cd0d89d");  // FIPS 180 example
  EXPECT_EQ(digest_kind("sm3"), DigestKind::sm3);
  EXPECT_FALSE(digest_kind("md5"));
}

}  // namespace
}  // namespace dengce
