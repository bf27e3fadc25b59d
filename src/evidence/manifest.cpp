// SPDX-License-Identifier: Apache-2.0
// Reading manifest.json: the only JSON of this room.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <initializer_list>
#include <utility>

#include "base/text.h"
#include "evidence/bundle.h"

namespace dengce::evidence {
namespace {

namespace json = boost::json;

constexpr std::size_t max_manifest_bytes = 16U << 20;
constexpr std::size_t max_entries = 20'000;
constexpr std::size_t max_text = 4096;

// Reads typed members and gathers what is wrong with them.
class Reader {
 public:
  explicit Reader(std::string_view name) : name_(name) {}

  void problem(std::string field, std::string reason) {
    if (problems_.size() < 100) {
      problems_.push_back({name_ + "/manifest.json", 0, std::move(field), std::move(reason)});
    }
  }

  const json::value* member(const json::object& object,
                            std::string_view key,
                            const std::string& at) {
    const json::value* value = object.if_contains(json::string_view{key.data(), key.size()});
    if (value == nullptr) problem(at + std::string{key}, "缺少该字段");
    return value;
  }

  std::string text(const json::object& object, std::string_view key, const std::string& at) {
    const json::value* value = member(object, key, at);
    if (value == nullptr) return {};
    const json::string* string = value->if_string();
    if (string == nullptr || string->size() > max_text) {
      problem(at + std::string{key}, "应为文本");
      return {};
    }
    return std::string{string->data(), string->size()};
  }

  std::int64_t integer(const json::object& object, std::string_view key, const std::string& at) {
    const json::value* value = member(object, key, at);
    if (value == nullptr) return 0;
    const std::int64_t* number = value->if_int64();
    if (number == nullptr) {
      problem(at + std::string{key}, "应为整数");
      return 0;
    }
    return *number;
  }

  const json::array* array(const json::object& object,
                           std::string_view key,
                           const std::string& at) {
    const json::value* value = member(object, key, at);
    if (value == nullptr) return nullptr;
    const json::array* list = value->if_array();
    if (list == nullptr || list->size() > max_entries) {
      problem(at + std::string{key}, "应为列表，且不超过 20000 项");
      return nullptr;
    }
    return list;
  }

  Instant instant(const json::object& object, std::string_view key) {
    const std::string written = text(object, key, "");
    const auto parsed = parse_instant(written);
    if (!parsed && !written.empty()) problem(std::string{key}, "不是 RFC 3339 时间");
    return parsed.value_or(Instant{});
  }

  std::vector<Problem> take() { return std::move(problems_); }

 private:
  std::string name_;
  std::vector<Problem> problems_;
};

bool is_hex(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

BundleEntry read_entry(Reader& reader, const json::object& object, const std::string& at) {
  BundleEntry entry;
  entry.path = reader.text(object, "path", at);
  entry.source = reader.text(object, "source", at);
  entry.exit_code =
      static_cast<int>(std::clamp<std::int64_t>(reader.integer(object, "exit_code", at), -1, 255));
  const std::int64_t size = reader.integer(object, "bytes", at);
  if (size < 0) reader.problem(at + "bytes", "不能为负数");
  entry.size = static_cast<std::uint64_t>(std::max<std::int64_t>(size, 0));
  const json::value* truncated = reader.member(object, "truncated", at);
  if (truncated != nullptr) {
    if (truncated->is_bool()) {
      entry.truncated = truncated->get_bool();
    } else {
      reader.problem(at + "truncated", "应为 true 或 false");
    }
  }
  entry.sha256 = lower(reader.text(object, "sha256", at));
  if (!is_hex(entry.sha256)) reader.problem(at + "sha256", "不是 SHA-256 摘要");
  const json::value* sm3 = object.if_contains("sm3");
  if (sm3 != nullptr && !sm3->is_null()) {
    entry.sm3 = lower(reader.text(object, "sm3", at));
    if (!is_hex(entry.sm3)) reader.problem(at + "sm3", "不是 SM3 摘要");
  }
  if (entry.path.rfind("data/", 0) != 0 || has_control(entry.path)) {
    reader.problem(at + "path", "应为 data/ 之下的路径");
  }
  if (has_control(entry.source)) reader.problem(at + "source", "含有控制字符");
  return entry;
}

void read_lists(Reader& reader, const json::object& root, Manifest& manifest) {
  if (const json::array* entries = reader.array(root, "entries", "")) {
    manifest.entries.reserve(entries->size());
    for (std::size_t i = 0; i < entries->size(); ++i) {
      const std::string at = fmt::format("entries[{}].", i);
      if (const json::object* object = (*entries)[i].if_object()) {
        manifest.entries.push_back(read_entry(reader, *object, at));
      } else {
        reader.problem(at, "应为对象");
      }
    }
  }
  if (const json::array* absent = reader.array(root, "absent", "")) {
    for (std::size_t i = 0; i < absent->size(); ++i) {
      const std::string at = fmt::format("absent[{}].", i);
      if (const json::object* object = (*absent)[i].if_object()) {
        manifest.absent.push_back(
            {reader.text(*object, "source", at), reader.text(*object, "reason", at)});
      } else {
        reader.problem(at, "应为对象");
      }
    }
  }
}

void read_target(Reader& reader, const json::object& root, Manifest& manifest) {
  const json::value* target = reader.member(root, "target", "");
  const json::object* object = target == nullptr ? nullptr : target->if_object();
  if (object == nullptr) {
    if (target != nullptr) reader.problem("target", "应为对象");
    return;
  }
  manifest.target = shorten(reader.text(*object, "name", "target."), 255);
  const json::array* addresses = reader.array(*object, "addresses", "target.");
  if (addresses == nullptr) return;
  for (const json::value& address : *addresses) {
    const json::string* text = address.if_string();
    if (text == nullptr || text->size() > 255) {
      reader.problem("target.addresses", "应为文本列表");
      return;
    }
    manifest.addresses.emplace_back(text->data(), text->size());
  }
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view name, std::string_view text) {
  const std::string where = std::string{name} + "/manifest.json";
  if (text.size() > max_manifest_bytes) {
    return fail(ErrorCode::too_large, "清单文件过大", {Problem{where, 0, "", "超过 16 MiB"}});
  }
  json::error_code error;
  json::stream_parser parser{{}, [] {
                               json::parse_options options;
                               options.max_depth = 16;
                               return options;
                             }()};
  const std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error && used < text.size() &&
      text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    error = json::error::extra_data;
  }
  if (!error) parser.finish(error);
  if (error) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(used), '\n');
    return fail(ErrorCode::data_corrupt,
                "清单文件不是正确的 JSON",
                {Problem{where, line + 1, "", error.message()}});
  }
  const json::value value = parser.release();
  const json::object* root = value.if_object();
  if (root == nullptr) {
    return fail(
        ErrorCode::data_corrupt, "清单文件不是 JSON 对象", {Problem{where, 1, "", "应为对象"}});
  }
  Reader reader{name};
  const std::string format = reader.text(*root, "format", "");
  if (format != bundle_format) {
    return fail(ErrorCode::unsupported,
                "不认识的证据包格式",
                {Problem{where, 0, "format", "应为 " + std::string{bundle_format}}});
  }
  Manifest manifest;
  manifest.platform = reader.text(*root, "platform", "");
  if (const json::value* collector = reader.member(*root, "collector", "")) {
    if (const json::object* object = collector->if_object()) {
      manifest.collector_name = reader.text(*object, "name", "collector.");
      manifest.collector_version = reader.text(*object, "version", "collector.");
    } else {
      reader.problem("collector", "应为对象");
    }
  }
  read_target(reader, *root, manifest);
  manifest.started = reader.instant(*root, "started");
  manifest.ended = reader.instant(*root, "ended");
  read_lists(reader, *root, manifest);
  auto problems = reader.take();
  if (!problems.empty()) {
    return fail(ErrorCode::data_corrupt, "清单文件内容有误", std::move(problems));
  }
  if (manifest.platform != "linux") {
    return fail(ErrorCode::unsupported,
                "不支持的平台：" + manifest.platform,
                {Problem{where, 0, "platform", "目前只支持 linux"}});
  }
  return manifest;
}

}  // namespace dengce::evidence
