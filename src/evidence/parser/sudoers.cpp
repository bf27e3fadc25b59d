// SPDX-License-Identifier: Apache-2.0
// sudoers with its includes: grants and Defaults, names of aliases as written.
#include <algorithm>
#include <array>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

constexpr int max_depth = 16;
constexpr int max_files = 128;

// Splits at a separator outside quotes, brackets and escapes.
std::vector<std::string> split_outside(std::string_view text, char separator) {
  std::vector<std::string> out{""};
  char quote = '\0';
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      out.back().append({c, text[++i]});
      continue;
    }
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && depth > 0) {
      --depth;
    } else if (c == separator && depth == 0) {
      out.emplace_back();
      continue;
    }
    out.back() += c;
  }
  return out;
}

// Text before a comment: # outside quotes that is not a user id (#1000 or %#1000).
std::string_view without_comment(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '#' && !quoted) {
      const bool id = i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
      if (!id) return text.substr(0, i);
    }
  }
  return text;
}

class Sudoers {
 public:
  explicit Sudoers(ParseContext& context) : context_(context) {}

  void read(const Document& document, int depth) {
    for (const LogicalLine& line : logical_lines(context_, document)) take(document, line, depth);
  }

 private:
  void take(const Document& document, const LogicalLine& line, int depth) {
    const std::string_view raw = trim(line.text);
    const auto [word, rest] = first_word(raw);
    if (word == "@include" || word == "#include" || word == "@includedir" ||
        word == "#includedir") {
      include(document, line, word.substr(1) == "includedir", std::string{unquoted(rest)}, depth);
      return;
    }
    const std::string_view text = trim(without_comment(raw));
    if (text.empty()) return;
    if (starts_with(text, "Defaults")) {
      defaults(document, line.number, text.substr(8));
      return;
    }
    constexpr std::array<std::string_view, 5> aliases{
        "User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias"};
    if (std::find(aliases.begin(), aliases.end(), word) != aliases.end()) return;
    grants(document, line.number, text);
  }

  void defaults(const Document& document, std::int64_t line, std::string_view text) {
    std::string scope = "global";
    if (!text.empty() && text.front() != ' ' && text.front() != '\t') {
      // "Defaults:alice,bob option": the scope reaches to the first blank.
      const auto [written, rest] = first_word(text);
      scope = std::string{written};
      text = rest;
    }
    for (const std::string& part : split_outside(text, ',')) {
      std::string_view item = trim(part);
      if (item.empty()) continue;
      const std::size_t equal = item.find('=');
      if (equal != std::string_view::npos) {
        std::string_view name = trim(item.substr(0, equal));
        if (ends_with(name, "+") || ends_with(name, "-"))
          name = trim(name.substr(0, name.size() - 1));
        context_.add(FactId::sudo_default,
                     {name, unquoted(trim(item.substr(equal + 1))), scope},
                     document.at(line));
        continue;
      }
      const bool negated = item.front() == '!';
      if (negated) item = trim(item.substr(1));
      context_.add(FactId::sudo_default, {item, negated ? "0" : "1", scope}, document.at(line));
    }
  }

  // "users hosts = (run as) TAG: command, command : hosts = command"
  void grants(const Document& document, std::int64_t line, std::string_view text) {
    const std::vector<std::string> sides = split_outside(text, '=');
    const auto last_blank = [](std::string_view side) { return trim(side).find_last_of(" \t"); };
    const std::string_view head = trim(sides[0]);
    const std::size_t blank = last_blank(head);
    if (sides.size() < 2 || blank == std::string_view::npos) {
      context_.problem(document, line, "不是正确的 sudoers 规则", text);
      return;
    }
    // "alice, bob web1, web2 = …": the host list begins where a word is not preceded by a comma.
    std::size_t cut = blank;
    while (cut != std::string_view::npos) {
      const std::string_view before = trim(head.substr(0, cut));
      const std::string_view after = trim(head.substr(cut));
      if (!before.empty() && before.back() != ',' && !after.empty() && after.front() != ',') break;
      cut = before.find_last_of(" \t");
    }
    if (cut == std::string_view::npos) cut = blank;
    const std::string users{trim(head.substr(0, cut))};
    std::string hosts{trim(head.substr(cut))};
    const std::string tail{trim(text.substr(sides[0].size() + 1))};
    for (const std::string& spec : host_specs(tail, hosts)) {
      commands(document, line, users, hosts, spec);
      hosts = next_hosts_;
    }
  }

  // Cuts "commands : hosts = commands"; tags end with ':' too, so only a ':' whose part holds a '='
  // outside the command words begins another host list.
  std::vector<std::string> host_specs(std::string_view text, const std::string& hosts) {
    next_hosts_ = hosts;
    std::vector<std::string> out{""};
    for (const std::string& part : split_outside(text, ':')) {
      const std::vector<std::string> sides = split_outside(part, '=');
      const std::string_view first = trim(sides[0]);
      const bool new_hosts = sides.size() > 1 && !out.back().empty() && !is_option(first) &&
                             !ends_in_digest(out.back()) &&
                             first.find('/') == std::string_view::npos &&
                             first.find(' ') == std::string_view::npos;
      if (new_hosts) {
        next_hosts_ = std::string{first};
        out.emplace_back(part.substr(sides[0].size() + 1));
      } else {
        if (!out.back().empty()) out.back() += ':';
        out.back() += part;
      }
    }
    return out;
  }

  // "sha256:" before a base64 digest, whose padding is made of '='.
  static bool ends_in_digest(std::string_view text) {
    for (const std::string_view name : {"sha224", "sha256", "sha384", "sha512"}) {
      if (ends_with(text, name)) return true;
    }
    return false;
  }

  static bool is_option(std::string_view word) {
    constexpr std::array<std::string_view, 9> options{
        "ROLE", "TYPE", "CWD", "CHROOT", "TIMEOUT", "NOTBEFORE", "NOTAFTER", "PRIVS", "LIMITPRIVS"};
    return std::find(options.begin(), options.end(), word) != options.end();
  }

  void commands(const Document& document,
                std::int64_t line,
                const std::string& users,
                const std::string& hosts,
                std::string_view spec) {
    std::string run_as;
    bool has_run_as = false;
    bool password = true;  // tags stay in force for the commands after them
    for (const std::string& part : split_outside(spec, ',')) {
      std::string_view command = trim(part);
      if (!command.empty() && command.front() == '(') {
        const std::size_t end = command.find(')');
        if (end == std::string_view::npos) {
          context_.problem(document, line, "run-as 列表没有右括号", spec);
          return;
        }
        run_as = trim(command.substr(1, end - 1));
        has_run_as = true;
        command = trim(command.substr(end + 1));
      }
      command = strip_tags(command, password);
      if (command.empty()) continue;
      for (const std::string& user : split_outside(users, ',')) {
        const std::string_view subject = unquoted(trim(user));
        if (subject.empty()) continue;
        context_.add(FactId::sudo_rule,
                     {subject,
                      hosts,
                      has_run_as ? FactCell{run_as} : FactCell{},
                      single_blanks(command),
                      password ? 1 : 0},
                     document.at(line));
      }
    }
  }

  // Takes away "NOPASSWD:", "SETENV:", "CWD=/x", "sha256:…" before a command.
  static std::string_view strip_tags(std::string_view text, bool& password) {
    for (;;) {
      const auto [word, rest] = first_word(text);
      const std::size_t colon = word.find(':');
      const std::size_t equal = word.find('=');
      const std::string_view tag = word.substr(0, colon);
      const bool is_tag = colon != std::string_view::npos && !tag.empty() &&
                          std::all_of(tag.begin(), tag.end(), [](char c) {
                            return (c >= 'A' && c <= 'Z') || c == '_';
                          });
      if (is_tag) {
        if (tag == "NOPASSWD") password = false;
        if (tag == "PASSWD") password = true;
        text = trim(text.substr(colon + 1));
        continue;
      }
      // "NOPASSWD : command": the colon may stand apart.
      if ((word == "NOPASSWD" || word == "PASSWD") && starts_with(rest, ":")) {
        password = word == "PASSWD";
        text = trim(rest.substr(1));
        continue;
      }
      if ((equal != std::string_view::npos && is_option(word.substr(0, equal))) ||
          starts_with(word, "sha224:") || starts_with(word, "sha256:") ||
          starts_with(word, "sha384:") || starts_with(word, "sha512:")) {
        text = rest;
        continue;
      }
      return text;
    }
  }

  void include(const Document& document,
               const LogicalLine& line,
               bool directory,
               std::string path,
               int depth) {
    if (path.empty()) return;
    if (path.front() != '/') path = "/etc/" + path;
    if (depth >= max_depth || files_ >= max_files) {
      context_.problem(document, line.number, "引用层次过深、过多或成环", line.text);
      return;
    }
    std::vector<std::string> paths{path};
    if (directory) {
      paths.clear();
      const EvidenceList names = context_.list(path);
      if (names.state != ReadState::ok && names.state != ReadState::absent) {
        context_.problem(document, line.number, missing_reason(names.state, path), line.text);
      }
      for (const EvidenceName& name : names.names) {
        // As sudo does: names with a dot or a final ~ are left out.
        if (name.directory || name.name.find('.') != std::string::npos || name.name.back() == '~') {
          continue;
        }
        paths.push_back((path == "/" ? "" : path) + "/" + name.name);
      }
    }
    for (const std::string& one : paths) {
      if (++files_ > max_files) return;
      const Document included = context_.read(one);
      if (included.ok()) {
        read(included, depth + 1);
      } else {
        context_.problem(document, line.number, missing_reason(included.state, one), line.text);
      }
    }
  }

  ParseContext& context_;
  std::string next_hosts_;
  int files_ = 0;
};

}  // namespace

void parse_sudoers(ParseContext& context) {
  const Document document = context.read("/etc/sudoers");
  const bool proven_absent = document.state == ReadState::absent &&
                             context.program_present("sudo") == std::optional<bool>{false};
  if (proven_absent) {
    context.covered(FactId::sudo_rule);
    context.covered(FactId::sudo_default);
    return;
  }
  context.cover(FactId::sudo_rule, document);
  context.cover(FactId::sudo_default, document);
  if (!document.ok()) return;
  Sudoers{context}.read(document, 0);
}

}  // namespace dengce::evidence
