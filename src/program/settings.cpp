// SPDX-License-Identifier: Apache-2.0
#include "program/settings.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/yaml.h"

namespace dengce::program {
namespace {

constexpr std::uint64_t max_file_bytes = 64 * 1024;

std::string variable_of(const std::string& name) {
  std::string out = "DENGCE_";
  for (const char c : name) {
    out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

bool is_setting(const std::string& name) {
  return name != "help" && name != "config";
}

// The options of the command that are settings, by long name.
std::vector<std::pair<std::string, CLI::Option*>> settings_of(CLI::App& command) {
  std::vector<std::pair<std::string, CLI::Option*>> out;
  for (CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || !is_setting(option->get_lnames().front())) continue;
    out.emplace_back(option->get_lnames().front(), option);
  }
  return out;
}

// What the value stands for is wrong: the text of the reason, empty when it is taken.
std::string take(CLI::Option& option, const std::vector<std::string>& values) {
  try {
    for (const std::string& value : values) option.add_result(value);
    option.run_callback();
  } catch (const CLI::Error& error) {
    return error.what();
  }
  return {};
}

std::vector<std::string> values_of(const YamlNode& node) {
  if (node.is_scalar()) return {node.scalar};
  std::vector<std::string> out;
  out.reserve(node.list.size());
  for (const YamlNode& one : node.list) out.push_back(one.scalar);
  return out;
}

Result<YamlNode> read_settings(const std::filesystem::path& file) {
  if (file.empty()) return YamlNode();
  TRY_ASSIGN(const std::string text, read_file(file, max_file_bytes));
  return parse_yaml(file.string(), text);
}

std::string shown(const CLI::Option& option) {
  if (option.count() == 0) return option.get_default_str();
  std::string out;
  for (const std::string& value : option.results()) out += (out.empty() ? "" : " ") + value;
  return out;
}

}  // namespace

Result<std::vector<Setting>> settle(CLI::App& command, const std::filesystem::path& file) {
  TRY_ASSIGN(const YamlNode root, read_settings(file));
  const auto options = settings_of(command);
  std::vector<Problem> problems;
  std::vector<std::string_view> known;
  known.reserve(options.size());
  for (const auto& [name, option] : options) known.emplace_back(name);
  if (!root.is_null()) check_keys(root, file.string(), known, problems);
  std::vector<Setting> out;
  for (const auto& [name, option] : options) {
    Setting setting{name, {}, "命令行", option->get_description()};
    const std::string variable = variable_of(name);
    const char* environment = std::getenv(variable.c_str());
    const YamlNode* line = root.find(name);
    std::string reason;
    if (option->count() > 0) {
      // the flag stands
    } else if (environment != nullptr && *environment != '\0') {
      setting.source = "环境变量 " + variable;
      reason = take(*option, {environment});
      if (!reason.empty()) problems.push_back({variable, 0, name, reason});
    } else if (line != nullptr) {
      setting.source = file.string();
      reason = take(*option, values_of(*line));
      if (!reason.empty()) problems.push_back({file.string(), line->line, name, reason});
    } else {
      setting.source = "默认";
    }
    setting.value = name == "database" ? without_password(shown(*option)) : shown(*option);
    out.push_back(std::move(setting));
  }
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "配置有误", std::move(problems));
  }
  return out;
}

std::string without_password(const std::string& address) {
  const std::size_t scheme = address.find("://");
  const std::size_t at = address.rfind('@');
  if (scheme == std::string::npos || at == std::string::npos || at < scheme) return address;
  const std::size_t colon = address.find(':', scheme + 3);
  if (colon == std::string::npos || colon > at) return address;
  return address.substr(0, colon + 1) + "***" + address.substr(at);
}

}  // namespace dengce::program
