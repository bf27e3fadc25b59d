// SPDX-License-Identifier: Apache-2.0
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

std::string value(TestFacts& facts, const std::string& keyword) {
  return facts("SELECT value, origin FROM sshd_setting WHERE scope = 'global' AND keyword = '" +
               keyword + "'");
}

TEST(Sshd, EffectiveAnswerWinsOverFiles) {
  MemorySource source{test_info(false)};
  source.add_command("sshd-effective",
                     "sshd -T",
                     "port 22\npermitrootlogin no\nciphers aes256-ctr\nacceptenv LANG\n"
                     "acceptenv LC_*\nchallengeresponseauthentication no\n");
  source.add_file("/etc/ssh/sshd_config",
                  "PermitRootLogin yes\nMatch User bob\nPermitRootLogin yes\n");
  TestFacts facts{source};
  EXPECT_EQ(value(facts, "permitrootlogin"), "no|effective");
  EXPECT_EQ(value(facts, "acceptenv"), "LANG|effective;LC_*|effective");
  EXPECT_EQ(value(facts, "kbdinteractiveauthentication"), "no|effective");
  EXPECT_EQ(value(facts, "maxauthtries"), "");
  EXPECT_EQ(facts("SELECT value, scope, origin FROM sshd_setting WHERE scope <> 'global'"),
            "yes|match user bob|file");
  EXPECT_EQ(facts.source("SELECT source FROM sshd_setting WHERE keyword = 'permitrootlogin'"),
            "command:sshd -T:2");
}

TEST(Sshd, FirstValueWinsAndIncludesStandInPlace) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/ssh/sshd_config",
                  "Include /etc/ssh/sshd_config.d/*.conf\n"
                  "PermitRootLogin yes\n"
                  "X11Forwarding yes\n");
  source.add_file("/etc/ssh/sshd_config.d/20-b.conf", "PermitRootLogin prohibit-password\n");
  source.add_file("/etc/ssh/sshd_config.d/10-a.conf", "PermitRootLogin no\nMaxAuthTries 3\n");
  source.add_file("/etc/ssh/sshd_config.d/notes.txt", "PermitRootLogin yes\n");
  TestFacts facts{source};
  EXPECT_EQ(value(facts, "permitrootlogin"), "no|file");
  EXPECT_EQ(value(facts, "maxauthtries"), "3|file");
  EXPECT_EQ(value(facts, "x11forwarding"), "yes|file");
  EXPECT_EQ(value(facts, "permitemptypasswords"), "no|default");
  EXPECT_EQ(facts.source("SELECT source FROM sshd_setting WHERE keyword = 'permitrootlogin'"),
            "/etc/ssh/sshd_config.d/10-a.conf:1");
}

TEST(Sshd, IncludeAtTheEndComesTooLate) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/ssh/sshd_config", "PermitRootLogin yes\nInclude sshd_config.d/*.conf\n");
  source.add_file("/etc/ssh/sshd_config.d/a.conf", "PermitRootLogin no\n");
  TestFacts facts{source};
  EXPECT_EQ(value(facts, "permitrootlogin"), "yes|file");
}

TEST(Sshd, MatchBlocksAreScopesOfTheirOwn) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/ssh/sshd_config",
                  "PasswordAuthentication no\n"
                  "Match Address 192.0.2.0/24 User alice\n"
                  "  PasswordAuthentication yes\n"
                  "  Include /etc/ssh/inner.conf\n"
                  "  X11Forwarding no\n"
                  "Match all\n"
                  "PermitRootLogin yes\n");
  source.add_file("/etc/ssh/inner.conf", "AllowTcpForwarding no\nMatch Group dev\nMaxSessions 1\n");
  TestFacts facts{source};
  EXPECT_EQ(value(facts, "passwordauthentication"), "no|file");
  EXPECT_EQ(value(facts, "permitrootlogin"), "prohibit-password|default");
  EXPECT_EQ(facts("SELECT keyword, value, scope FROM sshd_setting WHERE scope <> 'global'"),
            "passwordauthentication|yes|match address 192.0.2.0/24 user alice;"
            "allowtcpforwarding|no|match address 192.0.2.0/24 user alice;"
            "maxsessions|1|match address 192.0.2.0/24 user alice group dev;"
            "x11forwarding|no|match address 192.0.2.0/24 user alice;"
            "permitrootlogin|yes|match all");
}

TEST(Sshd, FormsOfALine) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/ssh/sshd_config",
                  "permitrootlogin no # root must not\r\n"
                  "MaxAuthTries=4\r\n"
                  "ClientAliveInterval = 5m\r\n"
                  "Banner \"/etc/issue net\"\r\n"
                  "AllowUsers alice bob\r\nAllowUsers carol\r\n"
                  "LoginGraceTime 1m30s\r\n"
                  "PermitEmptyPasswords NO\r\n"
                  "Port 22\r\nPort 2222\r\n"
                  "UsePAM\r\n"
                  "#PasswordAuthentication no\r\n");
  TestFacts facts{source};
  EXPECT_EQ(value(facts, "permitrootlogin"), "no|file");
  EXPECT_EQ(value(facts, "maxauthtries"), "4|file");
  EXPECT_EQ(value(facts, "clientaliveinterval"), "300|file");
  EXPECT_EQ(value(facts, "banner"), "/etc/issue net|file");
  EXPECT_EQ(value(facts, "allowusers"), "alice|file;bob|file;carol|file");
  EXPECT_EQ(value(facts, "logingracetime"), "90|file");
  EXPECT_EQ(value(facts, "permitemptypasswords"), "no|file");
  EXPECT_EQ(value(facts, "port"), "22|file;2222|file");
  EXPECT_EQ(value(facts, "usepam"), "no|default");
  EXPECT_EQ(value(facts, "passwordauthentication"), "yes|default");
  EXPECT_EQ(facts("SELECT count(*) FROM parse_problem"), "1");
}

TEST(Sshd, AbsentServerIsProvenUnheardOfIsMissing) {
  MemorySource absent{test_info(false)};
  absent.add_absent("file:/etc/ssh/sshd_config", ReadState::absent);
  absent.add_absent("command:sshd -T", ReadState::not_installed);
  absent.add_derived("programs", "sshd|0|\n");
  TestFacts none{absent};
  EXPECT_EQ(none("SELECT state FROM coverage WHERE table_name = 'sshd_setting'"), "covered");
  EXPECT_EQ(none("SELECT count(*) FROM sshd_setting"), "0");

  TestFacts unheard{MemorySource{test_info(false)}};
  EXPECT_EQ(unheard("SELECT state FROM coverage WHERE table_name = 'sshd_setting'"), "missing");

  MemorySource denied{test_info(false)};
  denied.add_absent("file:/etc/ssh/sshd_config", ReadState::denied);
  denied.add_derived("programs", "sshd|1|/usr/sbin/sshd\n");
  TestFacts closed{denied};
  EXPECT_EQ(closed("SELECT state, reason FROM coverage WHERE table_name = 'sshd_setting'"),
            "missing|无权读取 /etc/ssh/sshd_config");
}

TEST(Sshd, IncludeLoopsEnd) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config\nPermitRootLogin no\n");
  TestFacts facts{source};
  EXPECT_EQ(value(facts, "permitrootlogin"), "no|file");
  EXPECT_NE(facts("SELECT count(*) FROM parse_problem"), "0");
}

}  // namespace
}  // namespace dengce::evidence
