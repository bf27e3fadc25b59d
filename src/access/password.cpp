// SPDX-License-Identifier: Apache-2.0
#include "access/password.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/problems.h"
#include "base/secret.h"
#include "base/text.h"

namespace dengce::access {
namespace {

constexpr std::size_t max_bytes = 256;
constexpr std::size_t min_different = 6;
constexpr std::size_t max_run = 3;  // "aaa" may stand, "aaaa" not
constexpr std::string_view capitals = "ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr std::string_view smalls = "abcdefghijkmnpqrstuvwxyz";
constexpr std::string_view digits = "23456789";
constexpr std::string_view others = "!#%+-=?@";

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::int64_t kinds_of(std::string_view password) {
  bool capital = false;
  bool small = false;
  bool digit = false;
  bool other = false;
  for (const char c : password) {
    if (c >= 'A' && c <= 'Z') {
      capital = true;
    } else if (c >= 'a' && c <= 'z') {
      small = true;
    } else if (c >= '0' && c <= '9') {
      digit = true;
    } else {
      other = true;
    }
  }
  return std::int64_t{capital} + std::int64_t{small} + std::int64_t{digit} + std::int64_t{other};
}

std::size_t longest_run(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    run = i > 0 && text[i] == text[i - 1] ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  return longest;
}

bool holds_login(const std::string& password, const std::string& login) {
  if (login.size() < 3) return false;
  const std::string backwards(login.rbegin(), login.rend());
  return password.find(login) != std::string::npos || password.find(backwards) != std::string::npos;
}

// Well-formed, of this cost, and made without paying it: random bytes in place of a result.
std::string hash_of_nothing(std::size_t memory_kib, std::size_t passes) {
  constexpr std::string_view base64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // 16 and 32 bytes; the last letter of each holds bits beyond them, which are zero.
  return fmt::format("$argon2id$v=19$m={},t={},p=1${}A${}A",
                     memory_kib,
                     passes,
                     random_text(21, base64),
                     random_text(42, base64));
}

}  // namespace

Result<> check_new_password(const Policy& policy,
                            std::string_view login,
                            std::string_view password) {
  std::vector<Problem> problems;
  const auto broken = [&](std::string reason) {
    problems.push_back({{}, 0, "new", std::move(reason)});
  };
  if (!is_valid_utf8(password) || password.size() > max_bytes) {
    broken(fmt::format("最多 {} 字节，且应为 UTF-8", max_bytes));
  }
  if (static_cast<std::int64_t>(characters(password)) < policy.min_length) {
    broken(fmt::format("至少 {} 个字符", policy.min_length));
  }
  if (kinds_of(password) < policy.kinds) {
    broken(fmt::format("大写字母、小写字母、数字、其他字符中至少含 {} 类", policy.kinds));
  }
  if (std::set<char>(password.begin(), password.end()).size() < min_different ||
      longest_run(password) > max_run) {
    broken("重复的字符过多");
  }
  const std::string small = lower(password);
  if (holds_login(small, lower(login))) broken("不得含登录名或其倒写");
  if (policy.common_passwords.contains(small)) broken("过于常见，容易被猜中");
  return fail_if_any("新口令不符合要求", std::move(problems));
}

std::string generate_password() {
  std::string out = random_text(17,
                                "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
                                "23456789");
  out.insert(3, random_text(1, others));
  out.insert(9, random_text(1, capitals) + random_text(1, smalls) + random_text(1, digits));
  return out.substr(0, 20);
}

// One of the runs that may happen at once.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {
    std::unique_lock lock(hasher_.mutex_);
    hasher_.given_back_.wait(lock, [&] { return hasher_.free_ > 0; });
    --hasher_.free_;
  }

  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  ~Turn() {
    const std::lock_guard lock(hasher_.mutex_);
    ++hasher_.free_;
    hasher_.given_back_.notify_one();
  }

 private:
  PasswordHasher& hasher_;
};

PasswordHasher::PasswordHasher(const Policy& policy)
    : memory_kib_(static_cast<std::size_t>(policy.argon2_memory_mib) * 1024),
      passes_(static_cast<std::size_t>(policy.argon2_passes)),
      nobodys_hash_(hash_of_nothing(memory_kib_, passes_)),
      free_(policy.argon2_at_once) {}

std::string PasswordHasher::hash(std::string_view password) {
  const Turn turn(*this);
  return argon2id_hash(password, {memory_kib_, passes_});
}

bool PasswordHasher::matches(std::string_view password, const std::string& hash) {
  const Turn turn(*this);
  const bool same = argon2id_matches(password, hash.empty() ? nobodys_hash_ : hash);
  return same && !hash.empty();
}

}  // namespace dengce::access
