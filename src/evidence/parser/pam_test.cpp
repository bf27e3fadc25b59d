// SPDX-License-Identifier: Apache-2.0
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

std::string quality(TestFacts& facts, const std::string& setting) {
  return facts("SELECT value, origin FROM password_quality WHERE setting = '" + setting + "'");
}

std::string lockout(TestFacts& facts, const std::string& service, const std::string& setting) {
  return facts("SELECT value, origin FROM lockout WHERE service = '" + service +
               "' AND setting = '" + setting + "'");
}

void red_hat(MemorySource& source) {
  source.add_file("/etc/pam.d/passwd", "#%PAM-1.0\npassword substack system-auth\n");
  source.add_file("/etc/pam.d/sshd", "auth substack password-auth\nauth include postlogin\n");
  source.add_file("/etc/pam.d/login", "-auth optional pam_x.so\nauth substack system-auth\n");
  source.add_file("/etc/pam.d/postlogin", "session optional pam_umask.so silent\n");
  for (const char* name : {"system-auth", "password-auth"}) {
    source.add_file(std::string{"/etc/pam.d/"} + name,
                    "auth required pam_env.so\n"
                    "auth required pam_faillock.so preauth silent\n"
                    "auth sufficient pam_unix.so try_first_pass nullok\n"
                    "auth required pam_faillock.so authfail deny=4\n"
                    "auth required pam_deny.so\n"
                    "password requisite /usr/lib64/security/pam_pwquality.so \\\n"
                    "   try_first_pass local_users_only retry=3 minlen=10\n"
                    "password sufficient pam_unix.so sha512 shadow remember=5\n");
  }
}

TEST(Pam, ExpandsSubstacksInPlace) {
  MemorySource source{test_info(true)};
  red_hat(source);
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT position, control, module FROM pam_rule WHERE service = 'login' AND "
                  "type = 'auth'"),
            "1|optional|pam_x.so;2|required|pam_env.so;3|required|pam_faillock.so;"
            "4|sufficient|pam_unix.so;5|required|pam_faillock.so;6|required|pam_deny.so");
  EXPECT_EQ(facts("SELECT arguments FROM pam_rule WHERE service = 'passwd' AND "
                  "module = 'pam_pwquality.so'"),
            "try_first_pass local_users_only retry=3 minlen=10");
  EXPECT_EQ(facts.source("SELECT source FROM pam_rule WHERE service = 'passwd' AND "
                         "module = 'pam_pwquality.so'"),
            "/etc/pam.d/system-auth:6");
}

TEST(Pam, ArgumentOverMainFileOverDropInOverDefault) {
  MemorySource source{test_info(true)};
  red_hat(source);
  source.add_file("/etc/security/pwquality.conf",
                  "minlen = 14\nminclass = 3 # three\nenforce_for_root\n");
  source.add_file("/etc/security/pwquality.conf.d/50-x.conf", "minclass = 4\ndcredit = -1\n");
  TestFacts facts{source};
  EXPECT_EQ(quality(facts, "module"), "pam_pwquality|argument");
  EXPECT_EQ(quality(facts, "minlen"), "10|argument");
  EXPECT_EQ(quality(facts, "minclass"), "3|file");
  EXPECT_EQ(quality(facts, "dcredit"), "-1|file");
  EXPECT_EQ(quality(facts, "ucredit"), "0|default");
  EXPECT_EQ(quality(facts, "retry"), "3|argument");
  EXPECT_EQ(quality(facts, "enforce_for_root"), "1|file");
  EXPECT_EQ(quality(facts, "remember"), "5|argument");
  EXPECT_EQ(quality(facts, "hash"), "sha512|argument");
  EXPECT_EQ(quality(facts, "nullok"), "1|argument");
}

TEST(Pam, FaillockArgumentOverFileOverDefault) {
  MemorySource source{test_info(true)};
  red_hat(source);
  source.add_file("/etc/security/faillock.conf", "deny = 9\nunlock_time = 1200\neven_deny_root\n");
  TestFacts facts{source};
  EXPECT_EQ(lockout(facts, "sshd", "module"), "pam_faillock|argument");
  EXPECT_EQ(lockout(facts, "sshd", "deny"), "4|argument");
  EXPECT_EQ(lockout(facts, "sshd", "unlock_time"), "1200|file");
  EXPECT_EQ(lockout(facts, "sshd", "fail_interval"), "900|default");
  EXPECT_EQ(lockout(facts, "sshd", "even_deny_root"), "1|file");
  EXPECT_EQ(lockout(facts, "login", "root_unlock_time"), "1200|file");
}

TEST(Pam, FaillockThatNeverCountsLocksNobody) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/pam.d/sshd",
                  "auth required pam_faillock.so preauth deny=3\nauth required pam_unix.so\n");
  TestFacts facts{source};
  EXPECT_EQ(lockout(facts, "sshd", "module"), "none|default");
  EXPECT_EQ(lockout(facts, "sshd", "deny"), "");
}

TEST(Pam, DebianIncludesAndBrackets) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/pam.d/common-auth",
                  "auth\t[success=1 default=ignore]\tpam_unix.so nullok # why\n"
                  "auth requisite pam_deny.so\n");
  source.add_file("/etc/pam.d/common-password",
                  "password requisite pam_cracklib.so retry=3 minlen=8 difok=3 reject_username\n"
                  "password [success=1 default=ignore] pam_unix.so obscure use_authtok yescrypt\n"
                  "password required pam_pwhistory.so remember=7\n");
  source.add_file("/etc/pam.d/login",
                  "auth optional pam_faildelay.so delay=3000000\n@include common-auth\n");
  source.add_file("/etc/pam.d/passwd", "@include common-password\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT control, module, arguments FROM pam_rule WHERE service = 'login' "
                  "ORDER BY position"),
            "optional|pam_faildelay.so|delay=3000000;"
            "[success=1 default=ignore]|pam_unix.so|nullok;requisite|pam_deny.so|");
  EXPECT_EQ(quality(facts, "module"), "pam_cracklib|argument");
  EXPECT_EQ(quality(facts, "minlen"), "8|argument");
  EXPECT_EQ(quality(facts, "dcredit"), "1|default");
  EXPECT_EQ(quality(facts, "usercheck"), "1|argument");
  EXPECT_EQ(quality(facts, "remember"), "7|argument");
  EXPECT_EQ(quality(facts, "hash"), "yescrypt|argument");
  EXPECT_EQ(lockout(facts, "login", "module"), "none|default");
}

TEST(Pam, TallyPasswdqcAndLoginDefsHash) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/login.defs", "ENCRYPT_METHOD SHA512\n");
  source.add_file("/etc/pam.d/system-auth",
                  "auth required pam_tally2.so deny=5 onerr=fail\nauth required pam_unix.so\n"
                  "password requisite pam_passwdqc.so min=disabled,24,11,8,7 enforce=users\n"
                  "password sufficient pam_unix.so use_authtok\n");
  TestFacts facts{source};
  EXPECT_EQ(lockout(facts, "system-auth", "module"), "pam_tally2|argument");
  EXPECT_EQ(lockout(facts, "system-auth", "deny"), "5|argument");
  EXPECT_EQ(lockout(facts, "system-auth", "unlock_time"), "never|default");
  EXPECT_EQ(quality(facts, "module"), "pam_passwdqc|argument");
  EXPECT_EQ(quality(facts, "minlen"), "7|argument");
  EXPECT_EQ(quality(facts, "minclass"), "2|argument");
  EXPECT_EQ(quality(facts, "enforce_for_root"), "0|argument");
  EXPECT_EQ(quality(facts, "hash"), "sha512|file");
  EXPECT_EQ(quality(facts, "nullok"), "0|default");
}

TEST(Pam, LoopsAndMissingFilesAreProblems) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/pam.d/a", "auth include b\n");
  source.add_file("/etc/pam.d/b", "auth include a\nauth include gone\nnonsense\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT count(*) FROM pam_rule"), "0");
  EXPECT_NE(facts("SELECT count(*) FROM parse_problem WHERE reason LIKE '%成环%'"), "0");
  EXPECT_NE(facts("SELECT count(*) FROM parse_problem WHERE text = 'nonsense'"), "0");
}

TEST(Pam, FilesThatIncludeEachOtherManyTimesEnd) {
  MemorySource source{test_info(true)};
  for (char name = 'a'; name < 'n'; ++name) {
    std::string text;
    for (int i = 0; i < 200; ++i)
      text += std::string{"auth include "} + static_cast<char>(name + 1) + "\n";
    source.add_file(std::string{"/etc/pam.d/"} + name, text);
  }
  source.add_file("/etc/pam.d/n", "auth required pam_unix.so\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT count(*) FROM pam_rule WHERE service = 'n'"), "1");
}

TEST(Pam, NothingReadableIsMissing) {
  TestFacts facts{MemorySource{test_info(false)}};
  EXPECT_EQ(facts("SELECT count(*) FROM coverage WHERE state = 'missing' AND table_name IN "
                  "('pam_rule', 'lockout', 'password_quality')"),
            "3");
}

TEST(Pam, VendorFilesAreHiddenByLocalOnes) {
  MemorySource source{test_info(true)};
  source.add_file("/usr/lib/pam.d/sshd", "auth required pam_permit.so\n");
  source.add_file("/usr/lib/pam.d/su", "auth required pam_wheel.so\n");
  source.add_file("/etc/pam.d/sshd", "auth required pam_unix.so\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT service, module FROM pam_rule"), "sshd|pam_unix.so;su|pam_wheel.so");
}

}  // namespace
}  // namespace dengce::evidence
