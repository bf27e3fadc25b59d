// SPDX-License-Identifier: Apache-2.0
#include "check/batch.h"

#include <gtest/gtest.h>

#include <mutex>

#include "check/check_loader.h"

namespace dengce::check {
namespace {

using evidence::FactId;

TEST(Batch, VerdictsAreReadAsTheyWereWritten) {
  VerdictWriter writer;
  writer.add(0, {Status::pass, "取值为 7", std::nullopt, {}});
  writer.add(3, {Status::fail, "", (std::int64_t{5} << 32) | 70'000, {}});
  writer.add(299, {Status::error, std::string(2000, 'x'), std::int64_t{0}, {}});
  const std::string bytes = writer.take();
  const auto read = read_verdicts(bytes);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ((*read)[0].reason, "取值为 7");
  EXPECT_FALSE((*read)[0].source);
  EXPECT_EQ((*read)[1].check, 3);
  EXPECT_EQ((*read)[1].status, Status::fail);
  EXPECT_EQ(*(*read)[1].source, (std::int64_t{5} << 32) | 70'000);
  EXPECT_EQ((*read)[2].check, 299);
  EXPECT_EQ((*read)[2].reason.size(), 2000U);
  EXPECT_TRUE(writer.take().empty());
  for (std::size_t cut = 1; cut < 12; ++cut) {
    EXPECT_FALSE(read_verdicts(std::string_view(bytes).substr(0, cut))) << cut;
  }
  EXPECT_FALSE(read_verdicts("\x01\x07"));
  EXPECT_FALSE(read_verdicts(std::string_view("\0\0\0", 3)));
  EXPECT_TRUE(read_verdicts("")->empty());
}

Result<evidence::FactSet> host(std::size_t number) {
  if (number == 7) return fail(ErrorCode::data_corrupt, "坏");
  evidence::FactSetBuilder builder;
  const std::uint32_t file = builder.file("/etc/login.defs");
  builder.add(FactId::login_defs, {"PASS_MAX_DAYS", std::to_string(number % 200)}, {file, 3});
  builder.add(FactId::coverage, {"login_defs", "covered", nullptr});
  return builder.build();
}

TEST(Batch, TheNumberOfThreadsChangesNothing) {
  auto content = Content::from_directory(DENGCE_SOURCE_DIR "/content");
  ASSERT_TRUE(content);
  const auto checks = load_checks(*content);
  ASSERT_TRUE(checks) << checks.error().text();
  constexpr std::size_t hosts = 40;
  const auto run = [&](int threads) {
    std::vector<std::string> out(hosts);
    std::mutex lock;
    const auto done =
        evaluate_hosts(*checks,
                       "linux",
                       hosts,
                       host,
                       [&](std::size_t number, Result<std::string> verdicts) {
                         const std::lock_guard guard(lock);
                         out[number] = verdicts ? *verdicts : "error: " + verdicts.error().message;
                       },
                       {threads, {}});
    EXPECT_TRUE(done);
    return out;
  };
  const auto one = run(1);
  EXPECT_EQ(one, run(2));
  EXPECT_EQ(one[7], "error: 坏");
  const auto verdicts = read_verdicts(one[90 % hosts]);
  ASSERT_TRUE(verdicts);
  EXPECT_EQ(verdicts->size(), checks->checks().size());
  // Nothing of one host is left in the next: each differs only by what its own facts say.
  const int index = checks->index("linux-password-max-days");
  ASSERT_GE(index, 0);
  for (const std::size_t number : {std::size_t{0}, std::size_t{1}, std::size_t{39}}) {
    const auto own = read_verdicts(one[number]);
    ASSERT_TRUE(own);
    const auto& verdict = (*own)[static_cast<std::size_t>(index)];
    EXPECT_NE(verdict.reason.find(std::to_string(number)), std::string_view::npos)
        << verdict.reason;
  }
}

TEST(Batch, OtherPlatformsAreLeftOut) {
  auto content = Content::from_directory(DENGCE_SOURCE_DIR "/content");
  const auto checks = load_checks(*content);
  ASSERT_TRUE(checks);
  std::string bytes = "x";
  const auto done = evaluate_hosts(
      *checks, "windows", 1, host, [&](std::size_t, Result<std::string> out) { bytes = *out; });
  ASSERT_TRUE(done);
  EXPECT_TRUE(bytes.empty());
}

}  // namespace
}  // namespace dengce::check
