// SPDX-License-Identifier: Apache-2.0
// Installed packages, pending updates, state of the package manager.
#include <algorithm>
#include <set>

#include "base/clock.h"
#include "evidence/parser/forms.h"
#include "evidence/parser/rpm_database.h"

namespace dengce::evidence {
namespace {

void read_dpkg_query(ParseContext& context, const Document& document) {
  context.lines(document, [&](const Line& line) {
    const auto part = split(line.text, '\t');
    if (part.size() < 3 || part[0].empty()) {
      context.problem(document, line.number, "软件包行无法识别", line.text);
      return;
    }
    if (part.size() > 3 && !ends_with(trim(part[3]), " installed")) return;
    context.add(FactId::package, {part[0], part[1], part[2], "dpkg"}, document.at(line.number));
  });
}

struct Stanza {
  std::string name;
  std::string version;
  std::string architecture;
  std::string status;
  std::int64_t line = 0;
};

void read_dpkg_status(ParseContext& context, const Document& document) {
  Stanza stanza;
  const auto flush = [&] {
    if (!stanza.name.empty() && (stanza.status.empty() || ends_with(stanza.status, " installed"))) {
      context.add(FactId::package,
                  {stanza.name, stanza.version, stanza.architecture, "dpkg"},
                  document.at(stanza.line));
    }
    stanza = Stanza{};
  };
  context.lines(document, [&](const Line& line) {
    if (line.text.empty()) {
      flush();
      return;
    }
    if (line.text.front() == ' ' || line.text.front() == '\t') return;
    const std::size_t colon = line.text.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view key = line.text.substr(0, colon);
    const std::string value{trim(line.text.substr(colon + 1))};
    if (key == "Package") {
      stanza.name = value;
      stanza.line = line.number;
    } else if (key == "Version") {
      stanza.version = value;
    } else if (key == "Architecture") {
      stanza.architecture = value;
    } else if (key == "Status") {
      stanza.status = value;
    }
  });
  flush();
}

void read_rpm_query(ParseContext& context, const Document& document) {
  context.lines(document, [&](const Line& line) {
    const auto part = split(line.text, '\t');
    if (part.size() < 3 || part[0].empty()) {
      context.problem(document, line.number, "软件包行无法识别", line.text);
      return;
    }
    if (part[0] == "gpg-pubkey") return;
    context.add(FactId::package, {part[0], part[1], part[2], "rpm"}, document.at(line.number));
  });
}

void read_live_packages(ParseContext& context) {
  const Document dpkg = context.command("packages-dpkg", "dpkg-query");
  if (dpkg.ok()) {
    context.covered(FactId::package);
    read_dpkg_query(context, dpkg);
  }
  const Document rpm = context.command("packages-rpm", "rpm");
  if (rpm.ok()) {
    context.covered(FactId::package);
    read_rpm_query(context, rpm);
  }
  if (!dpkg.ok() && !rpm.ok()) {
    context.missing(FactId::package, "没有 dpkg-query 或 rpm 的软件包清单");
  }
}

void read_tree_packages(ParseContext& context) {
  const Document status = context.read("/var/lib/dpkg/status");
  if (status.ok()) {
    context.covered(FactId::package);
    read_dpkg_status(context, status);
  }
  for (const std::string& path : context.glob("/var/lib/dpkg/status.d/*")) {
    const Document one = context.read(path);
    if (!one.ok()) continue;
    context.covered(FactId::package);
    read_dpkg_status(context, one);
  }
  const RpmDatabase database = read_rpm_database(context);
  if (!database.found) {
    if (!context.is_covered(FactId::package)) {
      context.missing(FactId::package,
                      database.reason.empty() ? "文件树中没有软件包数据库" : database.reason);
    }
    return;
  }
  context.covered(FactId::package);
  std::int64_t newest = 0;
  for (const RpmPackage& package : database.packages) {
    if (package.name == "gpg-pubkey") continue;
    newest = std::max(newest, package.installed);
    context.add(FactId::package,
                {package.name, package.version, package.architecture, "rpm"},
                context.place(database.path));
  }
  if (newest > 0) {
    context.covered(FactId::update_state);
    context.add(FactId::update_state,
                {"last_update_day", std::to_string(newest / 86400)},
                context.place(database.path));
  }
}

// "name/suite,now version arch [upgradable from: old]"
void read_apt_updates(ParseContext& context) {
  const Document document = context.command("updates-apt", "apt");
  if (!document.ok()) return;
  if (document.exit_code != 0) {
    context.missing(FactId::package_update, "apt list --upgradable 执行失败");
    return;
  }
  context.covered(FactId::package_update);
  context.lines(document, [&](const Line& line) {
    const auto word = words(line.text);
    const std::size_t slash = word.empty() ? std::string_view::npos : word[0].find('/');
    if (word.size() < 3 || slash == std::string_view::npos) return;
    std::string old;
    const std::size_t from = line.text.find("upgradable from: ");
    if (from != std::string_view::npos) {
      old = trim(line.text.substr(from + 17));
      if (!old.empty() && old.back() == ']') old.pop_back();
    }
    const bool security = word[0].substr(slash).find("security") != std::string_view::npos;
    context.add(FactId::package_update,
                {word[0].substr(0, slash),
                 old.empty() ? FactCell{} : FactCell{old},
                 word[1],
                 security ? 1 : 0},
                document.at(line.number));
  });
}

// "name.arch  version  repository"; exit status 100 = there are updates.
void read_dnf_updates(ParseContext& context) {
  const Document document = context.command("updates-dnf", "dnf");
  if (!document.ok()) return;
  if (document.exit_code != 0 && document.exit_code != 100) {
    context.missing(FactId::package_update, "dnf 软件源缓存不可用，无法列出可用更新");
    return;
  }
  std::set<std::string, std::less<>> security;
  const Document advisories = context.command("updates-dnf-security", "dnf");
  if (advisories.ok()) {
    context.lines(advisories, [&](const Line& line) {
      const auto word = words(line.text);
      if (word.size() == 3) security.emplace(word[2]);
    });
  }
  context.covered(FactId::package_update);
  bool obsoleting = false;
  context.lines(document, [&](const Line& line) {
    if (starts_with(line.text, "Obsoleting")) obsoleting = true;
    const auto word = words(line.text);
    const std::size_t dot = word.size() == 3 ? word[0].rfind('.') : std::string_view::npos;
    if (obsoleting || dot == std::string_view::npos) return;
    std::string version{word[1]};
    const std::size_t epoch = version.find(':');
    const std::string plain = epoch == std::string::npos ? version : version.substr(epoch + 1);
    const std::string full =
        std::string{word[0].substr(0, dot)} + "-" + plain + std::string{word[0].substr(dot)};
    context.add(FactId::package_update,
                {word[0].substr(0, dot), nullptr, version, security.count(full) > 0 ? 1 : 0},
                document.at(line.number));
  });
}

// Newest "2026-01-02 …" of the package manager's own log.
void read_tree_update_log(ParseContext& context) {
  const Document log = context.read("/var/log/dpkg.log");
  if (!log.ok()) return;
  std::optional<Day> newest;
  std::int64_t at = 0;
  context.lines(log, [&](const Line& line) {
    const auto day = parse_day(line.text.substr(0, 10));
    if (!day || (newest && *day <= *newest)) return;
    newest = day;
    at = line.number;
  });
  if (!newest) return;
  context.covered(FactId::update_state);
  context.add(
      FactId::update_state, {"last_update_day", std::to_string(newest->number)}, log.at(at));
}

void read_tree_automatic(ParseContext& context) {
  for (const std::string& path : context.drop_ins({"/etc/apt/apt.conf.d"}, "")) {
    const Document document = context.read(path);
    if (!document.ok()) continue;
    bool found = false;
    context.lines(document, [&](const Line& line) {
      const auto word = words(line.text);
      if (found || word.size() < 2 || word[0] != "APT::Periodic::Unattended-Upgrade") return;
      std::string_view value = word[1].substr(0, word[1].find(';'));
      if (unquoted(value) == "0") return;
      found = true;
      context.covered(FactId::update_state);
      context.add(
          FactId::update_state, {"automatic", "unattended-upgrades"}, document.at(line.number));
    });
    if (found) return;
  }
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::service); ++row) {
    const std::string_view name = context.text(FactId::service, row, 0);
    if (context.text(FactId::service, row, 1) != "enabled") continue;
    const bool dnf = starts_with(name, "dnf-automatic") && ends_with(name, ".timer");
    if (!dnf && name != "yum-cron.service") continue;
    context.covered(FactId::update_state);
    context.add(FactId::update_state,
                {"automatic", dnf ? "dnf-automatic" : "yum-cron"},
                context.facts().row_source(FactId::service, row));
    return;
  }
  // Known units or packages without one that updates: there is none.
  if (!context.is_covered(FactId::package) && !context.is_covered(FactId::service)) return;
  context.covered(FactId::update_state);
  context.add(FactId::update_state, {"automatic", "none"});
}

}  // namespace

void parse_packages(ParseContext& context) {
  if (context.tree()) {
    read_tree_packages(context);
    read_tree_update_log(context);
    read_tree_automatic(context);
    context.missing(FactId::package_update, "文件树中无法询问软件包管理器有无更新");
    return;
  }
  read_live_packages(context);
  read_apt_updates(context);
  read_dnf_updates(context);
  if (!context.is_covered(FactId::package_update)) {
    context.missing(FactId::package_update, "没有 apt 或 dnf 的可用更新清单");
  }
  const Document state = context.derived("update-state");
  context.cover(FactId::update_state, state);
  if (!state.ok()) return;
  context.lines(state, [&](const Line& line) {
    const auto part = fields(line.text, 2);
    if (part.size() == 2)
      context.add(FactId::update_state, {part[0], part[1]}, state.at(line.number));
  });
}

}  // namespace dengce::evidence
