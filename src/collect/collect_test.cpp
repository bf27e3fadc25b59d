// SPDX-License-Identifier: Apache-2.0
#include "collect/collect.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/digest.h"
#include "base/file.h"

namespace dengce::collect {
namespace {

TEST(CollectorScript, IsTheReviewedFileByteForByte) {
  const auto file =
      read_file(std::filesystem::path{DENGCE_SOURCE_DIR} / "collectors/linux/collect.sh");
  ASSERT_TRUE(file);
  EXPECT_EQ(collector_script("linux"), *file);
  EXPECT_EQ(collector_script("linux").substr(0, 10), "#!/bin/sh\n");
}

TEST(CollectorScript, UnknownPlatformHasNone) {
  EXPECT_TRUE(collector_script("plan9").empty());
  EXPECT_TRUE(collector_script("").empty());
  EXPECT_TRUE(collector_script("../linux").empty());
}

// One argument of a program may hold 128 KiB on Linux; the script is passed as one.
TEST(CollectorScript, FitsIntoOneArgument) {
  EXPECT_LT(collector_script("linux").size(), 120'000U);
}

TEST(CollectThisHost, WritesABundleWithItsDigest) {
  auto directory = TempDir::create();
  ASSERT_TRUE(directory);
  const auto path = directory->path() / "包 with blanks.tar.gz";
  const auto collected = collect_this_host(path);
  ASSERT_TRUE(collected) << collected.error().text();
  EXPECT_EQ(collected->path, path);
  const auto bytes = read_file(path);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(collected->bytes, bytes->size());
  EXPECT_EQ(collected->sha256, sha256_hex(*bytes));
  EXPECT_EQ(collected->sm3, sm3_hex(*bytes));
}

TEST(CollectLocal, GivesTheBytesOfABundle) {
  const auto bytes = collect_local();
  ASSERT_TRUE(bytes) << bytes.error().text();
  EXPECT_EQ(bytes->substr(0, 2), "\x1f\x8b");
}

TEST(CollectThisHost, NamesWhatFails) {
  const auto collected = collect_this_host("/nonexistent/folder/x.tar.gz");
  ASSERT_FALSE(collected);
  EXPECT_EQ(collected.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace dengce::collect
