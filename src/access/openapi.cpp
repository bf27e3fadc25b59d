// SPDX-License-Identifier: Apache-2.0
#include "access/openapi.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "access/api_notation.h"

namespace dengce::access {
namespace {

namespace json = boost::json;

constexpr std::string_view folder = "api/";
constexpr const char* problem_ref = "#/components/responses/Problem";

// What a file says of one operation.
struct Written {
  const YamlNode* node = nullptr;
  std::string path;
};

struct Files {
  std::vector<std::pair<std::string, YamlNode>> all;  // path, document
  std::map<std::string, Written, std::less<>> operations;
  std::map<std::string, Written, std::less<>> schemas;
  std::set<std::string, std::less<>> names;  // of the schemas
};

void gather(const YamlNode* from,
            const std::string& path,
            std::map<std::string, Written, std::less<>>& into,
            std::vector<Problem>& problems) {
  if (from == nullptr) return;
  for (const auto& [name, node] : from->map) {
    if (!into.emplace(name, Written{&node, path}).second) {
      problems.push_back({path, node.line, {}, "重复：" + name});
    }
  }
}

Result<Files> read_files(const Content& content, std::vector<Problem>& problems) {
  Files files;
  for (const std::string& path : content.list(folder)) {
    if (!path.ends_with(".yaml")) continue;
    TRY_ASSIGN(const std::string_view text, content.read(path));
    TRY_ASSIGN(YamlNode node, parse_yaml(path, text));
    files.all.emplace_back(path, std::move(node));
  }
  for (const auto& [path, node] : files.all) {
    check_keys(node, path, {"operations", "schemas"}, problems);
    gather(node.find("operations"), path, files.operations, problems);
    gather(node.find("schemas"), path, files.schemas, problems);
  }
  for (const auto& [name, written] : files.schemas) files.names.insert(name);
  return files;
}

// "/api/{rest*}" → "/api/{rest}", with the names of the parameters.
std::string template_of(const std::string& pattern, std::vector<std::string>& parameters) {
  std::string out;
  std::string name;
  bool inside = false;
  for (const char c : pattern) {
    if (c == '*') continue;
    out += c;
    if (c == '}') parameters.push_back(name);
    inside = c == '{' || (inside && c != '}');
    if (c == '{') name.clear();
    if (inside && c != '{') name += c;
  }
  return out;
}

json::object parameter(const char* in, std::string_view name, bool required, json::object schema) {
  return {{"name", name}, {"in", in}, {"required", required}, {"schema", std::move(schema)}};
}

json::object of_media(std::string_view media, json::object schema) {
  return {{"content", json::object{{media, json::object{{"schema", std::move(schema)}}}}}};
}

bool is_kept(const Door& door) {
  return door.method == "POST" && door.kind != Door::Kind::open && door.kind != Door::Kind::session;
}

class Operation {
 public:
  Operation(const Door& door,
            const Rights& rights,
            const Files& files,
            std::vector<Problem>& problems)
      : door_(door), rights_(rights), files_(files), problems_(problems) {
    const auto found = files.operations.find(door.method + " " + door.pattern);
    if (found == files.operations.end()) return;
    written_ = found->second;
    check_keys(*written_.node,
               written_.path,
               {"summary",
                "query",
                "list",
                "sort",
                "filter",
                "body",
                "file",
                "versioned",
                "answer",
                "answers"},
               problems);
  }

  json::object make(const std::vector<std::string>& path_parameters) {
    json::object out;
    out["operationId"] = operation_id();
    out["tags"] = json::array{json::value(tag())};
    out["summary"] = summary();
    if (!door_.resource.empty()) out["x-dengce-right"] = door_.resource + ":" + door_.action;
    out["security"] = security();
    json::array parameters;
    for (const std::string& name : path_parameters) {
      parameters.push_back(parameter("path", name, true, {{"type", "string"}}));
    }
    add_query(parameters);
    add_headers(parameters);
    if (!parameters.empty()) out["parameters"] = std::move(parameters);
    add_body(out);
    out["responses"] = responses();
    return out;
  }

 private:
  [[nodiscard]] const YamlNode* member(std::string_view key) const {
    return written_.node == nullptr ? nullptr : written_.node->find(key);
  }

  [[nodiscard]] bool flag(std::string_view key) const {
    const YamlNode* node = member(key);
    return node != nullptr && node->boolean().value_or(false);
  }

  [[nodiscard]] std::string operation_id() const {
    std::string id = door_.method;
    std::transform(
        id.begin(), id.end(), id.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    for (const char c : door_.pattern) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (plain || !id.ends_with('_')) id += plain ? c : '_';
    }
    return id;
  }

  [[nodiscard]] std::string tag() const {
    if (door_.kind == Door::Kind::right) return door_.resource;
    return door_.kind == Door::Kind::open && door_.pattern != "/api/session" ? "open" : "own";
  }

  [[nodiscard]] std::string summary() const {
    if (const YamlNode* node = member("summary"); node != nullptr) return node->scalar;
    if (door_.kind == Door::Kind::open) return door_.why;
    if (door_.kind != Door::Kind::right) return "本人账户";
    const auto resource = rights_.resource_names().find(door_.resource);
    const auto action = rights_.action_names().find(door_.action);
    if (resource == rights_.resource_names().end()) return door_.resource;
    if (action == rights_.action_names().end()) return resource->second.chinese;
    return resource->second.chinese + "：" + action->second.chinese;
  }

  [[nodiscard]] json::array security() const {
    if (door_.kind == Door::Kind::open) return {};
    json::array ways{json::object{{"session", json::array()}}};
    if (door_.kind == Door::Kind::right) ways.push_back(json::object{{"token", json::array()}});
    return ways;
  }

  json::object schema(const YamlNode& node) {
    return schema_of(node, written_.path, files_.names, problems_);
  }

  void add_query(json::array& parameters) {
    if (const YamlNode* query = member("query"); query != nullptr) {
      for (const auto& [key, node] : query->map) {
        const bool optional = key.ends_with('?');
        const std::string name = optional ? key.substr(0, key.size() - 1) : key;
        parameters.push_back(parameter("query", name, !optional, schema(node)));
      }
    }
    if (member("list") == nullptr) return;
    parameters.push_back(
        parameter("query",
                  "limit",
                  false,
                  {{"type", "integer"}, {"minimum", 1}, {"maximum", 500}, {"default", 100}}));
    parameters.push_back(parameter("query", "after", false, {{"type", "string"}}));
    if (const YamlNode* sort = member("sort"); sort != nullptr) {
      json::array choices;
      for (const YamlNode& column : sort->list) {
        choices.push_back(json::value(column.scalar));
        choices.push_back(json::value("-" + column.scalar));
      }
      parameters.push_back(parameter("query", "sort", false, {{"enum", std::move(choices)}}));
    }
    if (const YamlNode* filter = member("filter"); filter != nullptr) {
      for (const YamlNode& name : filter->list) {
        parameters.push_back(parameter("query", name.scalar, false, {{"type", "string"}}));
      }
    }
  }

  void add_headers(json::array& parameters) const {
    const auto refer = [&](const char* name) {
      parameters.push_back(json::object{{"$ref", std::string("#/components/parameters/") + name}});
    };
    if (flag("versioned") && door_.method != "GET") refer("IfMatch");
    if (door_.method != "GET" && door_.kind != Door::Kind::open) refer("CsrfToken");
    if (is_kept(door_)) refer("IdempotencyKey");
  }

  void add_body(json::object& out) {
    if (const YamlNode* body = member("body"); body != nullptr) {
      out["requestBody"] = of_media("application/json", schema(*body));
      out["requestBody"].as_object()["required"] = true;
    } else if (door_.body == Door::Body::file || flag("file")) {
      out["requestBody"] = of_media("application/octet-stream", {});
    }
  }

  json::object answer(const YamlNode& node) {
    json::object out;
    if (node.is_scalar() && node.scalar == "none") {
      out["description"] = "无内容";
      return out;
    }
    if (node.is_scalar() && node.scalar.find('/') != std::string::npos) {
      out = of_media(node.scalar, {});
    } else {
      out = of_media("application/json", schema(node));
    }
    out["description"] = "成功";
    if (flag("versioned")) {
      out["headers"] =
          json::object{{"ETag", json::object{{"schema", json::object{{"type", "string"}}}}}};
    }
    return out;
  }

  json::object list_answer(const YamlNode& node) {
    json::object members;
    members["items"] = json::object{{"type", "array"}, {"items", schema(node)}};
    members["total"] = json::object{{"type", "integer"}, {"minimum", 0}};
    members["next"] = json::object{{"type", json::array{"string", "null"}}};
    json::object page{{"type", "object"}, {"additionalProperties", false}};
    page["required"] = json::array{"items", "total", "next"};
    page["properties"] = std::move(members);
    json::object out = of_media("application/json", std::move(page));
    out["description"] = "一页；next 为下一页的 after，末页为 null";
    return out;
  }

  json::object responses() {
    json::object out;
    if (const YamlNode* list = member("list"); list != nullptr) out["200"] = list_answer(*list);
    if (const YamlNode* one = member("answer"); one != nullptr) out["200"] = answer(*one);
    if (const YamlNode* several = member("answers"); several != nullptr) {
      for (const auto& [status, node] : several->map) out[status] = answer(node);
    }
    if (out.empty()) out["2XX"] = json::object{{"description", "成功"}};
    out["default"] = json::object{{"$ref", problem_ref}};
    return out;
  }

  const Door& door_;
  const Rights& rights_;
  const Files& files_;
  std::vector<Problem>& problems_;
  Written written_;
};

json::object header(const char* name, const char* description, bool required, json::object schema) {
  json::object out = parameter("header", name, required, std::move(schema));
  out["description"] = description;
  return out;
}

json::object shared_parameters() {
  json::object text{{"type", "string"}};
  json::object out;
  out["IfMatch"] = header("If-Match", "所改版本，取自 ETag，如 \"3\"", true, text);
  out["CsrfToken"] =
      header("X-CSRF-Token", "用会话 Cookie 时必须，取自登录的答复；用令牌时不需要", false, text);
  out["IdempotencyKey"] = header("Idempotency-Key",
                                 "同一个键在 24 小时内只执行一次，重发得到同样的答复",
                                 false,
                                 {{"type", "string"}, {"minLength", 16}, {"maxLength", 200}});
  return out;
}

json::object problem_schema() {
  const json::object text{{"type", "string"}};
  const json::object whole{{"type", "integer"}};
  json::object one{{"type", "object"}, {"additionalProperties", false}};
  one["required"] = json::array{"path", "line", "field", "reason"};
  one["properties"] =
      json::object{{"path", text}, {"line", whole}, {"field", text}, {"reason", text}};
  json::object out{{"type", "object"}, {"additionalProperties", false}};
  out["required"] = json::array{"type", "code", "title", "status", "detail", "problems"};
  out["properties"] =
      json::object{{"type", text},
                   {"code", json::object{{"type", "string"}, {"pattern", "^[a-z_]+$"}}},
                   {"title", text},
                   {"status", whole},
                   {"detail", text},
                   {"instance", text},
                   {"problems", json::object{{"type", "array"}, {"items", std::move(one)}}}};
  return out;
}

json::object components(const Files& files, std::vector<Problem>& problems) {
  json::object schemas;
  for (const auto& [name, written] : files.schemas) {
    schemas[name] = schema_of(*written.node, written.path, files.names, problems);
  }
  schemas["Problem"] = problem_schema();
  json::object refused =
      of_media("application/problem+json", {{"$ref", "#/components/schemas/Problem"}});
  refused["description"] = "未执行；code 是稳定的错误码";
  json::object out;
  out["schemas"] = std::move(schemas);
  out["parameters"] = shared_parameters();
  out["responses"] = json::object{{"Problem", std::move(refused)}};
  out["securitySchemes"] = json::object{
      {"session", json::object{{"type", "apiKey"}, {"in", "cookie"}, {"name", "dengce_session"}}},
      {"token", json::object{{"type", "http"}, {"scheme", "bearer"}}}};
  return out;
}

json::array tags(const Rights& rights) {
  json::array out;
  out.push_back(json::object{{"name", "own"}, {"description", "登录与本人账户"}});
  out.push_back(json::object{{"name", "open"}, {"description", "无须登录"}});
  for (const auto& [resource, name] : rights.resource_names()) {
    out.push_back(json::object{{"name", resource}, {"description", name.chinese}});
  }
  return out;
}

}  // namespace

Result<std::string> openapi_document(const Doors& doors, const Content& content) {
  std::vector<Problem> problems;
  TRY_ASSIGN(const Files files, read_files(content, problems));
  json::object paths;
  std::set<std::string, std::less<>> there;
  for (const Door& door : doors.doors()) {
    there.insert(door.method + " " + door.pattern);
    std::vector<std::string> parameters;
    const std::string path = template_of(door.pattern, parameters);
    std::string method = door.method;
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    if (!paths.contains(path)) paths[path] = json::object();
    paths[path].as_object()[method] =
        Operation(door, doors.rights(), files, problems).make(parameters);
  }
  for (const auto& [name, written] : files.operations) {
    if (!there.contains(name)) {
      problems.push_back({written.path, written.node->line, {}, "没有此接口：" + name});
    }
  }
  json::object document;
  document["openapi"] = "3.1.0";
  document["info"] =
      json::object{{"title", "等测 Dengce"},
                   {"version", "1"},
                   {"license", json::object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}};
  document["servers"] = json::array{json::object{{"url", "/"}}};
  document["tags"] = tags(doors.rights());
  document["paths"] = std::move(paths);
  document["components"] = components(files, problems);
  if (problems.empty()) return json::serialize(document);
  return fail(ErrorCode::invalid_argument, "接口说明有误", std::move(problems));
}

Result<> add_openapi_route(Doors& doors, const Content& content) {
  const auto text = std::make_shared<std::string>();
  doors.add_open("GET",
                 "/api/openapi.json",
                 "接口说明（OpenAPI 3.1），不含数据",
                 [text](const http::Request&) -> Result<http::Response> {
                   http::Response response;
                   response.body = *text;
                   return response;
                 });
  TRY_ASSIGN(*text, openapi_document(doors, content));
  return {};
}

}  // namespace dengce::access
