// SPDX-License-Identifier: Apache-2.0
#include "evidence/linux_facts.h"

#include <re2/re2.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

TEST(Catalogue, ListsEveryParserOfTheFolder) {
  std::set<std::string> written;
  for (const auto& each :
       std::filesystem::directory_iterator(DENGCE_SOURCE_DIR "/src/evidence/parser")) {
    if (each.path().extension() != ".cpp") continue;
    const std::string text = *read_file(each.path());
    re2::StringPiece rest{text};
    std::string name;
    while (RE2::FindAndConsume(&rest, R"(\nvoid parse_(\w+)\(ParseContext& context\) \{)", &name)) {
      written.insert(name);
    }
  }
  std::set<std::string> listed;
  for (const LinuxParser& parser : linux_parsers()) listed.emplace(parser.name);
  EXPECT_EQ(written, listed) << "a parser lacks its line in parser/parsers.def";
}

TEST(Catalogue, NothingCollectedMeansEveryTableIsMissing) {
  TestFacts facts{MemorySource{test_info(false)}};
  EXPECT_EQ(facts("SELECT group_concat(table_name) FROM coverage WHERE state = 'covered'"),
            "host,coverage,parse_problem");
  EXPECT_EQ(facts("SELECT count(*) FROM coverage WHERE state = 'missing' AND reason IS NULL"), "0");
  EXPECT_EQ(facts("SELECT count(*) FROM coverage"), std::to_string(fact_id_count));
}

TEST(Catalogue, AnEmptyTreeSaysWhyTablesAreMissing) {
  TestFacts facts{MemorySource{test_info(true)}};
  EXPECT_EQ(facts("SELECT count(*) FROM coverage WHERE state = 'missing' AND reason IS NULL"), "0");
  EXPECT_EQ(facts("SELECT state FROM coverage WHERE table_name = 'account'"), "missing");
  EXPECT_EQ(facts("SELECT origin, hostname FROM host"), "tree|host-a");
}

TEST(Host, ReleaseFilesOldAndNew) {
  MemorySource rocky{test_info(false)};
  rocky.add_file("/etc/os-release",
                 "NAME=\"Rocky Linux\"\nID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"
                 "VERSION_ID=\"9.5\"\nPRETTY_NAME=\"Rocky Linux 9.5\"\n");
  rocky.add_command("uname", "uname -srm", "Linux 5.14.0 x86_64\n");
  rocky.add_command("virtualization", "systemd-detect-virt", "kvm\n", 0);
  TestFacts facts{rocky};
  EXPECT_EQ(facts("SELECT os_id, os_like, os_version, kernel, architecture, virtualization, "
                  "collected_day, origin FROM host"),
            "rocky|rhel|9.5|5.14.0|x86_64|kvm|20000|live");
  MemorySource old{test_info(true)};
  old.add_file("/etc/redhat-release", "CentOS release 6.10 (Final)\n");
  TestFacts six{old};
  EXPECT_EQ(six("SELECT os_id, os_like, os_version FROM host"), "centos|rhel|6.10");
}

TEST(Host, KylinAndUosAreOfTheFamilyOfTheirPackages) {
  for (const auto& [pam, like] :
       {std::pair{"common-auth", "debian"}, std::pair{"system-auth", "rhel"}}) {
    MemorySource source{test_info(true)};
    source.add_file("/etc/os-release", "ID=kylin\nVERSION_ID=V10\n");
    source.add_file(std::string{"/etc/pam.d/"} + pam, "auth required pam_unix.so\n");
    TestFacts facts{source};
    EXPECT_EQ(facts("SELECT os_like FROM host"), like);
  }
}

}  // namespace
}  // namespace dengce::evidence
