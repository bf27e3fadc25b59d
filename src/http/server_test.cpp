// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "http/test_client.h"

namespace dengce::http {
namespace {

using std::chrono::milliseconds;
using test::Client;
using test::get;
using test::post;
using test::RunningServer;
using test::status_of_answer;

class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    router_.add("GET", "/hello", [](const Request&) {
      Response response;
      response.body = "{}";
      return response;
    });
    router_.add("GET", "/slow", [](const Request&) {
      std::this_thread::sleep_for(milliseconds(500));
      Response response;
      response.body = "late";
      return response;
    });
    router_.add("POST", "/hello", [](const Request& request) { return test::text(request.body); });
    router_.add("POST", "/file", [](const Request& request) {
      return test::text(std::to_string(request.body.size()));
    });
    EXPECT_TRUE(router_.set_body_rule("POST", "/file", {200'000, false}));
    EXPECT_FALSE(router_.set_body_rule("POST", "/nothing", {}));
    router_.add("GET", "/who", [](const Request& request) {
      return test::text(request.remote_address + " " + std::string(request.header("x-name")) +
                        (request.secure ? " secure" : " plain"));
    });
    options_.read_timeout = milliseconds(1000);
    options_.idle_timeout = milliseconds(2000);
    options_.host_names = {"Dengce.Example"};
    options_.metrics = &metrics_;
    options_.on_access = [this](const AccessRecord& record) {
      const std::lock_guard lock(mutex_);
      records_.push_back(record);
    };
    server_ = std::make_unique<RunningServer>(options_, router_);
  }

  [[nodiscard]] std::string ask(const std::string& bytes) const { return server_->ask(bytes); }

  Router router_;
  ServerOptions options_;
  Metrics metrics_;
  std::mutex mutex_;
  std::vector<AccessRecord> records_;
  std::unique_ptr<RunningServer> server_;
};

TEST_F(ServerTest, AnswersWithSecurityHeaders) {
  const std::string answer = ask(get("/hello"));
  EXPECT_EQ(answer.rfind("HTTP/1.1 200", 0), 0U) << answer;
  for (const char* header : {"Content-Security-Policy:",
                             "X-Content-Type-Options: nosniff",
                             "X-Frame-Options: DENY",
                             "Permissions-Policy:",
                             "X-Request-Id: ",
                             "Cache-Control: no-store"}) {
    EXPECT_NE(answer.find(header), std::string::npos) << header;
  }
  EXPECT_EQ(answer.find("\r\nServer:"), std::string::npos);
  EXPECT_EQ(answer.find("Strict-Transport-Security"), std::string::npos);
  EXPECT_EQ(answer.substr(answer.size() - 2), "{}");
}

TEST_F(ServerTest, SeveralRequestsOnOneConnection) {
  const std::string answer = ask(get("/hello", "") + get("/nothing"));
  EXPECT_NE(answer.find("200 OK"), std::string::npos);
  EXPECT_NE(answer.find("404 Not Found"), std::string::npos);
}

TEST_F(ServerTest, HostMustBeThisMachine) {
  EXPECT_EQ(ask("GET /hello HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                .rfind("HTTP/1.1 421", 0),
            0U);
  EXPECT_EQ(ask("GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n").rfind("HTTP/1.1 400", 0), 0U);
  EXPECT_NE(
      ask("GET /hello HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n").find("200 OK"),
      std::string::npos);
}

TEST_F(ServerTest, NamesOfTheMachineAreAllowed) {
  const std::string end = "\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(status_of_answer(ask("GET /hello HTTP/1.1\r\nHost: dengce.example:8443" + end)), 200);
  EXPECT_EQ(status_of_answer(ask("GET /hello HTTP/1.1\r\nHost: x.dengce.example" + end)), 421);
  EXPECT_EQ(
      status_of_answer(ask("GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost" + end)),
      400);
}

TEST_F(ServerTest, HandlersSeeHeadersAndPeer) {
  EXPECT_NE(ask(get("/who", "X-NAME: a b \r\nConnection: close\r\n")).find("127.0.0.1 a b plain"),
            std::string::npos);
  EXPECT_EQ(status_of_answer(ask(get("/who", "X-Name: a\r\nX-Name: b\r\nConnection: close\r\n"))),
            400);
}

TEST_F(ServerTest, JsonRoutesTakeJsonOnly) {
  EXPECT_EQ(status_of_answer(ask(post("/hello", "{}"))), 200);
  EXPECT_EQ(status_of_answer(ask(post("/hello", "{}", "Content-Type: Application/JSON;x=y\r\n"))),
            200);
  EXPECT_EQ(status_of_answer(ask(post("/hello", "{}", ""))), 415);
  EXPECT_EQ(status_of_answer(ask(post("/hello", "{}", "Content-Type: text/plain\r\n"))), 415);
  EXPECT_EQ(status_of_answer(ask(post("/hello", "", ""))), 200);
  EXPECT_NE(ask(post("/file", std::string(150'000, 'x'), "")).find("\r\n\r\n150000"),
            std::string::npos);
  EXPECT_EQ(status_of_answer(ask(post("/file", std::string(200'001, 'x'), ""))), 413);
}

TEST_F(ServerTest, ChunkedBodiesAreJoinedAndBounded) {
  const std::string head =
      "POST /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string answer = ask(head + "2\r\n{\"\r\n4;x=y\r\na\":1\r\n1\r\n}\r\n0\r\n\r\n");
  EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), "{\"a\":1}");
  EXPECT_EQ(status_of_answer(ask(head + "zz\r\n")), 400);
  EXPECT_EQ(status_of_answer(ask(head + "11170\r\n" + std::string(70'000, ' ') + "\r\n0\r\n\r\n")),
            413);
}

TEST_F(ServerTest, ExpectContinueIsAnsweredBeforeTheBody) {
  const Client client((*server_)->port());
  client.send(
      "POST /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n"
      "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  EXPECT_EQ(status_of_answer(client.rest()), 200);
}

TEST_F(ServerTest, AccessRecordsHoldThePatternOnly) {
  (void)ask(get("/who?name=secret"));
  (void)ask(get("/nothing/secret"));
  server_->stop();
  ASSERT_EQ(records_.size(), 2U);
  EXPECT_EQ(records_[0].pattern, "/who");
  EXPECT_EQ(records_[0].status, 200);
  EXPECT_EQ(records_[0].id.size(), 36U);
  EXPECT_EQ(records_[1].pattern, "");
  EXPECT_EQ(records_[1].status, 404);
  const std::string text = metrics_.text();
  EXPECT_NE(text.find("requests_total{class=\"2xx\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("requests_total{class=\"4xx\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("dengce_http_requests_in_flight 0\n"), std::string::npos);
  EXPECT_NE(text.find("dengce_http_connections 0\n"), std::string::npos);
}

TEST_F(ServerTest, AHeadRequestHasTheLengthAndNoBody) {
  const std::string answer =
      ask("HEAD /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 2\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, SmugglingAndBadInputAreNeverServed) {
  for (const char* bad :
       {"GET /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: "
        "5\r\n\r\nabc",
        "POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\nConnection: "
        "close\r\n\r\n",
        "GET /hello HTTP/1.1\nHost: localhost\n\n",
        "\x16\x03\x01garbage\r\n\r\n",
        "GET /../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"}) {
    const std::string answer = ask(bad);
    EXPECT_EQ(answer.find(" 200 "), std::string::npos) << bad << "\n" << answer;
  }
}

TEST_F(ServerTest, TooMuchIsRefused) {
  EXPECT_NE(ask(get("/hello", "X: " + std::string(40'000, 'x') + "\r\n")).find(" 413 "),
            std::string::npos);
  EXPECT_NE(ask("POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" +
                std::string(100, 'x'))
                .find(" 413 "),
            std::string::npos);
}

TEST_F(ServerTest, ASlowClientIsCutAndOthersAreServed) {
  const Client slow(server_->port());
  slow.send("GET /hello HTTP/1.1\r\nHost: loc");
  EXPECT_NE(ask(get("/hello")).find("200 OK"), std::string::npos);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(slow.rest(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(ServerTest, StopAnswersWhatIsInFlight) {
  const Client client(server_->port());
  client.send(get("/slow", ""));
  std::this_thread::sleep_for(milliseconds(150));
  (*server_)->stop();
  EXPECT_NE(client.rest().find("late"), std::string::npos);
}

TEST(Endpoint, ParsesAndKnowsLoopback) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_endpoint("[::1]:1")->address, "::1");
  EXPECT_EQ(parse_endpoint("localhost:1")->address, "127.0.0.1");
  for (const char* bad :
       {"", "8080", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "::1:80", "example:80"}) {
    EXPECT_FALSE(parse_endpoint(bad)) << bad;
  }
  EXPECT_TRUE(is_loopback("127.8.9.1"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("0.0.0.0"));
  EXPECT_FALSE(is_loopback("10.0.0.1"));
}

TEST(Server, ATakenAddressIsAnError) {
  const Router router;
  ServerOptions options;
  options.port = 0;
  const auto first = Server::listen(options, router);
  ASSERT_TRUE(first);
  options.port = first->port();
  EXPECT_EQ(Server::listen(options, router).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace dengce::http
