// SPDX-License-Identifier: Apache-2.0
// Services: systemd's answers, or in a tree unit files and links; SysV scripts, inetd and xinetd.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

struct Unit {
  std::string enabled;  // empty = unknown
  std::string active;
  FactSource source;
};

using Units = std::map<std::string, Unit, std::less<>>;

bool is_unit_name(std::string_view name) {
  constexpr std::array<std::string_view, 6> suffixes{
      ".service", ".socket", ".timer", ".target", ".mount", ".path"};
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) {
    return ends_with(name, suffix);
  });
}

void write(ParseContext& context, const Units& units, std::string_view manager) {
  for (const auto& [name, unit] : units) {
    context.add(
        FactId::service, {name, or_null(unit.enabled), or_null(unit.active), manager}, unit.source);
  }
}

void read_answers(ParseContext& context, Units& units) {
  const Document asked = context.command("unit-files", "systemctl");
  // Without an answer the collector lists what unit files and links say.
  const Document read = context.derived("unit-files");
  const Document& files = read.ok() ? read : asked;
  if (files.ok() && !trim(files.text).empty()) {
    context.covered(FactId::service);
    context.lines(files, [&](const Line& line) {
      const auto word = words(line.text);
      if (word.size() < 2 || !is_unit_name(word[0])) return;
      units[std::string{word[0]}] = {std::string{word[1]}, "", files.at(line.number)};
    });
  } else if (!files.ok()) {
    context.missing(FactId::service, missing_reason(files.state, files.label));
  }
  const Document running = context.command("units", "systemctl");
  if (!running.ok() || trim(running.text).empty()) return;
  for (auto& [name, unit] : units) unit.active = "inactive";
  context.lines(running, [&](const Line& line) {
    auto word = words(line.text);
    // A failed unit is marked by a bullet before its name.
    if (!word.empty() && !is_unit_name(word[0])) word.erase(word.begin());
    if (word.size() < 4 || !is_unit_name(word[0])) return;
    const auto [found, added] = units.try_emplace(std::string{word[0]});
    found->second.active = std::string{word[2]};
    if (added) found->second.source = running.at(line.number);
    // "sshd@1.service" runs from the template "sshd@.service".
    const std::size_t sign = word[0].find('@');
    if (added && sign != std::string_view::npos) {
      const std::size_t dot = word[0].rfind('.');
      const auto base =
          units.find(std::string{word[0].substr(0, sign + 1)} + std::string{word[0].substr(dot)});
      if (base != units.end()) found->second.enabled = base->second.enabled;
    }
  });
}

constexpr std::array<std::string_view, 6> unit_directories{"/etc/systemd/system",
                                                           "/run/systemd/system",
                                                           "/usr/local/lib/systemd/system",
                                                           "/usr/lib/systemd/system",
                                                           "/lib/systemd/system",
                                                           "/run/systemd/generator"};

// What a unit file says about itself in [Install].
std::string_view install_state(ParseContext& context, const Document& unit) {
  bool wanted = false;
  bool also = false;
  for (const IniItem& item : read_ini(context, unit)) {
    if (item.section != "Install" || item.value.empty()) continue;
    wanted = wanted || item.key == "WantedBy" || item.key == "RequiredBy" || item.key == "Alias" ||
             item.key == "UpheldBy";
    also = also || item.key == "Also";
  }
  return wanted ? "disabled" : also ? "indirect" : "static";
}

class TreeUnits {
 public:
  explicit TreeUnits(ParseContext& context) : context_(context) {}

  void read(Units& units) {
    for (const std::string_view directory : unit_directories) take_directory(directory, units);
    for (const std::string_view directory : {unit_directories[0], unit_directories[1]}) {
      take_links(std::string{directory}, units);
    }
    for (const auto& [alias, target] : aliases_) {
      const auto found = units.find(target);
      if (found == units.end()) continue;
      // An alias made in /etc is how `enable` writes Alias= down.
      if (own_alias_.count(alias) > 0 && found->second.enabled == "disabled") {
        found->second.enabled = "enabled";
      }
    }
  }

 private:
  void take_directory(std::string_view directory, Units& units) {
    const EvidenceList names = context_.list(directory);
    if (names.state == ReadState::ok) context_.covered(FactId::service);
    if (names.state != ReadState::ok && names.state != ReadState::absent) {
      context_.missing(FactId::service, missing_reason(names.state, directory));
    }
    for (const EvidenceName& name : names.names) {
      if (name.directory || !is_unit_name(name.name) || units.count(name.name) > 0) continue;
      const std::string path = std::string{directory} + "/" + name.name;
      const EvidenceStat status = context_.stat(path);
      if (status.state != ReadState::ok) continue;
      Unit unit;
      unit.source = context_.place(path);
      const std::string_view target = base_name(status.link_target);
      if (status.kind == NodeKind::link && status.link_target == "/dev/null") {
        unit.enabled = "masked";
      } else if (status.kind == NodeKind::link && target != name.name && is_unit_name(target)) {
        unit.enabled = "alias";
        aliases_[name.name] = std::string{target};
        if (starts_with(directory, "/etc/")) own_alias_.insert(name.name);
      } else {
        const Document document = context_.read(path);
        if (!document.ok()) continue;
        unit.enabled = document.text.empty() ? "masked" : install_state(context_, document);
      }
      units.emplace(name.name, std::move(unit));
    }
  }

  // x.target.wants/y.service and x.target.requires/y.service are what `enable` makes.
  void take_links(const std::string& directory, Units& units) {
    for (const EvidenceName& folder : context_.list(directory).names) {
      if (!ends_with(folder.name, ".wants") && !ends_with(folder.name, ".requires")) continue;
      for (const EvidenceName& link : context_.list(directory + "/" + folder.name).names) {
        if (!is_unit_name(link.name)) continue;
        const std::string path = directory + "/" + folder.name + "/" + link.name;
        auto found = units.find(link.name);
        const std::size_t sign = link.name.find('@');
        if (found == units.end() && sign == std::string::npos) continue;  // its unit is gone
        if (found == units.end()) found = units.try_emplace(link.name).first;
        if (found->second.enabled == "masked") continue;
        found->second.enabled = "enabled";
        found->second.source = context_.place(path);
      }
    }
  }

  ParseContext& context_;
  std::map<std::string, std::string> aliases_;
  std::set<std::string> own_alias_;
};

void read_sysv_table(ParseContext& context, const Units& units) {
  const Document table = context.derived("sysv-services");
  if (!table.ok()) return;
  context.covered(FactId::service);
  context.lines(table, [&](const Line& line) {
    const auto part = fields(line.text, 2);
    const std::string name = std::string{part[0]} + ".service";
    if (part.size() != 2 || part[0].empty() || units.count(name) > 0) return;
    context.add(FactId::service,
                {name, part[1].empty() ? "disabled" : "enabled", nullptr, "sysv"},
                table.at(line.number));
  });
}

void read_sysv_tree(ParseContext& context, const Units& units) {
  std::set<std::string, std::less<>> started;
  for (const char* pattern : {"/etc/rc[2-5].d/S*", "/etc/rc.d/rc[2-5].d/S*"}) {
    for (const std::string& path : context.glob(pattern)) {
      const std::string_view name = base_name(path);
      if (name.size() > 3) started.emplace(name.substr(3));
    }
  }
  constexpr std::array<std::string_view, 6> helpers{
      "README", "functions", "skeleton", "rc", "rcS", "netconsole"};
  std::set<std::string, std::less<>> seen;
  for (const std::string_view directory : {"/etc/init.d", "/etc/rc.d/init.d"}) {
    const EvidenceList names = context.list(directory);
    if (names.state == ReadState::ok) context.covered(FactId::service);
    for (const EvidenceName& name : names.names) {
      const std::string unit = name.name + ".service";
      if (name.directory || units.count(unit) > 0 || !seen.insert(name.name).second) continue;
      if (std::find(helpers.begin(), helpers.end(), name.name) != helpers.end()) continue;
      const std::string path = std::string{directory} + "/" + name.name;
      if ((context.stat(path).mode & 0111U) == 0) continue;
      context.add(FactId::service,
                  {unit, started.count(name.name) > 0 ? "enabled" : "disabled", nullptr, "sysv"},
                  context.place(path));
    }
  }
}

void read_inetd(ParseContext& context) {
  const Document inetd = context.read("/etc/inetd.conf");
  if (inetd.ok()) {
    context.lines(inetd, [&](const Line& line) {
      const auto word = words(before_hash(line.text));
      if (word.size() < 6) return;
      context.add(FactId::service,
                  {std::string{word[0]} + ".service", "enabled", nullptr, "inetd"},
                  inetd.at(line.number));
    });
  }
  for (const std::string& path : context.glob("/etc/xinetd.d/*")) {
    const Document document = context.read(path);
    if (!document.ok()) continue;
    std::string name;
    std::int64_t begin = 0;
    bool disabled = false;
    context.lines(document, [&](const Line& line) {
      const std::string_view text = trim(before_hash(line.text));
      const auto [word, rest] = first_word(text);
      if (word == "service") {
        name = single_blanks(rest.substr(0, rest.find('{')));
        begin = line.number;
        disabled = false;
      } else if (word == "disable") {
        const std::size_t equal = rest.find('=');
        disabled = equal != std::string_view::npos && lower(trim(rest.substr(equal + 1))) == "yes";
      } else if (text == "}" && !name.empty()) {
        context.add(FactId::service,
                    {name + ".service", disabled ? "disabled" : "enabled", nullptr, "xinetd"},
                    document.at(begin));
        name.clear();
      }
    });
  }
}

}  // namespace

void parse_services(ParseContext& context) {
  Units units;
  if (context.tree()) {
    TreeUnits{context}.read(units);
  } else {
    read_answers(context, units);
  }
  write(context, units, "systemd");
  if (context.tree()) {
    read_sysv_tree(context, units);
  } else {
    read_sysv_table(context, units);
  }
  read_inetd(context);
}

}  // namespace dengce::evidence
