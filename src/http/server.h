// SPDX-License-Identifier: Apache-2.0
// The HTTP server: one thread of stackful sessions, a pool of workers for handlers, limits on
// everything a client may stretch, and a drain at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/metrics.h"
#include "http/router.h"
#include "http/tls.h"

namespace dengce::http {

// One answered request for the log: no query, no path with names in it, no address.
struct AccessRecord {
  std::string id;
  std::string method;
  std::string pattern;  // of the route; empty when none fitted
  int status = 0;
  std::chrono::microseconds duration{0};
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0 = any free one
  // Names a request's Host may have beside the machine's own: without a name of this list only
  // addresses are served (DNS rebinding), on a loopback address only loopback ones.
  std::vector<std::string> host_names;
  std::optional<TlsFiles> tls;  // SIGHUP reads them again
  std::size_t workers = 8;
  std::size_t max_connections = 1000;
  std::size_t max_connections_per_client = 250;
  double requests_per_second = 0;  // of one client, 0 = no limit
  double request_burst = 100;
  std::size_t max_body_bytes = 64 * 1024;       // unless the route says otherwise
  std::size_t min_bytes_per_second = 4 * 1024;  // of uploads and of readers, on average
  std::chrono::milliseconds handshake_timeout{10'000};
  std::chrono::milliseconds read_timeout{15'000};  // a whole request must arrive within
  std::chrono::milliseconds idle_timeout{60'000};  // keep-alive without a request
  std::chrono::milliseconds write_timeout{60'000};
  std::chrono::milliseconds heartbeat{15'000};  // of event streams
  std::chrono::milliseconds drain_timeout{10'000};
  // Both are called on the server's only thread and must be quick.
  std::function<void(const AccessRecord&)> on_access;
  std::function<void(const Error&)> on_error;  // of a reload
  Metrics* metrics = nullptr;                  // outlives the server
};

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080"; invalid_argument otherwise.
Result<Endpoint> parse_endpoint(std::string_view text);
// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(std::string_view address);
// May a request with this Host header be served? `address` is the one listened on.
bool is_allowed_host(std::string_view host,
                     std::string_view address,
                     const std::vector<std::string>& names);

class Server {
 public:
  // Binds and listens; unavailable when the address is taken. The router outlives the server.
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
