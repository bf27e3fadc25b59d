// SPDX-License-Identifier: Apache-2.0
#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <memory>

namespace dengce {
namespace {

enum class Format { tar, tar_gz, zip };

// One entry of an archive that a stranger made.
struct Item {
  std::string path;
  std::string bytes;
  unsigned type = AE_IFREG;
  std::string link;      // target of a symbolic link
  std::string hardlink;  // target of a hard link
};

// Writes what our own writer would refuse or never make.
std::string stranger(Format format, const std::vector<Item>& items) {
  std::size_t room = 1U << 20;
  for (const Item& item : items) room += item.bytes.size() + 4096;
  std::string out(room, '\0');
  std::size_t used = 0;
  struct archive* writer = archive_write_new();
  if (format == Format::zip) {
    archive_write_set_format_zip(writer);
  } else {
    archive_write_set_format_ustar(writer);
  }
  if (format == Format::tar_gz) archive_write_add_filter_gzip(writer);
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const Item& item : items) {
    struct archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, item.path.c_str());
    archive_entry_set_filetype(entry, item.type);
    archive_entry_set_perm(entry, 0644);
    if (!item.link.empty()) archive_entry_set_symlink(entry, item.link.c_str());
    if (!item.hardlink.empty()) archive_entry_set_hardlink(entry, item.hardlink.c_str());
    if (item.type == AE_IFREG) {
      archive_entry_set_size(entry, static_cast<la_int64_t>(item.bytes.size()));
    }
    archive_write_header(writer, entry);
    archive_write_data(writer, item.bytes.data(), item.bytes.size());
    archive_entry_free(entry);
  }
  archive_write_free(writer);
  out.resize(used);
  return out;
}

// The problem for which an archive is refused.
Problem refusal(std::string_view bytes, const ArchiveLimits& limits = {}) {
  const auto read = read_archive("b.tar.gz", bytes, limits);
  EXPECT_FALSE(read.has_value());
  if (read || read.error().problems.empty()) return {};
  EXPECT_EQ(read.error().problems[0].path, "b.tar.gz");
  return read.error().problems[0];
}

// Bytes that do not compress.
std::string noise(std::size_t size) {
  std::string out;
  std::uint32_t state = 1;
  while (out.size() < size) {
    state = state * 1664525U + 1013904223U;
    out += static_cast<char>(state >> 24U);
  }
  return out;
}

TEST(Archive, EveryFormatIsRead) {
  for (const Format format : {Format::tar, Format::tar_gz, Format::zip}) {
    const auto read = read_archive("b",
                                   stranger(format,
                                            {{"./", "", AE_IFDIR, {}, {}},
                                             {"./data/", "", AE_IFDIR, {}, {}},
                                             {"./data/a", "one"},
                                             {"manifest.json", std::string("{}\0", 3)},
                                             {"empty", ""}}));
    ASSERT_TRUE(read.has_value()) << read.error().text();
    ASSERT_EQ(read->size(), 3U) << "directories are no entries";
    EXPECT_EQ((*read)[0].path, "data/a");
    EXPECT_EQ((*read)[0].bytes, "one");
    EXPECT_EQ((*read)[1].bytes, std::string("{}\0", 3));
    EXPECT_EQ((*read)[2].bytes, "");
  }
}

TEST(Archive, NamesThatLeadOutAreRefused) {
  for (const Format format : {Format::tar_gz, Format::zip}) {
    for (const char* path : {"../x",
                             "a/../../x",
                             "data/..",
                             "/etc/passwd",
                             "./../x",
                             "C:/x",
                             "c:x",
                             "a\\..\\x",
                             "a\nb",
                             "a\x7f"
                             "b",
                             "a/../b",
                             ".//etc/passwd"}) {
      const Problem problem = refusal(stranger(format, {{path, "x"}}));
      EXPECT_FALSE(problem.field.empty()) << "the entry is named: " << path;
    }
  }
  EXPECT_FALSE(refusal(stranger(Format::tar_gz, {{"../", "", AE_IFDIR, {}, {}}})).reason.empty())
      << "directories too";
}

TEST(Archive, OneNameStandsForOneEntry) {
  EXPECT_EQ(refusal(stranger(Format::tar_gz, {{"a", "1"}, {"b", "2"}, {"a", "3"}})).field, "a");
  EXPECT_EQ(refusal(stranger(Format::zip, {{"a", "1"}, {"a", "3"}})).reason, "条目名称重复");
  EXPECT_EQ(refusal(stranger(Format::tar_gz, {{"a", "1"}, {"./a", "3"}})).field, "a");
  EXPECT_FALSE(refusal(stranger(Format::tar_gz, {{"d/a", "1"}, {"d//a", "3"}})).reason.empty());
  EXPECT_FALSE(refusal(stranger(Format::tar_gz, {{"d/a", "1"}, {"d/./a", "3"}})).reason.empty());
}

TEST(Archive, LinksAndDevicesAreRefused) {
  EXPECT_EQ(refusal(stranger(Format::tar_gz, {{"l", "", AE_IFLNK, "/etc/shadow", {}}})).field, "l");
  EXPECT_EQ(refusal(stranger(Format::zip, {{"l", "", AE_IFLNK, "/etc/shadow", {}}})).field, "l");
  EXPECT_EQ(refusal(stranger(Format::tar, {{"a", "x"}, {"l", "", AE_IFREG, {}, "a"}})).field, "l");
  for (const unsigned type : {AE_IFCHR, AE_IFBLK, AE_IFIFO}) {
    EXPECT_EQ(refusal(stranger(Format::tar, {{"dev", "", type, {}, {}}})).reason,
              "条目是链接或设备文件");
  }
}

TEST(Archive, LimitsHold) {
  const std::string three = stranger(Format::tar_gz, {{"a", "12345"}, {"b", "12345"}, {"c", "1"}});
  EXPECT_TRUE(read_archive("b", three, {.max_entries = 3}).has_value());
  EXPECT_EQ(refusal(three, {.max_entries = 2}).reason, "条目过多");
  EXPECT_EQ(refusal(three, {.max_entry_bytes = 4}).field, "a");
  EXPECT_EQ(refusal(three, {.max_total_bytes = 9}).field, "b");
}

TEST(Archive, BombsAreStopped) {
  const std::string zeros(32U << 20, '\0');
  for (const Format format : {Format::tar_gz, Format::zip}) {
    const std::string bomb = stranger(format, {{"zeros", zeros}});
    ASSERT_LT(bomb.size(), zeros.size() / 200);
    EXPECT_EQ(refusal(bomb).reason, "压缩比异常，疑似压缩炸弹");
    EXPECT_TRUE(read_archive("b", bomb, {.max_ratio = 100'000}).has_value());
  }
  // The same over many entries, none of which is large.
  std::vector<Item> many;
  for (int i = 0; i < 64; ++i) many.push_back({"f" + std::to_string(i), zeros.substr(0, 1U << 19)});
  EXPECT_EQ(refusal(stranger(Format::tar_gz, many)).reason, "压缩比异常，疑似压缩炸弹");
}

TEST(Archive, EveryTruncationIsNoticed) {
  const std::vector<Item> items{{"manifest.json", noise(700)}, {"data/a", noise(1500)}};
  for (const Format format : {Format::tar, Format::tar_gz, Format::zip}) {
    const std::string whole = stranger(format, items);
    ASSERT_TRUE(read_archive("b", whole).has_value());
    // A plain tar ends in padding, of which a part may be missing.
    const std::size_t end = format == Format::tar ? 512 + 1024 + 512 + 1536 : whole.size();
    for (std::size_t size = 0; size < end; size += size % 512 < 2 || size + 40 > end ? 1 : 29) {
      EXPECT_FALSE(read_archive("b", std::string_view(whole).substr(0, size)).has_value())
          << static_cast<int>(format) << " cut to " << size << " of " << whole.size();
    }
  }
}

TEST(Archive, AnAlteredByteOfAGzipIsNoticed) {
  const std::string whole = stranger(Format::tar_gz, {{"a", noise(3000)}});
  for (std::size_t at = 20; at < whole.size(); at += 37) {
    std::string altered = whole;
    altered[at] = static_cast<char>(altered[at] ^ 0x10);
    EXPECT_FALSE(read_archive("b", altered).has_value()) << at;
  }
}

TEST(Archive, WhatIsNoArchiveIsRefused) {
  EXPECT_FALSE(refusal("").reason.empty());
  EXPECT_FALSE(refusal("this is only text, and no archive at all").reason.empty());
  EXPECT_FALSE(refusal(noise(5000)).reason.empty());
  EXPECT_EQ(refusal(std::string(5000, '\0')).reason, "压缩包中没有条目");
  EXPECT_FALSE(refusal(stranger(Format::tar_gz, {})).reason.empty());
  EXPECT_FALSE(refusal(stranger(Format::zip, {})).reason.empty());
}

TEST(Archive, WrittenAndReadBackTheSame) {
  const std::vector<ArchiveEntry> entries{{"manifest.json", "{}"},
                                          {"data/files/etc/中文 名称.conf", noise(100'000)},
                                          {"data/" + std::string(300, 'n') + "/long", "x"},
                                          {"empty", ""}};
  const auto packed = write_tar_gz(entries);
  ASSERT_TRUE(packed.has_value()) << packed.error().text();
  const auto read = read_archive("b", *packed);
  ASSERT_TRUE(read.has_value()) << read.error().text();
  ASSERT_EQ(read->size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ((*read)[i].path, entries[i].path);
    EXPECT_EQ((*read)[i].bytes, entries[i].bytes);
  }
}

TEST(Archive, SameEntriesSameBytes) {
  const std::vector<ArchiveEntry> entries{{"a", "1"}, {"b", noise(2000)}};
  EXPECT_EQ(write_tar_gz(entries).value(), write_tar_gz(entries).value());
  const std::vector<ArchiveEntry> turned{entries[1], entries[0]};
  EXPECT_NE(write_tar_gz(entries).value(), write_tar_gz(turned).value()) << "the order is kept";
  const auto packed = write_tar_gz(entries);
  ASSERT_TRUE(packed.has_value());
  EXPECT_EQ(packed->substr(4, 4), std::string(4, '\0')) << "no time in the gzip header";
}

}  // namespace
}  // namespace dengce
