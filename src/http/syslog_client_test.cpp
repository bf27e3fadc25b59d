// SPDX-License-Identifier: Apache-2.0
#include "http/syslog_client.h"

#include <gtest/gtest.h>

namespace dengce::http {
namespace {

TEST(Syslog, LinesAreThoseOfRfc5424) {
  EXPECT_EQ(
      syslog_line(Instant{1'760'000'000'000}, "host-1", "dengce", "system.create", "{\"a\":1}"),
      "<109>1 2025-10-09T08:53:20Z host-1 dengce - system.create - \xEF\xBB\xBF{\"a\":1}");
}

TEST(Syslog, NoFieldBringsForthAnother) {
  const std::string line =
      syslog_line(Instant{0}, "a b\n", "", std::string(99, 'x'), "one\ntwo\r\n<0>1");
  EXPECT_EQ(line,
            "<109>1 1970-01-01T00:00:00Z ab - - " + std::string(32, 'x') +
                " - \xEF\xBB\xBFone two  <0>1");
}

TEST(Syslog, Addresses) {
  const auto tls = parse_syslog_server("tls://logs.example:6514");
  ASSERT_TRUE(tls);
  EXPECT_TRUE(tls->tls);
  EXPECT_EQ(tls->host, "logs.example");
  EXPECT_EQ(tls->port, 6514);
  const auto six = parse_syslog_server("tcp://[2001:db8::1]:601");
  ASSERT_TRUE(six);
  EXPECT_FALSE(six->tls);
  EXPECT_EQ(six->host, "2001:db8::1");
  for (const char* bad : {"",
                          "logs:6514",
                          "udp://logs:514",
                          "tls://logs",
                          "tls://:1",
                          "tls://a:0",
                          "tls://a:65536",
                          "tls://a:x",
                          "tls://user@a:1",
                          "tls://a/b:1"}) {
    EXPECT_FALSE(parse_syslog_server(bad)) << bad;
  }
}

TEST(Syslog, ADeadServerIsUnavailable) {
  const auto client = SyslogClient::connect({"127.0.0.1", 1, false, {}});
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace dengce::http
