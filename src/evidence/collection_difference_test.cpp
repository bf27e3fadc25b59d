// SPDX-License-Identifier: Apache-2.0
#include "evidence/collection_difference.h"

#include <gtest/gtest.h>

#include "base/json_writer.h"

namespace dengce::evidence {
namespace {

Comparison shipped() {
  auto comparison = Comparison::load(Content::embedded(), "linux");
  EXPECT_TRUE(comparison) << comparison.error().text();
  return comparison ? *comparison : Comparison{};
}

// Rows of a host whose tables all had a source.
class Host {
 public:
  explicit Host(std::int64_t day = 20'000) {
    file_ = builder_.file("data/files/etc/passwd");
    add(FactId::host,
        {"host-a", "debian", "debian", "12", "Debian 12", "6.1", "x86_64", "none", day});
    for (const FactTable& table : fact_tables()) {
      if (table.name != "package") add(FactId::coverage, {table.name, "covered", nullptr});
    }
    add(FactId::coverage, {"package", "missing", "没有包管理器的输出"});
  }

  Host& add(FactId table, std::initializer_list<FactCell> cells, std::uint32_t line = 0) {
    EXPECT_TRUE(builder_.add(table, cells, {line > 0 ? file_ : 0, line}));
    return *this;
  }

  FactSet facts() {
    auto built = builder_.build();
    EXPECT_TRUE(built);
    return *built;
  }

 private:
  FactSetBuilder builder_;
  std::uint32_t file_ = 0;
};

// "table kind key: column before>after, …" a line.
std::string told(const CollectionDifference& difference) {
  std::string out;
  for (const TableDifference& table : difference.tables) {
    for (const RowDifference& row : table.rows) {
      out += fact_tables()[static_cast<std::size_t>(table.compared->table)].name;
      out += ' ';
      out += name(row.kind);
      for (const auto& [column, value] : row.key) out += ' ' + value;
      for (const ValueDifference& value : row.values) {
        out += ' ' + std::string(value.column) + ' ' + value.before.value_or("-") + '>' +
               value.after.value_or("-");
      }
      out += '\n';
    }
  }
  return out;
}

TEST(CollectionDifference, AccountsRightsServicesAndPorts) {
  Host before;
  before.add(FactId::account, {"root", 0, 0, "/root", "/bin/bash", 1, "root"}, 1)
      .add(FactId::account, {"old", 1000, 1000, "/home/old", "/bin/bash", 1, "human"}, 2)
      .add(FactId::file_mode, {"/etc/shadow", "file", 0640, "root", "shadow"})
      .add(FactId::service, {"sshd.service", "enabled", "active", "systemd"})
      .add(FactId::socket, {"tcp", "127.0.0.1", 5432, "postgres", "loopback"});
  Host after(20'030);
  after.add(FactId::account, {"root", 0, 0, "/root", "/bin/bash", 1, "root"}, 1)
      .add(FactId::account, {"new", 0, 0, "/home/new", "/bin/bash", 1, "root"}, 7)
      .add(FactId::file_mode, {"/etc/shadow", "file", 04666, "root", "shadow"})
      .add(FactId::service, {"sshd.service", "disabled", "active", "systemd"})
      .add(FactId::socket, {"tcp", "0.0.0.0", 5432, "postgres", "any"});
  const Comparison comparison = shipped();
  const auto difference = compare_collections(comparison, before.facts(), after.facts());
  EXPECT_EQ(told(difference),
            "account removed old uid 1000>- gid 1000>- home /home/old>- shell /bin/bash>- "
            "can_login 1>- kind human>-\n"
            "account added new uid ->0 gid ->0 home ->/home/new shell ->/bin/bash can_login ->1 "
            "kind ->root\n"
            "file_mode changed /etc/shadow mode 0640>4666\n"
            "service changed sshd.service systemd enabled enabled>disabled\n"
            "socket removed tcp 127.0.0.1 5432 process postgres>- exposure loopback>-\n"
            "socket added tcp 0.0.0.0 5432 process ->postgres exposure ->any\n");
  EXPECT_EQ(difference.host_after, "host-a");
  EXPECT_EQ(difference.day_after - difference.day_before, 30);
}

TEST(CollectionDifference, ARowKnowsItsLineOnBothSides) {
  Host before;
  before.add(FactId::account, {"root", 0, 0, "/root", "/bin/bash", 1, "root"}, 1);
  Host after;
  after.add(FactId::account, {"root", 0, 0, "/root", "/bin/sh", 1, "root"}, 3);
  const Comparison comparison = shipped();
  const auto difference = compare_collections(comparison, before.facts(), after.facts());
  ASSERT_EQ(difference.changes(), 1U);
  for (const TableDifference& table : difference.tables) {
    for (const RowDifference& row : table.rows) {
      ASSERT_TRUE(row.before && row.after);
      EXPECT_EQ(row.before->path, "data/files/etc/passwd");
      EXPECT_EQ(row.before->line, 1);
      EXPECT_EQ(row.after->line, 3);
    }
  }
}

TEST(CollectionDifference, TheSameTwiceChangesNothing) {
  Host host;
  host.add(FactId::audit_rule,
           {"watch", "/etc/shadow", "wa", nullptr, "k", "-w /etc/shadow", "file"})
      .add(FactId::audit_rule,
           {"watch", "/etc/shadow", "wa", nullptr, "k", "-w /etc/shadow", "file"});
  const FactSet facts = host.facts();
  const Comparison comparison = shipped();
  EXPECT_EQ(told(compare_collections(comparison, facts, facts)), "");
}

TEST(CollectionDifference, RowsOfOneKeyAreCountedAndPaired) {
  Host before;
  before.add(FactId::sshd_setting, {"acceptenv", "LANG", "global", "file"})
      .add(FactId::sshd_setting, {"acceptenv", "LC_ALL", "global", "file"});
  Host after;
  after.add(FactId::sshd_setting, {"acceptenv", "LC_ALL", "global", "file"})
      .add(FactId::sshd_setting, {"acceptenv", "LD_PRELOAD", "global", "file"})
      .add(FactId::sshd_setting, {"acceptenv", "TZ", "global", "file"});
  const Comparison comparison = shipped();
  EXPECT_EQ(told(compare_collections(comparison, before.facts(), after.facts())),
            "sshd_setting changed acceptenv global value LANG>LD_PRELOAD\n"
            "sshd_setting added acceptenv global value ->TZ\n");
}

TEST(CollectionDifference, CountersAreNoChange) {
  Host before;
  before.add(FactId::sysctl_setting, {"kernel.random.uuid", "a", "running"})
      .add(FactId::sysctl_setting, {"net.ipv4.ip_forward", "0", "running"});
  Host after;
  after.add(FactId::sysctl_setting, {"kernel.random.uuid", "b", "running"})
      .add(FactId::sysctl_setting, {"net.ipv4.ip_forward", "1", "running"});
  const Comparison comparison = shipped();
  EXPECT_EQ(told(compare_collections(comparison, before.facts(), after.facts())),
            "sysctl_setting changed net.ipv4.ip_forward value 0>1\n");
}

// A side that could not be read proves neither that something came nor that it went.
TEST(CollectionDifference, AMissingSourceIsUnknownNotChanged) {
  Host before;
  before.add(FactId::package, {"openssl", "3.0", "amd64", "dpkg"});
  const Comparison comparison = shipped();
  const auto difference = compare_collections(comparison, before.facts(), Host().facts());
  EXPECT_EQ(told(difference), "");
  EXPECT_FALSE(difference.nothing_compared());
  for (const TableDifference& table : difference.tables) {
    const auto& schema = fact_tables()[static_cast<std::size_t>(table.compared->table)];
    EXPECT_EQ(table.unknown, schema.name == "package" ? "没有包管理器的输出" : "") << schema.name;
  }
  FactSetBuilder nothing;
  const FactSet empty = *nothing.build();
  EXPECT_TRUE(compare_collections(comparison, empty, empty).nothing_compared());
}

TEST(CollectionDifference, JsonCarriesReviewsKeysAndValues) {
  Host before;
  Host after;
  after.add(FactId::account, {"new", 0, 0, "/", "/bin/sh", 1, "root"}, 4);
  const Comparison comparison = shipped();
  std::string out;
  JsonWriter json(out);
  write_difference(
      json, comparison, compare_collections(comparison, before.facts(), after.facts()));
  EXPECT_NE(out.find(R"({"kind":"added","key":{"name":"new"},"values":[{"column":"uid",)"
                     R"("before":null,"after":"0"})"),
            std::string::npos)
      << out;
  EXPECT_NE(
      out.find(R"("source_before":null,"source_after":{"path":"data/files/etc/passwd","line":4})"),
      std::string::npos);
  EXPECT_NE(out.find(R"("changes":1)"), std::string::npos);
}

TEST(Comparison, EveryProblemIsNamedWithItsLine) {
  Content content = Content::embedded();
  content.put(
      "comparison/linux.yaml",
      "reviews:\n"
      "  account: {name: 账户, name_en: Accounts}\n"
      "tables:\n"
      "  - {table: account, review: people, title: 甲, title_en: A, key: [name], compare: "
      "[colour]}\n"
      "  - {table: nothing, review: account, title: 乙, title_en: B, key: [], compare: []}\n");
  const auto bad = Comparison::load(content, "linux");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().problems.size(), 3U) << bad.error().text();
  for (const Problem& problem : bad.error().problems) {
    EXPECT_EQ(problem.path, "comparison/linux.yaml");
    EXPECT_GE(problem.line, 4);
  }
  EXPECT_FALSE(Comparison::load(content, "windows"));
}

}  // namespace
}  // namespace dengce::evidence
