// SPDX-License-Identifier: Apache-2.0
#include "http/json_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <deque>
#include <set>
#include <utility>

#include "base/problems.h"
#include "base/text.h"

namespace dengce::http {
namespace {

namespace json = boost::json;
using JsonError = boost::system::error_code;

constexpr std::size_t max_problems = 100;

// Looks for member names that stand twice in one object; Boost.JSON itself keeps the last one.
struct DuplicateFinder {
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = 256;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  std::size_t max_values = 0;
  std::size_t values = 0;
  std::vector<std::set<std::string, std::less<>>> names;
  std::string key;
  std::optional<std::string> duplicate;

  bool count(JsonError& error) {
    if (++values <= max_values) return true;
    error = make_error_code(json::error::array_too_large);
    return false;
  }

  // The names below are those Boost.JSON asks of a handler.
  static bool on_document_begin(JsonError&) { return true; }

  static bool on_document_end(JsonError&) { return true; }

  bool on_object_begin(JsonError& error) {
    names.emplace_back();
    return count(error);
  }

  bool on_object_end(std::size_t, JsonError&) {
    names.pop_back();
    return true;
  }

  bool on_array_begin(JsonError& error) { return count(error); }

  static bool on_array_end(std::size_t, JsonError&) { return true; }

  bool on_key_part(json::string_view part, std::size_t, JsonError&) {
    key += part;
    return true;
  }

  bool on_key(json::string_view part, std::size_t, JsonError& error) {
    key += part;
    const bool added = names.back().insert(key).second;
    if (!added) {
      duplicate = key;
      error = make_error_code(json::error::syntax);
    }
    key.clear();
    return added;
  }

  static bool on_string_part(json::string_view, std::size_t, JsonError&) { return true; }

  bool on_string(json::string_view, std::size_t, JsonError& error) { return count(error); }

  static bool on_number_part(json::string_view, JsonError&) { return true; }

  bool on_int64(std::int64_t, json::string_view, JsonError& error) { return count(error); }

  bool on_uint64(std::uint64_t, json::string_view, JsonError& error) { return count(error); }

  bool on_double(double, json::string_view, JsonError& error) { return count(error); }

  bool on_bool(bool, JsonError& error) { return count(error); }

  bool on_null(JsonError& error) { return count(error); }

  static bool on_comment_part(json::string_view, JsonError&) { return true; }

  static bool on_comment(json::string_view, JsonError&) { return true; }
};

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

enum class Form { one_line, many_lines };

bool has_control(std::string_view text, Form form) {
  return std::any_of(text.begin(), text.end(), [form](char c) {
    if (form == Form::many_lines && (c == '\n' || c == '\r' || c == '\t')) return false;
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  });
}

std::string element(std::string_view name, std::size_t index) {
  return fmt::format("{}[{}]", name, index);
}

}  // namespace

struct JsonObject::Node {
  const json::object* object = nullptr;
  std::string prefix;  // "owner." before the names of its members
  std::set<std::string, std::less<>> read;
};

struct JsonObject::State {
  json::value root;
  bool readable = false;
  std::deque<Node> nodes;  // a deque: pointers to its elements stay good
  std::vector<Problem> problems;

  void add(const Node& node, std::string_view name, std::string reason) {
    if (problems.size() < max_problems) {
      problems.push_back({{}, 0, node.prefix + std::string(name), std::move(reason)});
    }
  }

  Node* add_node(const json::object& object, std::string prefix) {
    nodes.push_back({&object, std::move(prefix), {}});
    return &nodes.back();
  }

  void parse(std::string_view text, const JsonLimits& limits) {
    const auto unreadable = [this](std::string reason) {
      problems.push_back({{}, 0, {}, std::move(reason)});
    };
    if (text.empty()) {
      root = json::object();
      readable = true;
      return;
    }
    if (text.size() > limits.max_bytes) return unreadable("正文过大");
    json::parse_options options;
    options.max_depth = limits.max_depth;
    json::basic_parser<DuplicateFinder> finder(options);
    finder.handler().max_values = limits.max_values;
    JsonError error;
    finder.write_some(false, text.data(), text.size(), error);
    if (const auto& duplicate = finder.handler().duplicate) {
      return unreadable("成员名重复：" + shorten(*duplicate, 100));
    }
    if (error == json::error::too_deep) return unreadable("嵌套过深");
    if (error == json::error::array_too_large) return unreadable("内容过多");
    if (!error) root = json::parse({text.data(), text.size()}, error, {}, options);
    if (error) return unreadable("不是有效的 JSON");
    if (!root.is_object()) return unreadable("应为 JSON 对象");
    readable = true;
  }

  const json::value* find(Node* node, std::string_view name) {
    if (node == nullptr) return nullptr;
    node->read.emplace(name);
    return node->object->if_contains({name.data(), name.size()});
  }

  // The member, or a problem when it is missing.
  const json::value* need(Node* node, std::string_view name) {
    const json::value* value = find(node, name);
    if (value == nullptr && node != nullptr) add(*node, name, "缺少此项");
    return value;
  }

  // The list, or none and a problem when it is missing, no list or longer than `max`.
  const json::array* list_of(Node* node, std::string_view name, std::size_t max) {
    const json::value* value = need(node, name);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) {
      add(*node, name, "应为列表");
    } else if (value->get_array().size() > max) {
      add(*node, name, fmt::format("超过 {} 项", max));
    } else {
      return &value->get_array();
    }
    return nullptr;
  }

  std::string string_of(const Node& node, std::string_view name, const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    add(node, name, "应为文字");
    return {};
  }

  std::string line_of(const Node& node,
                      std::string_view name,
                      const json::value& value,
                      std::size_t max) {
    if (!value.is_string()) return string_of(node, name, value);
    const json::string& raw = value.get_string();
    const std::string_view text = trim({raw.data(), raw.size()});
    if (text.empty()) add(node, name, "不能为空");
    if (has_control(text, Form::one_line)) add(node, name, "含有控制字符或换行");
    if (characters(text) > max) add(node, name, fmt::format("超过 {} 个字符", max));
    return std::string(text);
  }
};

std::string JsonObject::text(std::string_view name, std::size_t max) {
  const json::value* value = state_->need(node_, name);
  return value == nullptr ? std::string() : state_->line_of(*node_, name, *value, max);
}

std::string JsonObject::lines(std::string_view name, std::size_t max) {
  const json::value* value = state_->need(node_, name);
  if (value == nullptr) return {};
  std::string raw = state_->string_of(*node_, name, *value);
  if (has_control(raw, Form::many_lines)) state_->add(*node_, name, "含有控制字符");
  if (characters(raw) > max) state_->add(*node_, name, fmt::format("超过 {} 个字符", max));
  return std::string(trim(raw));
}

std::string JsonObject::secret(std::string_view name, std::size_t max) {
  const json::value* value = state_->need(node_, name);
  if (value == nullptr) return {};
  std::string raw = state_->string_of(*node_, name, *value);
  if (value->is_string() && raw.empty()) state_->add(*node_, name, "不能为空");
  if (has_control(raw, Form::one_line)) state_->add(*node_, name, "含有控制字符");
  if (characters(raw) > max) state_->add(*node_, name, fmt::format("超过 {} 个字符", max));
  return raw;
}

std::string JsonObject::choice(std::string_view name,
                               const std::vector<std::string_view>& allowed) {
  const json::value* value = state_->need(node_, name);
  if (value == nullptr) return {};
  std::string word = state_->string_of(*node_, name, *value);
  if (value->is_string() && std::find(allowed.begin(), allowed.end(), word) == allowed.end()) {
    state_->add(*node_, name, fmt::format("只能是 {}", fmt::join(allowed, "、")));
  }
  return word;
}

std::int64_t JsonObject::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const json::value* value = state_->need(node_, name);
  if (value == nullptr) return min;
  if (!value->is_int64()) {
    state_->add(*node_, name, value->is_uint64() ? "数值过大" : "应为整数");
    return min;
  }
  const std::int64_t number = value->get_int64();
  if (number < min || number > max) {
    state_->add(*node_, name, fmt::format("应在 {} 至 {} 之间", min, max));
    return min;
  }
  return number;
}

bool JsonObject::boolean(std::string_view name) {
  const json::value* value = state_->need(node_, name);
  if (value == nullptr) return false;
  if (!value->is_bool()) state_->add(*node_, name, "应为 true 或 false");
  return value->is_bool() && value->get_bool();
}

Day JsonObject::day(std::string_view name) {
  const json::value* value = state_->need(node_, name);
  if (value == nullptr) return {};
  const auto day = value->is_string() ? parse_day(std::string(value->get_string())) : std::nullopt;
  if (!day) state_->add(*node_, name, "应为日期，如 2026-07-01");
  return day.value_or(Day{});
}

Instant JsonObject::instant(std::string_view name) {
  const json::value* value = state_->need(node_, name);
  if (value == nullptr) return {};
  const auto instant =
      value->is_string() ? parse_instant(std::string(value->get_string())) : std::nullopt;
  if (!instant) state_->add(*node_, name, "应为时刻，如 2026-07-01T08:00:00Z");
  return instant.value_or(Instant{});
}

std::string JsonObject::id(std::string_view name) {
  const json::value* value = state_->need(node_, name);
  if (value == nullptr) return {};
  std::string id = state_->string_of(*node_, name, *value);
  if (value->is_string() && !is_id(id)) state_->add(*node_, name, "不是有效的标识");
  return id;
}

std::vector<std::string> JsonObject::ids(std::string_view name, std::size_t max) {
  std::vector<std::string> out;
  const json::array* list = state_->list_of(node_, name, max);
  if (list == nullptr) return out;
  out.reserve(list->size());
  std::set<std::string, std::less<>> seen;
  for (const json::value& item : *list) {
    const std::string where = element(name, out.size());
    std::string id = state_->string_of(*node_, where, item);
    if (item.is_string() && !is_id(id)) {
      state_->add(*node_, where, "不是有效的标识");
    } else if (item.is_string() && !seen.insert(id).second) {
      state_->add(*node_, where, "重复");
    }
    out.push_back(std::move(id));
  }
  return out;
}

std::vector<std::string> JsonObject::texts(std::string_view name,
                                           std::size_t max_count,
                                           std::size_t max) {
  std::vector<std::string> out;
  const json::array* list = state_->list_of(node_, name, max_count);
  if (list == nullptr) return out;
  out.reserve(list->size());
  for (const json::value& item : *list) {
    out.push_back(state_->line_of(*node_, element(name, out.size()), item, max));
  }
  return out;
}

JsonObject JsonObject::object(std::string_view name) {
  const json::value* value = state_->need(node_, name);
  if (value == nullptr) return {state_, nullptr};
  if (!value->is_object()) {
    state_->add(*node_, name, "应为对象");
    return {state_, nullptr};
  }
  return {state_, state_->add_node(value->get_object(), node_->prefix + std::string(name) + ".")};
}

std::vector<JsonObject> JsonObject::objects(std::string_view name, std::size_t max) {
  std::vector<JsonObject> out;
  const json::array* list = state_->list_of(node_, name, max);
  if (list == nullptr) return out;
  out.reserve(list->size());
  for (const json::value& item : *list) {
    const std::string where = element(name, out.size());
    if (item.is_object()) {
      out.push_back({state_, state_->add_node(item.get_object(), node_->prefix + where + ".")});
    } else {
      state_->add(*node_, where, "应为对象");
      out.push_back({state_, nullptr});
    }
  }
  return out;
}

template <class T, class Read>
Maybe<T> JsonObject::maybe(std::string_view name, Null null, Read read) {
  const json::value* value = state_->find(node_, name);
  if (value == nullptr) return {};
  if (!value->is_null()) return {true, read()};
  if (null == Null::refused) state_->add(*node_, name, "不能为 null");
  return {true, std::nullopt};
}

Maybe<std::string> JsonObject::maybe_text(std::string_view name, std::size_t max, Null null) {
  return maybe<std::string>(name, null, [&] { return text(name, max); });
}

Maybe<std::string> JsonObject::maybe_lines(std::string_view name, std::size_t max, Null null) {
  return maybe<std::string>(name, null, [&] { return lines(name, max); });
}

Maybe<std::string> JsonObject::maybe_choice(std::string_view name,
                                            const std::vector<std::string_view>& allowed,
                                            Null null) {
  return maybe<std::string>(name, null, [&] { return choice(name, allowed); });
}

Maybe<std::int64_t> JsonObject::maybe_integer(std::string_view name,
                                              std::int64_t min,
                                              std::int64_t max,
                                              Null null) {
  return maybe<std::int64_t>(name, null, [&] { return integer(name, min, max); });
}

Maybe<bool> JsonObject::maybe_boolean(std::string_view name) {
  return maybe<bool>(name, Null::refused, [&] { return boolean(name); });
}

Maybe<Day> JsonObject::maybe_day(std::string_view name, Null null) {
  return maybe<Day>(name, null, [&] { return day(name); });
}

Maybe<Instant> JsonObject::maybe_instant(std::string_view name, Null null) {
  return maybe<Instant>(name, null, [&] { return instant(name); });
}

Maybe<std::string> JsonObject::maybe_id(std::string_view name, Null null) {
  return maybe<std::string>(name, null, [&] { return id(name); });
}

Maybe<std::vector<std::string>> JsonObject::maybe_ids(std::string_view name, std::size_t max) {
  return maybe<std::vector<std::string>>(name, Null::refused, [&] { return ids(name, max); });
}

Maybe<std::vector<std::string>> JsonObject::maybe_texts(std::string_view name,
                                                        std::size_t max_count,
                                                        std::size_t max) {
  return maybe<std::vector<std::string>>(
      name, Null::refused, [&] { return texts(name, max_count, max); });
}

Maybe<JsonObject> JsonObject::maybe_object(std::string_view name, Null null) {
  return maybe<JsonObject>(name, null, [&] { return object(name); });
}

bool JsonObject::has(std::string_view name) const {
  return node_ != nullptr && node_->object->contains({name.data(), name.size()});
}

std::vector<std::string> JsonObject::names() const {
  std::vector<std::string> out;
  if (node_ == nullptr) return out;
  for (const auto& member : *node_->object) out.emplace_back(member.key());
  return out;
}

void JsonObject::problem(std::string_view name, std::string reason) {
  if (node_ != nullptr) state_->add(*node_, name, std::move(reason));
}

JsonBody::JsonBody(std::string_view text, const JsonLimits& limits)
    : JsonObject(std::make_shared<State>(), nullptr) {
  state_->parse(text, limits);
  if (state_->readable) node_ = state_->add_node(state_->root.get_object(), {});
}

Result<> JsonBody::finish() const {
  std::vector<Problem> problems = state_->problems;
  for (const Node& node : state_->nodes) {
    for (const auto& member : *node.object) {
      const std::string_view name(member.key().data(), member.key().size());
      if (node.read.contains(name) || problems.size() >= max_problems) continue;
      problems.push_back({{}, 0, node.prefix + shorten(name, 100), "未知的项"});
    }
  }
  return fail_if_any("提交的内容无效", std::move(problems));
}

}  // namespace dengce::http
