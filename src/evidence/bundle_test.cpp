// SPDX-License-Identifier: Apache-2.0
#include "evidence/bundle.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/digest.h"
#include "base/file.h"
#include "evidence/intake.h"

namespace dengce::evidence {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view passwd = "root:x:0:0:root:/root:/bin/bash\n";

std::string entry(std::string_view path, std::string_view source, std::string_view bytes) {
  return std::string{R"({"path":")"}
             .append(path)
             .append(R"(","source":")")
             .append(source)
             .append(R"(","exit_code":0,"bytes":)") +
         std::to_string(bytes.size()) + R"(,"truncated":false,"sha256":")" + sha256_hex(bytes) +
         R"(","sm3":null})";
}

std::string manifest(const std::string& entries, std::string_view platform = "linux") {
  return std::string{R"({"format":"dengce-bundle/1","collector":{"name":"linux","version":"1"},)"} +
         R"("platform":")" + std::string{platform} +
         R"(","target":{"name":"web-01","addresses":["192.0.2.9"]},)"
         R"("started":"2026-01-02T03:04:05Z","ended":"2026-01-02T03:04:09Z",)"
         "\n\"entries\":[" +
         entries + "],\n" + R"("absent":[{"source":"file:/etc/shadow","reason":"denied"},)" +
         R"({"source":"file:/etc/sudoers.d/*","reason":"absent"},)" +
         R"({"source":"command:nft list ruleset","reason":"not_installed"}]})";
}

std::vector<ArchiveEntry> sound() {
  return {{"manifest.json",
           manifest(entry("data/files/etc/passwd", "file:/etc/passwd", passwd) + "," +
                    entry("data/commands/uname.txt", "command:uname -srm", "Linux 6.1 x86_64\n"))},
          {"data/files/etc/passwd", std::string{passwd}},
          {"data/commands/uname.txt", "Linux 6.1 x86_64\n"}};
}

Result<Bundle> read(const std::vector<ArchiveEntry>& entries) {
  return read_bundle("x.tar.gz", *write_tar_gz(entries));
}

std::string problems(const Result<Bundle>& bundle) {
  return bundle ? "none" : bundle.error().text();
}

bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Bundle, GivesFilesCommandsAndReasons) {
  const auto bundle = read(sound());
  ASSERT_TRUE(bundle) << bundle.error().text();
  EXPECT_EQ(bundle->manifest.target, "web-01");
  EXPECT_EQ(bundle->manifest.entries[0].sm3, sm3_hex(passwd));
  EXPECT_EQ(bundle->sha256.size(), 64U);
  EXPECT_EQ(bundle->sm3.size(), 64U);
  const MemorySource& source = *bundle->source;
  EXPECT_EQ(source.info().collected, parse_day("2026-01-02"));
  EXPECT_EQ(source.read("/etc/passwd").bytes, passwd);
  EXPECT_EQ(source.read("/etc/shadow").state, ReadState::denied);
  EXPECT_EQ(source.read("/etc/sudoers.d/x").state, ReadState::absent);
  EXPECT_EQ(source.list("/etc/sudoers.d").state, ReadState::absent);
  EXPECT_EQ(source.read("/etc/unheard-of").state, ReadState::not_collected);
  EXPECT_EQ(source.command("uname", "uname").label, "command:uname -srm");
  EXPECT_EQ(source.command("nft-ruleset", "nft").state, ReadState::not_installed);
  EXPECT_EQ(source.command("nf", "nf").state, ReadState::not_collected);
}

TEST(Bundle, NamesWhatDiffersFromTheManifest) {
  auto altered = sound();
  altered[1].bytes[0] = 'R';
  EXPECT_EQ(read(altered).error().code, ErrorCode::data_corrupt);
  EXPECT_TRUE(mentions(problems(read(altered)), "data/files/etc/passwd"));
  EXPECT_TRUE(mentions(problems(read(altered)), "SHA-256"));
  auto longer = sound();
  longer[2].bytes += "x";
  EXPECT_TRUE(mentions(problems(read(longer)), "data/commands/uname.txt"));
  auto missing = sound();
  missing.pop_back();
  EXPECT_TRUE(mentions(problems(read(missing)), "data/commands/uname.txt"));
  auto extra = sound();
  extra.push_back({"data/files/etc/extra", "x"});
  EXPECT_TRUE(mentions(problems(read(extra)), "data/files/etc/extra"));
  auto two = altered;
  two.push_back({"data/files/etc/extra", "x"});
  EXPECT_EQ(read(two).error().problems.size(), 2U);
}

TEST(Bundle, NamesWhatIsWrongInTheManifest) {
  EXPECT_TRUE(mentions(problems(read({{"data/x", "y"}})), "manifest.json"));
  EXPECT_TRUE(
      mentions(problems(read({{"manifest.json", "{\n\"format\": 1,\n x"}})), "manifest.json:3"));
  EXPECT_TRUE(mentions(problems(read({{"manifest.json", R"({"format":"other/1"})"}})), "format"));
  EXPECT_TRUE(mentions(problems(read({{"manifest.json", "[]"}})), "JSON"));
  const auto windows = read({{"manifest.json", manifest("", "windows")}});
  EXPECT_EQ(windows.error().code, ErrorCode::unsupported);
  const auto deep = read({{"manifest.json", std::string(100'000, '[')}});
  EXPECT_EQ(deep.error().code, ErrorCode::data_corrupt);
  std::string climbing = entry("data/../../x", "file:/x", "");
  EXPECT_FALSE(read({{"manifest.json", manifest(climbing)}}));
  std::string bad = entry("data/x", "file:/x", "");
  bad.replace(bad.find("\"bytes\":0"), 9, "\"bytes\":-1");
  EXPECT_TRUE(mentions(problems(read({{"manifest.json", manifest(bad)}, {"data/x", ""}})),
                       "entries[0].bytes"));
  std::string twice = entry("data/x", "file:/x", "");
  EXPECT_FALSE(read({{"manifest.json", manifest(twice + "," + twice)}, {"data/x", ""}}));
}

TEST(Bundle, DamagedArchivesAreErrors) {
  const std::string good = *write_tar_gz(sound());
  for (const std::size_t length :
       {std::size_t{1}, std::size_t{20}, good.size() / 2, good.size() - 9}) {
    EXPECT_FALSE(read_bundle("x", good.substr(0, length))) << length;
  }
}

class Intake : public testing::Test {
 protected:
  TempDir directory_ = *TempDir::create();
  IntakeOptions options_{.platform = "", .today = Day{20'000}};

  fs::path put(const std::string& name, std::string_view bytes) {
    const fs::path path = directory_.path() / name;
    fs::create_directories(path.parent_path());
    EXPECT_TRUE(write_file(path, bytes));
    return path;
  }
};

TEST_F(Intake, TakesArchiveDirectoryTreeAndBareFile) {
  EXPECT_EQ(open_evidence(put("a.tar.gz", *write_tar_gz(sound())), options_)->form,
            EvidenceForm::bundle);
  for (const ArchiveEntry& each : sound()) put("plain/" + each.path, each.bytes);
  const auto plain = open_evidence(directory_.path() / "plain", options_);
  ASSERT_TRUE(plain) << plain.error().text();
  EXPECT_EQ(plain->source->info().target, "web-01");
  put("tree/etc/passwd", passwd);
  EXPECT_EQ(open_evidence(directory_.path() / "tree", options_)->form, EvidenceForm::tree);
  const fs::path bare = put("sshd_config", "PermitRootLogin no\n");
  EXPECT_EQ(open_evidence(bare, options_).error().code, ErrorCode::invalid_argument);
  options_.platform = "linux";
  const auto file = open_evidence(bare, options_);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->source->read("/etc/ssh/sshd_config").bytes, "PermitRootLogin no\n");
}

TEST_F(Intake, RefusesWhatItIsNot) {
  fs::create_directories(directory_.path() / "empty");
  EXPECT_EQ(open_evidence(directory_.path() / "empty", options_).error().code,
            ErrorCode::failed_precondition);
  EXPECT_EQ(open_evidence(directory_.path() / "none", options_).error().code, ErrorCode::not_found);
  put("other/readme", "x");
  EXPECT_EQ(open_evidence(directory_.path() / "other", options_).error().code,
            ErrorCode::invalid_argument);
  put("bad.tar.gz", "no archive");
  const auto bad = open_evidence(directory_.path() / "bad.tar.gz", options_);
  EXPECT_TRUE(mentions(bad.error().text(), "bad.tar.gz"));
  options_.platform = "plan9";
  EXPECT_EQ(open_evidence(directory_.path() / "other", options_).error().code,
            ErrorCode::unsupported);
  options_.platform = "linux";
  EXPECT_EQ(open_evidence(put("strange", "x"), options_).error().code, ErrorCode::unsupported);
}

TEST_F(Intake, DirectoryBundlesHoldNoLinks) {
  for (const ArchiveEntry& each : sound()) put("plain/" + each.path, each.bytes);
  fs::remove(directory_.path() / "plain/data/files/etc/passwd");
  fs::create_symlink("/etc/passwd", directory_.path() / "plain/data/files/etc/passwd");
  const auto bundle = open_evidence(directory_.path() / "plain", options_);
  ASSERT_FALSE(bundle);
  EXPECT_TRUE(mentions(bundle.error().text(), "data/files/etc/passwd"));
}

}  // namespace
}  // namespace dengce::evidence
