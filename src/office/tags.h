// SPDX-License-Identifier: Apache-2.0
// The template tags of a text: {{name}}, {{?name}}, {{/name}}, {{#name}}, {{@name}}. A name is
// letters, digits, "_" and Han characters; there is nothing to call and nothing to walk into.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dengce::office {

struct Tag {
  enum class Type : std::uint8_t { text, open, close, table, object };
  Type type = Type::text;
  std::string name;
  std::size_t begin = 0;  // of "{{"
  std::size_t end = 0;    // behind "}}"
};

struct TagScan {
  std::vector<Tag> tags;
  std::vector<std::string> errors;  // Chinese, each names the tag
};

TagScan scan_tags(std::string_view text);

// "{{?name}}" as the user wrote it.
std::string tag_text(const Tag& tag);

}  // namespace dengce::office
