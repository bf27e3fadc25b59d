// SPDX-License-Identifier: Apache-2.0
#include "http/page_query.h"

#include <gtest/gtest.h>

#include "http/conditional.h"
#include "http/router.h"

namespace dengce::http {
namespace {

const PageRules rules{{"number", "name"}, {"team", "level"}, 2};

Result<PageQuery> ask(const std::string& query, const PageRules& with = rules) {
  Request request;
  EXPECT_TRUE(parse_target("/api/systems?" + query, request));
  return page_query(request, with);
}

TEST(PageQuery, DefaultsAndFilters) {
  const auto query = ask("team=t1&level=");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->limit, 100);
  EXPECT_EQ(query->sort, "number");
  EXPECT_FALSE(query->descending);
  EXPECT_TRUE(query->after.empty());
  EXPECT_EQ(query->filter("team"), "t1");
  EXPECT_EQ(query->filter("level"), "");
  EXPECT_TRUE(ask("", {{"-time"}, {}, 1})->descending);
  EXPECT_FALSE(ask("sort=time", {{"-time"}, {}, 1})->descending);
}

TEST(PageQuery, AllProblemsComeAtOnce) {
  const auto query = ask("limit=0&sort=password&colour=red");
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(query.error().problems.size(), 3U);
  for (const char* bad : {"limit=501", "limit=x", "limit=", "after=x", "after=", "sort="}) {
    EXPECT_FALSE(ask(bad)) << bad;
  }
}

TEST(PageQuery, TheCursorCarriesValuesOfEveryKind) {
  const auto first = ask("sort=-name");
  ASSERT_TRUE(first);
  const std::vector<CursorValue> last{std::string("测评\"系统"), std::int64_t{-7}};
  const auto next = ask("sort=-name&after=" + next_cursor(*first, last));
  ASSERT_TRUE(next) << next.error().text();
  EXPECT_EQ(next->after, last);
  EXPECT_TRUE(ask("after=" + next_cursor(*ask(""), {std::monostate(), std::string()})));
}

TEST(PageQuery, ACursorOfAnotherListIsRefused) {
  const std::string cursor = next_cursor(*ask("sort=name"), {std::string("a"), std::string("b")});
  EXPECT_TRUE(ask("sort=name&after=" + cursor));
  EXPECT_FALSE(ask("sort=-name&after=" + cursor));
  EXPECT_FALSE(ask("after=" + cursor));
  EXPECT_FALSE(ask("sort=name&after=" + cursor, {{"name"}, {}, 1}));
  EXPECT_FALSE(ask("sort=name&after=" + base64url("[\"name\",1.5,2]")));
  EXPECT_FALSE(ask("sort=name&after=" + base64url("{\"name\":1}")));
}

TEST(Base64Url, GoesBothWaysAndRefusesOtherForms) {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
    EXPECT_EQ(from_base64url(base64url(text)), text);
  }
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
  for (const char* bad : {"A", "AB=", "A+", "-_9", "AAAAA"})
    EXPECT_FALSE(from_base64url(bad)) << bad;
}

TEST(Conditional, AChangeNamesItsVersion) {
  std::int64_t seen = -1;
  const auto change = [&seen](std::int64_t version) -> Result<Response> {
    seen = version;
    if (version != 7) return stale_version();
    Response response;
    set_version(response, 8);
    return response;
  };
  const auto status = [&change](const char* tag) {
    Request request;
    if (tag != nullptr) {
      EXPECT_TRUE(add_header(request, "If-Match", tag));
    }
    return with_version(request, change)->status;
  };
  EXPECT_EQ(status(nullptr), 428);
  EXPECT_EQ(seen, -1);
  EXPECT_EQ(status("\"7\""), 200);
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(status("\"6\""), 412);
  seen = -1;
  for (const char* bad : {"7", "*", "\"\"", "\"x\"", "W/\"7\"", "\"99999999999999999999\""}) {
    EXPECT_EQ(status(bad), 412) << bad;
  }
  EXPECT_EQ(seen, -1);
}

TEST(Conditional, OtherFailuresPassThrough) {
  Request request;
  ASSERT_TRUE(add_header(request, "If-Match", "\"1\""));
  const auto done = with_version(
      request, [](std::int64_t) -> Result<Response> { return fail(ErrorCode::not_found, "没有"); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::not_found);
}

TEST(Headers, ListsAreJoinedOthersMayNotComeTwice) {
  Request request;
  EXPECT_TRUE(add_header(request, "Accept", "a"));
  EXPECT_TRUE(add_header(request, "ACCEPT", "b"));
  EXPECT_EQ(request.header("accept"), "a, b");
  EXPECT_TRUE(add_header(request, "Cookie", "a=1"));
  EXPECT_FALSE(add_header(request, "cookie", "a=2"));
  EXPECT_EQ(request.header("absent"), "");
}

TEST(Problem, BodyHasCodeDetailAndInstance) {
  Response response = problem_response(
      {ErrorCode::invalid_argument, "无效", "secret detail", {{"", 3, "name", "不能为空"}}});
  EXPECT_EQ(response.status, 400);
  name_instance(response, "0198");
  EXPECT_EQ(response.body,
            R"({"type":"urn:dengce:problem:invalid_argument","code":"invalid_argument",)"
            R"("title":"无效","status":400,"detail":"无效\n:3: [name] 不能为空",)"
            R"("problems":[{"path":"","line":3,"field":"name","reason":"不能为空"}],)"
            R"("instance":"urn:uuid:0198"})");
  Response plain;
  plain.body = "{}";
  name_instance(plain, "0198");
  EXPECT_EQ(plain.body, "{}");
}

}  // namespace
}  // namespace dengce::http
