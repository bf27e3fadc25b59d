// SPDX-License-Identifier: Apache-2.0
#include "base/tar_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "base/digest.h"
#include "base/file.h"

namespace dengce {
namespace {

using Files = std::map<std::string, std::string>;

Result<std::vector<TarEntry>> read(const std::filesystem::path& file, Files& files) {
  return read_tar_file(file, [&](const std::string& name, std::uint64_t) -> Result<TarSink> {
    return TarSink([&files, name](std::string_view piece) -> Result<> {
      files[name] += piece;
      return {};
    });
  });
}

class TarFile : public testing::Test {
 protected:
  TempDir folder_ = TempDir::create().value();
  std::filesystem::path file_ = folder_.path() / "a.tar";
};

TEST_F(TarFile, GivesBackWhatWentIn) {
  std::string large(3'000'001, 'x');
  large[1'500'000] = 'y';
  ASSERT_TRUE(write_file(folder_.path() / "large", large));
  {
    auto writer = TarWriter::create(file_).value();
    EXPECT_EQ(writer.add_file("data/大文件.bin", folder_.path() / "large")->sm3, sm3_hex(large));
    EXPECT_EQ(writer.add("empty", "")->bytes, 0U);
    EXPECT_EQ(writer.add("manifest.json", "{}")->sha256, sha256_hex("{}"));
    EXPECT_FALSE(std::filesystem::exists(file_)) << "not before it is whole";
    ASSERT_TRUE(writer.close());
  }
  EXPECT_FALSE(std::filesystem::exists(file_.string() + ".part"));
  Files files;
  const auto entries = read(file_, files);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ(entries->front().name, "data/大文件.bin");
  EXPECT_EQ(entries->front().sm3, sm3_hex(large));
  EXPECT_EQ(files["data/大文件.bin"], large);
  EXPECT_EQ(files["manifest.json"], "{}");
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file_).permissions(), perms::owner_read | perms::owner_write);
  EXPECT_EQ(TarWriter::create(file_).error().code, ErrorCode::already_exists);
}

TEST_F(TarFile, AnUnfinishedFileLeavesNothing) {
  {
    auto writer = TarWriter::create(file_).value();
    ASSERT_TRUE(writer.add("a", "b"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(TarFile, ACutFileIsRefused) {
  {
    auto writer = TarWriter::create(file_).value();
    ASSERT_TRUE(writer.add("a", std::string(100'000, 'z')));
    ASSERT_TRUE(writer.close());
  }
  std::filesystem::resize_file(file_, 50'000);
  Files files;
  EXPECT_EQ(read(file_, files).error().code, ErrorCode::data_corrupt);
  ASSERT_TRUE(write_file(file_, "no tar at all"));
  EXPECT_FALSE(read(file_, files));
  EXPECT_FALSE(read(folder_.path() / "none", files));
}

TEST_F(TarFile, NamesThatLeadAwayAreRefused) {
  for (const char* name : {"../a", "/a", "a/../b", "a//b", "./a"}) {
    std::filesystem::remove(file_);
    auto writer = TarWriter::create(file_).value();
    ASSERT_TRUE(writer.add(name, "x"));
    ASSERT_TRUE(writer.close());
    Files files;
    EXPECT_EQ(read(file_, files).error().code, ErrorCode::data_corrupt) << name;
    EXPECT_TRUE(files.empty());
  }
}

}  // namespace
}  // namespace dengce
