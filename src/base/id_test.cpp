// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"

#include <gtest/gtest.h>

#include <set>

namespace dengce {
namespace {

// Beyond every real time, so that other ids of this process do not stand above it.
constexpr std::int64_t far_ahead = 0x0200'0000'0000;

Instant still_clock() {
  return {far_ahead};
}

Instant earlier_clock() {
  return {far_ahead - 5000};
}

TEST(Id, HasTheFormOfUuid7) {
  const std::string id = new_id();
  ASSERT_EQ(id.size(), 36U);
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    EXPECT_EQ(id[i] == '-', dash) << id;
    if (!dash) {
      EXPECT_NE(std::string("0123456789abcdef").find(id[i]), std::string::npos) << id;
    }
  }
  EXPECT_EQ(id[14], '7') << "version";
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << "variant";
}

TEST(Id, BeginsWithTheTime) {
  const std::int64_t before = system_now().milliseconds;
  const std::string id = new_id();
  const std::int64_t after = system_now().milliseconds;
  const std::int64_t time = std::stoll(id.substr(0, 8) + id.substr(9, 4), nullptr, 16);
  EXPECT_GE(time, before);
  EXPECT_LE(time, after);
}

TEST(Id, AscendsInsideOneMillisecondAndWhenTheClockGoesBack) {
  std::set<std::string> seen;
  std::string last = new_id(still_clock);
  for (int i = 0; i < 10'000; ++i) {  // more than the 12 bits of the counter hold
    std::string next = new_id(i % 2 == 0 ? still_clock : earlier_clock);
    ASSERT_LT(last, next);
    EXPECT_TRUE(seen.insert(next.substr(19)).second) << "the tail is random";
    last = std::move(next);
  }
}

}  // namespace
}  // namespace dengce
