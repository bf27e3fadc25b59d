// SPDX-License-Identifier: Apache-2.0
// The trees under tests/trees: what the parsers make of whole systems, default and hardened.
#include <gtest/gtest.h>

#include <map>

#include "base/file.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "evidence/test_facts.h"
#include "evidence/tree.h"

namespace dengce::evidence {
namespace {

class TestTrees : public testing::Test {
 protected:
  // Modes and owners come from the list beside the tree, so it is copied first.
  TestFacts parse(const std::string& name) {
    const std::string target = (directory_.path() / name).string();
    const auto prepared =
        run_subprocess({"/bin/sh", DENGCE_SOURCE_DIR "/tests/trees/prepare.sh", name, target});
    EXPECT_TRUE(prepared && prepared->exit_code == 0) << name;
    const auto tree = TreeSource::open(target, Day{20'780});
    EXPECT_TRUE(tree);
    return TestFacts{**tree};
  }

  // The value one tree gives for each of several questions.
  void expect(const std::string& name, const std::map<std::string, std::string>& answers) {
    TestFacts facts = parse(name);
    for (const auto& [sql, answer] : answers) EXPECT_EQ(facts(sql), answer) << name << ": " << sql;
    EXPECT_EQ(facts("SELECT path, reason, text FROM parse_problem"), "") << name;
    for (const char* table : {"account",
                              "account_password",
                              "pam_rule",
                              "password_quality",
                              "lockout",
                              "login_defs",
                              "sshd_setting",
                              "sudo_rule",
                              "service",
                              "program",
                              "file_mode",
                              "audit_rule",
                              "log_target",
                              "log_rotation",
                              "setting",
                              "firewall_state",
                              "sysctl_setting",
                              "access_control"}) {
      EXPECT_EQ(facts(std::string{"SELECT state FROM coverage WHERE table_name = '"} + table + "'"),
                "covered")
          << name << ": " << table;
    }
  }

 private:
  TempDir directory_ = *TempDir::create();
};

const char* const max_days = "SELECT value FROM login_defs WHERE keyword = 'PASS_MAX_DAYS'";
const char* const min_length = "SELECT value FROM password_quality WHERE setting = 'minlen'";
const char* const sshd_deny =
    "SELECT value FROM lockout WHERE service = 'sshd' AND setting = 'deny'";
const char* const root_login =
    "SELECT value FROM sshd_setting WHERE keyword = 'permitrootlogin' AND scope = 'global'";
const char* const passwd_watch = "SELECT count(*) FROM audit_rule WHERE path = '/etc/passwd'";
const char* const remote = "SELECT count(*) > 0 FROM log_target WHERE kind = 'remote'";
const char* const auditd = "SELECT enabled FROM service WHERE name = 'auditd.service'";
const char* const family = "SELECT os_like FROM host";
const char* const timeout = "SELECT DISTINCT value FROM shell_setting WHERE name = 'TMOUT'";

TEST_F(TestTrees, Debian) {
  expect("debian12-default",
         {{family, "debian"},
          {max_days, "99999"},
          {sshd_deny, ""},
          {root_login, "prohibit-password"},
          {passwd_watch, "0"},
          {remote, "0"},
          {auditd, "enabled"},
          {timeout, ""}});
  expect("debian12-hardened",
         {{family, "debian"},
          {max_days, "90"},
          {min_length, "12"},
          {sshd_deny, "5"},
          {root_login, "no"},
          {passwd_watch, "1"},
          {remote, "1"},
          {auditd, "enabled"},
          {timeout, "600"}});
}

TEST_F(TestTrees, RedHatFamily) {
  expect("rhel9-default",
         {{family, "rhel"},
          {max_days, "99999"},
          {min_length, "8"},
          {sshd_deny, ""},
          {passwd_watch, "0"},
          {remote, "0"}});
  expect("rhel9-hardened",
         {{family, "rhel"},
          {max_days, "90"},
          {min_length, "12"},
          {sshd_deny, "5"},
          {root_login, "no"},
          {passwd_watch, "1"},
          {remote, "1"}});
  expect("openeuler22-default", {{family, "rhel"}, {passwd_watch, "0"}, {remote, "0"}});
  expect("openeuler22-hardened",
         {{family, "rhel"},
          {max_days, "90"},
          {sshd_deny, "5"},
          {root_login, "no"},
          {passwd_watch, "1"},
          {remote, "1"}});
}

TEST_F(TestTrees, OtherDistributions) {
  expect("kylin-v10", {{family, "rhel"}, {"SELECT os_id FROM host", "kylin"}});
  expect("uos20", {{family, "debian"}, {"SELECT os_id FROM host", "uos"}});
  expect("ubuntu2204", {{family, "debian"}, {"SELECT os_id FROM host", "ubuntu"}});
}

TEST_F(TestTrees, NoHashOfAShadowFileIsInTheFacts) {
  const TestFacts facts = parse("debian12-hardened");
  const auto shadow = read_file(DENGCE_SOURCE_DIR "/tests/trees/debian12-hardened/etc/shadow");
  ASSERT_TRUE(shadow);
  Lines lines{*shadow};
  int hashes = 0;
  while (const auto line = lines.next()) {
    const std::string_view field = split(line->text, ':').at(1);
    if (field.size() < 20) continue;
    ++hashes;
    EXPECT_EQ(facts.set().serialize().find(field.substr(field.size() - 16)),
              std::string_view::npos);
  }
  EXPECT_GT(hashes, 0);
}

}  // namespace
}  // namespace dengce::evidence
