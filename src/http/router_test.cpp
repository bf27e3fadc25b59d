// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace dengce::http {
namespace {

Response text(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

Router sample() {
  Router router;
  router.add("GET", "/api/systems", [](const Request&) { return text("list"); });
  router.add("GET", "/api/systems/{id}", [](const Request& request) {
    return text(request.parameters.at("id"));
  });
  router.add("GET", "/api/systems/newest", [](const Request&) { return text("newest"); });
  router.add("POST", "/api/systems", [](const Request&) { return text("made"); });
  router.add(
      "GET", "/boom", [](const Request&) -> Response { throw std::runtime_error("secret"); });
  router.add("GET", "/{path*}", [](const Request& request) {
    return text("file " + request.parameters.at("path"));
  });
  return router;
}

Response ask(const std::string& method, const std::string& target) {
  Request request;
  request.method = method;
  const auto parsed = parse_target(target, request);
  return parsed ? sample().handle(request) : problem_response(parsed.error());
}

TEST(Router, LiteralBeatsParameterBeatsRest) {
  EXPECT_EQ(ask("GET", "/api/systems").body, "list");
  EXPECT_EQ(ask("GET", "/api/systems/7").body, "7");
  EXPECT_EQ(ask("GET", "/api/systems/newest").body, "newest");
  EXPECT_EQ(ask("GET", "/assets/a/b.js").body, "file assets/a/b.js");
  EXPECT_EQ(ask("HEAD", "/api/systems").body, "list");
}

TEST(Router, UnknownMethodIs405WithAllow) {
  const Response response = ask("DELETE", "/boom");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.front().first, "Allow");
  EXPECT_NE(response.body.find("\"code\":\"unsupported\""), std::string::npos);
}

TEST(Router, AnExceptionStaysInside) {
  const Response response = ask("GET", "/boom");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST(Target, DecodesAndRefuses) {
  Request request;
  ASSERT_TRUE(parse_target("/a%20b?x=2&y=%E6%B5%8B+z", request));
  EXPECT_EQ(request.path, "/a b");
  EXPECT_EQ(request.query["x"], "2");
  EXPECT_EQ(request.query["y"], "测 z");
  for (const char* bad : {"",
                          "a",
                          "/%",
                          "/%0",
                          "/%zz",
                          "/%00",
                          "/a/../b",
                          "/%2e%2e/x",
                          "/%ff",
                          "/x?a=%",
                          "/x?a=1&a=2",
                          "/x?a=1&%61=1",
                          "http://h/x",
                          "*"}) {
    Request other;
    EXPECT_FALSE(parse_target(bad, other)) << bad;
  }
}

TEST(Attachment, ChineseNamesAreEncoded) {
  EXPECT_EQ(attachment_header("报告.docx"), "attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.docx");
  EXPECT_EQ(attachment_header("a\"\r\nb"), "attachment; filename*=UTF-8''a%22%0D%0Ab");
}

}  // namespace
}  // namespace dengce::http
