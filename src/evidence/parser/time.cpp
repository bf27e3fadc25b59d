// SPDX-License-Identifier: Apache-2.0
// Time sources as configured and as chosen by the running daemon; time zone and synchronisation.
#include <algorithm>
#include <map>
#include <set>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

struct Server {
  std::string program;
  std::string name;
  FactSource source;
};

class TimeSources {
 public:
  explicit TimeSources(ParseContext& context) : context_(context) {}

  void read_chrony() {
    for (const std::string_view path : {"/etc/chrony.conf", "/etc/chrony/chrony.conf"}) {
      read_keywords("chrony", std::string{path}, 0);
    }
  }

  // server and pool lines; chrony's confdir, sourcedir and include lead to further files.
  void read_keywords(const std::string& program, const std::string& path, int depth) {
    const Document document = context_.read(path);
    note(document);
    if (!document.ok() || depth > 4) return;
    context_.lines(document, [&](const Line& line) {
      const auto word = words(before_hash(line.text));
      if (word.size() < 2 || word[0].front() == '!' || word[0].front() == ';') return;
      const std::string keyword = lower(word[0]);
      if (keyword == "server" || keyword == "pool" || keyword == "peer" || keyword == "refclock") {
        // Old ntpd configurations name the local clock as a server of last resort.
        std::size_t at = 1;
        while (at < word.size() && word[at].front() == '-') ++at;  // ntp: server -4 host
        if (at >= word.size() || starts_with(word[at], "127.127.")) return;
        servers_.push_back({program, std::string{word[at]}, document.at(line.number)});
      } else if (program == "chrony" && (keyword == "confdir" || keyword == "sourcedir")) {
        const std::string suffix = keyword == "confdir" ? "/*.conf" : "/*.sources";
        for (std::size_t i = 1; i < word.size() && i < 8; ++i) {
          for (const std::string& file : context_.glob(std::string{word[i]} + suffix)) {
            read_keywords(program, file, depth + 1);
          }
        }
      } else if (keyword == "include" || keyword == "includefile") {
        for (const std::string& file : context_.glob(word[1])) {
          read_keywords(program, file, depth + 1);
        }
      }
    });
  }

  // NTP= of timesyncd.conf (parsed as settings before); FallbackNTP= only counts without it.
  void read_timesyncd() {
    const std::size_t before = servers_.size();
    for (const std::string_view key : {"NTP", "FallbackNTP"}) {
      if (servers_.size() > before) break;
      for (std::uint32_t row = 0; row < context_.facts().row_count(FactId::setting); ++row) {
        if (context_.text(FactId::setting, row, 0) != "timesyncd") continue;
        if (context_.text(FactId::setting, row, 2) != key) continue;
        for (const std::string_view name : words(context_.text(FactId::setting, row, 3))) {
          servers_.push_back(
              {"timesyncd", std::string{name}, context_.facts().row_source(FactId::setting, row)});
        }
      }
    }
  }

  // Without any setting timesyncd asks the servers its distribution built in.
  void add_built_in() {
    const bool other = std::any_of(servers_.begin(), servers_.end(), [](const Server& server) {
      return server.program == "timesyncd";
    });
    const std::string_view id = context_.text(FactId::host, 0, 1);
    const std::string_view server = id == "debian"   ? "0.debian.pool.ntp.org"
                                    : id == "ubuntu" ? "ntp.ubuntu.com"
                                                     : "";
    if (other || server.empty()) return;
    for (std::uint32_t row = 0; row < context_.facts().row_count(FactId::service); ++row) {
      if (context_.text(FactId::service, row, 0) != "systemd-timesyncd.service") continue;
      const bool runs = context_.text(FactId::service, row, 1) == "enabled" &&
                        context_.text(FactId::service, row, 2) != "inactive";
      if (!runs) return;
      servers_.push_back(
          {"timesyncd", std::string{server}, context_.facts().row_source(FactId::service, row)});
      return;
    }
  }

  // Addresses or names the running daemons are synchronised to.
  void read_running() {
    const Document chrony = context_.command("chrony-sources", "chronyc");
    if (chrony.ok() && chrony.exit_code == 0) {
      known_.insert("chrony");
      context_.lines(chrony, [&](const Line& line) {
        const auto word = words(line.text);
        if (word.size() < 3 || word[0].size() < 2) return;
        if (word[0] == "^*" || word[0] == "#*" || word[0] == "=*") {
          selected_.emplace("chrony", std::string{word[1]});
          selected_line_["chrony"] = chrony.at(line.number);
        }
      });
    }
    const Document ntp = context_.command("ntpq", "ntpq");
    if (ntp.ok() && ntp.exit_code == 0) {
      known_.insert("ntpd");
      context_.lines(ntp, [&](const Line& line) {
        if (line.text.empty() || (line.text.front() != '*' && line.text.front() != 'o')) return;
        const auto word = words(line.text.substr(1));
        if (word.empty()) return;
        selected_.emplace("ntpd", std::string{word[0]});
        selected_line_["ntpd"] = ntp.at(line.number);
      });
    }
    const Document sync = context_.command("timesync", "timedatectl");
    if (sync.ok() && sync.exit_code == 0) {
      known_.insert("timesyncd");
      context_.lines(sync, [&](const Line& line) {
        if (!starts_with(line.text, "ServerName=") && !starts_with(line.text, "ServerAddress="))
          return;
        const std::string_view value = trim(line.text.substr(line.text.find('=') + 1));
        if (!value.empty()) selected_.emplace("timesyncd", std::string{value});
      });
    }
  }

  void write() {
    for (const Server& server : servers_) {
      context_.add(
          FactId::time_source, {server.program, server.name, chosen(server)}, server.source);
    }
    // A daemon may be synchronised to an address that a configured name stands for.
    for (const auto& [program, name] : selected_) {
      const bool listed = std::any_of(servers_.begin(), servers_.end(), [&](const Server& server) {
        return server.program == program && server.name == name;
      });
      if (!listed) {
        context_.add(FactId::time_source, {program, name, 1}, selected_line_[program]);
      }
    }
  }

  [[nodiscard]] bool has_selection() const { return !selected_.empty(); }

  [[nodiscard]] bool unreadable() const { return unreadable_; }

  [[nodiscard]] bool looked() const { return looked_; }

 private:
  void note(const Document& document) {
    looked_ = looked_ || document.ok() || document.state == ReadState::absent;
    unreadable_ = unreadable_ || document.state == ReadState::denied;
  }

  FactCell chosen(const Server& server) const {
    if (selected_.count({server.program, server.name}) > 0) return 1;
    if (known_.count(server.program) == 0) return nullptr;
    // Names can not be held against addresses: unknown, unless nothing at all is selected.
    const bool some = std::any_of(selected_.begin(), selected_.end(), [&](const auto& pair) {
      return pair.first == server.program;
    });
    const bool address =
        server.name.find_first_not_of("0123456789.:abcdefABCDEF") == std::string::npos;
    return some && !address ? FactCell{} : FactCell{0};
  }

  ParseContext& context_;
  std::vector<Server> servers_;
  std::set<std::string> known_;  // daemons that answered
  std::set<std::pair<std::string, std::string>> selected_;
  std::map<std::string, FactSource> selected_line_;
  bool looked_ = false;
  bool unreadable_ = false;
};

// "System clock synchronized: yes", "NTP synchronized: yes", "Time zone: Asia/Shanghai (CST,
// +0800)"
void read_timedatectl(ParseContext& context,
                      std::string& synchronized,
                      std::string& zone,
                      FactSource& source) {
  const Document document = context.command("timedatectl", "timedatectl");
  if (!document.ok() || document.exit_code != 0) return;
  context.covered(FactId::time_state);
  source = document.at(0);
  context.lines(document, [&](const Line& line) {
    const std::size_t colon = line.text.find(':');
    if (colon == std::string_view::npos) return;
    const std::string key = lower(trim(line.text.substr(0, colon)));
    const std::string_view value = trim(line.text.substr(colon + 1));
    if (key == "system clock synchronized" || key == "ntp synchronized") {
      synchronized = value == "yes" ? "yes" : "no";
      source = document.at(line.number);
    }
    if (key == "time zone" || key == "timezone") zone = first_word(value).first;
  });
}

void read_state(ParseContext& context, bool selected) {
  std::string synchronized;
  std::string zone;
  FactSource source;
  read_timedatectl(context, synchronized, zone, source);
  const Document table = context.derived("time-state");
  if (table.ok()) {
    context.covered(FactId::time_state);
    context.lines(table, [&](const Line& line) {
      const auto part = fields(line.text, 2);
      if (part.size() != 2) return;
      if (part[0] == "timezone" && zone.empty()) zone = part[1];
      if (part[0] == "synchronized" && synchronized.empty()) {
        synchronized = part[1];
        source = table.at(line.number);
      }
    });
  }
  if (selected && synchronized.empty()) synchronized = "yes";
  if (context.tree()) {
    const EvidenceStat link = context.stat("/etc/localtime");
    const std::size_t at = link.link_target.find("zoneinfo/");
    if (at != std::string::npos) zone = link.link_target.substr(at + 9);
    const Document name = context.read("/etc/timezone");
    if (zone.empty() && name.ok()) zone = trim(name.text);
    if (!zone.empty()) context.covered(FactId::time_state);
  }
  if (!synchronized.empty()) {
    context.add(FactId::time_state, {"synchronized", synchronized}, source);
  }
  if (!zone.empty()) context.add(FactId::time_state, {"timezone", zone}, source);
  if (!context.is_covered(FactId::time_state)) {
    context.missing(
        FactId::time_state,
        context.tree() ? "文件树中没有时间同步状态" : "采集内容中没有 timedatectl 的输出");
  }
}

}  // namespace

void parse_time(ParseContext& context) {
  TimeSources sources{context};
  sources.read_chrony();
  for (const char* path : {"/etc/ntp.conf", "/etc/ntpsec/ntp.conf"}) {
    sources.read_keywords("ntpd", path, 0);
  }
  sources.read_timesyncd();
  sources.add_built_in();
  if (!context.tree()) sources.read_running();
  sources.write();
  if (sources.unreadable()) {
    context.missing(FactId::time_source, "无权读取时间同步配置");
  } else if (sources.looked()) {
    context.covered(FactId::time_source);
  } else {
    context.missing(FactId::time_source, "采集内容中没有 chrony、ntp 或 timesyncd 的配置");
  }
  read_state(context, sources.has_selection());
}

}  // namespace dengce::evidence
