// SPDX-License-Identifier: Apache-2.0
#include "program/page.h"

#include <gtest/gtest.h>

#include "base/content.h"

namespace dengce::program {
namespace {

// The page's doors are open to everybody: neither accounts nor tables are needed.
const http::Router& page_router() {
  static db::Database database = db::Database::open(":memory:").value();
  static const access::Rights rights = access::Rights::load(Content::embedded()).value();
  static http::Router router;
  static access::Doors doors(router, database, rights);
  static const bool added = (add_page_routes(doors), true);
  EXPECT_TRUE(added);
  return router;
}

http::Response get(const std::string& path, const std::string& tag = {}) {
  http::Request request;
  request.method = "GET";
  EXPECT_TRUE(http::parse_target(path, request)) << path;
  request.if_none_match = tag;
  return page_router().handle(request);
}

std::string header(const http::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

class Page : public testing::Test {
 protected:
  void SetUp() override {
    if (compiled_in("web/index.html").empty())
      GTEST_SKIP() << "the page is not built (tools/build-web)";
  }
};

TEST_F(Page, IndexIsServedAndKnownAgain) {
  const auto first = get("/");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(first.body, compiled_in("web/index.html"));
  EXPECT_EQ(header(first, "Cache-Control"), "no-cache");
  const auto again = get("/", header(first, "ETag"));
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
  EXPECT_EQ(get("/", "\"other\"").status, 200);
}

TEST_F(Page, AddressesOfThePageGiveTheIndex) {
  for (const char* path : {"/systems/1", "/a/b/c", "/中文"}) {
    EXPECT_EQ(get(path).body, compiled_in("web/index.html")) << path;
  }
}

TEST_F(Page, AssetsNeverChangeUnderTheirName) {
  bool script = false;
  for (const std::string_view path : compiled_in_list("web/assets/")) {
    const auto response = get("/" + std::string(path.substr(4)));
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, compiled_in(path));
    EXPECT_NE(header(response, "Cache-Control").find("immutable"), std::string::npos);
    EXPECT_NE(response.content_type, "application/octet-stream") << path;
    script = script || response.content_type.starts_with("text/javascript");
  }
  EXPECT_TRUE(script);
}

TEST(PageRoutes, MissingFilesAndApiPathsAreNotFound) {
  for (const char* path : {"/none.js", "/assets/none.css", "/api/none", "/api/a/b"}) {
    const auto response = get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_TRUE(response.content_type.starts_with("application/problem+json")) << path;
  }
}

TEST(PageRoutes, OtherMethodsAreRefused) {
  http::Request request;
  request.method = "POST";
  ASSERT_TRUE(http::parse_target("/", request));
  EXPECT_EQ(page_router().handle(request).status, 405);
}

}  // namespace
}  // namespace dengce::program
