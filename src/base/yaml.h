// SPDX-License-Identifier: Apache-2.0
// Strict YAML: duplicate keys, aliases and unknown keys are problems; every value knows its line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace dengce {

struct YamlNode;

// A parsed document: plain values, no library type leaves the room.
struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  // Out of line: clang 19 cannot look into pair<string, YamlNode> while it builds these itself.
  YamlNode();
  YamlNode(const YamlNode&);
  YamlNode(YamlNode&&) noexcept;
  YamlNode& operator=(const YamlNode&);
  YamlNode& operator=(YamlNode&&) noexcept;
  ~YamlNode();

  Kind kind = Kind::null;
  bool quoted = false;  // a scalar written in quotes is always text
  std::int64_t line = 0;
  std::string scalar;
  std::vector<YamlNode> list;
  std::vector<std::pair<std::string, YamlNode>> map;  // in written order

  // The value of a key of a map, or nullptr.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;

  [[nodiscard]] bool is_map() const { return kind == Kind::map; }

  [[nodiscard]] bool is_list() const { return kind == Kind::list; }

  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }

  [[nodiscard]] bool is_null() const { return kind == Kind::null; }

  // The scalar as whole number; none if it is not one.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  // true/false/yes/no; none otherwise.
  [[nodiscard]] std::optional<bool> boolean() const;
};

// Parses one document; bounded depth (32) and size (4 MiB). Errors carry path and line.
Result<YamlNode> parse_yaml(const std::string& path, std::string_view text);

// Adds a problem for every key of the map that is not in `known`, and for a node that is no map.
void check_keys(const YamlNode& node,
                std::string_view path,
                const std::vector<std::string_view>& known,
                std::vector<Problem>& problems);

}  // namespace dengce
