// SPDX-License-Identifier: Apache-2.0
#include "base/deflate.h"

#include <gtest/gtest.h>

namespace dengce {
namespace {

std::string mixed(std::size_t size) {
  std::string out;
  std::uint32_t state = 1;
  while (out.size() < size) {
    state = state * 1664525U + 1013904223U;
    out += static_cast<char>(state >> 24U);
    out += "经核查，";
  }
  return out;
}

TEST(Deflate, ComesBackTheSame) {
  for (const std::size_t size : {0U, 1U, 65'536U, 65'537U, 3'000'000U}) {
    const std::string text = size == 0 ? std::string() : mixed(size);
    const auto back = inflate(deflate(text), text.size());
    ASSERT_TRUE(back) << size;
    EXPECT_EQ(*back, text);
  }
  EXPECT_LT(deflate(std::string(1'000'000, 'a')).size(), 10'000U);
}

TEST(Deflate, DamageIsNoticed) {
  const std::string packed = deflate(mixed(200'000));
  for (std::size_t cut : {std::size_t{0}, std::size_t{1}, packed.size() / 2, packed.size() - 1}) {
    EXPECT_EQ(inflate(packed.substr(0, cut), 1U << 20).error().code, ErrorCode::data_corrupt);
  }
  EXPECT_EQ(inflate(packed + "x", 1U << 20).error().code, ErrorCode::data_corrupt);
  std::string changed = packed;
  changed[changed.size() / 2] ^= 1;
  EXPECT_FALSE(inflate(changed, 1U << 20));
}

TEST(Deflate, ABombEndsAtTheLimit) {
  const std::string bomb = deflate(std::string(50'000'000, '\0'));
  EXPECT_EQ(inflate(bomb, 1'000'000).error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace dengce
