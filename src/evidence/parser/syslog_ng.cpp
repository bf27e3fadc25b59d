// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "evidence/parser/forms.h"
#include "evidence/parser/log_targets.h"

namespace dengce::evidence {
namespace {

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
    LogTarget target;
    FactSource source;
  };

  void include(std::string_view text) {
    const auto word = quoted_words(text);
    if (word.size() < 2 || word[0] != "@include" || ++files_ > max_syslog_files) return;
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

  static LogTarget target_of(std::string_view driver, std::string_view body) {
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

}  // namespace

void read_syslog_ng(ParseContext& context, const Document& main) {
  SyslogNg reader{context};
  reader.read(main);
  reader.write();
}

}  // namespace dengce::evidence
