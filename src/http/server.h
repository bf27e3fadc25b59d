// SPDX-License-Identifier: Apache-2.0
// The HTTP server: one thread of stackful sessions, a pool of workers for handlers, limits on
// everything a client may stretch, and a drain at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/router.h"

namespace dengce::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0 = any free one
  std::size_t workers = 8;
  std::size_t max_connections = 1000;
  std::size_t max_body_bytes = 64 * 1024;
  std::chrono::seconds read_timeout{15};  // a whole request must arrive within
  std::chrono::seconds idle_timeout{60};  // keep-alive without a request
  std::chrono::seconds write_timeout{60};
  std::chrono::seconds drain_timeout{10};
};

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080"; invalid_argument otherwise.
Result<Endpoint> parse_endpoint(std::string_view text);
// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(std::string_view address);

class Server {
 public:
  // Binds and listens; unavailable when the address is taken. Requests whose Host names another
  // machine are refused (DNS rebinding).
  static Result<Server> listen(const ServerOptions& options, const Router& router);

  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] std::uint16_t port() const;
  // Serves until SIGINT, SIGTERM or stop(); answers what is in flight, then returns.
  void run();
  // From any thread.
  void stop();

 private:
  class Core;
  explicit Server(std::unique_ptr<Core> core);

  std::unique_ptr<Core> core_;
};

}  // namespace dengce::http
