// SPDX-License-Identifier: Apache-2.0
// Simple configuration files → setting: one row a key in force, after drop-ins.
#include <array>
#include <map>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

enum class Form : std::uint8_t {
  equals,   // key = value
  ini,      // [section] key = value
  words,    // keyword value
  lines,    // each line is a key
  limits,   // domain type item value
  aliases,  // name: target
  shell,    // KEY="value"
  access,   // permission : users : origins
  single,   // the whole file is one word
};

struct Source {
  std::string_view program;
  Form form;
  std::string_view pattern;  // path, or a pattern in its last component
};

// In reading order: of one key the later file wins.
constexpr std::array sources{
    Source{"auditd", Form::equals, "/etc/audit/auditd.conf"},
    Source{"useradd", Form::shell, "/etc/default/useradd"},
    Source{"limits", Form::limits, "/etc/security/limits.conf"},
    Source{"limits", Form::limits, "/etc/security/limits.d/*.conf"},
    Source{"securetty", Form::lines, "/etc/securetty"},
    Source{"login_access", Form::access, "/etc/security/access.conf"},
    Source{"selinux_config", Form::equals, "/etc/selinux/config"},
    Source{"grub", Form::shell, "/etc/default/grub"},
    Source{"crypto_policies", Form::single, "/etc/crypto-policies/config"},
    Source{"dnf", Form::ini, "/etc/dnf/dnf.conf"},
    Source{"dnf", Form::ini, "/etc/yum.conf"},
    Source{"dnf-automatic", Form::ini, "/etc/dnf/automatic.conf"},
    Source{"aliases", Form::aliases, "/etc/aliases"},
    Source{"snmpd", Form::words, "/etc/snmp/snmpd.conf"},
    Source{"vsftpd", Form::equals, "/etc/vsftpd.conf"},
    Source{"vsftpd", Form::equals, "/etc/vsftpd/vsftpd.conf"},
    Source{"samba", Form::ini, "/etc/samba/smb.conf"},
    Source{"nfs_exports", Form::words, "/etc/exports"},
    Source{"nfs_exports", Form::words, "/etc/exports.d/*.exports"},
    Source{"usbguard", Form::equals, "/etc/usbguard/usbguard-daemon.conf"},
    Source{"aide", Form::equals, "/etc/aide.conf"},
    Source{"aide", Form::equals, "/etc/aide/aide.conf"},
    Source{"aide", Form::equals, "/etc/aide/aide.conf.d/*.conf"},
    Source{"chrony", Form::words, "/etc/chrony.conf"},
    Source{"chrony", Form::words, "/etc/chrony/chrony.conf"},
    Source{"clamd", Form::words, "/etc/clamd.conf"},
    Source{"clamd", Form::words, "/etc/clamav/clamd.conf"},
    Source{"clamd", Form::words, "/etc/clamd.d/*.conf"},
    Source{"freshclam", Form::words, "/etc/freshclam.conf"},
    Source{"freshclam", Form::words, "/etc/clamav/freshclam.conf"},
};

struct Item {
  std::string value;
  FactSource source;
};

// (section, key) → value; `many` keys (server, pool …) are numbered so that none hides another.
class Items {
 public:
  void set(std::string section, std::string key, std::string value, FactSource source) {
    items_.insert_or_assign({std::move(section), std::move(key)}, Item{std::move(value), source});
  }

  void write(ParseContext& context, std::string_view program) const {
    for (const auto& [name, item] : items_) {
      context.add(FactId::setting,
                  {program,
                   name.first.empty() ? FactCell{} : FactCell{name.first},
                   name.second,
                   item.value},
                  item.source);
    }
  }

 private:
  std::map<std::pair<std::string, std::string>, Item> items_;
};

void take_line(
    ParseContext& context, const Document& document, Form form, const Line& line, Items& items) {
  const std::string_view text = trim(line.text);
  if (text.empty() || text.front() == '#' || text.front() == ';') return;
  const FactSource at = document.at(line.number);
  switch (form) {
    case Form::equals:
    case Form::shell: {
      std::string_view body = starts_with(text, "export ") ? trim(text.substr(7)) : text;
      const std::size_t equal = body.find('=');
      if (equal == std::string_view::npos) {
        items.set("", single_blanks(body), "1", at);
        return;
      }
      const std::string_view value = trim(body.substr(equal + 1));
      items.set("",
                std::string{trim(body.substr(0, equal))},
                std::string{form == Form::shell ? unquoted(value) : value},
                at);
      return;
    }
    case Form::words: {
      const auto [key, value] = first_word(text);
      items.set("", std::string{key}, value.empty() ? "1" : single_blanks(value), at);
      return;
    }
    case Form::lines: items.set("", std::string{text}, "1", at); return;
    case Form::single: items.set("", "policy", std::string{text}, at); return;
    case Form::limits: {
      const auto word = words(before_hash(text));
      if (word.size() == 4) {
        items.set("",
                  join({std::string{word[0]}, std::string{word[1]}, std::string{word[2]}}, " "),
                  std::string{word[3]},
                  at);
      } else if (word.size() != 2 || word[1] != "-") {
        context.problem(document, line.number, "limits 行应有四个字段", text);
      }
      return;
    }
    case Form::aliases: {
      const std::size_t colon = text.find(':');
      if (colon == std::string_view::npos || line.text.front() == ' ') return;
      items.set("",
                std::string{trim(text.substr(0, colon))},
                std::string{trim(text.substr(colon + 1))},
                at);
      return;
    }
    case Form::access: {
      const std::size_t first = text.find(':');
      const std::size_t second =
          first == std::string_view::npos ? first : text.find(':', first + 1);
      if (second == std::string_view::npos) {
        context.problem(document, line.number, "access.conf 行应有三个字段", text);
        return;
      }
      items.set("",
                std::string{trim(text.substr(0, first))} + " " +
                    single_blanks(text.substr(first + 1, second - first - 1)),
                single_blanks(text.substr(second + 1)),
                at);
      return;
    }
    case Form::ini: return;
  }
}

void read_source(ParseContext& context,
                 const Source& source,
                 const std::string& path,
                 Items& items) {
  const Document document = context.read(path);
  if (!document.ok()) return;
  context.covered(FactId::setting);
  if (source.form == Form::ini) {
    for (IniItem& item : read_ini(context, document)) {
      items.set(item.section, item.key, item.value, document.at(item.line));
    }
    return;
  }
  context.lines(document,
                [&](const Line& line) { take_line(context, document, source.form, line, items); });
}

void read_plain(ParseContext& context) {
  std::map<std::string_view, Items> programs;
  for (const Source& source : sources) {
    if (source.pattern.find('*') == std::string_view::npos) {
      read_source(context, source, std::string{source.pattern}, programs[source.program]);
      continue;
    }
    for (const std::string& path : context.glob(source.pattern)) {
      read_source(context, source, path, programs[source.program]);
    }
  }
  for (const auto& [program, items] : programs) items.write(context, program);
}

// Main file of the first directory that has one, then drop-ins of all; an empty value takes the
// key back.
void read_systemd(ParseContext& context, std::string_view program, const std::string& name) {
  Items items;
  const std::string etc = "/etc/systemd/" + name + ".conf";
  const std::string vendor = "/usr/lib/systemd/" + name + ".conf";
  std::vector<std::string> paths{etc};
  if (!context.read(etc).ok()) paths[0] = vendor;
  const std::string folder = name + ".conf.d";
  const std::string run = "/run/systemd/" + folder;
  const std::string local = "/usr/local/lib/systemd/" + folder;
  const std::string lib = "/usr/lib/systemd/" + folder;
  const std::string own = "/etc/systemd/" + folder;
  for (std::string& path : context.drop_ins({own, run, local, lib}, ".conf")) {
    paths.push_back(std::move(path));
  }
  for (const std::string& path : paths) {
    const Document document = context.read(path);
    if (!document.ok()) continue;
    context.covered(FactId::setting);
    for (IniItem& item : read_ini(context, document)) {
      items.set(item.section, item.key, item.value, document.at(item.line));
    }
  }
  items.write(context, program);
}

// apt.conf: `A::B "v";` and `A { B "v"; };`. Names are flattened with ::, lists keep their last
// value.
void read_apt(ParseContext& context) {
  std::vector<std::string> paths{"/etc/apt/apt.conf"};
  for (const EvidenceName& name : context.list("/etc/apt/apt.conf.d").names) {
    if (!name.directory) paths.push_back("/etc/apt/apt.conf.d/" + name.name);
  }
  Items apt;
  Items unattended;
  for (const std::string& path : paths) {
    const Document document = context.read(path);
    if (!document.ok()) continue;
    context.covered(FactId::setting);
    std::vector<std::string> scope;
    std::string pending;
    bool comment = false;
    context.lines(document, [&](const Line& line) {
      std::string_view text = trim(line.text);
      if (starts_with(text, "/*")) comment = true;
      if (comment) {
        comment = text.find("*/") == std::string_view::npos;
        return;
      }
      if (text.empty() || text.front() == '#' || starts_with(text, "//")) return;
      if (text.front() == '}') {
        if (!scope.empty()) scope.pop_back();
        return;
      }
      const auto [name, rest] = first_word(text);
      if (ends_with(text, "{")) {
        if (scope.size() < 16) scope.push_back(name == "{" ? pending : std::string{name});
        pending.clear();
        return;
      }
      if (rest.empty() && name.front() != '"' && !ends_with(name, ";")) {
        pending = name;  // its bracket opens on the next line
        return;
      }
      std::string key = join(scope, "::");
      std::string_view value = rest;
      if (name.front() == '"') {
        value = text;  // an element of a list
      } else {
        key += (key.empty() ? "" : "::") + std::string{name};
      }
      while (!value.empty() && (value.back() == ';' || value.back() == ' ')) value.remove_suffix(1);
      Items& items = starts_with(key, "Unattended-Upgrade::") ? unattended : apt;
      items.set("", key, std::string{unquoted(trim(value))}, document.at(line.number));
    });
  }
  apt.write(context, "apt");
  unattended.write(context, "unattended-upgrades");
}

}  // namespace

void parse_settings(ParseContext& context) {
  read_plain(context);
  read_systemd(context, "journald", "journald");
  read_systemd(context, "logind", "logind");
  read_systemd(context, "coredump", "coredump");
  read_systemd(context, "systemd", "system");
  read_systemd(context, "timesyncd", "timesyncd");
  read_apt(context);
  if (context.tree() && context.list("/etc").state == ReadState::ok) {
    context.covered(FactId::setting);
  }
}

}  // namespace dengce::evidence
