// SPDX-License-Identifier: Apache-2.0
// Random bytes of the operating system, and secrets that are wiped when they go.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace dengce {

std::string random_bytes(std::size_t count);
std::string random_hex(std::size_t bytes);

std::string to_hex(std::string_view bytes);
// Lower or upper case; empty on anything else than pairs of digits.
std::string from_hex(std::string_view text);

// Bytes whose memory is overwritten at the end. Never printed, never compared with ==.
class Secret {
 public:
  Secret() = default;

  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}

  Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

  Secret& operator=(Secret&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  [[nodiscard]] std::string_view bytes() const { return bytes_; }

  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::string bytes_;
};

// Takes the same time wherever the two differ.
bool equal_secrets(std::string_view left, std::string_view right);

}  // namespace dengce
