// SPDX-License-Identifier: Apache-2.0
#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace dengce {
namespace {

std::string quoted(std::string_view value) {
  std::string out;
  append_json_string(out, value);
  return out;
}

TEST(JsonWriter, CommasFollowTheNesting) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("name", "示例").member("count", 2).member_boolean("demo", true);
  json.key("list").begin_array().integer(1).string("x").null().begin_object().end_object();
  json.begin_array().end_array().end_array();
  json.key("rate").raw_number("66.67").key("off").boolean(false);
  json.end_object();
  EXPECT_EQ(out,
            R"({"name":"示例","count":2,"demo":true,"list":[1,"x",null,{},[]],"rate":66.67,)"
            R"("off":false})");
}

TEST(JsonWriter, NumbersAreWhole) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  json.integer(std::numeric_limits<std::int64_t>::min());
  json.integer(std::numeric_limits<std::int64_t>::max()).end_array();
  EXPECT_EQ(out, "[-9223372036854775808,9223372036854775807]");
}

TEST(JsonWriter, StringsAreEscaped) {
  EXPECT_EQ(quoted("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(quoted("1\n2\r3\t4"), R"("1\n2\r3\t4")");
  EXPECT_EQ(quoted(std::string_view("\x01\x1f\0", 3)), R"("\u0001\u001f\u0000")");
  EXPECT_EQ(quoted("等级/𠮷"), "\"等级/𠮷\"");
}

TEST(JsonWriter, InvalidUtf8BecomesTheReplacementCharacter) {
  EXPECT_EQ(quoted("a\xFF"
                   "b"),
            "\"a\xEF\xBF\xBD"
            "b\"");
  EXPECT_EQ(quoted("等\xFF"
                   "b\xE7\xAD"),
            "\"等\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted("\xB5\xC8"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"") << "bytes are not guessed at here";
}

}  // namespace
}  // namespace dengce
