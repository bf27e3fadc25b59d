// SPDX-License-Identifier: Apache-2.0
#include "evidence/fact_schema.h"

#include <array>

namespace dengce::evidence {
namespace {

constexpr ColumnType t = ColumnType::text;
constexpr ColumnType i = ColumnType::integer;

constexpr std::array host_columns{
    FactColumn{"hostname", t, "name the host gives itself"},
    FactColumn{
        "os_id", t, "ID of os-release: debian, ubuntu, rhel, centos, rocky, openEuler, kylin, uos"},
    FactColumn{"os_like", t, "family: debian, rhel or other"},
    FactColumn{"os_version", t, "VERSION_ID of os-release"},
    FactColumn{"os_name", t, "PRETTY_NAME of os-release"},
    FactColumn{"kernel", t, "uname -r, null in a file tree"},
    FactColumn{"architecture", t, "uname -m, null in a file tree"},
    FactColumn{
        "virtualization", t, "systemd-detect-virt answer: none, kvm, docker …, null if unknown"},
    FactColumn{
        "collected_day", i, "days since 1970-01-01 (UTC) of the collection; the 'today' of checks"},
    FactColumn{"origin", t, "live (collector ran on the host) or tree (files only)"},
};

constexpr std::array account_columns{
    FactColumn{"name", t, "login name"},
    FactColumn{"uid", i, "user id"},
    FactColumn{"gid", i, "primary group id"},
    FactColumn{"home", t, "home directory"},
    FactColumn{"shell", t, "login shell as written"},
    FactColumn{"can_login",
               i,
               "1 if the shell is a real shell (not nologin, false, sync, shutdown, halt)"},
    FactColumn{"kind", t, "root (uid 0), system (uid below UID_MIN or 65534), human"},
};

constexpr std::array account_password_columns{
    FactColumn{"name", t, "login name"},
    FactColumn{
        "state",
        t,
        "set (a usable hash), locked (hash behind !), none (*, !, !! or no hash: no password "
        "login), empty (no password needed), unknown (unreadable field)"},
    FactColumn{
        "scheme",
        t,
        "md5, blowfish, sha256, sha512, yescrypt, gost-yescrypt, sm3, des, other; null if no hash"},
    FactColumn{"last_change_day", i, "days since 1970-01-01 of the last change; null if empty"},
    FactColumn{"min_days", i, "null if empty"},
    FactColumn{"max_days", i, "null if empty"},
    FactColumn{"warn_days", i, "null if empty"},
    FactColumn{"inactive_days", i, "null if empty"},
    FactColumn{"expire_day", i, "day on which the account ends; null if empty"},
};

constexpr std::array user_group_columns{
    FactColumn{"name", t, "group name"},
    FactColumn{"gid", i, "group id"},
};

constexpr std::array group_member_columns{
    FactColumn{"group_name", t, "group"},
    FactColumn{"member", t, "one account listed as a member"},
};

constexpr std::array last_login_columns{
    FactColumn{"name", t, "login name"},
    FactColumn{"day", i, "days since 1970-01-01 of the last login; null = never logged in"},
    FactColumn{"origin", t, "address or terminal of that login, null if unknown"},
};

constexpr std::array login_defs_columns{
    FactColumn{"keyword", t, "upper case keyword of login.defs"},
    FactColumn{"value", t, "value (the last line of a keyword wins; one row a keyword)"},
};

constexpr std::array pam_rule_columns{
    FactColumn{"service",
               t,
               "the entry service whose stack this is: login, sshd, su, sudo, passwd, common-auth, "
               "system-auth …"},
    FactColumn{"type", t, "auth, account, password, session"},
    FactColumn{"control", t, "required, requisite, sufficient, optional or the bracket text"},
    FactColumn{"module", t, "module file name without path: pam_unix.so"},
    FactColumn{"arguments", t, "arguments as written, single blanks"},
    FactColumn{"position",
               i,
               "place in the expanded stack of (service, type), from 1; include/substack/@include "
               "are expanded"},
};

constexpr std::array password_quality_columns{
    FactColumn{"setting",
               t,
               "module plus the keys in force: module (pam_pwquality, pam_cracklib, pam_passwdqc "
               "or none), minlen, dcredit, ucredit, lcredit, ocredit, minclass, maxrepeat, difok, "
               "retry, enforce_for_root (0/1), usercheck, dictcheck, remember (pam_pwhistory or "
               "pam_unix, passwords remembered), hash (pam_unix option: sha512, yescrypt, sm3 …), "
               "nullok (0/1: pam_unix auth accepts empty passwords)"},
    FactColumn{
        "value",
        t,
        "value in force: PAM argument over pwquality.conf over its conf.d drop-ins (which the "
        "library reads first) over built-in default"},
    FactColumn{"origin", t, "argument, file or default"},
};

constexpr std::array lockout_columns{
    FactColumn{"service", t, "PAM service: sshd, login, common-auth, system-auth, password-auth"},
    FactColumn{"setting",
               t,
               "module (pam_faillock, pam_tally2, pam_tally, none), deny, unlock_time, "
               "fail_interval, even_deny_root (0/1), root_unlock_time"},
    FactColumn{"value", t, "value in force; argument over faillock.conf over built-in default"},
    FactColumn{"origin", t, "argument, file or default"},
};

constexpr std::array sshd_setting_columns{
    FactColumn{"keyword",
               t,
               "lower case keyword; value in force (sshd -T, else files in Include order, first "
               "wins, plus built-in defaults for the keywords checks use)"},
    FactColumn{"value",
               t,
               "value in force; repeated keywords (acceptenv, allowusers …) give one row each; "
               "yes/no in lower case"},
    FactColumn{"scope", t, "global, or the criteria of a Match block: 'match user x'"},
    FactColumn{"origin", t, "effective (sshd -T), file or default"},
};

constexpr std::array sudo_rule_columns{
    FactColumn{"subject", t, "user, %group, alias as written"},
    FactColumn{"hosts", t, "host list"},
    FactColumn{"run_as", t, "run-as list without brackets; null if none is given"},
    FactColumn{"command", t, "one command or alias; ALL"},
    FactColumn{"password", i, "1 if a password is asked, 0 with NOPASSWD"},
};

constexpr std::array sudo_default_columns{
    FactColumn{"setting", t, "name of the Defaults option, without leading !"},
    FactColumn{"value", t, "value; 1 for a flag, 0 for a negated one"},
    FactColumn{"scope", t, "global or the @ : > ! scope as written"},
};

constexpr std::array shell_setting_columns{
    FactColumn{"file", t, "profile file: /etc/profile, /etc/bash.bashrc, /etc/profile.d/x.sh …"},
    FactColumn{"name", t, "TMOUT, UMASK, HISTSIZE, HISTFILESIZE, HISTTIMEFORMAT, AUTOLOGOUT"},
    FactColumn{"value", t, "value as written without quotes"},
    FactColumn{"read_only", i, "1 if made readonly (readonly or typeset -r / declare -r)"},
};

constexpr std::array file_mode_columns{
    FactColumn{"path", t, "absolute path on the host"},
    FactColumn{"kind", t, "file, directory, link, other"},
    FactColumn{"mode", i, "permission bits including set-id and sticky, as a number (0644 = 420)"},
    FactColumn{"owner", t, "owner name, or the number if it has none"},
    FactColumn{"group_name", t, "group name, or the number"},
    FactColumn{"bytes", i, "size"},
    FactColumn{"modified_day", i, "days since 1970-01-01"},
};

constexpr std::array special_file_columns{
    FactColumn{"path", t, "absolute path"},
    FactColumn{"kind",
               t,
               "setuid, setgid, world_writable (file), world_writable_directory (no sticky bit), "
               "unowned, rhosts, netrc"},
    FactColumn{"mode", i, "permission bits"},
    FactColumn{"owner", t, "owner name or number"},
};

constexpr std::array service_columns{
    FactColumn{"name",
               t,
               "unit name with suffix: sshd.service, rsyslog.service, telnet.socket; SysV and "
               "inetd/xinetd services as name.service"},
    FactColumn{"enabled",
               t,
               "enabled, disabled, static, masked, generated, indirect, alias …; null if unknown"},
    FactColumn{"active", t, "active, inactive, failed …; null in a file tree"},
    FactColumn{"manager", t, "systemd, sysv, inetd, xinetd"},
};

constexpr std::array socket_columns{
    FactColumn{"protocol", t, "tcp or udp"},
    FactColumn{"address", t, "local address as shown: 0.0.0.0, ::, 127.0.0.1, 10.1.2.3"},
    FactColumn{"port", i, "local port"},
    FactColumn{"process", t, "program name, null if not shown"},
    FactColumn{"exposure", t, "any (all addresses), loopback, specific"},
};

constexpr std::array process_columns{
    FactColumn{"name", t, "command name (comm), without arguments"},
    FactColumn{"user_name", t, "effective user"},
    FactColumn{"pid", i, "process id"},
};

constexpr std::array program_columns{
    FactColumn{"name",
               t,
               "well-known program looked for: sshd, auditd, rsyslogd, syslog-ng, chronyd, ntpd, "
               "systemd-timesyncd, clamd, freshclam, aide, fail2ban-server, …"},
    FactColumn{
        "present", i, "1 if its file exists, 0 if every usual place was readable and lacks it"},
    FactColumn{"path", t, "where it is, null if absent"},
};

constexpr std::array package_columns{
    FactColumn{"name", t, "package"},
    FactColumn{"version", t, "version-release"},
    FactColumn{"architecture", t, "architecture"},
    FactColumn{"manager", t, "dpkg or rpm"},
};

constexpr std::array package_update_columns{
    FactColumn{"name", t, "package with a newer version known to the package manager"},
    FactColumn{"installed", t, "installed version, null if not shown"},
    FactColumn{"candidate", t, "newer version"},
    FactColumn{"security", i, "1 if it comes from a security source"},
};

constexpr std::array update_state_columns{
    FactColumn{"setting",
               t,
               "refreshed_day (of the package lists, days since 1970-01-01), last_update_day (last "
               "install or upgrade), automatic (unattended-upgrades, dnf-automatic, none)"},
    FactColumn{"value", t, "value"},
};

constexpr std::array sysctl_setting_columns{
    FactColumn{"name", t, "dotted name: net.ipv4.ip_forward"},
    FactColumn{
        "value", t, "value in force, single blanks (sysctl -a, else the files in their order)"},
    FactColumn{"origin", t, "running or file"},
};

constexpr std::array mount_columns{
    FactColumn{"target", t, "mount point"},
    FactColumn{"device", t, "device or source, credentials removed"},
    FactColumn{"type", t, "file system type"},
    FactColumn{"options", t, "comma list with a leading and a trailing comma: ',rw,nodev,'"},
    FactColumn{"origin", t, "running or fstab"},
};

constexpr std::array setting_columns{
    FactColumn{"program",
               t,
               "owner of the setting: auditd, journald, logind, coredump, useradd, systemd, "
               "usbguard, aide, unattended-upgrades, chrony, timesyncd, clamd, freshclam, limits, "
               "securetty, login_access (pam_access), selinux_config, grub, crypto_policies, apt, "
               "dnf, dnf-automatic, aliases, snmpd, vsftpd, samba, nfs_exports"},
    FactColumn{"section", t, "section name, null if the format has none"},
    FactColumn{"keyword", t, "key as written (limits: 'domain type item')"},
    FactColumn{"value", t, "value in force after drop-ins; 1 for a bare key"},
};

constexpr std::array audit_rule_columns{
    FactColumn{"kind", t, "watch, syscall, control"},
    FactColumn{"path", t, "watched path (-w, or -F path= / dir=), null"},
    FactColumn{"permissions", t, "rwxa letters of -p / -F perm=, null"},
    FactColumn{"syscalls", t, "comma list with leading and trailing comma, null"},
    FactColumn{"key", t, "-k / -F key=, null"},
    FactColumn{"text", t, "the rule as written, single blanks"},
    FactColumn{"origin", t, "running (auditctl -l) or file"},
};

constexpr std::array audit_status_columns{
    FactColumn{"setting", t, "enabled (0, 1, 2 = locked), failure, pid, backlog_limit, lost"},
    FactColumn{"value", t, "value; enabled 2 also where the rules file ends with -e 2"},
    FactColumn{"origin", t, "running or file"},
};

constexpr std::array log_target_columns{
    FactColumn{"program", t, "rsyslog, syslog-ng, journald"},
    FactColumn{"selector", t, "facility.priority list or filter text; * if unconditional"},
    FactColumn{"kind", t, "file, remote, user, other"},
    FactColumn{"target", t, "path, or host:port of a remote collector"},
    FactColumn{"protocol", t, "udp, tcp, relp, tls for remote; null"},
};

constexpr std::array log_rotation_columns{
    FactColumn{"path", t, "one rotated path or glob"},
    FactColumn{"frequency", t, "daily, weekly, monthly, yearly, size, hourly"},
    FactColumn{"count", i, "rotate count (default 0)"},
    FactColumn{"keep_days",
               i,
               "days kept: count × period, capped by maxage; null if decided by size only"},
};

constexpr std::array log_span_columns{
    FactColumn{"path", t, "log file, 'journal' for the journal"},
    FactColumn{
        "oldest_day", i, "day of the oldest kept record or rotated file, days since 1970-01-01"},
    FactColumn{"newest_day", i, "day of the newest"},
    FactColumn{"bytes", i, "size of all parts"},
};

constexpr std::array time_source_columns{
    FactColumn{"program", t, "chrony, ntpd, timesyncd, ptp"},
    FactColumn{"server", t, "configured server or pool"},
    FactColumn{
        "selected", i, "1 if the running daemon is synchronised to it, 0 if not, null unknown"},
};

constexpr std::array time_state_columns{
    FactColumn{"setting", t, "synchronized (yes/no), timezone"},
    FactColumn{"value", t, "value"},
};

constexpr std::array firewall_state_columns{
    FactColumn{"tool", t, "nftables, iptables, ip6tables, firewalld, ufw"},
    FactColumn{"active", i, "1 if rules are loaded or the service is on, 0 if not, null unknown"},
    FactColumn{"input_policy", t, "accept, drop, reject; null unknown"},
    FactColumn{"rules", i, "number of rules in force on input, null unknown"},
};

constexpr std::array firewall_rule_columns{
    FactColumn{"tool", t, "nftables, iptables, ip6tables, firewalld, ufw"},
    FactColumn{"chain", t, "input, forward, output or own name (lower case)"},
    FactColumn{"action", t, "accept, drop, reject, other"},
    FactColumn{"protocol", t, "tcp, udp, icmp, null = any"},
    FactColumn{"origin_address", t, "source address or set, null = any"},
    FactColumn{"port", t, "destination port, range or service name; null = any"},
    FactColumn{"text", t, "rule as written"},
};

constexpr std::array access_control_columns{
    FactColumn{"system", t, "selinux, apparmor, ima, smack"},
    FactColumn{"state", t, "enforcing, permissive, disabled, absent, enabled"},
    FactColumn{"configured", t, "state at next boot, null unknown"},
    FactColumn{"detail", t, "SELinux policy type, or number of AppArmor profiles in enforce mode"},
};

constexpr std::array malware_protection_columns{
    FactColumn{"product",
               t,
               "clamav, falcon-sensor, 360, qianxin (qax), rising, kaspersky, sophos, mdatp, edr "
               "agents …; name of the product"},
    FactColumn{"installed", i, "1 or 0"},
    FactColumn{"running", i, "1, 0 or null in a file tree (then see enabled)"},
    FactColumn{"enabled", i, "1 if started at boot, 0 if not, null unknown"},
    FactColumn{
        "signature_day", i, "day of the signature base, days since 1970-01-01, null unknown"},
};

constexpr std::array trusted_boot_columns{
    FactColumn{
        "setting",
        t,
        "secure_boot (enabled/disabled/unsupported), tpm (version or absent), ima_policy (tcb, "
        "custom, none), ima_measurements (count), kernel_lockdown, module_signature (enforced "
        "yes/no), grub_password (yes/no), dm_verity (yes/no), firmware (uefi/bios)"},
    FactColumn{"value", t, "value"},
};

constexpr std::array cron_job_columns{
    FactColumn{"owner", t, "account it runs as"},
    FactColumn{"schedule",
               t,
               "five fields, @word, or hourly/daily/weekly/monthly of the cron directories, or the "
               "timer name"},
    FactColumn{"command", t, "command with secrets masked; script name for cron directories"},
};

constexpr std::array host_access_columns{
    FactColumn{"list", t, "allow or deny (hosts.allow, hosts.deny)"},
    FactColumn{"daemon", t, "daemon list as written"},
    FactColumn{"clients", t, "client list as written"},
};

constexpr std::array kernel_module_columns{
    FactColumn{"name", t, "module"},
    FactColumn{"loaded", i, "1 loaded, 0 not, null unknown"},
    FactColumn{"blocked", i, "1 if install … /bin/true|false or blacklist forbids it"},
};

constexpr std::array swap_area_columns{
    FactColumn{"device", t, "device or file"},
    FactColumn{"encrypted", i, "1, 0 or null unknown"},
};

constexpr std::array block_device_columns{
    FactColumn{"name", t, "device name"},
    FactColumn{"type", t, "disk, part, lvm, crypt, raid1, raid5, mpath, rom, loop …"},
    FactColumn{"file_system", t, "file system type, crypto_LUKS …, null"},
    FactColumn{"mount_point", t, "null if none"},
};

constexpr std::array network_address_columns{
    FactColumn{"interface", t, "interface name"},
    FactColumn{"address", t, "address"},
    FactColumn{"prefix", i, "prefix length"},
};

constexpr std::array backup_sign_columns{
    FactColumn{"kind",
               t,
               "tool (installed backup software), job (cron or timer that copies data), snapshot "
               "(lvm, btrfs, zfs), replication (drbd, rsync daemon, keepalived, pacemaker)"},
    FactColumn{"name", t, "tool, job or snapshot"},
    FactColumn{"detail", t, "schedule, target or state"},
};

constexpr std::array coverage_columns{
    FactColumn{"table_name", t, "fact table"},
    FactColumn{"state", t, "covered (a readable source existed: rows, or proven absence), missing"},
    FactColumn{"reason", t, "for missing: which file or command lacks, Chinese"},
};

constexpr std::array parse_problem_columns{
    FactColumn{"path", t, "source"},
    FactColumn{"reason", t, "what could not be read, Chinese"},
    FactColumn{"text", t, "the line, cut to 200 characters"},
};

constexpr std::array tables{
    FactTable{"host", "the host itself, one row", host_columns},
    FactTable{"account", "one line of passwd", account_columns},
    FactTable{"account_password",
              "password state of one account, never the hash",
              account_password_columns},
    FactTable{"user_group", "one line of group", user_group_columns},
    FactTable{"group_member", "one member of one group", group_member_columns},
    FactTable{"last_login", "last login of one account", last_login_columns},
    FactTable{"login_defs", "one keyword of login.defs in force", login_defs_columns},
    FactTable{"pam_rule", "one rule of an expanded PAM stack", pam_rule_columns},
    FactTable{
        "password_quality", "one password quality setting in force", password_quality_columns},
    FactTable{"lockout", "one login failure setting in force for a PAM service", lockout_columns},
    FactTable{"sshd_setting", "one sshd keyword in force", sshd_setting_columns},
    FactTable{"sudo_rule", "one command grant of sudoers", sudo_rule_columns},
    FactTable{"sudo_default", "one Defaults option of sudoers", sudo_default_columns},
    FactTable{"shell_setting", "one setting of a login shell profile", shell_setting_columns},
    FactTable{"file_mode", "mode and owner of one sensitive path", file_mode_columns},
    FactTable{"special_file", "one file found by the bounded search", special_file_columns},
    FactTable{"service", "one service unit", service_columns},
    FactTable{"socket", "one listening socket", socket_columns},
    FactTable{"process", "one running process", process_columns},
    FactTable{"program", "presence of one well-known program", program_columns},
    FactTable{"package", "one installed package", package_columns},
    FactTable{"package_update", "one pending update", package_update_columns},
    FactTable{"update_state", "state of the package manager", update_state_columns},
    FactTable{"sysctl_setting", "one kernel setting in force", sysctl_setting_columns},
    FactTable{"mount", "one mount", mount_columns},
    FactTable{"setting", "one key of a simple configuration file, after drop-ins", setting_columns},
    FactTable{"audit_rule", "one audit rule", audit_rule_columns},
    FactTable{"audit_status", "state of the kernel audit", audit_status_columns},
    FactTable{"log_target", "one destination of system logs", log_target_columns},
    FactTable{"log_rotation", "rotation of one log path", log_rotation_columns},
    FactTable{"log_span", "how far back one log reaches", log_span_columns},
    FactTable{"time_source", "one configured time server", time_source_columns},
    FactTable{"time_state", "state of time synchronisation", time_state_columns},
    FactTable{"firewall_state", "state of one packet filter", firewall_state_columns},
    FactTable{"firewall_rule", "one packet filter rule", firewall_rule_columns},
    FactTable{"access_control", "one mandatory access control system", access_control_columns},
    FactTable{
        "malware_protection", "one known malware protection product", malware_protection_columns},
    FactTable{"trusted_boot", "one property of the boot chain", trusted_boot_columns},
    FactTable{"cron_job", "one scheduled job", cron_job_columns},
    FactTable{"host_access", "one line of hosts.allow or hosts.deny", host_access_columns},
    FactTable{"kernel_module", "one kernel module loaded or blocked", kernel_module_columns},
    FactTable{"swap_area", "one swap device", swap_area_columns},
    FactTable{"block_device", "one block device", block_device_columns},
    FactTable{"network_address", "one address of the host", network_address_columns},
    FactTable{"backup_sign", "one sign of backup or redundancy", backup_sign_columns},
    FactTable{"coverage", "whether a fact table had a readable source", coverage_columns},
    FactTable{"parse_problem", "one place that no parser could read", parse_problem_columns},
};

}  // namespace

std::span<const FactTable> fact_tables() {
  return tables;
}

int fact_table_index(std::string_view name) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (tables[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace dengce::evidence
