// SPDX-License-Identifier: Apache-2.0
#include "evidence/parser/pam.h"

#include <algorithm>
#include <array>
#include <set>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

constexpr std::array<std::string_view, 4> types{"auth", "account", "password", "session"};
constexpr int max_depth = 16;
constexpr int max_rules = 1000;  // lines of one expanded stack, includes counted

// Words of a PAM line; [ … ] is one word (the brackets of a control stay, those of an argument go).
std::vector<std::string> pam_words(std::string_view text) {
  std::vector<std::string> out;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == ' ' || text[i] == '\t') {
      ++i;
      continue;
    }
    std::string word;
    if (text[i] == '[') {
      for (++i; i < text.size() && text[i] != ']'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ']') ++i;
        word += text[i];
      }
      if (i < text.size()) ++i;
      word = "[" + single_blanks(word) + "]";
    } else {
      while (i < text.size() && text[i] != ' ' && text[i] != '\t') word += text[i++];
    }
    out.push_back(std::move(word));
  }
  return out;
}

std::string without_brackets(const std::string& word) {
  if (word.size() >= 2 && word.front() == '[' && word.back() == ']') {
    return word.substr(1, word.size() - 2);
  }
  return word;
}

bool is_backup_name(std::string_view name) {
  return ends_with(name, "~") || ends_with(name, ".bak") || ends_with(name, ".rpmnew") ||
         ends_with(name, ".rpmsave") || ends_with(name, ".dpkg-old") ||
         ends_with(name, ".dpkg-dist") || ends_with(name, ".swp");
}

}  // namespace

std::optional<std::string> PamRule::argument(std::string_view name) const {
  std::optional<std::string> found;
  for (const std::string& text : arguments) {
    if (text == name) found = "1";
    if (text.size() > name.size() && text[name.size()] == '=' && starts_with(text, name)) {
      found = text.substr(name.size() + 1);
    }
  }
  return found;
}

void PamStacks::load(ParseContext& context, const Document& document, const std::string& name) {
  std::vector<RawLine>& raw = files_[name];
  for (const LogicalLine& line : logical_lines(context, document)) {
    const std::vector<std::string> word = pam_words(before_hash(line.text));
    if (word.empty()) continue;
    RawLine rule;
    rule.source = document.at(line.number);
    if (word[0] == "@include") {
      if (word.size() < 2) {
        context.problem(document, line.number, "@include 没有文件名", line.text);
        continue;
      }
      rule.type = "@include";
      rule.module = word[1];
      raw.push_back(std::move(rule));
      continue;
    }
    rule.type = lower(word[0]);
    if (rule.type.front() == '-') rule.type.erase(0, 1);
    if (std::find(types.begin(), types.end(), rule.type) == types.end() || word.size() < 3) {
      context.problem(document, line.number, "不是正确的 PAM 规则", line.text);
      continue;
    }
    rule.control = word[1].front() == '[' ? word[1] : lower(word[1]);
    rule.module = word[2];
    for (std::size_t i = 3; i < word.size(); ++i) {
      rule.arguments.push_back(without_brackets(word[i]));
    }
    raw.push_back(std::move(rule));
  }
  documents_.emplace(name, document);
}

void PamStacks::expand(ParseContext& context,
                       const std::string& service,
                       Expansion& expansion,
                       int depth) {
  const auto file = files_.find(service);
  if (file == files_.end()) return;
  for (const RawLine& line : file->second) {
    const bool whole = line.type == "@include";
    if (!whole && line.type != expansion.type) continue;
    // Includes cost as well: few files can include each other in very many ways.
    if (expansion.budget-- <= 0) return;
    if (whole || line.control == "include" || line.control == "substack") {
      const std::string target{base_name(line.module)};
      if (files_.count(target) == 0) {
        context.problem(
            documents_.at(service), line.source.line, "引用的 PAM 文件不存在或未采集", line.module);
        continue;
      }
      if (depth >= max_depth) {
        context.problem(
            documents_.at(service), line.source.line, "PAM 引用层次过深或成环", line.module);
        expansion.budget = 0;
        return;
      }
      expand(context, target, expansion, depth + 1);
      continue;
    }
    expansion.out->push_back({line.type,
                              line.control,
                              std::string{base_name(line.module)},
                              line.arguments,
                              line.source});
  }
}

PamStacks PamStacks::read(ParseContext& context) {
  PamStacks stacks;
  const EvidenceList own = context.list("/etc/pam.d");
  stacks.readable_ = own.state == ReadState::ok;
  if (!stacks.readable_) stacks.reason_ = missing_reason(own.state, "/etc/pam.d");
  // A file in /etc hides the vendor's file of the same name.
  for (const std::string_view directory : {"/etc/pam.d", "/usr/lib/pam.d"}) {
    for (const EvidenceName& name : context.list(directory).names) {
      if (name.directory || is_backup_name(name.name) || stacks.files_.count(name.name) > 0)
        continue;
      const Document document = context.read(std::string{directory} + "/" + name.name);
      if (document.ok()) {
        stacks.load(context, document, name.name);
        stacks.readable_ = true;
      } else if (document.state != ReadState::absent) {
        context.problem(document, 0, missing_reason(document.state, document.label), "");
      }
    }
  }
  for (const auto& [service, lines] : stacks.files_) {
    for (const std::string_view type : types) {
      PamStack stack;
      Expansion expansion{type, &stack, max_rules};
      stacks.expand(context, service, expansion, 0);
      if (!stack.empty()) stacks.services_[service].emplace(std::string{type}, std::move(stack));
    }
  }
  return stacks;
}

const PamStack* PamStacks::find(std::string_view service, std::string_view type) const {
  const auto found = services_.find(std::string{service});
  if (found == services_.end()) return nullptr;
  const auto stack = found->second.find(std::string{type});
  return stack == found->second.end() ? nullptr : &stack->second;
}

}  // namespace dengce::evidence
