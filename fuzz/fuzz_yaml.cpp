// SPDX-License-Identifier: Apache-2.0
// The strict YAML reader: what it accepts keeps its bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "base/yaml.h"

namespace {

void walk(const dengce::YamlNode& node, int depth) {
  if (depth > 33 || !dengce::is_valid_utf8(node.scalar)) std::abort();
  (void)node.integer();
  (void)node.boolean();
  for (const auto& item : node.list) walk(item, depth + 1);
  for (const auto& [key, value] : node.map) {
    if (node.find(key) != &value) std::abort();  // no key stands twice
    walk(value, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto root =
      dengce::parse_yaml("x", std::string_view(reinterpret_cast<const char*>(data), size));
  if (root) walk(*root, 0);
  return 0;
}
