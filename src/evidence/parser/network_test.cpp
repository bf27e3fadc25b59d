// SPDX-License-Identifier: Apache-2.0
// Time sources, packet filters, sockets, scheduled jobs, host access, protection.
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

TEST(Time, ChronyAsConfiguredAndAsRunning) {
  MemorySource source{test_info(false)};
  source.add_file("/etc/chrony/chrony.conf",
                  "pool 2.debian.pool.ntp.org iburst\nserver 192.0.2.1 iburst # own\n"
                  "sourcedir /etc/chrony/sources.d\n!server 192.0.2.9\n");
  source.add_file("/etc/chrony/sources.d/a.sources", "server 192.0.2.2\n");
  source.add_command("chrony-sources",
                     "chronyc -n sources",
                     "MS Name/IP address  Stratum Poll Reach LastRx Last sample\n====\n"
                     "^* 192.0.2.1  2 6 377 33 -10us[ -12us] +/- 20ms\n^- 192.0.2.2 3 6 1 1 1\n");
  source.add_command(
      "timedatectl",
      "timedatectl",
      "               Local time: x\n                Time zone: Asia/Shanghai (CST, +0800)\n"
      "System clock synchronized: yes\n              NTP service: active\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT program, server, selected FROM time_source"),
            "chrony|2.debian.pool.ntp.org|null;chrony|192.0.2.1|1;chrony|192.0.2.2|0");
  EXPECT_EQ(facts("SELECT setting, value FROM time_state"),
            "synchronized|yes;timezone|Asia/Shanghai");
}

TEST(Time, NtpLocalClockIsNoServerAndTimesyncdFallsBack) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/ntp.conf", "server 127.127.1.0\nserver -4 ntp.example.cn prefer\n");
  source.add_file("/etc/systemd/timesyncd.conf",
                  "[Time]\nNTP=\nFallbackNTP=a.example.cn b.example.cn\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT program, server FROM time_source"),
            "ntpd|ntp.example.cn;timesyncd|a.example.cn;timesyncd|b.example.cn");
}

TEST(Time, BuiltInServersCountWhereTimesyncdIsEnabled) {
  for (const auto& [state, expected] :
       {std::pair{"enabled", "timesyncd|0.debian.pool.ntp.org"}, std::pair{"disabled", ""}}) {
    MemorySource source{test_info(false)};
    source.add_file("/etc/os-release", "ID=debian\n");
    source.add_command("unit-files",
                       "systemctl",
                       std::string{"systemd-timesyncd.service "} + state + " enabled\n");
    TestFacts facts{source};
    EXPECT_EQ(facts("SELECT program, server FROM time_source"), expected);
  }
}

TEST(Firewall, NftRuleset) {
  MemorySource source{test_info(false)};
  source.add_command(
      "nft-ruleset",
      "nft list ruleset",
      "table inet filter {\n"
      "\tset allowed {\n\t\ttype ipv4_addr\n\t}\n"
      "\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n"
      "\t\tct state established,related accept\n"
      "\t\tip saddr @allowed tcp dport { 22, 443 } accept\n"
      "\t\tjump other\n\t}\n"
      "\tchain other {\n\t\tudp dport 53 counter packets 0 bytes 0 drop\n\t}\n"
      "\tchain forward {\n\t\ttype filter hook forward priority 0; policy accept;\n\t}\n}\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT tool, active, input_policy, rules FROM firewall_state"),
            "nftables|1|drop|3");
  EXPECT_EQ(facts("SELECT chain, action, protocol, origin_address, port FROM firewall_rule"),
            "input|accept|null|null|null;input|accept|tcp|@allowed|{ 22, 443 };"
            "input|other|null|null|null;other|drop|udp|null|53");
}

TEST(Firewall, IptablesSaveFirewalldAndUfw) {
  MemorySource source{test_info(false)};
  source.add_command("iptables",
                     "iptables-save",
                     "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT DROP [1:2]\n"
                     "-A INPUT -i lo -j ACCEPT\n"
                     "-A INPUT -s 192.0.2.0/24 -p tcp -m multiport --dports 22,80 -m comment "
                     "--comment \"a b\" -j ACCEPT\n"
                     "COMMIT\n");
  source.add_command(
      "firewalld",
      "firewall-cmd --list-all-zones",
      "block\n  target: %%REJECT%%\n  services: \n\npublic (active)\n  target: default\n"
      "  services: ssh dhcpv6-client\n  ports: 8080/tcp\n");
  source.add_command(
      "ufw",
      "ufw status verbose",
      "Status: active\nDefault: deny (incoming), allow (outgoing), disabled (routed)\n\n"
      "To                         Action      From\n--                         ------      ----\n"
      "22/tcp                     ALLOW IN    192.0.2.0/24\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT tool, active, input_policy, rules FROM firewall_state"),
            "iptables|1|drop|2;firewalld|1|reject|3;ufw|1|drop|1");
  EXPECT_EQ(facts("SELECT tool, chain, action, protocol, origin_address, port FROM firewall_rule"),
            "iptables|input|accept|null|null|null;iptables|input|accept|tcp|192.0.2.0/24|22,80;"
            "firewalld|public|accept|null|null|ssh;firewalld|public|accept|null|null|dhcpv6-client;"
            "firewalld|public|accept|tcp|null|8080;ufw|input|accept|tcp|null|22");
}

TEST(Firewall, EmptyRulesetIsNotActiveAndNoProgramIsAbsence) {
  MemorySource empty{test_info(false)};
  empty.add_command("nft-ruleset", "nft list ruleset", "");
  TestFacts none{empty};
  EXPECT_EQ(none("SELECT tool, active, input_policy, rules FROM firewall_state"),
            "nftables|0|accept|0");
  MemorySource absent{test_info(false)};
  absent.add_absent("command:nft list ruleset", ReadState::not_installed);
  absent.add_absent("command:iptables-save", ReadState::not_installed);
  TestFacts proven{absent};
  EXPECT_EQ(proven("SELECT state FROM coverage WHERE table_name = 'firewall_state'"), "covered");
  MemorySource denied{test_info(false)};
  denied.add_absent("command:nft list ruleset", ReadState::denied);
  denied.add_absent("command:iptables-save", ReadState::denied);
  TestFacts closed{denied};
  EXPECT_EQ(closed("SELECT state FROM coverage WHERE table_name = 'firewall_state'"), "missing");
}

TEST(Sockets, SsAndNetstat) {
  MemorySource source{test_info(false)};
  source.add_command("sockets",
                     "ss -lntup",
                     "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
                     "tcp   LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=1,fd=3))\n"
                     "tcp   LISTEN 0 128 [::]:22 [::]:* users:((\"sshd\",pid=1,fd=4))\n"
                     "udp   UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*\n"
                     "tcp   LISTEN 0 1 *:80 *:*\nudp UNCONN 0 0 192.0.2.1:123 0.0.0.0:*\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT protocol, address, port, process, exposure FROM socket"),
            "tcp|0.0.0.0|22|sshd|any;tcp|::|22|sshd|any;udp|127.0.0.53|53|null|loopback;"
            "tcp|*|80|null|any;udp|192.0.2.1|123|null|specific");
  MemorySource old{test_info(false)};
  old.add_command(
      "sockets",
      "netstat -lntup",
      "Active Internet connections (only servers)\n"
      "Proto Recv-Q Send-Q Local Address Foreign Address State PID/Program name\n"
      "tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 812/sshd\ntcp6 0 0 :::22 :::* LISTEN 812/sshd\n"
      "udp 0 0 127.0.0.1:323 0.0.0.0:* 700/chronyd\n");
  TestFacts netstat{old};
  EXPECT_EQ(netstat("SELECT protocol, address, port, process, exposure FROM socket"),
            "tcp|0.0.0.0|22|sshd|any;tcp|::|22|sshd|any;udp|127.0.0.1|323|chronyd|loopback");
}

TEST(Runtime, ProcessesAddressesDevices) {
  MemorySource source{test_info(false)};
  source.add_command(
      "processes", "ps", "  PID USER COMMAND\n  1 root systemd\n 22 alice Web Content\n");
  source.add_command(
      "addresses",
      "ip -o addr",
      "2: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0\\  valid_lft forever\n"
      "2: eth0    inet6 fd00::2/64 scope global \n");
  source.add_command("lsblk",
                     "lsblk",
                     "NAME=\"sda\" TYPE=\"disk\" FSTYPE=\"\" MOUNTPOINT=\"\"\n"
                     "NAME=\"sda1\" TYPE=\"part\" FSTYPE=\"crypto_LUKS\" MOUNTPOINT=\"/a b\"\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, user_name, pid FROM process"),
            "systemd|root|1;Web Content|alice|22");
  EXPECT_EQ(facts("SELECT interface, address, prefix FROM network_address"),
            "eth0|192.0.2.2|24;eth0|fd00::2|64");
  EXPECT_EQ(facts("SELECT name, type, file_system, mount_point FROM block_device"),
            "sda|disk|null|null;sda1|part|crypto_LUKS|/a b");
}

TEST(Cron, TablesDirectoriesAndTimers) {
  MemorySource source{test_info(false)};
  source.add_file("/etc/crontab",
                  "SHELL=/bin/sh\nMAILTO=root\n17 * * * * root  run-parts /etc/cron.hourly\n"
                  "@daily alice /usr/bin/rsync -a /srv backup:/srv\n");
  source.add_file("/etc/cron.d/x.disabled", "* * * * * root x\n");
  source.add_file("/var/spool/cron/crontabs/bob", "*/5 * * * * /bin/tick\nbad\n");
  source.add_file("/etc/anacrontab",
                  "START_HOURS_RANGE=3-22\n1 5 cron.daily nice run-parts /etc/cron.daily\n");
  source.add_derived("cron-directories", "daily|logrotate\n");
  source.add_command(
      "unit-files", "systemctl", "backup.timer enabled enabled\nidle.timer disabled x\n");
  TestFacts facts{source};
  EXPECT_EQ(
      facts("SELECT owner, schedule, command FROM cron_job"),
      "root|17 * * * *|run-parts /etc/cron.hourly;alice|@daily|/usr/bin/rsync -a /srv backup:/srv;"
      "bob|*/5 * * * *|/bin/tick;root|daily|nice run-parts /etc/cron.daily;"
      "root|daily|logrotate;root|backup.timer|backup.service");
  EXPECT_EQ(facts("SELECT kind, name FROM backup_sign"),
            "job|/usr/bin/rsync -a /srv backup:/srv;job|backup.service");
}

TEST(HostAccess, ListsWithBracketsAndOptions) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/hosts.allow",
                  "sshd : 192.0.2.0/24 : spawn /bin/x\nsshd: [2001:db8::]/32\n");
  source.add_file("/etc/hosts.deny", "ALL: ALL\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT list, daemon, clients FROM host_access"),
            "allow|sshd|192.0.2.0/24;allow|sshd|[2001:db8::]/32;deny|ALL|ALL");
}

TEST(AccessControl, SelinuxAndApparmor) {
  MemorySource source{test_info(false)};
  source.add_command(
      "sestatus",
      "sestatus",
      "SELinux status:                 enabled\nCurrent mode:                   permissive\n"
      "Mode from config file:          enforcing\n");
  source.add_file("/etc/selinux/config", "SELINUX=enforcing\nSELINUXTYPE=targeted\n");
  source.add_absent("command:aa-status", ReadState::not_installed);
  source.add_derived("programs", "apparmor_parser|0|\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT system, state, configured, detail FROM access_control"),
            "selinux|permissive|enforcing|targeted;apparmor|absent|null|null");

  MemorySource armored{test_info(false)};
  armored.add_command(
      "aa-status",
      "aa-status",
      "apparmor module is loaded.\n34 profiles are loaded.\n"
      "32 profiles are in enforce mode.\n   /usr/sbin/x\n2 profiles are in complain mode.\n");
  TestFacts debian{armored};
  EXPECT_EQ(debian("SELECT system, state, detail FROM access_control"), "apparmor|enforcing|32");

  MemorySource tree{test_info(true)};
  tree.add_file("/etc/selinux/config", "SELINUX=enforcing\n");
  tree.add_file("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"quiet selinux=0\"\n");
  TestFacts off{tree};
  EXPECT_EQ(off("SELECT state, configured FROM access_control WHERE system = 'selinux'"),
            "disabled|disabled");
}

TEST(TrustedBoot, PasswordRuleIsTakenForOneOnlyWhereItIs) {
  MemorySource source{test_info(true)};
  source.add_file(
      "/boot/grub2/grub.cfg",
      "if [ -n \"${GRUB2_PASSWORD}\" ]; then\n  password_pbkdf2 root ${GRUB2_PASSWORD}\nfi\n");
  source.add_file("/etc/default/grub",
                  "GRUB_CMDLINE_LINUX=\"ima_policy=tcb lockdown=integrity\"\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT setting, value FROM trusted_boot"),
            "grub_password|no;ima_policy|tcb;kernel_lockdown|integrity;module_signature|no");
  source.add_file("/boot/grub2/user.cfg", "GRUB2_PASSWORD=***\n");
  TestFacts set{source};
  EXPECT_EQ(set("SELECT value FROM trusted_boot WHERE setting = 'grub_password'"), "yes");
}

TEST(TrustedBoot, FirmwareVariableThenMokutil) {
  MemorySource source{test_info(false)};
  source.add_command("mokutil", "mokutil --sb-state", "SecureBoot enabled\n");
  source.add_derived("trusted-boot", "firmware|uefi\ntpm|2.0\n");
  TestFacts asked{source};
  EXPECT_EQ(asked("SELECT setting, value FROM trusted_boot"),
            "firmware|uefi;tpm|2.0;secure_boot|enabled");
  source.add_derived("trusted-boot", "secure_boot|disabled\n");
  TestFacts known{source};
  EXPECT_EQ(known("SELECT setting, value FROM trusted_boot"), "secure_boot|disabled");
}

TEST(Malware, TableOfTheCollector) {
  MemorySource source{test_info(false)};
  source.add_derived("malware-products", "clamav|1|1|1|20770\nqianxin|0|0||\n");
  TestFacts facts{source};
  EXPECT_EQ(
      facts("SELECT product, installed, running, enabled, signature_day FROM malware_protection"),
      "clamav|1|1|1|20770;qianxin|0|0|null|null");
}

}  // namespace
}  // namespace dengce::evidence
