// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

namespace dengce::http {
namespace {

using std::chrono::milliseconds;

// A raw client: what is sent is exactly what the test says.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  ~Client() { ::close(socket_); }

  void send(const std::string& bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  // All bytes until the server closes.
  [[nodiscard]] std::string rest() const {
    std::string out;
    std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (got <= 0) return out;
      out.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  [[nodiscard]] bool connected() const { return connected_; }

 private:
  int socket_;
  bool connected_ = false;
};

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
    ServerOptions options;
    options.port = 0;
    options.read_timeout = std::chrono::seconds(1);
    options.idle_timeout = std::chrono::seconds(2);
    auto server = Server::listen(options, router_);
    ASSERT_TRUE(server) << server.error().text();
    server_ = std::make_unique<Server>(std::move(*server));
    thread_ = std::thread([this] { server_->run(); });
  }

  void TearDown() override {
    server_->stop();
    thread_.join();
  }

  [[nodiscard]] std::string ask(const std::string& bytes) const {
    const Client client(server_->port());
    client.send(bytes);
    return client.rest();
  }

  Router router_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

std::string get(const std::string& path, const std::string& more = "Connection: close\r\n") {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "\r\n";
}

TEST_F(ServerTest, AnswersWithSecurityHeaders) {
  const std::string answer = ask(get("/hello"));
  EXPECT_EQ(answer.rfind("HTTP/1.1 200", 0), 0U) << answer;
  for (const char* header : {"Content-Security-Policy:",
                             "X-Content-Type-Options: nosniff",
                             "X-Frame-Options: DENY",
                             "Cache-Control: no-store"}) {
    EXPECT_NE(answer.find(header), std::string::npos) << header;
  }
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
  server_->stop();
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
