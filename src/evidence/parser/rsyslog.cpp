// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "evidence/parser/forms.h"
#include "evidence/parser/log_targets.h"

namespace dengce::evidence {
namespace {

constexpr int max_depth = 8;

// The action part of a legacy line: @host, @@host:port, :omrelp:…, -/var/log/x, /dev/console, *,
// a list of users, | pipe, ~ or stop.
LogTarget legacy_action(std::string_view action) {
  if (const std::size_t template_mark = action.find(';'); template_mark != std::string_view::npos) {
    action = trim(action.substr(0, template_mark));
  }
  if (action.empty()) return {};
  if (action.front() == '@') {
    const bool tcp = starts_with(action, "@@");
    action.remove_prefix(tcp ? 2 : 1);
    if (!action.empty() && action.front() == '(') {
      const std::size_t end = action.find(')');
      action = end == std::string_view::npos ? std::string_view{} : action.substr(end + 1);
    }
    std::string host{trim(action)};
    // A bare name or address goes to the usual port; [v6] keeps its brackets.
    const std::size_t colon = host.rfind(':');
    const bool has_port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
    if (!host.empty() && !has_port) host += ":514";
    return {"remote", host, tcp ? "tcp" : "udp"};
  }
  if (starts_with(action, ":omrelp:")) return {"remote", std::string{action.substr(8)}, "relp"};
  if (action.front() == '-' && action.size() > 1 && action[1] == '/') action.remove_prefix(1);
  if (action.front() == '/') {
    const bool device = starts_with(action, "/dev/");
    return {device ? "other" : "file", std::string{action}, ""};
  }
  if (starts_with(action, ":omusrmsg:")) return {"user", std::string{action.substr(10)}, ""};
  if (action.front() == '|' || action.front() == '^' || action.front() == ':') {
    return {"other", std::string{action}, ""};
  }
  if (action == "~" || action == "stop") return {};
  return {"user", std::string{action}, ""};
}

// name="value" pairs inside the brackets of a RainerScript object.
std::map<std::string, std::string> parameters(std::string_view text) {
  std::map<std::string, std::string> out;
  std::size_t at = 0;
  while ((at = text.find('=', at)) != std::string_view::npos) {
    std::size_t begin = at;
    while (begin > 0 && text[begin - 1] == ' ') --begin;
    std::size_t start = begin;
    while (start > 0 && text[start - 1] != ' ' && text[start - 1] != '\t' &&
           text[start - 1] != '(' && text[start - 1] != '"' && text[start - 1] != ',') {
      --start;
    }
    const std::size_t quote = text.find('"', at);
    if (quote == std::string_view::npos) break;
    std::size_t end = quote + 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
    end = std::min(end, text.size());
    out[lower(text.substr(start, begin - start))] =
        std::string{text.substr(quote + 1, end - quote - 1)};
    at = end;
  }
  return out;
}

LogTarget script_action(const std::map<std::string, std::string>& parameter) {
  const auto get = [&](const char* name) {
    const auto found = parameter.find(name);
    return found == parameter.end() ? std::string{} : found->second;
  };
  const std::string type = lower(get("type"));
  const std::string port = get("port").empty() ? "514" : get("port");
  if (type == "omfwd") {
    const std::string protocol = lower(get("protocol")) == "tcp" ? "tcp" : "udp";
    const std::string driver = lower(get("streamdriver"));
    const bool tls = (driver == "gtls" || driver == "ossl") && get("streamdrivermode") == "1";
    return {"remote", get("target") + ":" + port, tls ? "tls" : protocol};
  }
  if (type == "omrelp") {
    return {"remote", get("target") + ":" + port, lower(get("tls")) == "on" ? "tls" : "relp"};
  }
  if (type == "omfile") {
    return {"file", get("file").empty() ? get("dynafile") : get("file"), ""};
  }
  if (type == "omusrmsg") return {"user", get("users"), ""};
  return {"other", type, ""};
}

// Round brackets outside quotes, over the lines of one object.
struct Brackets {
  int depth = 0;
  bool quoted = false;

  void take(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
      if (quoted) continue;
      if (text[i] == '(') ++depth;
      if (text[i] == ')') --depth;
    }
  }

  [[nodiscard]] bool closed() const { return depth <= 0 && !quoted; }
};

class Rsyslog {
 public:
  explicit Rsyslog(ParseContext& context) : context_(context) {}

  void read(const Document& document, int depth) {
    std::string open;  // a RainerScript object that goes on over several lines
    Brackets brackets;
    std::int64_t begin = 0;
    std::string selector = "*";
    for (const LogicalLine& line : logical_lines(context_, document)) {
      const std::string_view text = trim(uncommented(line.text));
      if (text.empty()) continue;
      if (open.empty() && !is_object(text)) {
        legacy(document, line.number, text, selector, depth);
        continue;
      }
      if (open.empty()) {
        begin = line.number;
        brackets = {};
      } else {
        open += ' ';
      }
      open.append(text);
      brackets.take(text);
      if (brackets.closed()) {
        object(document, begin, open, selector, depth);
        open.clear();
      } else if (open.size() > ParseContext::max_line_bytes) {
        context_.problem(document, begin, "配置对象没有结束", open.substr(0, 200));
        open.clear();
      }
    }
    if (!open.empty()) context_.problem(document, begin, "配置对象没有结束", open.substr(0, 200));
  }

 private:
  // A '#' in a quoted string does not begin a comment.
  static std::string_view uncommented(std::string_view text) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
      if (text[i] == '#' && !quoted && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) {
        return text.substr(0, i);
      }
    }
    return text;
  }

  static bool is_object(std::string_view text) {
    for (const std::string_view name : {"action",
                                        "module",
                                        "input",
                                        "global",
                                        "template",
                                        "ruleset",
                                        "include",
                                        "main_queue",
                                        "lookup_table",
                                        "parser",
                                        "timezone",
                                        "dynstats",
                                        "if",
                                        "else",
                                        "set ",
                                        "reset ",
                                        "}"}) {
      if (!starts_with(text, name)) continue;
      const std::string_view rest = text.substr(name.size());
      if (name == "}" || name.back() == ' ' || rest.empty()) return true;
      if (rest.front() == '(' || rest.front() == ' ' || rest.front() == '\t' ||
          rest.front() == '{') {
        return true;
      }
    }
    return text.find(" action(") != std::string_view::npos;
  }

  void object(const Document& document,
              std::int64_t line,
              std::string_view text,
              std::string& selector,
              int depth) {
    if (text.find_first_not_of("} \t") == std::string_view::npos) {
      selector.assign(1, '*');  // g++ 12 warns falsely of = "*"
      return;
    }
    if (starts_with(text, "include")) {
      const auto parameter = parameters(text);
      const auto file = parameter.find("file");
      if (file != parameter.end()) include(document, line, file->second, depth);
      return;
    }
    // The words before the first action are its filter: "if … then", "*.* ", "else".
    std::size_t at = text.find("action(");
    std::string_view before = trim(text.substr(0, at == std::string_view::npos ? text.size() : at));
    if (starts_with(before, "}")) before = trim(before.substr(1));
    if (starts_with(before, "ruleset") || starts_with(before, "template") ||
        starts_with(before, "module") || starts_with(before, "input") ||
        starts_with(before, "global")) {
      if (starts_with(before, "ruleset")) selector = single_blanks(before);
      if (at == std::string_view::npos) return;
    } else if (starts_with(before, "if") || starts_with(before, "else")) {
      std::string_view condition = before;
      if (ends_with(condition, "{")) condition = trim(condition.substr(0, condition.size() - 1));
      const bool block = ends_with(before, "{");
      const std::string own = single_blanks(condition);
      if (block) selector = own;
      // "if … then /var/log/x" or "then @host" without an object.
      const std::size_t then = own.find(" then ");
      if (at == std::string_view::npos && then != std::string::npos && !block) {
        add(document, line, own.substr(0, then), legacy_action(trim(own.substr(then + 6))));
        return;
      }
      actions(document, line, text, own.empty() ? selector : own, at);
      return;
    }
    actions(document, line, text, before.empty() ? selector : single_blanks(before), at);
  }

  void actions(const Document& document,
               std::int64_t line,
               std::string_view text,
               const std::string& selector,
               std::size_t at) {
    while (at != std::string_view::npos) {
      const std::size_t next = text.find("action(", at + 7);
      add(document, line, selector, script_action(parameters(text.substr(at, next - at))));
      at = next;
    }
  }

  void legacy(const Document& document,
              std::int64_t line,
              std::string_view text,
              std::string& selector,
              int depth) {
    if (text.front() == '$') {
      const auto [name, rest] = first_word(text);
      if (lower(name) == "$includeconfig") include(document, line, std::string{rest}, depth);
      return;
    }
    if (text.front() == '+' || text.front() == '-' || text.front() == '!') return;  // BSD blocks
    std::string_view filter;
    std::string_view action;
    if (text.front() == '&') {
      filter = selector;
      action = trim(text.substr(1));
    } else if (text.front() == ':') {
      // ":property, operator, "value" action"
      const std::size_t quote = text.rfind('"');
      if (quote == std::string_view::npos) {
        context_.problem(document, line, "rsyslog 规则无法识别", text);
        return;
      }
      filter = text.substr(0, quote + 1);
      action = trim(text.substr(quote + 1));
    } else {
      const auto [first, rest] = first_word(text);
      filter = first;
      action = rest;
      if (filter.find('.') == std::string_view::npos && filter != "stop") {
        context_.problem(document, line, "rsyslog 规则无法识别", text);
        return;
      }
    }
    if (action.empty()) return;
    std::string own = single_blanks(filter);
    add(document, line, own, legacy_action(action));
    selector = std::move(own);
  }

  void add(const Document& document,
           std::int64_t line,
           const std::string& selector,
           const LogTarget& target) {
    if (target.kind.empty() || (target.kind == "remote" && starts_with(target.target, ":"))) return;
    const bool all = selector.empty() || selector == "*.*" || selector == "*";
    context_.add(FactId::log_target,
                 {"rsyslog",
                  all ? std::string{"*"} : selector,
                  target.kind,
                  target.target,
                  or_null(target.protocol)},
                 document.at(line));
  }

  void include(const Document& document, std::int64_t line, const std::string& pattern, int depth) {
    if (depth >= max_depth || files_ >= max_syslog_files) {
      context_.problem(document, line, "引用层次过深、过多或成环", pattern);
      return;
    }
    if (pattern.empty() || pattern.front() != '/') return;
    ReadState state = ReadState::ok;
    std::vector<std::string> paths;
    if (pattern.back() == '/') {
      paths = context_.glob(pattern + "*", &state);
    } else {
      paths = context_.glob(pattern, &state);
    }
    if (state == ReadState::denied) {
      context_.problem(document, line, missing_reason(state, pattern), pattern);
    }
    for (const std::string& path : paths) {
      if (++files_ > max_syslog_files) return;
      const Document included = context_.read(path);
      if (included.ok()) read(included, depth + 1);
    }
  }

  ParseContext& context_;
  int files_ = 0;
};

}  // namespace

void read_rsyslog(ParseContext& context, const Document& main) {
  Rsyslog{context}.read(main, 0);
}

}  // namespace dengce::evidence
