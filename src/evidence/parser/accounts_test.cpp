// SPDX-License-Identifier: Apache-2.0
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

TEST(Accounts, TellShellsAndKindsApart) {
  MemorySource source{test_info(false)};
  source.add_file("/etc/login.defs", "UID_MIN 500\n");
  source.add_file("/etc/passwd",
                  "root:x:0:0::/root:/bin/bash\n"
                  "toor:x:0:0::/root:/bin/sh\n"
                  "daemon:x:1:1::/:/usr/sbin/nologin\n"
                  "sync:x:4:65534::/bin:/bin/sync\n"
                  "old:x:500:500::/home/old:/bin/false\n"
                  "nobody:x:65534:65534::/:/usr/sbin/nologin\n"
                  "empty:x:501:501::/home/e:\n"
                  "+@netgroup::::::\n"
                  "broken:x:abc:1::/:\n"
                  "short:x:1\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, can_login, kind FROM account"),
            "root|1|root;toor|1|root;daemon|0|system;sync|0|system;old|0|human;nobody|0|system;"
            "empty|1|human");
  EXPECT_EQ(facts.source("SELECT source FROM account WHERE name = 'old'"), "/etc/passwd:5");
  EXPECT_EQ(facts("SELECT count(*) FROM parse_problem WHERE path = '/etc/passwd'"), "3");
}

TEST(Accounts, LockedNoneEmptyAndSetAreFourThings) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/passwd",
                  "direct:$6$salt$hash:1:1::/:/bin/sh\nshadowed:x:2:2::/:/bin/sh\n"
                  "open::3:3::/:/bin/sh\n");
  source.add_file("/etc/shadow",
                  "a:$y$j9T$salt$hash:19000:0:90:7:30:20500:\n"
                  "b:!$6$salt$hash:19000::::::\n"
                  "c:*:19000:0:99999:7:::\n"
                  "d:!!:19000:0:99999:7:::\n"
                  "e::19000:0:99999:7:::\n"
                  "f:!:19000::::::\n"
                  "g:$1$x$y:::::::\n"
                  "h:$sm3$x$y:::::::\n"
                  "i:abcdefghijklm:::::::\n"
                  "j:what is this:::::::\n"
                  "k:!*:::::::\n"
                  "shadowed:$5$x$y:::::::\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, state, scheme FROM account_password"),
            "a|set|yescrypt;b|locked|sha512;c|none|null;d|none|null;e|empty|null;f|none|null;"
            "g|set|md5;h|set|sm3;i|set|des;j|unknown|null;k|none|null;shadowed|set|sha256;"
            "direct|set|sha512;open|empty|null");
  EXPECT_EQ(
      facts("SELECT last_change_day, min_days, max_days, warn_days, inactive_days, expire_day "
            "FROM account_password WHERE name IN ('a', 'b')"),
      "19000|0|90|7|30|20500;19000|null|null|null|null|null");
  // A hash is nowhere in the facts.
  EXPECT_EQ(facts.set().serialize().find("$hash"), std::string_view::npos);
  EXPECT_EQ(facts.set().serialize().find("abcdefghijklm"), std::string_view::npos);
}

TEST(Accounts, UnreadableShadowIsMissingNotEmpty) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/passwd", "root:x:0:0::/root:/bin/bash\n");
  source.add_absent("file:/etc/shadow", ReadState::denied);
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT state, reason FROM coverage WHERE table_name = 'account_password'"),
            "missing|无权读取 /etc/shadow");
  EXPECT_EQ(facts("SELECT count(*) FROM account_password"), "0");
}

TEST(Accounts, GroupsAndMembers) {
  MemorySource source{test_info(false)};
  source.add_file("/etc/group", "\xEF\xBB\xBFroot:x:0:\r\nwheel:x:10:alice, bob,\r\nbad line\r\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, gid FROM user_group"), "root|0;wheel|10");
  EXPECT_EQ(facts("SELECT group_name, member FROM group_member"), "wheel|alice;wheel|bob");
}

TEST(Accounts, LastLogins) {
  MemorySource source{test_info(false)};
  source.add_command("lastlog",
                     "lastlog",
                     "Username         Port     From             Latest\n"
                     "root             pts/0    192.0.2.7        Mon Jun 24 08:15:03 +0000 2024\n"
                     "daemon                                     **Never logged in**\n"
                     "alice            tty1                      Tue Jan  2 00:00:00 +0000 2024\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, day, day_text(day), origin FROM last_login"),
            "root|19898|2024-06-24|192.0.2.7;daemon|null|null|null;alice|19724|2024-01-02|tty1");
}

TEST(LoginDefs, LastLineWinsAndCommentsOnlyBeginLines) {
  MemorySource source{test_info(false)};
  source.add_file("/etc/login.defs",
                  "# PASS_MAX_DAYS 1\nPASS_MAX_DAYS\t99999\n  PASS_MIN_LEN 8\nPASS_MAX_DAYS 90\n"
                  "ENCRYPT_METHOD \"SHA512\"\nUMASK 027 # note\nEMPTY\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT keyword, value FROM login_defs ORDER BY keyword"),
            "ENCRYPT_METHOD|SHA512;PASS_MAX_DAYS|90;PASS_MIN_LEN|8;UMASK|027 # note");
  EXPECT_EQ(facts.source("SELECT source FROM login_defs WHERE keyword = 'PASS_MAX_DAYS'"),
            "/etc/login.defs:4");
}

TEST(Lines, HugeLinesAndBinaryDoNotStopTheRest) {
  MemorySource source{test_info(false)};
  source.add_file("/etc/login.defs",
                  "UID_MIN 1000\n" + std::string(5'000'000, 'x') + "\nPASS_MAX_DAYS 90\n");
  source.add_file("/etc/group", std::string{"a:x:1:\nb\0:x:2:\nc:x:3:\n", 21});
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT keyword FROM login_defs ORDER BY 1"), "PASS_MAX_DAYS;UID_MIN");
  EXPECT_EQ(facts("SELECT reason FROM parse_problem WHERE path = '/etc/login.defs'"),
            "行过长，已忽略");
  EXPECT_EQ(facts("SELECT group_concat(gid) FROM user_group"), "1,2,3");
}

TEST(Lines, Gb18030IsUnderstood) {
  MemorySource source{test_info(false)};
  source.add_file("/etc/group", "\xB2\xE2\xCA\xD4:x:1:\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name FROM user_group"), "测试");
}

}  // namespace
}  // namespace dengce::evidence
