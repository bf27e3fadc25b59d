// SPDX-License-Identifier: Apache-2.0
#include "access/policy.h"

#include <fmt/format.h>

#include "base/problems.h"
#include "base/text.h"
#include "base/yaml.h"

namespace dengce::access {
namespace {

constexpr const char* policy_path = "access/policy.yaml";
constexpr const char* common_path = "access/common-passwords.txt";

struct Number {
  const char* section;
  const char* key;
  std::int64_t Policy::*value;
  std::int64_t low;
  std::int64_t high;
};

// The limits keep a changed policy within what level 3 asks for and what the machine can bear.
constexpr Number numbers[] = {
    {"password", "min_length", &Policy::min_length, 8, 64},
    {"password", "kinds", &Policy::kinds, 3, 4},
    {"password", "history", &Policy::history, 1, 24},
    {"password", "expires_days", &Policy::expires_days, 1, 180},
    {"lockout", "failures", &Policy::lock_failures, 3, 10},
    {"lockout", "minutes", &Policy::lock_minutes, 5, 1440},
    {"session", "idle_minutes", &Policy::idle_minutes, 1, 60},
    {"session", "hours", &Policy::session_hours, 1, 24},
    {"token", "max_days", &Policy::token_max_days, 1, 730},
    {"rate", "window_minutes", &Policy::rate_window_minutes, 1, 60},
    {"rate", "per_address", &Policy::rate_per_address, 5, 10000},
    {"rate", "per_login", &Policy::rate_per_login, 5, 1000},
    {"argon2", "memory_mib", &Policy::argon2_memory_mib, 19, 1024},
    {"argon2", "passes", &Policy::argon2_passes, 1, 10},
    {"argon2", "at_once", &Policy::argon2_at_once, 1, 16},
};

class PolicyReader {
 public:
  explicit PolicyReader(const YamlNode& root) : root_(root) {}

  void read() {
    check_keys(
        root_,
        policy_path,
        {"password", "lockout", "session", "second_factor", "token", "rate", "argon2", "entry"},
        problems_);
    check_section("password", {"min_length", "kinds", "history", "expires_days"});
    check_section("lockout", {"failures", "minutes"});
    check_section("session", {"idle_minutes", "hours", "single"});
    check_section("second_factor", {"required"});
    check_section("token", {"max_days"});
    check_section("rate", {"window_minutes", "per_address", "per_login"});
    check_section("argon2", {"memory_mib", "passes", "at_once"});
    check_section("entry", {"gate", "parties", "proofs"});
    for (const Number& number : numbers) read_number(number);
    policy_.single_session = flag("session", "single");
    policy_.entry_gate = flag("entry", "gate");
    read_second_factor();
    read_parties();
    read_proofs();
  }

  std::vector<Problem>& problems() { return problems_; }

  Policy& policy() { return policy_; }

 private:
  const YamlNode* find(std::string_view section, std::string_view key) const {
    const YamlNode* parent = root_.find(section);
    return parent == nullptr || !parent->is_map() ? nullptr : parent->find(key);
  }

  void problem(const YamlNode* node,
               std::string_view section,
               std::string_view key,
               std::string reason) {
    const YamlNode* parent = root_.find(section);
    const std::int64_t line = node != nullptr ? node->line : parent != nullptr ? parent->line : 0;
    problems_.push_back({policy_path, line, fmt::format("{}.{}", section, key), std::move(reason)});
  }

  void check_section(std::string_view section, const std::vector<std::string_view>& keys) {
    const YamlNode* node = root_.find(section);
    if (node != nullptr) check_keys(*node, policy_path, keys, problems_);
  }

  void read_number(const Number& number) {
    const YamlNode* node = find(number.section, number.key);
    const auto value = node == nullptr ? std::nullopt : node->integer();
    if (!value || *value < number.low || *value > number.high) {
      problem(node,
              number.section,
              number.key,
              fmt::format("应为 {} 至 {} 的整数", number.low, number.high));
      return;
    }
    policy_.*number.value = *value;
  }

  bool flag(std::string_view section, std::string_view key) {
    const YamlNode* node = find(section, key);
    const auto value = node == nullptr ? std::nullopt : node->boolean();
    if (!value) problem(node, section, key, "应为 true 或 false");
    return value.value_or(true);
  }

  void read_second_factor() {
    const YamlNode* node = find("second_factor", "required");
    const std::string word = node == nullptr ? std::string() : node->scalar;
    if (word == "everybody") {
      policy_.second_factor = SecondFactorRule::everybody;
    } else if (word == "administrators") {
      policy_.second_factor = SecondFactorRule::administrators;
    } else if (word == "nobody") {
      policy_.second_factor = SecondFactorRule::nobody;
    } else {
      problem(node, "second_factor", "required", "应为 everybody、administrators 或 nobody");
    }
  }

  void read_parties() {
    const YamlNode* node = find("entry", "parties");
    if (node == nullptr || !node->is_list()) {
      problem(node, "entry", "parties", "应为列表");
      return;
    }
    for (const YamlNode& party : node->list) {
      if (party.scalar != "provider" && party.scalar != "client" && party.scalar != "centre") {
        problem(&party, "entry", "parties", "应为 provider、client 或 centre");
      }
      policy_.entry_parties.insert(party.scalar);
    }
  }

  void read_proofs() {
    const YamlNode* node = find("entry", "proofs");
    if (node == nullptr || !node->is_list() || node->list.empty()) {
      problem(node, "entry", "proofs", "应为非空列表");
      return;
    }
    std::set<std::string> seen;
    for (const YamlNode& item : node->list) {
      check_keys(item, policy_path, {"id", "name", "name_en"}, problems_);
      const auto text = [&](std::string_view key) {
        const YamlNode* value = item.is_map() ? item.find(key) : nullptr;
        if (value == nullptr || value->scalar.empty()) {
          problem(&item, "entry", "proofs", fmt::format("缺少 {}", key));
          return std::string();
        }
        return value->scalar;
      };
      Proof proof{text("id"), text("name"), text("name_en")};
      if (!seen.insert(proof.id).second) problem(&item, "entry", "proofs", "重复：" + proof.id);
      policy_.entry_proofs.push_back(std::move(proof));
    }
  }

  const YamlNode& root_;
  std::vector<Problem> problems_;
  Policy policy_;
};

}  // namespace

Result<Policy> Policy::load(const Content& content) {
  TRY_ASSIGN(const std::string_view text, content.read(policy_path));
  TRY_ASSIGN(const YamlNode root, parse_yaml(policy_path, text));
  PolicyReader reader(root);
  reader.read();
  TRY(fail_if_any("登录策略无法使用", std::move(reader.problems())));
  TRY_ASSIGN(const std::string_view common, content.read(common_path));
  Lines lines(common);
  while (const auto line = lines.next()) {
    if (!trim(line->text).empty()) {
      reader.policy().common_passwords.insert(lower(trim(line->text)));
    }
  }
  return std::move(reader.policy());
}

}  // namespace dengce::access
