// SPDX-License-Identifier: Apache-2.0
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

std::string sysctl(TestFacts& facts, const std::string& name) {
  return facts("SELECT value, origin FROM sysctl_setting WHERE name = '" + name + "'");
}

TEST(Sysctl, RunningAnswerWins) {
  MemorySource source{test_info(false)};
  source.add_command("sysctl",
                     "sysctl -a",
                     "net.ipv4.ip_forward = 1\nnet.ipv4.tcp_rmem = 4096\t131072\t6291456\n"
                     "sysctl: reading key \"kernel.x\"\nkernel.empty = \n");
  source.add_file("/etc/sysctl.conf", "net.ipv4.ip_forward=0\n");
  TestFacts facts{source};
  EXPECT_EQ(sysctl(facts, "net.ipv4.ip_forward"), "1|running");
  EXPECT_EQ(sysctl(facts, "net.ipv4.tcp_rmem"), "4096 131072 6291456|running");
  EXPECT_EQ(facts("SELECT count(*) FROM sysctl_setting"), "3");
}

TEST(Sysctl, FilesInTheOrderOfTheirNames) {
  MemorySource source{test_info(true)};
  source.add_file("/usr/lib/sysctl.d/10-vendor.conf", "a.b = 1\nhidden.key = 1\n");
  source.add_file("/etc/sysctl.d/10-vendor.conf", "a.b = 2\n");
  source.add_file("/usr/lib/sysctl.d/50-late.conf",
                  "a.b = 3\n; note\n-c.d=7\nnet/ipv4/conf/eth0.5/rp_filter = 1\n");
  source.add_file("/etc/sysctl.d/20-own.conf",
                  "a.b = 4\nc.d = 8\nnet.ipv4.conf.*.send_redirects = 0\n");
  source.add_file("/etc/sysctl.d/readme", "a.b = 9\n");
  source.add_file("/etc/sysctl.conf", "c.d = 5\nnonsense\n");
  TestFacts facts{source};
  EXPECT_EQ(sysctl(facts, "a.b"), "3|file");
  EXPECT_EQ(sysctl(facts, "c.d"), "5|file");
  EXPECT_EQ(sysctl(facts, "hidden.key"), "");
  EXPECT_EQ(sysctl(facts, "net.ipv4.conf.eth0/5.rp_filter"), "1|file");
  EXPECT_EQ(sysctl(facts, "net.ipv4.conf.all.send_redirects"), "0|file");
  EXPECT_EQ(facts("SELECT text FROM parse_problem"), "nonsense");
}

TEST(Sysctl, TheLinkedMainFileIsReadOnceAtItsPlace) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/sysctl.d/99-sysctl.conf", "a.b = 1\n");
  source.add_file("/etc/sysctl.conf", "a.b = 1\n");
  source.add_file("/etc/sysctl.d/zz-last.conf", "a.b = 2\n");
  TestFacts facts{source};
  EXPECT_EQ(sysctl(facts, "a.b"), "2|file");
}

TEST(Mounts, RunningAndTable) {
  MemorySource source{test_info(false)};
  source.add_file("/proc/self/mounts",
                  "/dev/sda1 / ext4 rw,relatime 0 0\n"
                  "tmpfs /mnt/my\\040disk tmpfs rw,nosuid 0 0\n");
  source.add_file("/etc/fstab", "# note\nUUID=1 / ext4\n/dev/sda2 none swap sw 0 0\nbroken\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT target, device, type, options, origin FROM mount"),
            "/|/dev/sda1|ext4|,rw,relatime,|running;/mnt/my disk|tmpfs|tmpfs|,rw,nosuid,|running;"
            "/|UUID=1|ext4|,defaults,|fstab");
  EXPECT_EQ(facts("SELECT count(*) FROM parse_problem"), "1");
}

TEST(Modules, LoadedAndBlocked) {
  MemorySource source{test_info(false)};
  source.add_file("/proc/modules", "ext4 1 2 - Live 0x0\nusb_storage 1 0 - Live 0x0\n");
  source.add_file("/etc/modprobe.d/a.conf",
                  "install usb-storage /bin/true\nblacklist cramfs\ninstall x /sbin/modprobe y\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, loaded, blocked FROM kernel_module"),
            "cramfs|0|1;usb_storage|1|1;ext4|1|0");
}

TEST(Swap, EncryptedOrNot) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/crypttab", "swap_crypt /dev/sda3 /dev/urandom swap\n");
  source.add_file("/etc/fstab",
                  "/dev/mapper/swap_crypt none swap sw 0 0\n/dev/sda4 none swap sw 0 0\n"
                  "/dev/mapper/vg-swap none swap sw 0 0\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT device, encrypted FROM swap_area"),
            "/dev/mapper/swap_crypt|1;/dev/sda4|0;/dev/mapper/vg-swap|null");
}

TEST(Settings, FormsAndDropIns) {
  MemorySource source{test_info(true)};
  source.add_file("/etc/systemd/journald.conf",
                  "[Journal]\n#Storage=none\nStorage=auto\nCompress=yes\n");
  source.add_file("/usr/lib/systemd/journald.conf.d/10-x.conf", "[Journal]\nStorage=volatile\n");
  source.add_file("/etc/systemd/journald.conf.d/20-y.conf", "[Journal]\nStorage=persistent\n");
  source.add_file("/etc/security/limits.conf",
                  "* soft core 0 # no dumps\n* hard core 5\nshort line\n");
  source.add_file("/etc/security/limits.d/90.conf", "* hard core 0\n");
  source.add_file("/etc/audit/auditd.conf", "max_log_file = 50\nspace_left_action=EMAIL\n");
  source.add_file("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"audit=1 quiet\"\n");
  source.add_file("/etc/apt/apt.conf.d/20auto",
                  "APT::Periodic::Unattended-Upgrade \"1\";\n"
                  "APT\n{\n  Get { AllowUnauthenticated \"true\"; };\n"
                  "  Install\n  {\n    Recommends \"0\";\n  };\n};\n");
  source.add_file("/etc/security/access.conf", "-:ALL EXCEPT root:tty1 tty2\nbad\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT section, keyword, value FROM setting WHERE program = 'journald'"),
            "Journal|Compress|yes;Journal|Storage|persistent");
  EXPECT_EQ(facts("SELECT keyword, value FROM setting WHERE program = 'limits'"),
            "* hard core|0;* soft core|0");
  EXPECT_EQ(facts("SELECT keyword, value FROM setting WHERE program = 'auditd'"),
            "max_log_file|50;space_left_action|EMAIL");
  EXPECT_EQ(facts("SELECT value FROM setting WHERE program = 'grub'"), "audit=1 quiet");
  EXPECT_EQ(facts("SELECT value FROM setting WHERE keyword = 'APT::Periodic::Unattended-Upgrade'"),
            "1");
  EXPECT_EQ(facts("SELECT value FROM setting WHERE keyword = 'APT::Install::Recommends'"), "0");
  EXPECT_EQ(facts("SELECT keyword, value FROM setting WHERE program = 'login_access'"),
            "- ALL EXCEPT root|tty1 tty2");
  EXPECT_EQ(facts("SELECT count(*) FROM parse_problem"), "2");
}

}  // namespace
}  // namespace dengce::evidence
