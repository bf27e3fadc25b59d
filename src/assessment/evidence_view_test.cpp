// SPDX-License-Identifier: Apache-2.0
#include "assessment/evidence_view.h"

#include "assessment/test_support.h"

namespace dengce::assessment {
namespace {

const std::string numbered = "one\ntwo\nthree\nfour\nfive\nsix\n";

EvidenceReader reader(const std::map<std::string, std::string>& files) {
  return EvidenceReader::open("b.tar.gz", test::bundle(files)).value();
}

TEST(EvidenceView, LinesAroundTheSourceWithItsDigests) {
  const EvidenceReader open = reader({{"/etc/x", numbered}});
  const auto view = open.view("/etc/x", 3, 1).value();
  ASSERT_EQ(view.lines.size(), 3U);
  EXPECT_EQ(view.lines[0].number, 2);
  EXPECT_EQ(view.lines[0].text, "two");
  EXPECT_EQ(view.lines[2].text, "four");
  EXPECT_TRUE(view.cut);
  EXPECT_EQ(view.sha256, sha256_hex(numbered));
  EXPECT_EQ(view.sm3, sm3_hex(numbered));
  EXPECT_EQ(view.bytes, static_cast<std::int64_t>(numbered.size()));
}

TEST(EvidenceView, TheEndsOfAFile) {
  const EvidenceReader open = reader({{"/etc/x", numbered}});
  EXPECT_EQ(open.view("/etc/x", 1, 2).value().lines.front().text, "one");
  const auto end = open.view("/etc/x", 6, 2).value();
  EXPECT_EQ(end.lines.back().text, "six");
  EXPECT_FALSE(end.cut);
  EXPECT_EQ(open.view("/etc/x", 0, 1).value().lines.size(), 2U);
  EXPECT_TRUE(open.view("/etc/x", 99, 2).value().lines.empty());
}

TEST(EvidenceView, WhatIsNotInTheBundleIsNotFound) {
  const EvidenceReader open = reader({{"/etc/x", numbered}});
  for (const char* path : {"/etc/y", "/etc/passwd", "", "data/files/etc/x", "../etc/x"}) {
    const auto view = open.view(path, 1, 1);
    ASSERT_FALSE(view) << path;
    EXPECT_EQ(view.error().code, ErrorCode::not_found);
  }
}

TEST(EvidenceView, ExcerptIsTheOneLineCut) {
  EvidenceReader open = reader({{"/etc/x", numbered + std::string(500, 'a') + "\n"},
                                {"/etc/crlf", "a\r\nb\r\n"},
                                {"/etc/gb", "# \xD6\xD0\xCE\xC4\n"}});
  EXPECT_EQ(open.excerpt("/etc/x", 2), "two");
  EXPECT_EQ(open.excerpt("/etc/x", 2), "two") << "asked again";
  EXPECT_EQ(open.excerpt("/etc/x", 0), "");
  EXPECT_EQ(open.excerpt("/etc/x", 99), "");
  EXPECT_EQ(open.excerpt("/etc/none", 1), "");
  EXPECT_LE(open.excerpt("/etc/x", 7).size(), 210U);
  EXPECT_GE(open.excerpt("/etc/x", 7).size(), 190U);
  EXPECT_EQ(open.excerpt("/etc/crlf", 2), "b");
  EXPECT_EQ(open.excerpt("/etc/gb", 1), "# 中文");
}

TEST(EvidenceView, ADamagedArchiveDoesNotOpen) {
  std::string archive = test::small_bundle();
  archive.resize(archive.size() / 2);
  EXPECT_FALSE(EvidenceReader::open("b.tar.gz", archive));
}

}  // namespace
}  // namespace dengce::assessment
