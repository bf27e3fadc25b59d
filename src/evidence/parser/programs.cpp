// SPDX-License-Identifier: Apache-2.0
// Which well-known programs are there. In a tree a program is absent only if every usual directory
// could be read.
#include <algorithm>
#include <array>
#include <map>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

constexpr std::array<std::string_view, 16> directories{"/usr/sbin",
                                                       "/usr/bin",
                                                       "/sbin",
                                                       "/bin",
                                                       "/usr/local/sbin",
                                                       "/usr/local/bin",
                                                       "/usr/libexec",
                                                       "/usr/lib/systemd",
                                                       "/lib/systemd",
                                                       "/usr/lib/postfix/sbin",
                                                       "/usr/libexec/postfix",
                                                       "/usr/lib/openssh",
                                                       "/usr/lib/apt",
                                                       "/usr/libexec/openssh",
                                                       "/usr/lib/clamav",
                                                       "/usr/lib/polkit-1"};

constexpr std::array<std::string_view, 132> looked_for{"sshd",
                                                       "auditd",
                                                       "auditctl",
                                                       "augenrules",
                                                       "rsyslogd",
                                                       "syslogd",
                                                       "syslog-ng",
                                                       "systemd-journald",
                                                       "chronyd",
                                                       "ntpd",
                                                       "ntpdate",
                                                       "systemd-timesyncd",
                                                       "ptp4l",
                                                       "clamd",
                                                       "clamscan",
                                                       "clamonacc",
                                                       "freshclam",
                                                       "aide",
                                                       "aideinit",
                                                       "tripwire",
                                                       "samhain",
                                                       "ossec-control",
                                                       "wazuh-agentd",
                                                       "rkhunter",
                                                       "chkrootkit",
                                                       "maldet",
                                                       "fail2ban-server",
                                                       "sshguard",
                                                       "denyhosts",
                                                       "usbguard-daemon",
                                                       "fapolicyd",
                                                       "falco",
                                                       "suricata",
                                                       "snort",
                                                       "osqueryd",
                                                       "in.telnetd",
                                                       "telnetd",
                                                       "utelnetd",
                                                       "in.rshd",
                                                       "in.rlogind",
                                                       "in.rexecd",
                                                       "in.tftpd",
                                                       "tftpd",
                                                       "vsftpd",
                                                       "proftpd",
                                                       "pure-ftpd",
                                                       "xinetd",
                                                       "inetd",
                                                       "inetutils-inetd",
                                                       "rpcbind",
                                                       "rpc.nfsd",
                                                       "smbd",
                                                       "nmbd",
                                                       "snmpd",
                                                       "named",
                                                       "dnsmasq",
                                                       "httpd",
                                                       "apache2",
                                                       "nginx",
                                                       "lighttpd",
                                                       "mysqld",
                                                       "mariadbd",
                                                       "postgres",
                                                       "mongod",
                                                       "redis-server",
                                                       "dockerd",
                                                       "containerd",
                                                       "kubelet",
                                                       "podman",
                                                       "cupsd",
                                                       "avahi-daemon",
                                                       "master",
                                                       "sendmail",
                                                       "exim4",
                                                       "dovecot",
                                                       "squid",
                                                       "slapd",
                                                       "dhcpd",
                                                       "ypserv",
                                                       "Xorg",
                                                       "gdm",
                                                       "gdm3",
                                                       "lightdm",
                                                       "sddm",
                                                       "firewalld",
                                                       "firewall-cmd",
                                                       "ufw",
                                                       "nft",
                                                       "iptables",
                                                       "ip6tables",
                                                       "apparmor_parser",
                                                       "aa-status",
                                                       "sestatus",
                                                       "getenforce",
                                                       "sudo",
                                                       "su",
                                                       "cron",
                                                       "crond",
                                                       "atd",
                                                       "anacron",
                                                       "logrotate",
                                                       "unattended-upgrade",
                                                       "unattended-upgrades",
                                                       "dnf-automatic",
                                                       "yum-cron",
                                                       "keepalived",
                                                       "corosync",
                                                       "pacemakerd",
                                                       "drbdadm",
                                                       "haproxy",
                                                       "rsync",
                                                       "rsnapshot",
                                                       "borg",
                                                       "restic",
                                                       "duplicity",
                                                       "bacula-fd",
                                                       "bareos-fd",
                                                       "gcc",
                                                       "make",
                                                       "gdb",
                                                       "tcpdump",
                                                       "nmap",
                                                       "nc",
                                                       "telnet",
                                                       "ftp",
                                                       "rsh",
                                                       "rlogin",
                                                       "wget",
                                                       "curl",
                                                       "python3",
                                                       "perl",
                                                       "cryptsetup"};

constexpr std::array<std::string_view, 15> modules_looked_for{"pam_unix.so",
                                                              "pam_faillock.so",
                                                              "pam_tally2.so",
                                                              "pam_tally.so",
                                                              "pam_pwquality.so",
                                                              "pam_cracklib.so",
                                                              "pam_passwdqc.so",
                                                              "pam_pwhistory.so",
                                                              "pam_google_authenticator.so",
                                                              "pam_oath.so",
                                                              "pam_radius_auth.so",
                                                              "pam_u2f.so",
                                                              "pam_wheel.so",
                                                              "pam_access.so",
                                                              "pam_tty_audit.so"};

// Names of one set of directories; whether any of them held something and all could be listed.
struct Listing {
  std::map<std::string, std::string, std::less<>> where;
  bool complete = true;
  bool any = false;

  void take(const ParseContext& context, const std::string& directory) {
    const EvidenceList names = context.list(directory);
    if (names.state != ReadState::ok && names.state != ReadState::absent) complete = false;
    for (const EvidenceName& name : names.names) {
      if (name.directory) continue;
      any = true;
      where.try_emplace(name.name, directory + "/" + name.name);
    }
  }
};

template <std::size_t N>
void write(ParseContext& context,
           const Listing& listing,
           const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names) {
    const auto found = listing.where.find(name);
    if (found != listing.where.end()) {
      context.add(FactId::program, {name, 1, found->second});
    } else if (listing.complete && listing.any) {
      context.add(FactId::program, {name, 0, nullptr});
    }
  }
}

void read_tree(ParseContext& context) {
  Listing programs;
  for (const std::string_view directory : directories) {
    programs.take(context, std::string{directory});
  }
  if (!programs.any) {
    context.missing(FactId::program, "文件树中没有程序目录（/usr/bin、/usr/sbin 等）");
    return;
  }
  context.covered(FactId::program);
  write(context, programs, looked_for);
  Listing modules;
  for (const std::string_view pattern : {"/usr/lib/security",
                                         "/usr/lib64/security",
                                         "/lib/security",
                                         "/lib64/security",
                                         "/usr/lib/x86_64-linux-gnu/security",
                                         "/usr/lib/aarch64-linux-gnu/security",
                                         "/lib/x86_64-linux-gnu/security",
                                         "/lib/aarch64-linux-gnu/security",
                                         "/usr/lib/loongarch64-linux-gnu/security"}) {
    modules.take(context, std::string{pattern});
  }
  write(context, modules, modules_looked_for);
}

}  // namespace

void parse_programs(ParseContext& context) {
  if (context.tree()) {
    read_tree(context);
    return;
  }
  if (!context.info().configures.empty()) {
    context.covered(FactId::program);
    context.add(FactId::program, {context.info().configures, 1, nullptr});
    return;
  }
  const Document table = context.derived("programs");
  context.cover(FactId::program, table);
  if (!table.ok()) return;
  context.lines(table, [&](const Line& line) {
    const auto part = fields(line.text, 3);
    if (part.size() != 3 || part[0].empty()) {
      context.problem(table, line.number, "程序表行字段数不对", line.text);
      return;
    }
    context.add(FactId::program,
                {part[0], part[1], part[2].empty() ? FactCell{} : FactCell{part[2]}},
                table.at(line.number));
  });
}

}  // namespace dengce::evidence
