// SPDX-License-Identifier: Apache-2.0
// Login shell profiles: idle timeout, umask and history settings. No variable is expanded and no
// condition is decided; each assignment is one row.
#include <algorithm>
#include <array>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

constexpr std::array<std::string_view, 5> variables{
    "TMOUT", "HISTSIZE", "HISTFILESIZE", "HISTTIMEFORMAT", "HISTCONTROL"};

bool is_variable(std::string_view name) {
  return std::find(variables.begin(), variables.end(), name) != variables.end();
}

struct Row {
  std::string name;
  std::string value;
  bool read_only = false;
  std::int64_t line = 0;
};

// Commands of one line: cut at ; && || and line end, outside quotes; a comment ends the line.
std::vector<std::string> statements(std::string_view text) {
  std::vector<std::string> out{""};
  char quote = '\0';
  char previous = ' ';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      out.back().append({c, text[++i]});
      previous = 'x';
      continue;
    }
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#' && (previous == ' ' || previous == '\t')) {
      break;
    } else if (c == ';' || c == '&' || c == '|') {
      out.emplace_back();
      previous = ' ';
      continue;
    }
    out.back() += c;
    previous = c;
  }
  return out;
}

class Profile {
 public:
  void take(std::string_view text, std::int64_t line) {
    std::vector<std::string> word = quoted_words(text);
    // Words of control flow before the command itself.
    constexpr std::array<std::string_view, 7> flow{"then", "else", "do", "if", "{", "(", "fi"};
    while (!word.empty() && std::find(flow.begin(), flow.end(), word[0]) != flow.end()) {
      word.erase(word.begin());
    }
    if (word.empty()) return;
    if (word[0] == "umask") {
      for (std::size_t i = 1; i < word.size(); ++i) {
        if (word[i].front() != '-') rows_.push_back({"UMASK", word[i], false, line});
      }
      return;
    }
    if (word[0] == "set" || word[0] == "@" || word[0] == "setenv") {
      c_shell(word, line);
      return;
    }
    const bool read_only = is_read_only(word);
    const bool declares = word[0] == "export" || word[0] == "declare" || word[0] == "typeset" ||
                          word[0] == "readonly" || word[0] == "local";
    for (std::size_t i = declares ? 1 : 0; i < word.size(); ++i) {
      const std::size_t equal = word[i].find('=');
      const std::string name = word[i].substr(0, equal);
      if (equal == std::string::npos) {
        if (read_only && is_variable(name)) make_read_only(name, line);
        if (!declares) return;
        continue;
      }
      if (is_variable(name)) rows_.push_back({name, word[i].substr(equal + 1), read_only, line});
    }
  }

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  static bool is_read_only(const std::vector<std::string>& word) {
    if (word[0] == "readonly") return true;
    if (word[0] != "declare" && word[0] != "typeset") return false;
    return std::any_of(word.begin() + 1, word.end(), [](const std::string& option) {
      return option.size() > 1 && option.front() == '-' && option.find('r') != std::string::npos &&
             option.find('=') == std::string::npos;
    });
  }

  // `readonly TMOUT` after the assignment; without one the variable is fixed as unset.
  void make_read_only(const std::string& name, std::int64_t line) {
    bool found = false;
    for (Row& row : rows_) {
      if (row.name != name) continue;
      row.read_only = true;
      found = true;
    }
    if (!found) rows_.push_back({name, "", true, line});
  }

  // csh: set autologout=10, set -r autologout = 10
  void c_shell(std::vector<std::string> word, std::int64_t line) {
    bool read_only = false;
    word.erase(word.begin());
    while (!word.empty() && word[0].size() > 1 && word[0].front() == '-') {
      read_only = read_only || word[0].find('r') != std::string::npos;
      word.erase(word.begin());
    }
    const std::string joined = join(word, " ");
    const std::size_t equal = joined.find('=');
    const auto [name, rest] = first_word(joined);
    const std::string_view variable =
        equal == std::string::npos ? name : trim(std::string_view{joined}.substr(0, equal));
    const std::string_view value =
        equal == std::string::npos ? rest : trim(std::string_view{joined}.substr(equal + 1));
    if (variable == "autologout" || variable == "AUTOLOGOUT") {
      rows_.push_back({"AUTOLOGOUT", std::string{value}, read_only, line});
    }
  }

  std::vector<Row> rows_;
};

}  // namespace

void parse_profiles(ParseContext& context) {
  std::vector<std::string> paths{"/etc/profile",
                                 "/etc/bash.bashrc",
                                 "/etc/bashrc",
                                 "/etc/csh.cshrc",
                                 "/etc/csh.login",
                                 "/etc/zsh/zshrc",
                                 "/root/.profile",
                                 "/root/.bash_profile",
                                 "/root/.bashrc"};
  for (const char* pattern : {"/etc/profile.d/*.sh", "/etc/profile.d/*.csh"}) {
    for (std::string& path : context.glob(pattern)) paths.push_back(std::move(path));
  }
  for (const std::string& path : paths) {
    const Document document = context.read(path);
    // That there is no profile is an answer, too.
    if (document.ok() || document.state == ReadState::absent) {
      context.covered(FactId::shell_setting);
    } else if (path == "/etc/profile") {
      context.cover(FactId::shell_setting, document);
    }
    if (!document.ok()) continue;
    Profile profile;
    for (const LogicalLine& line : logical_lines(context, document)) {
      for (const std::string& statement : statements(line.text))
        profile.take(statement, line.number);
    }
    for (const Row& row : profile.rows()) {
      context.add(FactId::shell_setting,
                  {path, row.name, row.value, row.read_only ? 1 : 0},
                  document.at(row.line));
    }
  }
}

}  // namespace dengce::evidence
