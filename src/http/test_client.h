// SPDX-License-Identifier: Apache-2.0
// For tests: a raw client, whose bytes are exactly what the test says, and a server in a thread.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "http/server.h"

namespace dengce::http::test {

class Client {
 public:
  // `from` is the client's own address; all of 127.0.0.0/8 is this machine.
  explicit Client(std::uint16_t port, const char* from = nullptr, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (from != nullptr) {
      ::inet_pton(AF_INET, from, &address.sin_addr);
      EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }

  Client(Client&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_) {}

  Client& operator=(Client&&) = delete;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }

  void send(std::string_view bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  // False when the server does not take it any more.
  [[nodiscard]] bool try_send(std::string_view bytes) const {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }

  // Some bytes; empty at the end.
  [[nodiscard]] std::string some() const {
    std::array<char, 16 * 1024> buffer{};
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    return got <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(got));
  }

  [[nodiscard]] std::string until(std::string_view end) const {
    std::string out;
    while (out.find(end) == std::string::npos) {
      const std::string more = some();
      if (more.empty()) break;
      out += more;
    }
    return out;
  }

  // All bytes until the server closes.
  [[nodiscard]] std::string rest() const {
    std::string out;
    for (std::string more = some(); !more.empty(); more = some()) out += more;
    return out;
  }

  [[nodiscard]] bool connected() const { return connected_; }

  [[nodiscard]] int descriptor() const { return socket_; }

 private:
  int socket_;
  bool connected_ = false;
};

// Runs from its construction to its end. The router outlives it.
class RunningServer {
 public:
  RunningServer(ServerOptions options, const Router& router) {
    options.port = 0;
    auto server = Server::listen(options, router);
    EXPECT_TRUE(server) << (server ? "" : server.error().text());
    if (!server) return;
    server_ = std::make_unique<Server>(std::move(*server));
    thread_ = std::thread([this] { server_->run(); });
  }

  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  ~RunningServer() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
  }

  Server* operator->() { return server_.get(); }

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  [[nodiscard]] std::string ask(std::string_view bytes) const {
    const Client client(port());
    client.send(bytes);
    return client.rest();
  }

 private:
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

inline std::string get(const std::string& path, const std::string& more = "Connection: close\r\n") {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "\r\n";
}

inline std::string post(const std::string& path,
                        const std::string& body,
                        const std::string& more = "Content-Type: application/json\r\n") {
  return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline int status_of_answer(const std::string& answer) {
  return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3));
}

inline Response text(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

}  // namespace dengce::http::test
