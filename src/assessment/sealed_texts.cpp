// SPDX-License-Identifier: Apache-2.0
#include "assessment/sealed_texts.h"

#include "base/deflate.h"
#include "base/text.h"

namespace dengce::assessment {
namespace {

constexpr std::size_t max_bytes = 1U << 30;

// "length:bytes" one after the other.
Result<std::vector<std::string>> unpack(std::string_view packed) {
  std::vector<std::string> out;
  while (!packed.empty()) {
    const std::size_t colon = packed.find(':');
    const auto length = parse_int(packed.substr(0, colon));
    if (colon == std::string_view::npos || !length || *length < 0 ||
        static_cast<std::size_t>(*length) > packed.size() - colon - 1) {
      return fail(ErrorCode::data_corrupt, "加密的内容格式不符");
    }
    packed.remove_prefix(colon + 1);
    out.emplace_back(packed.substr(0, static_cast<std::size_t>(*length)));
    packed.remove_prefix(static_cast<std::size_t>(*length));
  }
  return out;
}

}  // namespace

std::string sealing_context(std::initializer_list<std::string_view> parts) {
  std::string out("assessment");
  for (const std::string_view part : parts) {
    out += '/';
    out += part;
  }
  return out;
}

Result<db::Value> seal_texts(const Vault& vault,
                             const std::string& context,
                             const std::vector<std::string>& texts) {
  std::string packed;
  for (const std::string& text : texts) {
    packed += std::to_string(text.size());
    packed += ':';
    packed += text;
  }
  TRY_ASSIGN(std::string sealed, vault.seal(deflate(packed), context));
  return db::Value(db::Blob{std::move(sealed)});
}

Result<std::vector<std::string>> open_texts(const Vault& vault,
                                            const std::string& context,
                                            const std::string& sealed,
                                            std::size_t count) {
  TRY_ASSIGN(const std::string packed, vault.open(sealed, context));
  TRY_ASSIGN(const std::string plain, inflate(packed, max_bytes));
  TRY_ASSIGN(auto texts, unpack(plain));
  if (texts.size() == count) return texts;
  return fail(ErrorCode::data_corrupt, "加密的内容与其行数不符", context);
}

}  // namespace dengce::assessment
