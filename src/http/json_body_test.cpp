// SPDX-License-Identifier: Apache-2.0
#include "http/json_body.h"

#include <gtest/gtest.h>

namespace dengce::http {
namespace {

std::vector<std::string> fields(const Result<>& result) {
  std::vector<std::string> out;
  if (result) return out;
  for (const Problem& problem : result.error().problems) out.push_back(problem.field);
  return out;
}

std::string reason(const Result<>& result) {
  return result || result.error().problems.empty() ? "" : result.error().problems.front().reason;
}

TEST(JsonBody, ReadsEveryKind) {
  JsonBody body(R"({"name":"  示例系统 ","note":"a\nb","level":3,"open":true,
    "day":"2026-07-01","at":"2026-07-01T08:00:00Z","team":"0198-a","kind":"join",
    "ids":["a","b"],"words":["甲","乙"],"owner":{"name":"示例甲"},"rows":[{"n":1},{"n":2}],
    "password":" pass word "})");
  EXPECT_EQ(body.text("name"), "示例系统");
  EXPECT_EQ(body.lines("note"), "a\nb");
  EXPECT_EQ(body.integer("level", 1, 4), 3);
  EXPECT_TRUE(body.boolean("open"));
  EXPECT_EQ(format_day(body.day("day")), "2026-07-01");
  EXPECT_EQ(format_instant(body.instant("at")), "2026-07-01T08:00:00Z");
  EXPECT_EQ(body.id("team"), "0198-a");
  EXPECT_EQ(body.choice("kind", {"join", "retire"}), "join");
  EXPECT_EQ(body.ids("ids"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(body.texts("words"), (std::vector<std::string>{"甲", "乙"}));
  EXPECT_EQ(body.object("owner").text("name"), "示例甲");
  auto rows = body.objects("rows");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].integer("n"), 1);
  EXPECT_EQ(rows[1].integer("n"), 2);
  EXPECT_EQ(body.secret("password"), " pass word ");
  const auto done = body.finish();
  EXPECT_TRUE(done) << done.error().text();
}

TEST(JsonBody, AllProblemsComeAtOnce) {
  JsonBody body(R"({"name":"","level":9,"open":1,"day":"2026-02-30","kind":"x","ids":["a","a","/"],
    "owner":{"age":3},"rows":[{"n":"1"},5],"extra":1})");
  (void)body.text("name");
  (void)body.text("missing");
  (void)body.integer("level", 1, 4);
  (void)body.boolean("open");
  (void)body.day("day");
  (void)body.choice("kind", {"a"});
  (void)body.ids("ids");
  (void)body.object("owner").text("name");
  for (auto& row : body.objects("rows")) (void)row.integer("n");
  body.problem("level", "caller");
  const auto done = body.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(fields(done),
            (std::vector<std::string>{"name",
                                      "missing",
                                      "level",
                                      "open",
                                      "day",
                                      "kind",
                                      "ids[1]",
                                      "ids[2]",
                                      "owner.name",
                                      "rows[1]",
                                      "rows[0].n",
                                      "level",
                                      "extra",
                                      "owner.age"}));
}

TEST(JsonBody, AbsentAndNullAreTwoThings) {
  JsonBody body(R"({"a":null,"b":"x","c":null})");
  const auto a = body.maybe_text("a", 10, Null::allowed);
  EXPECT_TRUE(a.present);
  EXPECT_FALSE(a.value);
  EXPECT_EQ(body.maybe_text("b").value, "x");
  EXPECT_FALSE(body.maybe_text("absent").present);
  EXPECT_EQ(body.maybe_integer("absent").value_or(7), 7);
  (void)body.maybe_day("c");
  EXPECT_EQ(fields(body.finish()), std::vector<std::string>{"c"});
}

TEST(JsonBody, UnreadableTextIsOneProblemNotManyMissing) {
  for (const char* bad : {"{",
                          "[]",
                          "1",
                          "null",
                          "{\"a\":1}x",
                          "{'a':1}",
                          "{\"a\":01}",
                          "{\"a\":\"\xff\"}",
                          "{\"a\":\"\\ud800\"}",
                          "{\"a\":1,}",
                          "//\n{}",
                          "{\"a\":NaN}",
                          "\xef\xbb\xbf{}"}) {
    JsonBody body(bad);
    (void)body.text("a");
    (void)body.object("b").text("c");
    (void)body.objects("d");
    EXPECT_EQ(fields(body.finish()), std::vector<std::string>{""}) << bad;
  }
}

TEST(JsonBody, DuplicateNamesAreRefusedAtAnyDepth) {
  EXPECT_EQ(reason(JsonBody(R"({"a":1,"a":2})").finish()), "成员名重复：a");
  EXPECT_EQ(reason(JsonBody(R"({"o":{"b":1,"\u0062":2}})").finish()), "成员名重复：b");
  EXPECT_EQ(reason(JsonBody(R"({"":1,"":2})").finish()), "成员名重复：");
  JsonBody fine(R"({"o":{"a":1},"p":{"a":2},"a":3})");
  EXPECT_EQ(fine.object("o").integer("a") + fine.object("p").integer("a") + fine.integer("a"), 6);
  EXPECT_TRUE(fine.finish());
}

TEST(JsonBody, LimitsHold) {
  const std::string deep = "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}";
  EXPECT_EQ(reason(JsonBody(deep).finish()), "嵌套过深");
  std::string many = "{\"a\":[1";
  for (int i = 0; i < 1000; ++i) many += ",1";
  many += "]}";
  EXPECT_EQ(reason(JsonBody(many, {.max_values = 500}).finish()), "内容过多");
  EXPECT_EQ(reason(JsonBody(many, {.max_bytes = 100}).finish()), "正文过大");
  JsonBody list(many);
  (void)list.ids("a", 10);
  EXPECT_EQ(reason(list.finish()), "超过 10 项");
}

TEST(JsonBody, TextsAreCountedInCharactersAndHoldNoControls) {
  JsonBody body(R"({"a":"测评中心","b":"测评中心","c":"x\u0000y","d":"x\ny","e":"   "})");
  EXPECT_EQ(body.text("a", 4), "测评中心");
  (void)body.text("b", 3);
  (void)body.text("c");
  (void)body.text("d");
  (void)body.text("e");
  EXPECT_EQ(fields(body.finish()), (std::vector<std::string>{"b", "c", "d", "e"}));
}

TEST(JsonBody, NumbersAreIntegersOrRefused) {
  JsonBody body(
      R"({"a":1.0,"b":1e3,"c":18446744073709551615,"d":-1,"e":"1","f":9007199254740991})");
  for (const char* name : {"a", "b", "c", "d", "e"}) (void)body.integer(name);
  EXPECT_EQ(body.integer("f"), 9'007'199'254'740'991);
  EXPECT_EQ(fields(body.finish()), (std::vector<std::string>{"a", "b", "c", "d", "e"}));
}

TEST(JsonBody, AnEmptyTextIsAnEmptyObject) {
  JsonBody body("");
  EXPECT_FALSE(body.maybe_text("a").present);
  EXPECT_TRUE(body.finish());
}

}  // namespace
}  // namespace dengce::http
