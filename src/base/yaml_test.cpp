// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.h"

#include <gtest/gtest.h>

namespace dengce {
namespace {

std::vector<Problem> problems(std::string_view text) {
  const auto node = parse_yaml("t.yaml", text);
  EXPECT_FALSE(node.has_value()) << text.substr(0, 200);
  return node ? std::vector<Problem>{} : node.error().problems;
}

TEST(Yaml, ValuesKeepKindOrderAndLine) {
  const auto root = parse_yaml("t.yaml",
                               "id: ssh\n"
                               "level: 3\n"
                               "quoted: \"3\"\n"
                               "on: yes\n"
                               "none: ~\n"
                               "empty:\n"
                               "list: [a, 2]\n"
                               "text: |\n"
                               "  one\n"
                               "  two\n");
  ASSERT_TRUE(root.has_value());
  ASSERT_TRUE(root->is_map());
  EXPECT_EQ(root->map.front().first, "id");
  EXPECT_EQ(root->find("id")->scalar, "ssh");
  EXPECT_EQ(root->find("level")->integer(), 3);
  EXPECT_EQ(root->find("level")->line, 2);
  EXPECT_FALSE(root->find("quoted")->integer().has_value()) << "in quotes it is text";
  EXPECT_EQ(root->find("quoted")->scalar, "3");
  EXPECT_EQ(root->find("on")->boolean(), true);
  EXPECT_FALSE(root->find("id")->boolean().has_value());
  EXPECT_TRUE(root->find("none")->is_null());
  EXPECT_TRUE(root->find("empty")->is_null());
  ASSERT_EQ(root->find("list")->list.size(), 2U);
  EXPECT_EQ(root->find("list")->list[1].integer(), 2);
  EXPECT_EQ(root->find("text")->scalar, "one\ntwo\n");
  EXPECT_EQ(root->find("missing"), nullptr);
}

TEST(Yaml, DuplicateKeysAreNamedWithTheirLine) {
  const auto found = problems("a: 1\nb: 2\na: 3\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, "t.yaml");
  EXPECT_EQ(found[0].line, 3);
  EXPECT_EQ(found[0].field, "a");
  EXPECT_EQ(problems("x:\n  - {k: 1, k: 2}\n")[0].line, 2) << "inner maps are looked at too";
}

TEST(Yaml, AliasesAreRefused) {
  const auto found = problems("a: &x [1]\nb: *x\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].line, 2);
}

TEST(Yaml, KeysAreTexts) {
  EXPECT_EQ(problems("? [a, b]\n: 1\n").size(), 1U);
}

TEST(Yaml, SyntaxErrorsHaveALine) {
  const auto found = problems("a: 1\nb: [1, 2\nc: 3\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_GE(found[0].line, 2);
  EXPECT_NE(found[0].reason.find("语法错误"), std::string::npos);
}

TEST(Yaml, TheEndOfTheFileClosesNoQuote) {
  for (const char* cut : {"a: \"cut",
                          "a: \"cut\n",
                          "等: x\nb: 'cut\n",
                          "a: 'it''s",
                          "a: \"x\\\"",
                          "- {k: \"v\"}\n- \"cut\n\n"}) {
    const auto found = problems(cut);
    ASSERT_FALSE(found.empty()) << cut;
  }
  EXPECT_EQ(problems("等级: x\nb: 'cut\nmore\n").at(0).line, 2);
  const auto whole =
      parse_yaml("t.yaml",
                 "\xEF\xBB\xBF"
                 "等: \"a\\\"b\"\r\n测: 'it''s'\r\n\"k\": ''\r\nc: |\r\n  \"open\r\nd: \"\"");
  ASSERT_TRUE(whole.has_value()) << whole.error().text();
  EXPECT_EQ(whole->find("等")->scalar, "a\"b");
  EXPECT_EQ(whole->find("测")->scalar, "it's");
  EXPECT_EQ(whole->find("c")->scalar, "\"open\n");
}

TEST(Yaml, OneDocumentOnly) {
  const auto found = problems("a: 1\n---\nb: 2\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].reason, "只允许一个文档");
  EXPECT_TRUE(parse_yaml("t.yaml", "---\na: 1\n").has_value());
  EXPECT_TRUE(parse_yaml("t.yaml", "---\na: 1\n...\n# end\n").has_value());
  EXPECT_FALSE(problems("").empty());
  EXPECT_FALSE(problems("# only a comment\n").empty());
}

TEST(Yaml, BytesThatAreNoTextAreRefused) {
  EXPECT_FALSE(problems("a: \xB5\xC8\n").empty());
  EXPECT_FALSE(problems(std::string_view("a\0: 1\n", 6)).empty());
  const auto marked = parse_yaml("t.yaml",
                                 "\xEF\xBB\xBF"
                                 "a: 等级\n");
  ASSERT_TRUE(marked.has_value());
  EXPECT_EQ(marked->find("a")->scalar, "等级");
}

TEST(Yaml, DepthAndSizeAreBounded) {
  EXPECT_TRUE(parse_yaml("t.yaml", std::string(30, '[') + std::string(30, ']')).has_value());
  EXPECT_FALSE(problems(std::string(40, '[') + std::string(40, ']')).empty());
  EXPECT_FALSE(problems(std::string(100'000, '[')).empty());
  EXPECT_FALSE(problems(std::string(100'000, '{')).empty());
  std::string dashes;
  for (int i = 0; i < 100'000; ++i) dashes += "- ";
  EXPECT_FALSE(problems(dashes).empty());
  std::string stairs;
  for (int i = 0; i < 2'000; ++i) stairs += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_FALSE(problems(stairs).empty());
  const auto large = parse_yaml("t.yaml", "a: " + std::string(5U << 20, 'x'));
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, ErrorCode::too_large);
}

TEST(Yaml, LongLinesAreNoNesting) {
  const std::string sentence = "a: '" + std::string(3000, 'x') + " - : ?'\n";
  EXPECT_TRUE(parse_yaml("t.yaml", sentence).has_value());
}

TEST(Yaml, UnknownKeysAreNamed) {
  const auto root = parse_yaml("t.yaml", "id: a\ntitel: b\n");
  ASSERT_TRUE(root.has_value());
  std::vector<Problem> found;
  check_keys(*root, "t.yaml", {"id", "title"}, found);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], (Problem{"t.yaml", 2, "titel", "未知的键"}));
  found.clear();
  check_keys(*root->find("id"), "t.yaml", {"id"}, found);
  ASSERT_EQ(found.size(), 1U) << "a scalar is no map";
  EXPECT_EQ(found[0].line, 1);
}

}  // namespace
}  // namespace dengce
