// SPDX-License-Identifier: Apache-2.0
#include "base/content.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/digest.h"
#include "base/file.h"

namespace dengce {
namespace {

namespace fs = std::filesystem;

const fs::path source = DENGCE_SOURCE_DIR;

TEST(Content, TheEmbeddedCopyIsTheFolder) {
  const Content embedded = Content::embedded();
  auto folder = Content::from_directory(source / "content");
  ASSERT_TRUE(folder.has_value());
  std::size_t compared = 0;
  for (const std::string& path : folder->list("")) {
    if (fs::path(path).filename().string().starts_with("README")) continue;
    EXPECT_TRUE(embedded.read(path) && *embedded.read(path) == *folder->read(path)) << path;
    ++compared;
  }
  EXPECT_GT(compared, 50U);
  EXPECT_EQ(embedded.list("").size(), compared);
}

TEST(Content, CollectorsAndMigrationsAreCompiledIn) {
  const auto script = read_file(source / "collectors/linux/collect.sh");
  ASSERT_TRUE(script.has_value());
  EXPECT_EQ(compiled_in("collectors/linux/collect.sh"), *script);
  EXPECT_EQ(compiled_in("collectors/linux/none.sh"), "");
  const auto migrations = compiled_in_list("migrations/");
  ASSERT_FALSE(migrations.empty());
  EXPECT_TRUE(std::is_sorted(migrations.begin(), migrations.end()));
  EXPECT_EQ(migrations.front(), "migrations/0001_initial.sql");
}

TEST(Content, ADirectoryReplacesTheContent) {
  auto place = TempDir::create();
  ASSERT_TRUE(place.has_value());
  fs::create_directories(place->path() / "standard" / "x");
  std::ofstream(place->path() / "standard" / "x" / "items.csv") << "code\n";
  std::ofstream(place->path() / "standard.txt") << "beside";
  fs::create_symlink("/etc/passwd", place->path() / "standard" / "link");
  const auto content = Content::from_directory(place->path());
  ASSERT_TRUE(content.has_value());
  EXPECT_EQ(content->list(""), (std::vector<std::string>{"standard.txt", "standard/x/items.csv"}))
      << "links are left out";
  EXPECT_EQ(content->list("standard/"), (std::vector<std::string>{"standard/x/items.csv"}));
  EXPECT_EQ(content->read("standard/x/items.csv").value(), "code\n");
}

TEST(Content, WhatIsMissingIsNamed) {
  const auto missing = Content::embedded().read("standard/none/items.csv");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_EQ(missing.error().problems.at(0).path, "standard/none/items.csv");
  const auto nowhere = Content::from_directory("/no/such/directory");
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_EQ(nowhere.error().problems.at(0).path, "/no/such/directory");
}

TEST(Content, TheDigestFollowsPathsAndBytes) {
  Content content;
  content.put("a/1", "x");
  content.put("b/1", "y");
  const std::string first = content.digest();
  const std::string part = content.digest("a/");
  content.put("b/1", "z");
  EXPECT_NE(content.digest(), first);
  EXPECT_EQ(content.digest("a/"), part);
  content.put("b/1", "y");
  EXPECT_EQ(content.digest(), first);
  Content moved;
  moved.put("a/2", "x");
  moved.put("b/1", "y");
  EXPECT_NE(moved.digest(), first) << "the same bytes at another path";
}

TEST(Content, ReplacedFilesLiveAsLongAsTheCopies) {
  Content copy;
  {
    Content content;
    content.put("f", "old");
    content.put("f", std::string(1000, 'n'));
    copy = content;
    content.put("f", "other");
  }
  EXPECT_EQ(copy.read("f").value(), std::string(1000, 'n'));
}

}  // namespace
}  // namespace dengce
