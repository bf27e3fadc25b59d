// SPDX-License-Identifier: Apache-2.0
#include "access/password.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "access/rights.h"

namespace dengce::access {
namespace {

const Policy& policy() {
  static const Policy loaded = Policy::load(Content::embedded()).value();
  return loaded;
}

// The reasons, joined.
std::string refused(std::string_view password, std::string_view login = "zhangsan") {
  const auto checked = check_new_password(policy(), login, password);
  std::string out;
  if (checked) return out;
  for (const Problem& problem : checked.error().problems) {
    EXPECT_EQ(problem.field, "new");
    out += problem.reason + "|";
  }
  return out;
}

TEST(Password, RulesOfANewOne) {
  EXPECT_EQ(refused("Correct-Horse-7"), "");
  EXPECT_EQ(refused("十二个汉字加Abcdef1"), "");
  EXPECT_NE(refused("Short-1a").find("至少 12"), std::string::npos);
  EXPECT_NE(refused("alllowercaseletters").find("至少含 3 类"), std::string::npos);
  EXPECT_NE(refused("ALLUPPER-BUTNODIGIT").find("至少含 3 类"), std::string::npos);
  EXPECT_NE(refused("xZhangSan-2026-qq").find("登录名"), std::string::npos);
  EXPECT_NE(refused("x-nasgnahz-2026-Q").find("登录名"), std::string::npos);
  EXPECT_NE(refused("P@ssw0rd1234").find("常见"), std::string::npos);
  EXPECT_NE(refused("aaaaBBBB1111!!").find("重复"), std::string::npos);
  EXPECT_NE(refused("Ab1Ab1Ab1Ab1Ab1").find("重复"), std::string::npos);
  EXPECT_NE(refused("Correct-Horse-7\xff").find("UTF-8"), std::string::npos);
  EXPECT_NE(refused(std::string(300, 'x')).find("256"), std::string::npos);
  EXPECT_NE(refused("").find("至少 12"), std::string::npos);
}

TEST(Password, GeneratedOnesFollowTheRules) {
  std::set<std::string> seen;
  for (int i = 0; i < 500; ++i) {
    const std::string password = generate_password();
    EXPECT_EQ(password.size(), 20U);
    EXPECT_EQ(refused(password), "") << password;
    EXPECT_TRUE(seen.insert(password).second);
  }
}

Policy cheap() {
  Policy out = policy();
  out.argon2_memory_mib = 19;
  out.argon2_passes = 1;
  return out;
}

TEST(Password, HashesWithThePolicysCost) {
  PasswordHasher hasher(policy());
  const std::string hash = hasher.hash("Correct-Horse-7");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << hash;
  EXPECT_TRUE(hasher.matches("Correct-Horse-7", hash));
  EXPECT_FALSE(hasher.matches("correct-horse-7", hash));
}

TEST(Password, AnUnknownLoginCostsTheSameAndNeverMatches) {
  PasswordHasher hasher(cheap());
  const std::string hash = hasher.hash("Correct-Horse-7");
  using Timer = std::chrono::steady_clock;
  const auto time = [&](const std::string& against) {
    auto best = Timer::duration::max();
    for (int i = 0; i < 15; ++i) {
      const auto begin = Timer::now();
      EXPECT_FALSE(hasher.matches("wrong", against));
      best = std::min(best, Timer::now() - begin);
    }
    return std::chrono::duration<double>(best).count();
  };
  const double known = time(hash);
  const double unknown = time("");
  EXPECT_LT(unknown, known * 3);
  EXPECT_GT(unknown, known / 3);
}

TEST(Password, NoMoreThanTheAllowedRunAtOnce) {
  Policy one = cheap();
  one.argon2_at_once = 1;
  PasswordHasher hasher(one);
  const std::string hash = hasher.hash("Correct-Horse-7");
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { right += hasher.matches("Correct-Horse-7", hash) ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 8);
}

}  // namespace
}  // namespace dengce::access
