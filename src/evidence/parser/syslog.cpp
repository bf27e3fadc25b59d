// SPDX-License-Identifier: Apache-2.0
// Where logs go: rsyslog (both syntaxes), syslog-ng, journald.
#include <algorithm>
#include <map>
#include <set>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

constexpr int max_depth = 8;
constexpr int max_files = 200;

struct Target {
  std::string kind;
  std::string target;
  std::string protocol;
};

FactCell or_null(const std::string& text) {
  return text.empty() ? FactCell{} : FactCell{text};
}

// The action part of a legacy line: @host, @@host:port, :omrelp:…, -/var/log/x, /dev/console, *,
// a list of users, | pipe, ~ or stop.
Target legacy_action(std::string_view action) {
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

Target script_action(const std::map<std::string, std::string>& parameter) {
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
      selector = "*";
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
           const Target& target) {
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
    if (depth >= max_depth || files_ >= max_files) {
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
      if (++files_ > max_files) return;
      const Document included = context_.read(path);
      if (included.ok()) read(included, depth + 1);
    }
  }

  ParseContext& context_;
  int files_ = 0;
};

// syslog-ng: destination d { driver("where" …); }; log { …; destination(d); };
class SyslogNg {
 public:
  explicit SyslogNg(ParseContext& context) : context_(context) {}

  void read(const Document& document) {
    std::string block;
    std::int64_t begin = 0;
    int depth = 0;
    context_.lines(document, [&](const Line& line) {
      const std::string_view text = trim(before_hash(line.text));
      if (text.empty()) return;
      if (text.front() == '@') {
        include(text);
        return;
      }
      if (block.empty()) begin = line.number;
      if (block.size() < ParseContext::max_line_bytes) block.append(text).append(" ");
      for (const char c : text) {
        if (c == '{') ++depth;
        if (c == '}') --depth;
      }
      if (depth > 0 || text.find(';') == std::string_view::npos) return;
      take(document, begin, block);
      block.clear();
      depth = 0;
    });
  }

  void write() {
    for (const Destination& destination : destinations_) {
      if (used_.count(destination.name) == 0) continue;
      context_.add(FactId::log_target,
                   {"syslog-ng",
                    "*",
                    destination.target.kind,
                    destination.target.target,
                    or_null(destination.target.protocol)},
                   destination.source);
    }
  }

 private:
  struct Destination {
    std::string name;
    Target target;
    FactSource source;
  };

  void include(std::string_view text) {
    const auto word = quoted_words(text);
    if (word.size() < 2 || word[0] != "@include" || ++files_ > max_files) return;
    const std::string path = word[1].front() == '/' ? word[1] : "/etc/syslog-ng/" + word[1];
    for (const std::string& each : context_.glob(path)) {
      const Document document = context_.read(each);
      if (document.ok()) read(document);
    }
  }

  void take(const Document& document, std::int64_t line, std::string_view block) {
    const auto [kind, rest] = first_word(block);
    if (kind == "log" || starts_with(kind, "log{")) {
      for (std::size_t at = block.find("destination("); at != std::string_view::npos;
           at = block.find("destination(", at + 1)) {
        const std::size_t end = block.find(')', at);
        if (end == std::string_view::npos) break;
        used_.emplace(unquoted(trim(block.substr(at + 12, end - at - 12))));
      }
      return;
    }
    if (kind != "destination") return;
    const std::size_t brace = rest.find('{');
    if (brace == std::string_view::npos) return;
    const std::string name{unquoted(trim(rest.substr(0, brace)))};
    const std::string_view body = rest.substr(brace + 1);
    const std::size_t bracket = body.find('(');
    if (bracket == std::string_view::npos) return;
    destinations_.push_back(
        {name, target_of(trim(body.substr(0, bracket)), body), document.at(line)});
  }

  static std::string option(std::string_view body, std::string_view name) {
    const std::size_t at = body.find(std::string{name} + "(");
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + name.size() + 1;
    const std::size_t end = body.find(')', begin);
    if (end == std::string_view::npos) return {};
    return std::string{unquoted(trim(body.substr(begin, end - begin)))};
  }

  static Target target_of(std::string_view driver, std::string_view body) {
    const std::size_t bracket = body.find('(');
    const std::string_view inside = body.substr(bracket + 1);
    const std::size_t quote = inside.find('"');
    const std::size_t end = quote == std::string_view::npos ? quote : inside.find('"', quote + 1);
    const std::string where = end == std::string_view::npos
                                  ? std::string{trim(inside.substr(0, inside.find_first_of(" )")))}
                                  : std::string{inside.substr(quote + 1, end - quote - 1)};
    if (driver == "file") return {starts_with(where, "/dev/") ? "other" : "file", where, ""};
    if (driver == "usertty") return {"user", where, ""};
    std::string protocol = starts_with(driver, "tcp")   ? "tcp"
                           : starts_with(driver, "udp") ? "udp"
                                                        : "";
    if (driver == "network" || driver == "syslog") {
      protocol = option(body, "transport");
      if (protocol.empty()) protocol = "tcp";
    }
    if (protocol.empty()) return {"other", std::string{driver} + " " + where, ""};
    std::string port = option(body, "port");
    if (port.empty()) port = driver == "syslog" ? "601" : "514";
    return {"remote", where + ":" + port, protocol};
  }

  ParseContext& context_;
  std::vector<Destination> destinations_;
  std::set<std::string> used_;
  int files_ = 0;
};

std::string_view journald_setting(const ParseContext& context,
                                  std::string_view key,
                                  FactSource& source) {
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::setting); ++row) {
    if (context.text(FactId::setting, row, 0) != "journald") continue;
    if (context.text(FactId::setting, row, 2) != key) continue;
    source = context.facts().row_source(FactId::setting, row);
    return context.text(FactId::setting, row, 3);
  }
  return {};
}

// With Storage=auto the journal is kept on disk where its directory is there.
bool journal_directory(const ParseContext& context) {
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::file_mode); ++row) {
    if (context.text(FactId::file_mode, row, 0) == "/var/log/journal") {
      return context.text(FactId::file_mode, row, 1) == "directory";
    }
  }
  return false;
}

// The journal is itself a place of logs, unless it is switched off.
void read_journald(ParseContext& context) {
  const bool runs = context.program_present("systemd-journald").value_or(false);
  if (!runs) return;
  FactSource source;
  const std::string storage = lower(journald_setting(context, "Storage", source));
  const bool kept = journal_directory(context);
  if (storage != "none") {
    const bool on_disk = storage == "persistent" || (storage != "volatile" && kept);
    context.add(
        FactId::log_target,
        {"journald", "*", "file", on_disk ? "/var/log/journal" : "/run/log/journal", nullptr},
        source);
  }
  const Document upload = context.read("/etc/systemd/journal-upload.conf");
  if (!upload.ok()) return;
  for (const IniItem& item : read_ini(context, upload)) {
    if (item.key != "URL" || item.value.empty()) continue;
    context.add(
        FactId::log_target, {"journald", "*", "remote", item.value, "tls"}, upload.at(item.line));
  }
}

}  // namespace

void parse_syslog(ParseContext& context) {
  const Document rsyslog = context.read("/etc/rsyslog.conf");
  const Document syslog_ng = context.read("/etc/syslog-ng/syslog-ng.conf");
  const Document old = context.read("/etc/syslog.conf");
  for (const Document* document : {&rsyslog, &old}) {
    if (!document->ok()) continue;
    context.covered(FactId::log_target);
    Rsyslog{context}.read(*document, 0);
  }
  if (syslog_ng.ok()) {
    context.covered(FactId::log_target);
    SyslogNg reader{context};
    reader.read(syslog_ng);
    reader.write();
  }
  const bool all_absent = rsyslog.state == ReadState::absent &&
                          syslog_ng.state == ReadState::absent && old.state == ReadState::absent;
  if (all_absent) context.covered(FactId::log_target);
  read_journald(context);
  if (!context.is_covered(FactId::log_target)) {
    context.missing(FactId::log_target, missing_reason(rsyslog.state, "/etc/rsyslog.conf"));
  }
}

}  // namespace dengce::evidence
