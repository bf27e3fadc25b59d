// SPDX-License-Identifier: Apache-2.0
#include "access/openapi.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "access/api_notation.h"

namespace dengce::access {
namespace {

namespace json = boost::json;

std::string schema(const std::string& text, std::vector<Problem>* problems = nullptr) {
  const auto node = parse_yaml("api/x.yaml", text);
  EXPECT_TRUE(node) << text;
  std::vector<Problem> found;
  const std::string out = json::serialize(schema_of(node.value(), "api/x.yaml", {"System"}, found));
  if (problems != nullptr) {
    *problems = found;
  } else {
    EXPECT_TRUE(found.empty()) << text;
  }
  return out;
}

TEST(ApiNotation, WordsListsAndObjects) {
  EXPECT_EQ(schema("text"), R"({"type":"string"})");
  EXPECT_EQ(schema("integer or null"), R"({"type":["integer","null"]})");
  EXPECT_EQ(schema("any"), "{}");
  EXPECT_EQ(schema("[boolean]"), R"({"type":"array","items":{"type":"boolean"}})");
  EXPECT_EQ(schema("module|domain or null"), R"({"enum":["module","domain",null]})");
  EXPECT_EQ(schema("System"), R"({"$ref":"#/components/schemas/System"})");
  EXPECT_EQ(schema("System or null"),
            R"({"oneOf":[{"$ref":"#/components/schemas/System"},{"type":"null"}]})");
  EXPECT_EQ(schema(R"({id: id, "note?": text})"),
            R"({"type":"object","additionalProperties":false,)"
            R"("properties":{"id":{"type":"string","minLength":1},"note":{"type":"string"}},)"
            R"("required":["id"]})");
  EXPECT_EQ(schema(R"({"*": integer})"),
            R"({"type":"object","additionalProperties":{"type":"integer"}})");
}

TEST(ApiNotation, NamesWhatItDoesNotKnow) {
  std::vector<Problem> problems;
  schema("a: txt\nb: [text, text]\nc:\nd: Sytem\ne: text\n", &problems);
  ASSERT_EQ(problems.size(), 4U);
  EXPECT_EQ(problems[0].line, 1);
  EXPECT_NE(problems[0].reason.find("txt"), std::string::npos);
  EXPECT_EQ(problems[1].line, 2);
  EXPECT_EQ(problems[3].line, 4);
}

class Description : public testing::Test {
 protected:
  Description() {
    const auto nothing = [](const Actor&, const http::Request&) { return http::Response{}; };
    doors_.add("GET", "/api/systems", {"system", "read"}, nothing);
    doors_.add("PATCH", "/api/systems/{id}", {"system", "change"}, nothing);
    doors_.add("POST", "/api/systems", {"system", "create"}, nothing);
    doors_.add_file("POST", "/api/imports", {"import", "create"}, 10, nothing);
  }

  Result<std::string> document(const std::string& text) {
    Content content;
    content.put("api/x.yaml", text);
    return openapi_document(doors_, content);
  }

  json::value operation(const json::value& document, const char* path, const char* method) {
    return document.at("paths").at(path).at(method);
  }

  db::Database database_ = db::Database::open(":memory:").value();
  Rights rights_ = Rights::load(Content::embedded()).value();
  http::Router router_;
  Doors doors_{router_, database_, rights_};
};

TEST_F(Description, FollowsFromTheDoors) {
  const auto text = document(
      "operations:\n  GET /api/systems: {list: System, filter: [team]}\n"
      "  PATCH /api/systems/{id}: {versioned: true, answer: System}\n"
      "schemas:\n  System: {id: id}\n");
  ASSERT_TRUE(text) << text.error().text();
  const json::value all = json::parse(*text);
  const json::value list = operation(all, "/api/systems", "get");
  EXPECT_EQ(list.at("summary").as_string(), "信息系统：查看");
  EXPECT_EQ(list.at("x-dengce-right").as_string(), "system:read");
  EXPECT_EQ(list.at("parameters").as_array().size(), 3U);  // limit, after, team
  const json::value page = list.at("responses").at("200").at("content").at("application/json");
  EXPECT_EQ(page.at("schema").at("required").as_array().size(), 3U);
  const json::value change = operation(all, "/api/systems/{id}", "patch");
  EXPECT_NE(json::serialize(change).find("IfMatch"), std::string::npos);
  EXPECT_EQ(change.at("parameters").at(0).at("in").as_string(), "path");
  const json::value create = operation(all, "/api/systems", "post");
  EXPECT_NE(json::serialize(create).find("IdempotencyKey"), std::string::npos);
  EXPECT_TRUE(create.at("responses").as_object().contains("2XX"));
  EXPECT_TRUE(operation(all, "/api/imports", "post")
                  .at("requestBody")
                  .at("content")
                  .as_object()
                  .contains("application/octet-stream"));
}

TEST_F(Description, AnOperationWithoutARouteIsAFault) {
  const auto text = document(
      "operations:\n  GET /api/moons: {answer: Moon, colour: red}\n"
      "  GET /api/systems: {answer: Moon, colour: red}\n");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().problems.size(), 3U);
  EXPECT_NE(text.error().text().find("GET /api/moons"), std::string::npos);
}

}  // namespace
}  // namespace dengce::access
