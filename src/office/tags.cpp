// SPDX-License-Identifier: Apache-2.0
#include "office/tags.h"

#include <algorithm>

#include "base/text.h"

namespace dengce::office {
namespace {

constexpr std::size_t max_name_bytes = 96;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= max_name_bytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte >= 0x80 || byte == '_' || (byte >= '0' && byte <= '9') ||
                  (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
         });
}

Tag::Type type_of(char sign) {
  switch (sign) {
    case '?': return Tag::Type::open;
    case '/': return Tag::Type::close;
    case '#': return Tag::Type::table;
    case '@': return Tag::Type::object;
    default: return Tag::Type::text;
  }
}

}  // namespace

TagScan scan_tags(std::string_view text) {
  TagScan scan;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const auto end = text.find("}}", at + 2);
    if (end == std::string_view::npos) {
      scan.errors.push_back("标签没有以 }} 结束：" + shorten(text.substr(at), 60));
      break;
    }
    Tag tag;
    tag.begin = at;
    tag.end = end + 2;
    auto inside = trim(text.substr(at + 2, end - at - 2));
    tag.type = inside.empty() ? Tag::Type::text : type_of(inside.front());
    if (tag.type != Tag::Type::text) inside = trim(inside.substr(1));
    at = tag.end;
    if (is_name(inside)) {
      tag.name = inside;
      scan.tags.push_back(std::move(tag));
    } else {
      scan.errors.push_back("标签名只能由字母、数字、下划线和汉字组成：" +
                            shorten(text.substr(tag.begin, tag.end - tag.begin), 60));
    }
  }
  return scan;
}

std::string tag_text(const Tag& tag) {
  constexpr std::string_view signs[] = {"", "?", "/", "#", "@"};
  return "{{" + std::string(signs[static_cast<std::size_t>(tag.type)]) + tag.name + "}}";
}

}  // namespace dengce::office
