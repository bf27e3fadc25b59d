// SPDX-License-Identifier: Apache-2.0
#include "access/api_notation.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <map>

#include "base/text.h"

namespace dengce::access {
namespace {

namespace json = boost::json;

constexpr std::string_view or_null_words = " or null";

json::object type(const char* name) {
  return {{"type", name}};
}

json::object pattern(const char* format, const char* expression) {
  return {{"type", "string"}, {"format", format}, {"pattern", expression}};
}

const std::map<std::string, json::object, std::less<>>& words() {
  static const std::map<std::string, json::object, std::less<>> all{
      {"text", type("string")},
      {"integer", type("integer")},
      {"number", type("number")},
      {"boolean", type("boolean")},
      {"object", type("object")},
      {"any", {}},
      {"id", {{"type", "string"}, {"minLength", 1}}},
      {"day", pattern("date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")},
      {"instant",
       pattern("date-time",
               "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$")}};
  return all;
}

json::object or_null(json::object schema) {
  if (auto* one = schema.if_contains("type")) {
    *one = json::array{*one, "null"};
    return schema;
  }
  if (auto* choices = schema.if_contains("enum")) {
    choices->as_array().push_back(nullptr);
    return schema;
  }
  if (schema.empty()) return schema;
  return {{"oneOf", json::array{std::move(schema), type("null")}}};
}

class Reader {
 public:
  Reader(const std::string& path,
         const std::set<std::string, std::less<>>& names,
         std::vector<Problem>& problems)
      : path_(path), names_(names), problems_(problems) {}

  json::object read(const YamlNode& node) {
    switch (node.kind) {
      case YamlNode::Kind::scalar: return word(node);
      case YamlNode::Kind::list: return list(node);
      case YamlNode::Kind::map: return object(node);
      case YamlNode::Kind::null: break;
    }
    problem(node, "应写出类型");
    return {};
  }

 private:
  json::object word(const YamlNode& node) {
    std::string text = node.scalar;
    const bool nullable = text.ends_with(or_null_words);
    if (nullable) text.resize(text.size() - or_null_words.size());
    json::object schema;
    if (const auto known = words().find(text); known != words().end()) {
      schema = known->second;
    } else if (names_.contains(text)) {
      schema["$ref"] = "#/components/schemas/" + text;
    } else if (text.find('|') != std::string::npos) {
      json::array choices;
      for (const std::string_view choice : split(text, '|')) choices.push_back(json::value(choice));
      schema["enum"] = std::move(choices);
    } else {
      problem(node, "没有此类型：" + text);
    }
    return nullable ? or_null(std::move(schema)) : schema;
  }

  json::object list(const YamlNode& node) {
    if (node.list.size() != 1) problem(node, "列表应写一个元素的类型");
    json::object schema = type("array");
    schema["items"] = node.list.empty() ? json::object() : read(node.list.front());
    return schema;
  }

  json::object object(const YamlNode& node) {
    json::object schema = type("object");
    json::object members;
    json::array required;
    schema["additionalProperties"] = false;
    for (const auto& [key, value] : node.map) {
      if (key == "*") {
        schema["additionalProperties"] = read(value);
        continue;
      }
      const bool optional = key.ends_with('?');
      const std::string name = optional ? key.substr(0, key.size() - 1) : key;
      if (!optional) required.push_back(json::value(name));
      members[name] = read(value);
    }
    if (!members.empty()) schema["properties"] = std::move(members);
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
  }

  void problem(const YamlNode& node, std::string reason) {
    problems_.push_back({path_, node.line, {}, std::move(reason)});
  }

  const std::string& path_;
  const std::set<std::string, std::less<>>& names_;
  std::vector<Problem>& problems_;
};

}  // namespace

json::object schema_of(const YamlNode& node,
                       const std::string& path,
                       const std::set<std::string, std::less<>>& names,
                       std::vector<Problem>& problems) {
  return Reader(path, names, problems).read(node);
}

}  // namespace dengce::access
