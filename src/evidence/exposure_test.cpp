// SPDX-License-Identifier: Apache-2.0
#include "evidence/exposure.h"

#include <gtest/gtest.h>

#include "base/json_writer.h"

namespace dengce::evidence {
namespace {

KnownServices shipped() {
  auto services = KnownServices::load(Content::embedded());
  EXPECT_TRUE(services) << services.error().text();
  return services ? *services : KnownServices{};
}

struct Socket {
  const char* address;
  std::int64_t port;
  const char* process;
  const char* exposure;
};

FactSet host(std::initializer_list<const char*> addresses,
             std::initializer_list<Socket> sockets,
             bool covered = true) {
  FactSetBuilder builder;
  builder.add(FactId::host, {"host-a", "debian"});
  const std::uint32_t file = builder.file("data/commands/ss.txt");
  for (const char* address : addresses) builder.add(FactId::network_address, {"eth0", address, 24});
  std::uint32_t line = 1;
  for (const Socket& one : sockets) {
    const FactCell process = one.process == nullptr ? FactCell(nullptr) : FactCell(one.process);
    builder.add(
        FactId::socket, {"tcp", one.address, one.port, process, one.exposure}, {file, ++line});
  }
  builder.add(FactId::coverage,
              {"socket",
               covered ? "covered" : "missing",
               covered ? FactCell() : FactCell("没有 ss 的输出")});
  auto built = builder.build();
  EXPECT_TRUE(built);
  return *built;
}

// "service reach addresses…" a line.
std::string told(const Exposure& exposure) {
  std::string out;
  for (const ExposedService& one : exposure.services) {
    out += one.service->id + ' ' + std::string(name(one.reach));
    for (const std::string& address : one.public_addresses) out += ' ' + address;
    out += '\n';
  }
  return out;
}

TEST(PublicAddress, SpecialBlocksAreNotPublic) {
  for (const char* address : {"8.8.8.8",
                              "100.63.255.255",
                              "100.128.0.0",
                              "172.15.0.1",
                              "172.32.0.1",
                              "2400:3200::1",
                              "::ffff:8.8.8.8"}) {
    EXPECT_TRUE(public_address(address)) << address;
  }
  for (const char* address : {"10.1.2.3",
                              "100.64.0.1",
                              "127.0.0.1",
                              "169.254.1.1",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "192.0.2.1",
                              "198.19.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "0.0.0.0",
                              "::",
                              "::1",
                              "fe80::1%eth0",
                              "fd00::1",
                              "ff02::1",
                              "2001:db8::1",
                              "::ffff:10.0.0.1",
                              "*",
                              "",
                              "host",
                              "1.2.3"}) {
    EXPECT_FALSE(public_address(address)) << address;
  }
}

TEST(Exposure, AListenerOnAPublicAddressIsOnTheInternet) {
  const KnownServices services = shipped();
  const auto found = find_exposure(services,
                                   host({"10.0.0.5", "8.8.4.4", "2400:3200::1"},
                                        {{"127.0.0.1", 6379, "redis-server", "loopback"},
                                         {"10.0.0.5", 5432, "postgres", "specific"},
                                         {"0.0.0.0", 3306, "mysqld", "any"},
                                         {"::", 22, "sshd", "any"},
                                         {"0.0.0.0", 80, "nginx", "any"}}));
  EXPECT_EQ(told(found),
            "mysql internet 8.8.4.4\n"
            "ssh internet 8.8.4.4 2400:3200::1\n"
            "postgresql network\n");
  EXPECT_TRUE(found.on_internet());
  EXPECT_EQ(found.services.front().path, "data/commands/ss.txt");
  EXPECT_EQ(found.services.front().line, 4);
}

TEST(Exposure, PrivateAddressesLeaveItToTheBorder) {
  const KnownServices services = shipped();
  const auto found =
      find_exposure(services, host({"10.0.0.5"}, {{"0.0.0.0", 3306, "mysqld", "any"}}));
  EXPECT_EQ(told(found), "mysql network\n");
  EXPECT_FALSE(found.on_internet());
}

TEST(Exposure, TheProcessDecidesBeforeThePort) {
  const KnownServices services = shipped();
  EXPECT_EQ(told(find_exposure(services,
                               host({"10.0.0.5"},
                                    {{"0.0.0.0", 8000, "redis-server", "any"},
                                     {"0.0.0.0", 1521, nullptr, "any"},
                                     {"0.0.0.0", 3306, "sshd", "any"}}))),
            "redis network\noracle network\nssh network\n");
}

TEST(Exposure, ASocketThatNamesAPublicAddressSpeaksForItself) {
  const KnownServices services = shipped();
  EXPECT_EQ(told(find_exposure(services, host({}, {{"8.8.4.4", 27017, "mongod", "specific"}}))),
            "mongodb internet 8.8.4.4\n");
}

TEST(Exposure, WithoutSocketsNothingIsSaid) {
  const KnownServices services = shipped();
  const auto found =
      find_exposure(services, host({"8.8.4.4"}, {{"0.0.0.0", 3306, "mysqld", "any"}}, false));
  EXPECT_EQ(found.unknown, "没有 ss 的输出");
  EXPECT_TRUE(found.services.empty());
}

TEST(KnownServices, ProblemsAreNamedTogether) {
  Content content = Content::embedded();
  content.put("exposure/services.yaml",
              "kinds:\n"
              "  database: {name: 数据库, name_en: Database}\n"
              "services:\n"
              "  - {id: a, name: 甲, kind: database, ports: [3306], processes: []}\n"
              "  - {id: b, name: 乙, kind: other, ports: [3306, 70000], processes: []}\n");
  const auto bad = KnownServices::load(content);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().problems.size(), 3U) << bad.error().text();
  for (const Problem& problem : bad.error().problems) EXPECT_EQ(problem.line, 5);
}

}  // namespace
}  // namespace dengce::evidence
