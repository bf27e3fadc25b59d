// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "evidence/test_facts.h"
#include "evidence/tree.h"

namespace dengce::evidence {
namespace {

namespace fs = std::filesystem;

TEST(Services, AnswersOfSystemd) {
  MemorySource source{test_info(false)};
  source.add_command("unit-files",
                     "systemctl list-unit-files",
                     "sshd.service enabled enabled\ntelnet.socket disabled disabled\n"
                     "getty@.service enabled enabled\nrescue.service static -\n");
  source.add_command("units",
                     "systemctl list-units",
                     "sshd.service loaded active running OpenSSH\n"
                     "\xE2\x97\x8F bad.service loaded failed failed Bad\n"
                     "getty@tty1.service loaded active running Getty\n");
  source.add_derived("sysv-services", "sshd|2345\noldd|345\nidle|\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, enabled, active, manager FROM service"),
            "bad.service|null|failed|systemd;getty@.service|enabled|inactive|systemd;"
            "getty@tty1.service|enabled|active|systemd;rescue.service|static|inactive|systemd;"
            "sshd.service|enabled|active|systemd;telnet.socket|disabled|inactive|systemd;"
            "oldd.service|enabled|null|sysv;idle.service|disabled|null|sysv");
}

TEST(Services, InetdAndXinetd) {
  MemorySource source{test_info(false)};
  source.add_file("/etc/inetd.conf",
                  "#ftp stream tcp nowait root /usr/sbin/ftpd ftpd\n"
                  "telnet stream tcp nowait root /usr/sbin/tcpd in.telnetd\n");
  source.add_file("/etc/xinetd.d/rsh",
                  "service shell\n{\n  disable = yes\n  socket_type = stream\n}\n");
  source.add_file("/etc/xinetd.d/tftp", "service tftp\n{\n  disable\t\t= no\n}\n");
  TestFacts facts{source};
  EXPECT_EQ(
      facts("SELECT name, enabled, manager FROM service"),
      "telnet.service|enabled|inetd;shell.service|disabled|xinetd;tftp.service|enabled|xinetd");
}

class UnitTree : public testing::Test {
 protected:
  TempDir directory_ = *TempDir::create();

  void put(const std::string& path, std::string_view bytes, bool executable = false) {
    const fs::path full = directory_.path() / path;
    fs::create_directories(full.parent_path());
    ASSERT_TRUE(write_file(full, bytes));
    fs::permissions(full, fs::perms{executable ? 0755U : 0644U});
  }

  void link(const std::string& target, const std::string& path) {
    const fs::path full = directory_.path() / path;
    fs::create_directories(full.parent_path());
    fs::create_symlink(target, full);
  }
};

TEST_F(UnitTree, LinksDecide) {
  const std::string lib = "usr/lib/systemd/system/";
  const std::string wanted = "[Unit]\n[Install]\nWantedBy=multi-user.target\n";
  link("usr/lib", "lib");
  put(lib + "ssh.service", "[Install]\nWantedBy=multi-user.target\nAlias=sshd.service\n");
  put(lib + "telnet.socket", "[Install]\nWantedBy=sockets.target\n");
  put(lib + "bare.service", "[Service]\nExecStart=/bin/true\n");
  put(lib + "also.service", "[Install]\nAlso=x.socket\n");
  put(lib + "gone.service", wanted);
  put(lib + "local.service", wanted);
  put(lib + "getty@.service", wanted);
  put(lib + "nulled.service", wanted);
  link("/dev/null", lib + "vendor-masked.service");
  link("/lib/systemd/system/ssh.service", "etc/systemd/system/sshd.service");
  link("/lib/systemd/system/ssh.service", "etc/systemd/system/multi-user.target.wants/ssh.service");
  link("/dev/null", "etc/systemd/system/gone.service");
  put("etc/systemd/system/nulled.service", "");
  put("etc/systemd/system/local.service", "[Service]\n");
  link("/lib/systemd/system/getty@.service",
       "etc/systemd/system/getty.target.wants/getty@tty1.service");
  link("/lib/systemd/system/vanished.service",
       "etc/systemd/system/multi-user.target.wants/vanished.service");
  put("etc/init.d/oldd", "#!/bin/sh\n", true);
  put("etc/init.d/idle", "#!/bin/sh\n", true);
  put("etc/init.d/README", "text\n");
  link("../init.d/oldd", "etc/rc3.d/S20oldd");
  const auto tree = *TreeSource::open(directory_.path(), Day{1});
  TestFacts facts{*tree};
  EXPECT_EQ(facts("SELECT name, enabled, manager FROM service"),
            "also.service|indirect|systemd;bare.service|static|systemd;"
            "getty@.service|disabled|systemd;getty@tty1.service|enabled|systemd;"
            "gone.service|masked|systemd;local.service|static|systemd;"
            "nulled.service|masked|systemd;ssh.service|enabled|systemd;"
            "sshd.service|alias|systemd;telnet.socket|disabled|systemd;"
            "vendor-masked.service|masked|systemd;"
            "idle.service|disabled|sysv;oldd.service|enabled|sysv");
}

TEST_F(UnitTree, ProgramsAreAbsentOnlyWhereAllPlacesCouldBeRead) {
  put("usr/sbin/sshd", "");
  put("usr/bin/ls", "");
  const auto tree = *TreeSource::open(directory_.path(), Day{1});
  TestFacts facts{*tree};
  EXPECT_EQ(facts("SELECT name, present, path FROM program WHERE name IN ('sshd', 'auditd')"),
            "auditd|0|null;sshd|1|/usr/sbin/sshd");
  const fs::path bare = directory_.path() / "bare";
  fs::create_directories(bare / "etc");
  const auto empty = *TreeSource::open(bare, Day{1});
  TestFacts nothing{*empty};
  EXPECT_EQ(nothing("SELECT state FROM coverage WHERE table_name = 'program'"), "missing");
}

TEST_F(UnitTree, ModesOwnersAndSpecialFiles) {
  put("etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
  put("etc/group", "root:x:0:\nalice:x:1000:\n");
  put("etc/shadow", "root:!:1::::::\n");
  put("usr/bin/tool", "", true);
  put("home/alice/.rhosts", "+ +\n");
  fs::permissions(directory_.path() / "etc/shadow", fs::perms{0});
  fs::permissions(directory_.path() / "usr/bin/tool", fs::perms{04755});
  fs::create_directories(directory_.path() / "tmp");
  fs::create_directories(directory_.path() / "srv/open");
  fs::permissions(directory_.path() / "tmp", fs::perms{01777});
  fs::permissions(directory_.path() / "srv/open", fs::perms{0777});
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown((directory_.path() / "usr/bin/tool").c_str(), 4242, 0), 0);
    fs::permissions(directory_.path() / "usr/bin/tool", fs::perms{04755});
  }
  const auto tree = *TreeSource::open(directory_.path(), Day{1});
  TestFacts facts{*tree};
  EXPECT_EQ(facts("SELECT kind, mode FROM file_mode WHERE path = '/etc/shadow'"), "file|0");
  EXPECT_EQ(facts("SELECT count(*) FROM file_mode WHERE path = '/home/alice/.rhosts'"), "1");
  EXPECT_EQ(facts("SELECT path FROM special_file WHERE kind = 'setuid'"), "/usr/bin/tool");
  EXPECT_EQ(facts("SELECT path FROM special_file WHERE kind = 'world_writable_directory'"),
            "/srv/open");
  EXPECT_EQ(facts("SELECT path FROM special_file WHERE kind = 'rhosts'"), "/home/alice/.rhosts");
  if (::geteuid() == 0) {
    EXPECT_EQ(facts("SELECT path, owner FROM special_file WHERE kind = 'unowned'"),
              "/usr/bin/tool|4242");
  }
}

TEST(Files, TablesOfTheCollector) {
  MemorySource source{test_info(false)};
  source.add_derived(
      "file-modes",
      "file|0644|root|root|1221|20593|/etc/passwd\nfile|0000|root|root|9|1|/etc/a|b\nx|y\n");
  source.add_derived("special-files", "setuid|4755|root|/usr/bin/gpasswd\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT path, kind, mode, owner, group_name, bytes, modified_day FROM file_mode"),
            "/etc/passwd|file|420|root|root|1221|20593;/etc/a|b|file|0|root|root|9|1");
  EXPECT_EQ(facts("SELECT path, kind, mode FROM special_file"), "/usr/bin/gpasswd|setuid|2541");
  EXPECT_EQ(facts("SELECT count(*) FROM parse_problem"), "1");
}

}  // namespace
}  // namespace dengce::evidence
