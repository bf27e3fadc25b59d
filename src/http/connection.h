// SPDX-License-Identifier: Apache-2.0
// One connection of the server, plain or TLS, with a deadline on everything. Internal to the room.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/spawn.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dengce::http {

class Connection {
 public:
  using Tcp = boost::asio::ip::tcp;
  using Yield = boost::asio::yield_context;
  using TlsSettings = std::shared_ptr<boost::asio::ssl::context>;

  // Without settings: plain.
  Connection(Tcp::socket socket, TlsSettings settings);

  // All of these return false when the connection is of no more use.
  bool handshake(const Yield& yield);
  bool read_some(std::string& buffer, std::size_t max_bytes, const Yield& yield);
  bool write(std::string_view bytes, const Yield& yield);

  // What follows must be over by then.
  void set_deadline(std::chrono::steady_clock::duration from_now) { tcp_.expires_after(from_now); }

  // Ends with what the peer needs to see the last answer whole.
  void finish(const Yield& yield);
  // Takes what the peer still sends for a moment, so that it reads the answer before a reset.
  void drop_rest(const Yield& yield);
  // From outside of the session: its next operation fails.
  void cut();
  [[nodiscard]] bool peer_left();

  [[nodiscard]] bool secure() const { return tls_.has_value(); }

  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  TlsSettings settings_;
  boost::beast::tcp_stream tcp_;
  std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
  std::string address_;
};

}  // namespace dengce::http
