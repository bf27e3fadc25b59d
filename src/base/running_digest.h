// SPDX-License-Identifier: Apache-2.0
// A digest over bytes that come in pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dengce {

// sha1 only finds damage on the way (the tus protocol asks for it); it proves nothing.
enum class DigestKind : std::uint8_t { sha1, sha256, sm3 };

// "sha1", "sha256", "sm3"
std::optional<DigestKind> digest_kind(std::string_view name);

class RunningDigest {
 public:
  explicit RunningDigest(DigestKind kind);
  RunningDigest(RunningDigest&&) noexcept;
  RunningDigest& operator=(RunningDigest&&) noexcept;
  RunningDigest(const RunningDigest&) = delete;
  RunningDigest& operator=(const RunningDigest&) = delete;
  ~RunningDigest();

  void add(std::string_view bytes);
  // The raw bytes of the digest; begins anew.
  std::string finish();
  // Lower case hexadecimal; begins anew.
  std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dengce
