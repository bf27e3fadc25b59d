// SPDX-License-Identifier: Apache-2.0
// Modes and owners: the collector's tables, or in a tree the files themselves at the same places.
#include <array>
#include <deque>
#include <set>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

constexpr std::size_t max_paths = 5'000;
constexpr std::size_t max_walked = 50'000;  // directory entries looked at for special files
constexpr std::uint32_t max_special = 2'000;

// Same places as in the collector.
constexpr std::array sensitive{"/",
                               "/etc",
                               "/etc/passwd",
                               "/etc/passwd-",
                               "/etc/shadow",
                               "/etc/shadow-",
                               "/etc/group",
                               "/etc/group-",
                               "/etc/gshadow",
                               "/etc/gshadow-",
                               "/etc/security",
                               "/etc/security/*",
                               "/etc/login.defs",
                               "/etc/sudoers",
                               "/etc/sudoers.d",
                               "/etc/sudoers.d/*",
                               "/etc/ssh",
                               "/etc/ssh/*",
                               "/etc/ssh/sshd_config.d/*",
                               "/etc/pam.d",
                               "/etc/pam.d/*",
                               "/etc/crontab",
                               "/etc/anacrontab",
                               "/etc/cron.d",
                               "/etc/cron.hourly",
                               "/etc/cron.daily",
                               "/etc/cron.weekly",
                               "/etc/cron.monthly",
                               "/etc/cron.allow",
                               "/etc/cron.deny",
                               "/etc/cron.d/*",
                               "/etc/at.allow",
                               "/etc/at.deny",
                               "/var/spool/cron",
                               "/var/spool/cron/*",
                               "/var/spool/cron/crontabs/*",
                               "/etc/audit",
                               "/etc/audit/*",
                               "/etc/audit/rules.d/*",
                               "/var/log",
                               "/var/log/*",
                               "/var/log/audit/*",
                               "/etc/profile",
                               "/etc/bash.bashrc",
                               "/etc/bashrc",
                               "/etc/profile.d",
                               "/etc/profile.d/*",
                               "/etc/environment",
                               "/etc/hosts",
                               "/etc/hosts.allow",
                               "/etc/hosts.deny",
                               "/etc/issue",
                               "/etc/issue.net",
                               "/etc/motd",
                               "/etc/fstab",
                               "/etc/crypttab",
                               "/etc/exports",
                               "/etc/sysctl.conf",
                               "/etc/sysctl.d",
                               "/etc/sysctl.d/*",
                               "/etc/securetty",
                               "/etc/shells",
                               "/etc/rsyslog.conf",
                               "/etc/rsyslog.d",
                               "/etc/rsyslog.d/*",
                               "/etc/syslog-ng/syslog-ng.conf",
                               "/etc/logrotate.conf",
                               "/etc/logrotate.d",
                               "/etc/systemd/journald.conf",
                               "/etc/systemd/system",
                               "/etc/chrony.conf",
                               "/etc/chrony/chrony.conf",
                               "/etc/ntp.conf",
                               "/etc/aide.conf",
                               "/etc/aide/aide.conf",
                               "/etc/selinux/config",
                               "/etc/nsswitch.conf",
                               "/etc/services",
                               "/etc/inetd.conf",
                               "/etc/xinetd.conf",
                               "/etc/xinetd.d",
                               "/etc/init.d",
                               "/etc/rc.local",
                               "/etc/rc.d/rc.local",
                               "/etc/snmp/snmpd.conf",
                               "/etc/vsftpd.conf",
                               "/etc/vsftpd/vsftpd.conf",
                               "/etc/samba/smb.conf",
                               "/etc/apt/sources.list",
                               "/etc/yum.repos.d",
                               "/etc/ssl/private",
                               "/etc/pki/tls/private",
                               "/boot",
                               "/boot/grub",
                               "/boot/grub2",
                               "/boot/grub/grub.cfg",
                               "/boot/grub2/grub.cfg",
                               "/boot/grub2/user.cfg",
                               "/boot/efi/EFI/*/grub.cfg",
                               "/etc/default/grub",
                               "/etc/grub.d",
                               "/root",
                               "/root/.ssh",
                               "/root/.ssh/*",
                               "/root/.bash_history",
                               "/root/.rhosts",
                               "/root/.netrc",
                               "/home",
                               "/home/*",
                               "/tmp",
                               "/var/tmp",
                               "/var",
                               "/usr",
                               "/usr/bin",
                               "/usr/sbin",
                               "/usr/bin/su",
                               "/usr/bin/sudo",
                               "/usr/bin/passwd",
                               "/usr/bin/crontab",
                               "/usr/sbin/sshd",
                               "/usr/sbin/auditctl",
                               "/usr/sbin/auditd",
                               "/usr/bin/gcc",
                               "/var/lib/aide"};

std::string_view kind_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::file: return "file";
    case NodeKind::directory: return "directory";
    case NodeKind::link: return "link";
    case NodeKind::other: break;
  }
  return "other";
}

// One object and, at a '*', all entries of its folder (files, folders and links alike).
void stat_pattern(ParseContext& context, std::string_view pattern, std::set<std::string>& paths) {
  std::vector<std::string> found{""};
  for (const std::string_view part : split(pattern, '/')) {
    if (part.empty()) continue;
    std::vector<std::string> next;
    for (const std::string& path : found) {
      if (part != "*") {
        next.push_back(path + "/" + std::string{part});
        continue;
      }
      for (const EvidenceName& name : context.list(path).names) {
        if (name.name.front() != '.' && next.size() < max_paths)
          next.push_back(path + "/" + name.name);
      }
    }
    found = std::move(next);
  }
  for (std::string& path : found) {
    if (paths.size() < max_paths) paths.insert(path.empty() ? "/" : std::move(path));
  }
}

void read_tree_modes(ParseContext& context) {
  std::set<std::string> paths;
  for (const std::string_view pattern : sensitive) stat_pattern(context, pattern, paths);
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::account); ++row) {
    const std::string home{context.text(FactId::account, row, 3)};
    const bool person = context.text(FactId::account, row, 6) != "system";
    if (!person || home.size() < 2 || home.front() != '/') continue;
    for (const char* name : {"",
                             "/.ssh",
                             "/.ssh/authorized_keys",
                             "/.bash_history",
                             "/.rhosts",
                             "/.netrc",
                             "/.bashrc",
                             "/.profile"}) {
      if (paths.size() < max_paths) paths.insert(home + name);
    }
  }
  context.covered(FactId::file_mode);
  for (const std::string& path : paths) {
    const EvidenceStat status = context.stat(path);
    if (status.state != ReadState::ok) continue;
    context.add(FactId::file_mode,
                {path,
                 kind_name(status.kind),
                 status.mode,
                 context.owner_name(status.uid),
                 context.group_name(status.gid),
                 status.bytes,
                 status.modified_day},
                context.place(path));
  }
}

void special(ParseContext& context,
             const std::string& path,
             std::string_view kind,
             const EvidenceStat& status) {
  if (context.facts().row_count(FactId::special_file) >= max_special) return;
  context.add(FactId::special_file,
              {path, kind, status.mode, context.owner_name(status.uid)},
              context.place(path));
}

void judge_special(ParseContext& context, const std::string& path, const EvidenceStat& status) {
  const bool file = status.kind == NodeKind::file;
  const bool directory = status.kind == NodeKind::directory;
  if (file && (status.mode & 04000U) != 0) special(context, path, "setuid", status);
  if (file && (status.mode & 02000U) != 0) special(context, path, "setgid", status);
  if (file && (status.mode & 0002U) != 0) special(context, path, "world_writable", status);
  if (directory && (status.mode & 0002U) != 0 && (status.mode & 01000U) == 0) {
    special(context, path, "world_writable_directory", status);
  }
  const bool known = context.owner_name(status.uid) != std::to_string(status.uid) &&
                     context.group_name(status.gid) != std::to_string(status.gid);
  if (!known && context.is_covered(FactId::account) && context.is_covered(FactId::user_group)) {
    special(context, path, "unowned", status);
  }
  const std::string_view name = base_name(path);
  if (name == ".rhosts" || path == "/etc/hosts.equiv") special(context, path, "rhosts", status);
  if (name == ".netrc") special(context, path, "netrc", status);
}

void read_tree_special(ParseContext& context) {
  std::deque<std::string> open{""};
  std::size_t walked = 0;
  bool complete = true;
  while (!open.empty()) {
    const std::string folder = std::move(open.front());
    open.pop_front();
    const EvidenceList names = context.list(folder.empty() ? "/" : folder);
    if (names.state != ReadState::ok) complete = false;
    for (const EvidenceName& name : names.names) {
      if (++walked > max_walked) {
        context.problem(Document{.label = folder}, 0, "文件过多，特殊权限文件的查找已中止", "");
        context.covered(FactId::special_file);
        return;
      }
      const std::string path = folder + "/" + name.name;
      const EvidenceStat status = context.stat(path);
      if (status.state != ReadState::ok || status.kind == NodeKind::link) continue;
      judge_special(context, path, status);
      if (status.kind == NodeKind::directory) open.push_back(path);
    }
  }
  if (complete) {
    context.covered(FactId::special_file);
  } else {
    context.covered(FactId::special_file);
    context.problem(Document{.label = "/"}, 0, "有目录无法读取，特殊权限文件的查找不完整", "");
  }
}

void read_mode_table(ParseContext& context, const Document& table) {
  context.lines(table, [&](const Line& line) {
    const auto part = fields(line.text, 7);
    const auto mode = part.size() == 7 ? parse_octal(part[1]) : std::nullopt;
    if (!mode || !starts_with(part[6], "/")) {
      context.problem(table, line.number, "文件权限表行无法识别", line.text);
      return;
    }
    context.add(FactId::file_mode,
                {part[6], part[0], *mode, part[2], part[3], parse_int(part[4]), parse_int(part[5])},
                table.at(line.number));
  });
}

void read_special_table(ParseContext& context, const Document& table) {
  context.lines(table, [&](const Line& line) {
    const auto part = fields(line.text, 4);
    const auto mode = part.size() == 4 ? parse_octal(part[1]) : std::nullopt;
    if (!mode || !starts_with(part[3], "/")) {
      context.problem(table, line.number, "特殊文件表行无法识别", line.text);
      return;
    }
    context.add(FactId::special_file, {part[3], part[0], *mode, part[2]}, table.at(line.number));
  });
}

}  // namespace

void parse_files(ParseContext& context) {
  if (context.tree()) {
    read_tree_modes(context);
    read_tree_special(context);
    return;
  }
  const Document modes = context.derived("file-modes");
  context.cover(FactId::file_mode, modes);
  if (modes.ok()) read_mode_table(context, modes);
  const Document specials = context.derived("special-files");
  context.cover(FactId::special_file, specials);
  if (specials.ok()) read_special_table(context, specials);
}

}  // namespace dengce::evidence
