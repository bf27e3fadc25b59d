// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace dengce {
namespace {

namespace fs = std::filesystem;

TempDir scratch() {
  auto created = TempDir::create();
  EXPECT_TRUE(created.has_value());
  return std::move(*created);
}

TEST(File, WhatIsWrittenIsReadBack) {
  const TempDir place = scratch();
  const std::string bytes = std::string("a\0b\n", 4) + std::string(200'000, 'x');
  ASSERT_TRUE(write_file(place.path() / "f", bytes).has_value());
  EXPECT_EQ(read_file(place.path() / "f").value(), bytes);
  ASSERT_TRUE(write_file(place.path() / "f", "short").has_value());
  EXPECT_EQ(read_file(place.path() / "f").value(), "short") << "nothing of the old file is left";
  EXPECT_EQ(std::distance(fs::directory_iterator(place.path()), fs::directory_iterator()), 1)
      << "no temporary file is left";
}

TEST(File, OnlyOwnerAndGroupMayRead) {
  const TempDir place = scratch();
  ASSERT_TRUE(write_file(place.path() / "f", "x").has_value());
  EXPECT_EQ(fs::status(place.path() / "f").permissions(), static_cast<fs::perms>(0640));
  EXPECT_EQ(fs::status(place.path()).permissions(), fs::perms::owner_all);
}

TEST(File, AFailedWriteLeavesTheOldFileAndNoRest) {
  const TempDir place = scratch();
  fs::create_directory(place.path() / "target");
  std::ofstream(place.path() / "target" / "inside") << "x";
  const auto written = write_file(place.path() / "target", "bytes");  // rename onto a directory
  ASSERT_FALSE(written.has_value());
  EXPECT_TRUE(fs::exists(place.path() / "target" / "inside"));
  EXPECT_EQ(std::distance(fs::directory_iterator(place.path()), fs::directory_iterator()), 1);
  const auto nowhere = write_file(place.path() / "no" / "such" / "folder", "x");
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_EQ(nowhere.error().code, ErrorCode::not_found);
}

TEST(File, ErrorsNameThePath) {
  const TempDir place = scratch();
  const auto missing = read_file(place.path() / "missing");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_EQ(missing.error().problems.at(0).path, (place.path() / "missing").string());
  const auto folder = read_file(place.path());
  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().code, ErrorCode::invalid_argument);
}

TEST(File, LimitsHoldBeforeAnythingIsRead) {
  const TempDir place = scratch();
  ASSERT_TRUE(write_file(place.path() / "f", "12345").has_value());
  EXPECT_TRUE(read_file(place.path() / "f", 5).has_value());
  const auto small = read_file(place.path() / "f", 4);
  ASSERT_FALSE(small.has_value());
  EXPECT_EQ(small.error().code, ErrorCode::too_large);
  // A sparse file of 8 TiB: reserving its size would end the program.
  const fs::path sparse = place.path() / "sparse";
  std::ofstream(sparse).close();
  fs::resize_file(sparse, 8ULL << 40);
  const auto large = read_file(sparse);
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, ErrorCode::too_large);
}

TEST(File, AFifoDoesNotHang) {
  const TempDir place = scratch();
  ASSERT_EQ(::mkfifo((place.path() / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(read_file(place.path() / "fifo").has_value());
}

TEST(File, FilesOfUnknownSizeAreReadToTheEnd) {
  const auto status = read_file("/proc/self/status");  // says size 0
  ASSERT_TRUE(status.has_value());
  EXPECT_NE(status->find("Pid:"), std::string::npos);
}

TEST(File, TempDirIsRemovedOnceAndOnlyByItsOwner) {
  fs::path path;
  {
    TempDir first = scratch();
    path = first.path();
    fs::create_directories(path / "a" / "b");
    const TempDir second = std::move(first);
    EXPECT_TRUE(fs::exists(path));
    EXPECT_EQ(second.path(), path);
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_NE(scratch().path(), path);
}

}  // namespace
}  // namespace dengce
