// SPDX-License-Identifier: Apache-2.0
// The rules of sign-in as data (content/access/policy.yaml, common-passwords.txt).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/content.h"
#include "base/result.h"

namespace dengce::access {

enum class SecondFactorRule : std::uint8_t { everybody, administrators, nobody };

// What a person must have proven before entry.
struct Proof {
  std::string id;
  std::string name;
  std::string name_en;
};

struct Policy {
  std::int64_t min_length = 12;
  std::int64_t kinds = 3;
  std::int64_t history = 5;
  std::int64_t expires_days = 90;
  std::int64_t lock_failures = 5;
  std::int64_t lock_minutes = 30;
  std::int64_t idle_minutes = 30;
  std::int64_t session_hours = 12;
  bool single_session = true;
  SecondFactorRule second_factor = SecondFactorRule::everybody;
  std::int64_t token_max_days = 365;
  std::int64_t rate_window_minutes = 5;
  std::int64_t rate_per_address = 60;
  std::int64_t rate_per_login = 20;
  std::int64_t argon2_memory_mib = 64;
  std::int64_t argon2_passes = 3;
  std::int64_t argon2_at_once = 2;
  bool entry_gate = true;
  std::set<std::string, std::less<>> entry_parties;
  std::vector<Proof> entry_proofs;
  std::set<std::string, std::less<>> common_passwords;  // small letters

  // Values weaker than level 3 of GB/T 22239-2019 asks for are problems.
  static Result<Policy> load(const Content& content);
};

}  // namespace dengce::access
