// SPDX-License-Identifier: Apache-2.0
// Bundles: the first byte chooses archive (with all that follows), manifest alone, or a manifest in
// a well-formed archive.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/archive.h"
#include "evidence/bundle.h"
#include "evidence/linux_facts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 3) {
    case 0: {
      const auto bundle = dengce::evidence::read_bundle("x", input);
      if (bundle) (void)dengce::evidence::parse_linux(*bundle->source);
      break;
    }
    case 1: (void)dengce::evidence::parse_manifest("x", input); break;
    default: {
      const auto packed =
          dengce::write_tar_gz({{"manifest.json", std::string{input}},
                                {"data/files/etc/passwd", "root:x:0:0::/:/bin/sh\n"}});
      if (packed) (void)dengce::evidence::read_bundle("x", *packed);
    }
  }
  return 0;
}
