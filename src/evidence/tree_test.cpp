// SPDX-License-Identifier: Apache-2.0
#include "evidence/tree.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"

namespace dengce::evidence {
namespace {

namespace fs = std::filesystem;

class Tree : public testing::Test {
 protected:
  TempDir directory_ = *TempDir::create();
  fs::path root_ = directory_.path() / "root";

  void SetUp() override {
    fs::create_directories(root_ / "etc/sub");
    ASSERT_TRUE(write_file(directory_.path() / "secret", "outside"));
    ASSERT_TRUE(write_file(root_ / "etc/plain", "inside\n"));
    ASSERT_TRUE(write_file(root_ / "secret", "of the tree"));
  }

  [[nodiscard]] std::unique_ptr<TreeSource> open() const {
    return *TreeSource::open(root_, Day{1});
  }
};

TEST_F(Tree, LinksResolveInsideTheTree) {
  fs::create_symlink("/etc/plain", root_ / "etc/absolute");
  fs::create_symlink("../../../../../../secret", root_ / "etc/upwards");
  fs::create_symlink("/etc", root_ / "etc/sub/home");
  fs::create_symlink((directory_.path() / "secret").string(), root_ / "etc/outside");
  const auto tree = open();
  EXPECT_EQ(tree->read("/etc/absolute").bytes, "inside\n");
  EXPECT_EQ(tree->read("/etc/upwards").bytes, "of the tree");
  EXPECT_EQ(tree->read("/../../secret").bytes, "of the tree");
  EXPECT_EQ(tree->read("/etc/sub/home/plain").bytes, "inside\n");
  EXPECT_EQ(tree->read("/etc/sub/home/../secret").bytes, "of the tree");
  EXPECT_EQ(tree->read("/etc/outside").state, ReadState::absent);
  EXPECT_EQ(tree->stat("/etc/absolute").kind, NodeKind::link);
  EXPECT_EQ(tree->stat("/etc/absolute").link_target, "/etc/plain");
}

TEST_F(Tree, LoopsEnd) {
  fs::create_symlink("b", root_ / "etc/a");
  fs::create_symlink("a", root_ / "etc/b");
  fs::create_symlink("/etc/sub/x/x/x/x", root_ / "etc/sub/x");
  const auto tree = open();
  EXPECT_EQ(tree->read("/etc/a").state, ReadState::denied);
  EXPECT_EQ(tree->read("/etc/sub/x").state, ReadState::denied);
}

TEST_F(Tree, PipesAndDirectoriesAreNotRead) {
  ASSERT_EQ(::mkfifo((root_ / "etc/pipe").c_str(), 0600), 0);
  const auto tree = open();
  EXPECT_EQ(tree->read("/etc/pipe").state, ReadState::denied);
  EXPECT_EQ(tree->stat("/etc/pipe").kind, NodeKind::other);
  EXPECT_EQ(tree->read("/etc/sub").state, ReadState::absent);
  EXPECT_EQ(tree->read("/etc/plain/x").state, ReadState::absent);
  EXPECT_EQ(tree->read("/etc/none").state, ReadState::absent);
  EXPECT_EQ(tree->list("/etc/plain").state, ReadState::absent);
}

TEST_F(Tree, OtherFileSystemsAreNotEntered) {
  // The kernel's own file system below the root of this machine is another one.
  const auto host = *TreeSource::open("/", Day{1});
  EXPECT_EQ(host->read("/proc/self/status").state, ReadState::denied);
  EXPECT_EQ(host->list("/proc").state, ReadState::denied);
}

TEST_F(Tree, BindMountsAreNotEntered) {
  fs::create_directories(root_ / "srv");
  const std::string target = root_ / "srv";
  // In a mount namespace of its own, which ends with this program.
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount((root_ / "etc").c_str(), target.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    GTEST_SKIP() << "not allowed to mount";
  }
  const auto tree = open();
  EXPECT_EQ(tree->read("/srv/plain").state, ReadState::denied);
  EXPECT_EQ(tree->list("/srv").state, ReadState::denied);
  EXPECT_EQ(tree->read("/etc/plain").bytes, "inside\n");
  EXPECT_EQ(::umount2(target.c_str(), MNT_DETACH), 0);
  EXPECT_EQ(tree->read("/srv/plain").state, ReadState::absent);
}

TEST_F(Tree, ModeZeroIsReadAsRoot) {
  ASSERT_TRUE(write_file(root_ / "etc/shadow", "a:!:1::::::\n"));
  ASSERT_EQ(::chmod((root_ / "etc/shadow").c_str(), 0), 0);
  const auto tree = open();
  const EvidenceText text = tree->read("/etc/shadow");
  if (::geteuid() == 0) {
    EXPECT_EQ(text.bytes, "a:!:1::::::\n");
  } else {
    EXPECT_EQ(text.state, ReadState::denied);
  }
  EXPECT_EQ(tree->stat("/etc/shadow").mode, 0U);
}

TEST_F(Tree, BoundsAndListing) {
  ASSERT_TRUE(write_file(root_ / "etc/big", std::string(2000, 'x')));
  const auto tree = open();
  EXPECT_EQ(tree->read("/etc/big", 1999).state, ReadState::too_large);
  EXPECT_EQ(tree->read("/etc/big", 2000).bytes.size(), 2000U);
  const EvidenceList names = tree->list("/etc");
  ASSERT_EQ(names.names.size(), 3U);
  EXPECT_EQ(names.names[0].name, "big");
  EXPECT_TRUE(names.names[2].directory);
  EXPECT_FALSE(TreeSource::open(root_ / "none", Day{}));
}

TEST_F(Tree, NameComesFromTheTree) {
  EXPECT_EQ(open()->info().target, "root");
  ASSERT_TRUE(write_file(root_ / "etc/hostname", "# a note\nweb-01\n"));
  EXPECT_EQ(open()->info().target, "web-01");
}

}  // namespace
}  // namespace dengce::evidence
