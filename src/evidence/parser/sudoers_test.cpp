// SPDX-License-Identifier: Apache-2.0
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

TEST(Sudoers, GrantsTagsListsAndContinuation) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/sudoers",
                  "root ALL=(ALL:ALL) ALL\n"
                  "%wheel ALL=(ALL) NOPASSWD: ALL  # all of it\n"
                  "alice, bob web1,web2 = (www-data) /bin/systemctl restart nginx, \\\n"
                  "    NOPASSWD: /bin/ls, PASSWD: /bin/cat\n"
                  "carol ALL=NOPASSWD:SETENV: /usr/bin/apt update, sudoedit /etc/hosts\n"
                  "#1000 ALL=(root) CWD=/tmp sha256:abcd= /bin/date\n"
                  "dave host1 = /bin/a : host2 = (op) /bin/b\n"
                  "User_Alias ADMINS = erin, frank\n"
                  "ADMINS ALL = ALL, !/bin/su\n"
                  "nonsense\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT subject, hosts, run_as, command, password FROM sudo_rule"),
            "root|ALL|ALL:ALL|ALL|1;"
            "%wheel|ALL|ALL|ALL|0;"
            "alice|web1,web2|www-data|/bin/systemctl restart nginx|1;"
            "bob|web1,web2|www-data|/bin/systemctl restart nginx|1;"
            "alice|web1,web2|www-data|/bin/ls|0;bob|web1,web2|www-data|/bin/ls|0;"
            "alice|web1,web2|www-data|/bin/cat|1;bob|web1,web2|www-data|/bin/cat|1;"
            "carol|ALL|null|/usr/bin/apt update|0;carol|ALL|null|sudoedit /etc/hosts|0;"
            "#1000|ALL|root|/bin/date|1;"
            "dave|host1|null|/bin/a|1;dave|host2|op|/bin/b|1;"
            "ADMINS|ALL|null|ALL|1;ADMINS|ALL|null|!/bin/su|1");
  EXPECT_EQ(facts("SELECT text FROM parse_problem"), "nonsense");
}

TEST(Sudoers, DefaultsAndScopes) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/sudoers",
                  "Defaults env_reset, !lecture, timestamp_timeout=5\n"
                  "Defaults secure_path=\"/usr/sbin:/usr/bin\"\n"
                  "Defaults:alice !authenticate\nDefaults>root log_output\n"
                  "Defaults env_keep += \"LANG TERM\"\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT setting, value, scope FROM sudo_default"),
            "env_reset|1|global;lecture|0|global;timestamp_timeout|5|global;"
            "secure_path|/usr/sbin:/usr/bin|global;authenticate|0|:alice;log_output|1|>root;"
            "env_keep|LANG TERM|global");
}

TEST(Sudoers, IncludesAsSudoReadsThem) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/sudoers", "#includedir /etc/sudoers.d\n@include sudoers.local\n");
  source.add_file("/etc/sudoers.d/10-a", "a ALL=ALL\n");
  source.add_file("/etc/sudoers.d/b.conf", "b ALL=ALL\n");
  source.add_file("/etc/sudoers.d/c~", "c ALL=ALL\n");
  source.add_file("/etc/sudoers.local", "d ALL=ALL\n@include /etc/sudoers.local\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT DISTINCT subject FROM sudo_rule"), "a;d");
  EXPECT_EQ(facts.source("SELECT source FROM sudo_rule WHERE subject = 'a'"),
            "/etc/sudoers.d/10-a:1");
  EXPECT_NE(facts("SELECT count(*) FROM parse_problem WHERE reason LIKE '%成环%'"), "0");
}

TEST(Sudoers, AbsentProgramIsProvenAbsence) {
  MemorySource source{test_info(false)};
  source.add_absent("file:/etc/sudoers", ReadState::absent);
  source.add_derived("programs", "sudo|0|\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT state FROM coverage WHERE table_name = 'sudo_rule'"), "covered");
}

TEST(Profiles, TimeoutUmaskAndHistory) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/profile",
                  "if [ $UID -gt 199 ]; then\n  umask 002\nelse\n  umask 022 # note\nfi\n"
                  "export HISTSIZE=1000\n# TMOUT=1\necho \"TMOUT=7\"\nTMOUT=600; export TMOUT; "
                  "readonly TMOUT\n");
  source.add_file("/etc/profile.d/a.sh", "readonly TMOUT=300\ntypeset -xr HISTSIZE=\"500\"\n");
  source.add_file("/etc/profile.d/b.sh", "[ -z \"$X\" ] && export TMOUT=900 HISTFILESIZE=5\n");
  source.add_file("/etc/csh.login", "set -r autologout=10\nset autologout = 5\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT file, name, value, read_only FROM shell_setting ORDER BY file, source"),
            "/etc/csh.login|AUTOLOGOUT|10|1;/etc/csh.login|AUTOLOGOUT|5|0;"
            "/etc/profile|UMASK|002|0;/etc/profile|UMASK|022|0;/etc/profile|HISTSIZE|1000|0;"
            "/etc/profile|TMOUT|600|1;"
            "/etc/profile.d/a.sh|TMOUT|300|1;/etc/profile.d/a.sh|HISTSIZE|500|1;"
            "/etc/profile.d/b.sh|TMOUT|900|0;/etc/profile.d/b.sh|HISTFILESIZE|5|0");
}

}  // namespace
}  // namespace dengce::evidence
