// SPDX-License-Identifier: Apache-2.0
// Clients that mean no good: floods of connections and of requests, the slow and the silent.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <thread>

#include "http/rate_limit.h"
#include "http/test_client.h"

namespace dengce::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::Client;
using test::get;
using test::RunningServer;
using test::status_of_answer;

Router hello() {
  Router router;
  router.add("GET", "/hello", [](const Request&) { return test::text("{}"); });
  return router;
}

// How many clients this process may hold open, its server's ends counted.
std::size_t affordable_clients(std::size_t wanted, std::size_t server_side) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t room =
      limit.rlim_cur < server_side + 200 ? 0 : limit.rlim_cur - server_side - 200;
  return std::min(wanted, room);
}

TEST(Limits, TenThousandHalfOpenConnectionsLockNobodyOut) {
  const Router router = hello();
  ServerOptions options;
  options.max_connections = 500;
  options.max_connections_per_client = 100;
  Metrics metrics;
  options.metrics = &metrics;
  const RunningServer server(options, router);
  const std::size_t count = affordable_clients(10'000, 600);
  ASSERT_GT(count, 1000U) << "too few file descriptors allowed";
  std::vector<Client> flood;
  flood.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    // Forty addresses, so that the limit of all connections is reached too.
    const std::string from = "127.0.1." + std::to_string(1 + i % 40);
    flood.emplace_back(server.port(), from.c_str());
    if (i % 2 == 0 && flood.back().connected())
      (void)flood.back().try_send("GET /hello HTTP/1.1\r\n");
  }
  const auto begun = steady_clock::now();
  EXPECT_EQ(status_of_answer(server.ask(get("/hello"))), 200);
  const Client same(server.port(), "127.0.1.7");
  same.send(get("/hello"));
  EXPECT_EQ(status_of_answer(same.rest()), 200);
  EXPECT_LT(steady_clock::now() - begun, seconds(5));
  EXPECT_EQ(metrics.text().find("dengce_http_connections_refused_total 0\n"), std::string::npos);
}

TEST(Limits, AWorkingConnectionIsNotPushedOut) {
  Router router;
  router.add("GET", "/slow", [](const Request&) {
    std::this_thread::sleep_for(milliseconds(600));
    return test::text("done");
  });
  ServerOptions options;
  options.max_connections_per_client = 1;
  const RunningServer server(options, router);
  const Client working(server.port());
  working.send(get("/slow"));
  std::this_thread::sleep_for(milliseconds(200));
  const Client other(server.port());
  EXPECT_EQ(other.rest(), "");
  EXPECT_TRUE(working.rest().ends_with("done"));
}

TEST(Limits, ASlowBodyIsCut) {
  Router router;
  router.add("POST", "/hello", [](const Request&) { return test::text("{}"); });
  ServerOptions options;
  options.read_timeout = milliseconds(500);
  const RunningServer server(options, router);
  const Client client(server.port());
  client.send(
      "POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 1000\r\n\r\n");
  const auto begun = steady_clock::now();
  for (int i = 0; i < 100 && client.try_send("x"); ++i)
    std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(client.some(), "");
  EXPECT_LT(steady_clock::now() - begun, milliseconds(2500));
}

TEST(Limits, AFloodOfRequestsIsSlowedDown) {
  const Router router = hello();
  ServerOptions options;
  options.requests_per_second = 1;
  options.request_burst = 3;
  const RunningServer server(options, router);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status_of_answer(server.ask(get("/hello"))), 200);
  const std::string refused = server.ask(get("/hello"));
  EXPECT_EQ(status_of_answer(refused), 429);
  EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_NE(refused.find("\"code\":\"rate_limited\""), std::string::npos);
  const Client other(server.port(), "127.0.0.2");
  other.send(get("/hello"));
  EXPECT_EQ(status_of_answer(other.rest()), 200);
}

TEST(RateLimit, FillsWithTime) {
  RateLimit limit(2, 2);
  const auto start = steady_clock::now();
  EXPECT_FALSE(limit.take("a", start));
  EXPECT_FALSE(limit.take("a", start));
  EXPECT_EQ(limit.take("a", start), 1);
  EXPECT_FALSE(limit.take("b", start));
  EXPECT_FALSE(limit.take("a", start + milliseconds(600)));
  EXPECT_TRUE(limit.take("a", start + milliseconds(600)));
  EXPECT_TRUE(limit.take("a", start)) << "a clock that jumps back gives nothing";
  RateLimit none(0, 0);
  EXPECT_FALSE(none.take("a", start));
}

TEST(RateLimit, MemoryIsBounded) {
  RateLimit limit(1, 5);
  const auto start = steady_clock::now();
  for (int i = 0; i < 50'000; ++i) (void)limit.take(std::to_string(i), start);
  EXPECT_LE(limit.size(), 20'000U);
}

TEST(RateLimit, AClientIsAnAddressOrANetworkOfIpv6) {
  EXPECT_EQ(client_network("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client_network("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client_network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(client_network("fe80::1%eth0"), "fe80::/64");
}

TEST(Hosts, AddressesAndListedNames) {
  EXPECT_TRUE(is_allowed_host("127.0.0.1:80", "127.0.0.1", {}));
  EXPECT_TRUE(is_allowed_host("[::1]:80", "::1", {}));
  EXPECT_FALSE(is_allowed_host("192.0.2.1", "127.0.0.1", {}));
  EXPECT_TRUE(is_allowed_host("192.0.2.1:8080", "0.0.0.0", {}));
  EXPECT_TRUE(is_allowed_host("[2001:db8::1]", "::", {}));
  EXPECT_FALSE(is_allowed_host("evil.example", "0.0.0.0", {}));
  EXPECT_TRUE(is_allowed_host("Dengce.Example.:443", "0.0.0.0", {"dengce.example"}));
  for (const char* bad : {"", "[", "[]", ":80", "."})
    EXPECT_FALSE(is_allowed_host(bad, "0.0.0.0", {}));
}

}  // namespace
}  // namespace dengce::http
