// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace dengce {
namespace {

using namespace std::string_literals;

TEST(Text, Utf8IsHeldToRfc3629) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("plain ascii, longer than eight bytes"));
  EXPECT_TRUE(is_valid_utf8("等级测评 𠮷 é"));
  EXPECT_TRUE(is_valid_utf8("\xF4\x8F\xBF\xBF"));   // U+10FFFF
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_valid_utf8("\xC0\xAF"));          // overlong '/'
  EXPECT_FALSE(is_valid_utf8("\xE0\x80\xAF"));      // overlong '/'
  EXPECT_FALSE(is_valid_utf8("\xF0\x80\x80\xAF"));  // overlong '/'
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(is_valid_utf8("\xE7\xAD"));          // cut short
  EXPECT_FALSE(is_valid_utf8("\x80"));              // tail without head
  EXPECT_FALSE(is_valid_utf8("12345678\xFF"));      // behind the fast path
  EXPECT_FALSE(
      is_valid_utf8("1234567\x80"
                    "12345678"));  // inside the fast path's word
}

TEST(Text, EncodingsOfEvidenceAreUnderstood) {
  const Decoded plain = decode_text("等级");
  EXPECT_EQ(plain.text, "等级");
  EXPECT_EQ(plain.encoding, Encoding::utf8);
  const Decoded marked = decode_text("\xEF\xBB\xBF等级");
  EXPECT_EQ(marked.text, "等级");
  EXPECT_EQ(marked.encoding, Encoding::utf8_bom);
  const Decoded chinese = decode_text("\xB5\xC8\xBC\xB6\xB2\xE2\xC6\xC0");  // 等级测评 in GBK
  EXPECT_EQ(chinese.text, "等级测评");
  EXPECT_EQ(chinese.encoding, Encoding::gb18030);
  EXPECT_FALSE(chinese.lossy);
  const Decoded four = decode_text("\xB5\xC8\x95\x32\xB6\x34");  // a four-byte character
  EXPECT_TRUE(is_valid_utf8(four.text));
  EXPECT_FALSE(four.lossy);
  EXPECT_EQ(four.text.size(), 3U + 4U);
  const Decoded little = decode_text("\xFF\xFE\x49\x7B\x41\x00"s);
  EXPECT_EQ(little.text, "等A");
  EXPECT_EQ(little.encoding, Encoding::utf16);
  const Decoded big = decode_text("\xFE\xFF\x7B\x49\x00\x41"s);
  EXPECT_EQ(big.text, "等A");
}

TEST(Text, WhatCannotBeDecodedIsMarked) {
  const Decoded broken = decode_text("a\xFFz");
  EXPECT_TRUE(broken.lossy);
  EXPECT_TRUE(is_valid_utf8(broken.text));
  EXPECT_TRUE(broken.text.starts_with("a\xEF\xBF\xBD")) << broken.text;
  const Decoded cut = decode_text("ab\xB5");  // the first half of a GBK character
  EXPECT_TRUE(cut.lossy);
  EXPECT_EQ(cut.text, "ab\xEF\xBF\xBD");
  const Decoded nul = decode_text("a\0b"s);
  EXPECT_EQ(nul.encoding, Encoding::binary);
  EXPECT_TRUE(nul.lossy);
  EXPECT_EQ(nul.text,
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Text, LongTextInGb18030IsDecodedWhole) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += "\xB5\xC8";  // passes the conversion buffer's end
  const Decoded decoded = decode_text(bytes);
  EXPECT_FALSE(decoded.lossy);
  EXPECT_EQ(decoded.text.size(), 15'000U);
  EXPECT_TRUE(decoded.text.ends_with("等"));
}

TEST(Text, TrimSplitWordsJoin) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(split("a::b:", ':'), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ':'), (std::vector<std::string_view>{""}));
  EXPECT_EQ(words("  a\tb  c "), (std::vector<std::string_view>{"a", "b", "c"}));
  EXPECT_TRUE(words(" \t").empty());
  EXPECT_EQ(join({"a", "b", "c"}, "、"), "a、b、c");
  EXPECT_EQ(join({}, ","), "");
  EXPECT_EQ(join({"", ""}, ","), ",");
  EXPECT_EQ(lower("PermitRootLogin 测"), "permitrootlogin 测");
}

TEST(Text, NumbersAreWholeTextsOnly) {
  EXPECT_EQ(parse_int("90"), 90);
  EXPECT_EQ(parse_int("-1"), -1);
  EXPECT_EQ(parse_int("+7"), 7);
  EXPECT_EQ(parse_int("9223372036854775807"), 9'223'372'036'854'775'807);
  for (const char* bad : {"",
                          "+",
                          "-",
                          "+-5",
                          "--5",
                          "9223372036854775808",
                          "90 days",
                          " 90",
                          "0x1f",
                          "1.5",
                          "PASS_MAX_DAYS 90"}) {
    EXPECT_FALSE(parse_int(bad).has_value()) << bad;
  }
}

TEST(Text, ShortenCutsBetweenCharacters) {
  EXPECT_EQ(shorten("abc", 3), "abc");
  EXPECT_EQ(shorten("abcdef", 5), "ab…");
  EXPECT_EQ(shorten("等级测评", 12), "等级测评");
  EXPECT_EQ(shorten("等级测评", 11), "等级…");
  for (std::size_t limit = 3; limit < 14; ++limit) {
    const std::string cut = shorten("等é级a测", limit);
    EXPECT_LE(cut.size(), limit);
    EXPECT_TRUE(is_valid_utf8(cut));
  }
}

TEST(Text, LinesAreNumberedWhateverEndsThem) {
  Lines lines("a\nb\r\n\rc\n\nd");
  std::vector<std::pair<std::int64_t, std::string>> seen;
  while (const auto line = lines.next()) seen.emplace_back(line->number, line->text);
  EXPECT_EQ(seen,
            (std::vector<std::pair<std::int64_t, std::string>>{
                {1, "a"}, {2, "b"}, {3, ""}, {4, "c"}, {5, ""}, {6, "d"}}));
  EXPECT_FALSE(Lines("").next().has_value());
  Lines ended("a\n");
  EXPECT_TRUE(ended.next().has_value());
  EXPECT_FALSE(ended.next().has_value()) << "a line end at the end begins no further line";
}

}  // namespace
}  // namespace dengce
