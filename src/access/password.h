// SPDX-License-Identifier: Apache-2.0
// Passwords: the rules for new ones, and Argon2id with a bound on how many run at once.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "access/policy.h"
#include "base/result.h"

namespace dengce::access {

// invalid_argument with every broken rule, as problems of the field `new`. History is not seen
// here.
Result<> check_new_password(const Policy& policy,
                            std::string_view login,
                            std::string_view password);

// 20 characters that follow the rules and cannot be misread.
std::string generate_password();

// Each run takes policy.argon2_memory_mib; more than argon2_at_once callers wait for each other.
// Safe to use from several threads.
class PasswordHasher {
 public:
  explicit PasswordHasher(const Policy& policy);

  [[nodiscard]] std::string hash(std::string_view password);
  // An empty hash (an unknown login) costs the same and matches nothing.
  [[nodiscard]] bool matches(std::string_view password, const std::string& hash);

 private:
  class Turn;

  std::size_t memory_kib_;
  std::size_t passes_;
  std::string nobodys_hash_;
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::int64_t free_;
};

}  // namespace dengce::access
