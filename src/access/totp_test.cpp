// SPDX-License-Identifier: Apache-2.0
#include "access/totp.h"

#include <gtest/gtest.h>

#include <set>

namespace dengce::access {
namespace {

constexpr std::string_view rfc_secret = "12345678901234567890";

// RFC 6238, appendix B, the SHA-1 rows.
TEST(Totp, VectorsOfTheRfc) {
  const std::vector<std::pair<std::int64_t, const char*>> vectors{{59, "94287082"},
                                                                  {1111111109, "07081804"},
                                                                  {1111111111, "14050471"},
                                                                  {1234567890, "89005924"},
                                                                  {2000000000, "69279037"},
                                                                  {20000000000, "65353130"}};
  for (const auto& [seconds, code] : vectors) {
    EXPECT_EQ(totp_code(rfc_secret, seconds / 30, 8), code);
    EXPECT_EQ(totp_code(rfc_secret, seconds / 30), std::string(code).substr(2));
  }
}

TEST(Totp, ACodeWorksAStepBeforeAndAfterAndOnce) {
  const Instant now{1'800'000'015'000};
  const std::int64_t step = now.milliseconds / 30'000;
  for (std::int64_t off = -3; off <= 3; ++off) {
    const auto found = totp_step_of(rfc_secret, totp_code(rfc_secret, step + off), now, 0);
    EXPECT_EQ(found.has_value(), off >= -1 && off <= 1) << off;
  }
  const std::string code = totp_code(rfc_secret, step);
  EXPECT_EQ(totp_step_of(rfc_secret, code, now, step - 1), step);
  EXPECT_FALSE(totp_step_of(rfc_secret, code, now, step));
  EXPECT_FALSE(totp_step_of(rfc_secret, code, now, step + 1));
  EXPECT_FALSE(totp_step_of(rfc_secret, "", now, 0));
  EXPECT_FALSE(totp_step_of(rfc_secret, code + "0", now, 0));
}

// RFC 4648, section 10.
TEST(Totp, Base32) {
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("fo"), "MZXQ");
  EXPECT_EQ(base32("foo"), "MZXW6");
  EXPECT_EQ(base32("foob"), "MZXW6YQ");
  EXPECT_EQ(base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(base32(rfc_secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  EXPECT_NE(totp_uri(rfc_secret, "zhang").find("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"),
            std::string::npos);
}

TEST(Totp, RecoveryCodes) {
  const auto codes = new_recovery_codes();
  EXPECT_EQ(codes.size(), 10U);
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 10U);
  EXPECT_EQ(codes[0].size(), 29U);  // 24 of 5 bits and 5 hyphens
  std::string typed;
  for (const char c : codes[0]) {
    if (c != '-') typed += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  EXPECT_EQ(recovery_digest(typed), recovery_digest(codes[0]));
  EXPECT_NE(recovery_digest(codes[1]), recovery_digest(codes[0]));
}

}  // namespace
}  // namespace dengce::access
