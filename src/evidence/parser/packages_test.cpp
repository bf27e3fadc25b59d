// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "evidence/parser/rpm_database.h"
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

void append_big_endian(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFFU);
}

std::string header(const std::string& name,
                   const std::string& version,
                   const std::string& release,
                   const std::string& architecture,
                   std::uint32_t installed) {
  std::string index;
  std::string data;
  const auto text = [&](std::uint32_t tag, const std::string& value) {
    append_big_endian(index, tag);
    append_big_endian(index, 6);
    append_big_endian(index, static_cast<std::uint32_t>(data.size()));
    append_big_endian(index, 1);
    data += value;
    data += '\0';
  };
  text(1000, name);
  text(1001, version);
  text(1002, release);
  text(1022, architecture);
  while (data.size() % 4 != 0) data += '\0';
  append_big_endian(index, 1008);
  append_big_endian(index, 4);
  append_big_endian(index, static_cast<std::uint32_t>(data.size()));
  append_big_endian(index, 1);
  append_big_endian(data, installed);
  std::string out;
  append_big_endian(out, 5);
  append_big_endian(out, static_cast<std::uint32_t>(data.size()));
  return out + index + data;
}

// A database as rpm lays it out; `schema` lets a test plant something else under the name.
std::string database(const std::string& schema, const std::vector<std::string>& blobs) {
  sqlite3* raw = nullptr;
  sqlite3_open(":memory:", &raw);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db{raw, sqlite3_close};
  sqlite3_exec(db.get(), schema.c_str(), nullptr, nullptr, nullptr);
  for (const std::string& blob : blobs) {
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(db.get(), "INSERT INTO Packages(blob) VALUES(?)", -1, &insert, nullptr);
    sqlite3_bind_blob(insert, 1, blob.data(), static_cast<int>(blob.size()), SQLITE_TRANSIENT);
    sqlite3_step(insert);
    sqlite3_finalize(insert);
  }
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(db.get(), "main", &size, 0);
  std::string out{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  sqlite3_free(bytes);
  return out;
}

constexpr const char* rpm_schema =
    "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)";

TEST(Packages, Dpkg) {
  MemorySource source{test_info(false)};
  source.add_command(
      "packages-dpkg",
      "dpkg-query",
      "openssh-server\t1:9.2p1-2\tamd64\tinstall ok installed\n"
      "removed\t1.0\tall\tdeinstall ok config-files\nheld\t2\tall\thold ok installed\nbad\n");
  source.add_command(
      "updates-apt",
      "apt list --upgradable",
      "Listing...\nopenssl/stable-security,now 3.0.15 amd64 [upgradable from: 3.0.14]\n"
      "tzdata/stable 2026a all [upgradable from: 2025b]\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, version, architecture, manager FROM package"),
            "openssh-server|1:9.2p1-2|amd64|dpkg;held|2|all|dpkg");
  EXPECT_EQ(facts("SELECT name, installed, candidate, security FROM package_update"),
            "openssl|3.0.14|3.0.15|1;tzdata|2025b|2026a|0");
}

TEST(Packages, DpkgStatusOfATree) {
  MemorySource source{test_info(true)};
  source.add_file("/var/lib/dpkg/status",
                  "Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n"
                  "Description: x\n Package: not this\n\n"
                  "Package: b\nStatus: deinstall ok config-files\nVersion: 2\n\n"
                  "Package: c\nStatus: install ok installed\nVersion: 3\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, version FROM package"), "a|1;c|3");
  EXPECT_EQ(facts.source("SELECT source FROM package WHERE name = 'c'"), "/var/lib/dpkg/status:12");
}

TEST(Packages, DnfUpdatesWithAdvisories) {
  MemorySource source{test_info(false)};
  source.add_command("packages-rpm",
                     "rpm -qa",
                     "bash\t5.1-2.el9\tx86_64\t1700000000\t(none)\n"
                     "gpg-pubkey\t1-2\t(none)\t1\t(none)\n");
  source.add_command("updates-dnf",
                     "dnf check-update",
                     "\nbash.x86_64    5.1-9.el9    baseos\nkernel.x86_64  5.14-2.el9  baseos\n"
                     "Obsoleting Packages\nold.noarch 1 x\n",
                     100);
  source.add_command(
      "updates-dnf-security", "dnf updateinfo", "X-2026:1 Important/Sec. bash-5.1-9.el9.x86_64\n");
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, version, manager FROM package"), "bash|5.1-2.el9|rpm");
  EXPECT_EQ(facts("SELECT name, candidate, security FROM package_update"),
            "bash|5.1-9.el9|1;kernel|5.14-2.el9|0");
}

TEST(Packages, AFailedQuestionIsMissing) {
  MemorySource source{test_info(false)};
  source.add_command("updates-dnf", "dnf check-update", "", 1);
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT state FROM coverage WHERE table_name = 'package_update'"), "missing");
}

TEST(Packages, RpmDatabaseOfATree) {
  MemorySource source{test_info(true)};
  source.add_file("/var/lib/rpm/rpmdb.sqlite",
                  database(rpm_schema,
                           {header("bash", "5.1.8", "9.el9", "x86_64", 1'700'000'000),
                            header("gpg-pubkey", "1", "2", "", 5),
                            "no header",
                            header("zlib", "1.2.11", "40.el9", "x86_64", 1'690'000'000)}));
  TestFacts facts{source};
  EXPECT_EQ(facts("SELECT name, version, architecture, manager FROM package"),
            "bash|5.1.8-9.el9|x86_64|rpm;zlib|1.2.11-40.el9|x86_64|rpm");
  EXPECT_EQ(facts("SELECT value FROM update_state WHERE setting = 'last_update_day'"), "19675");
}

TEST(Packages, HostileDatabasesGiveAReason) {
  const std::string endless =
      "CREATE VIEW Packages AS WITH RECURSIVE n(blob) AS (SELECT 1 UNION ALL "
      "SELECT blob + 1 FROM n) SELECT blob FROM n";
  std::string damaged = database(rpm_schema, {header("a", "1", "1", "x", 1)});
  std::fill(damaged.begin() + 200, damaged.end(), '\x7F');
  for (const std::string& bytes :
       {database(endless, {}), damaged, std::string{"SQLite format 3"}, std::string{"nothing"}}) {
    MemorySource source{test_info(true)};
    source.add_file("/usr/lib/sysimage/rpm/rpmdb.sqlite", bytes);
    TestFacts facts{source};
    EXPECT_EQ(facts("SELECT state, reason FROM coverage WHERE table_name = 'package'"),
              "missing|RPM 数据库 /usr/lib/sysimage/rpm/rpmdb.sqlite 已损坏，无法读取");
  }
}

TEST(Packages, HeadersAreReadInsideTheirBounds) {
  const std::string good = header("bash", "5", "1", "x86_64", 7);
  RpmPackage package;
  EXPECT_TRUE(read_rpm_header(good, package));
  for (std::size_t length = 0; length < good.size(); ++length) {
    RpmPackage cut;
    EXPECT_FALSE(read_rpm_header(std::string_view{good}.substr(0, length), cut)) << length;
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(0xFF);
    RpmPackage any;
    (void)read_rpm_header(bad, any);
  }
}

}  // namespace
}  // namespace dengce::evidence
