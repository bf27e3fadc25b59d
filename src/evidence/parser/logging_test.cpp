// SPDX-License-Identifier: Apache-2.0
// Audit, syslog, log rotation.
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

TEST(Audit, RunningRulesWinAndAreTakenApart) {
  MemorySource source{test_info(false)};
  source.add_command(
      "audit-rules",
      "auditctl -l",
      "-w /etc/passwd -p wa -k identity\n"
      "-a always,exit -F arch=b64 -S open,openat -S creat -F exit=-EPERM -F key=access\n"
      "-a always,exit -S all -F path=/usr/bin/su -F perm=x -F auid>=1000 -F auid!=-1 -k priv\n"
      "-a always,exit -F dir!=/tmp -S unlink\n");
  source.add_file("/etc/audit/rules.d/a.rules", "-w /etc/shadow -p wa\n-e 2\n");
  source.add_command("audit-status", "auditctl -s", "enabled 1\nfailure 1\npid 812\nlost 0\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT kind, path, permissions, syscalls, key, origin FROM audit_rule"),
            "watch|/etc/passwd|wa|null|identity|running;"
            "syscall|null|null|,open,openat,creat,|access|running;"
            "syscall|/usr/bin/su|x|,all,|priv|running;"
            "syscall|null|null|,unlink,|null|running");
  EXPECT_EQ(facts("SELECT setting, value, origin FROM audit_status"),
            "enabled|1|running;failure|1|running;pid|812|running;lost|0|running;enabled|2|file");
}

TEST(Audit, FilesOfRulesD) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/audit/audit.rules", "-w /etc/generated -p wa\n");
  source.add_file("/etc/audit/rules.d/20.rules", "-w /etc/two\n-e 2\n");
  source.add_file("/etc/audit/rules.d/10.rules", "-D\n-b 8192\n# note\nwrong line\n");
  source.add_file("/etc/audit/rules.d/30.rules.bak", "-w /etc/three\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT kind, path, permissions, text FROM audit_rule"),
            "control|null|null|-D;control|null|null|-b 8192;watch|/etc/two|rwxa|-w /etc/two;"
            "control|null|null|-e 2");
  EXPECT_EQ(facts("SELECT setting, value, origin FROM audit_status"),
            "backlog_limit|8192|file;enabled|2|file");
  EXPECT_EQ(facts("SELECT text FROM parse_problem"), "wrong line");
}

TEST(Audit, NoAuditProgramIsProvenAbsence) {
  MemorySource source{test_info(false)};
  source.add_absent("command:auditctl -l", ReadState::not_installed);
  source.add_derived("programs", "auditd|0|\nauditctl|0|\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT state FROM coverage WHERE table_name = 'audit_rule'"), "covered");
  TestFacts silent{MemorySource{test_info(false)}};
  EXPECT_EQ(silent("SELECT state FROM coverage WHERE table_name = 'audit_rule'"), "missing");
}

TEST(Rsyslog, LegacyLines) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/rsyslog.conf",
                  "module(load=\"imuxsock\")\n$ModLoad imklog\n"
                  "$IncludeConfig /etc/rsyslog.d/*.conf\n"
                  "auth,authpriv.*\t\t/var/log/auth.log\n"
                  "*.*;auth.none -/var/log/syslog;RSYSLOG_Format\n"
                  "*.emerg :omusrmsg:*\n"
                  "# *.* @192.0.2.99\n"
                  ":msg, contains, \"[UFW \" /var/log/ufw.log\n& stop\n"
                  "kern.* |/dev/xconsole\n");
  source.add_file("/etc/rsyslog.d/50-remote.conf",
                  "*.* @@192.0.2.1:6514\nauth.* @loghost\nmail.* @[2001:db8::1]:514\n"
                  "*.info :omrelp:192.0.2.2:2514\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT selector, kind, target, protocol FROM log_target"),
            "*|remote|192.0.2.1:6514|tcp;auth.*|remote|loghost:514|udp;"
            "mail.*|remote|[2001:db8::1]:514|udp;*.info|remote|192.0.2.2:2514|relp;"
            "auth,authpriv.*|file|/var/log/auth.log|null;*.*;auth.none|file|/var/log/syslog|null;"
            "*.emerg|user|*|null;:msg, contains, \"[UFW \"|file|/var/log/ufw.log|null;"
            "kern.*|other||/dev/xconsole|null");
  EXPECT_EQ(facts("SELECT count(*) FROM parse_problem"), "0");
}

TEST(Rsyslog, RainerScript) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/rsyslog.conf",
                  "*.* action(type=\"omfwd\" target=\"192.0.2.1\" port=\"6514\" protocol=\"tcp\"\n"
                  "           StreamDriver=\"gtls\" StreamDriverMode=\"1\")\n"
                  "if $programname == 'su' then {\n"
                  "  action(type=\"omfile\" file=\"/var/log/su.log\")\n"
                  "  stop\n"
                  "}\n"
                  "action(type=\"omrelp\" target=\"192.0.2.2\" port=\"20514\")\n"
                  "if $fromhost-ip == '192.0.2.3' then /var/log/other.log\n"
                  "include(file=\"/etc/rsyslog.d/*.conf\" mode=\"optional\")\n"
                  "action(type=\"omfwd\" target=\"unclosed\n");
  source.add_file("/etc/rsyslog.d/a.conf", "action(type=\"omusrmsg\" users=\"root\")\n");
  TestFacts facts{source};
  EXPECT_EQ(
      facts("SELECT selector, kind, target, protocol FROM log_target"),
      "*|remote|192.0.2.1:6514|tls;if $programname == 'su' then|file|/var/log/su.log|null;"
      "*|remote|192.0.2.2:20514|relp;if $fromhost-ip == '192.0.2.3'|file|/var/log/other.log|null;"
      "*|user|root|null");
  EXPECT_EQ(facts("SELECT reason FROM parse_problem"), "配置对象没有结束");
}

TEST(Rsyslog, EndlessObjectsCostNoMoreThanTheirLength) {
  MemorySource source{test_info(true)};
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "action(\n\"a\"=\n";
  source.add_file("/etc/rsyslog.conf", text + ")\n*.* @192.0.2.1\n");
  TestFacts facts{source};
  EXPECT_NE(facts("SELECT count(*) FROM parse_problem WHERE reason = '配置对象没有结束'"), "0");
}

TEST(SyslogNg, OnlyDestinationsThatALogPathUses) {
  MemorySource source{test_info(true)};
  source.add_file(
      "/etc/syslog-ng/syslog-ng.conf",
      "@version: 3.38\nsource s_src { system(); internal(); };\n"
      "destination d_net {\n  network(\"192.0.2.5\" port(6514) transport(\"tls\"));\n};\n"
      "destination d_unused { udp(\"192.0.2.6\"); };\n"
      "destination d_file { file(\"/var/log/all.log\"); };\n"
      "log { source(s_src); destination(d_net); };\n"
      "log { source(s_src); destination(d_file); };\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT program, kind, target, protocol FROM log_target"),
            "syslog-ng|remote|192.0.2.5:6514|tls;syslog-ng|file|/var/log/all.log|null");
}

TEST(LogTargets, NoLoggerIsProvenAbsence) {
  MemorySource source{test_info(false)};
  for (const char* path :
       {"/etc/rsyslog.conf", "/etc/syslog-ng/syslog-ng.conf", "/etc/syslog.conf"}) {
    source.add_absent(std::string{"file:"} + path, ReadState::absent);
  }
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT state FROM coverage WHERE table_name = 'log_target'"), "covered");
  TestFacts silent{MemorySource{test_info(false)}};
  EXPECT_EQ(silent("SELECT state FROM coverage WHERE table_name = 'log_target'"), "missing");
}

TEST(Logrotate, GlobalsHoldUntilABlockSaysOtherwise) {
  MemorySource source{test_info(true)};
  source.add_file(
      "/etc/logrotate.conf",
      "weekly\nrotate 4\ninclude /etc/logrotate.d\n/var/log/wtmp {\n  monthly\n  rotate 1\n}\n");
  source.add_file(
      "/etc/logrotate.d/a",
      "/var/log/messages\n/var/log/secure\n{\n  rotate 26\n  postrotate\n    rotate 1 }\n"
      "  endscript\n}\n/var/log/b { daily rotate 7 maxage 3 }\n");
  source.add_file("/etc/logrotate.d/c",
                  "\"/var/log/my log\" /var/log/x*.log {\n size 10M\n rotate 5\n}\n");
  source.add_file("/etc/logrotate.d/d.rpmsave", "/var/log/old {\n daily\n}\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT path, frequency, count, keep_days FROM log_rotation"),
            "/var/log/messages|weekly|26|182;/var/log/secure|weekly|26|182;/var/log/b|daily|7|3;"
            "/var/log/my log|size|5|null;/var/log/x*.log|size|5|null;/var/log/wtmp|monthly|1|30");
  EXPECT_EQ(facts.source("SELECT source FROM log_rotation WHERE path = '/var/log/secure'"),
            "/etc/logrotate.d/a:1");
}

TEST(LogSpans, TableOfTheCollector) {
  MemorySource source{test_info(false)};
  source.add_derived("log-spans", "/var/log/auth.log|20000|20779|33435\njournal||20779|5\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT path, oldest_day, newest_day, bytes FROM log_span"),
            "/var/log/auth.log|20000|20779|33435;journal|null|20779|5");
}

}  // namespace
}  // namespace dengce::evidence
