// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <utility>

namespace dengce::http {
namespace {

namespace asio = boost::asio;
using ErrorOf = boost::system::error_code;

constexpr std::size_t max_dropped_bytes = 512 * 1024;

}  // namespace

Connection::Connection(Tcp::socket socket, TlsSettings settings)
    : settings_(std::move(settings)), tcp_(std::move(socket)) {
  ErrorOf error;
  tcp_.socket().set_option(Tcp::no_delay(true), error);
  const auto peer = tcp_.socket().remote_endpoint(error);
  if (!error) address_ = peer.address().to_string();
  if (settings_) tls_.emplace(tcp_, *settings_);
}

bool Connection::handshake(const Yield& yield) {
  ErrorOf error;
  if (tls_) tls_->async_handshake(asio::ssl::stream_base::server, yield[error]);
  return !error;
}

bool Connection::read_some(std::string& buffer, std::size_t max_bytes, const Yield& yield) {
  const std::size_t before = buffer.size();
  buffer.resize(before + max_bytes);
  const auto room = asio::buffer(buffer.data() + before, max_bytes);
  ErrorOf error;
  const std::size_t got =
      tls_ ? tls_->async_read_some(room, yield[error]) : tcp_.async_read_some(room, yield[error]);
  buffer.resize(before + got);
  return !error;
}

bool Connection::write(std::string_view bytes, const Yield& yield) {
  while (!bytes.empty()) {
    const auto rest = asio::buffer(bytes.data(), bytes.size());
    ErrorOf error;
    const std::size_t sent = tls_ ? tls_->async_write_some(rest, yield[error])
                                  : tcp_.async_write_some(rest, yield[error]);
    if (error) return false;
    bytes.remove_prefix(sent);
  }
  return true;
}

void Connection::finish(const Yield& yield) {
  ErrorOf error;
  if (tls_ && tcp_.socket().is_open()) {
    set_deadline(std::chrono::seconds(2));
    tls_->async_shutdown(yield[error]);
  }
  tcp_.socket().shutdown(Tcp::socket::shutdown_both, error);
  tcp_.close();
}

void Connection::drop_rest(const Yield& yield) {
  ErrorOf error;
  if (!tls_) tcp_.socket().shutdown(Tcp::socket::shutdown_send, error);
  set_deadline(std::chrono::seconds(1));
  std::string ignored;
  for (std::size_t dropped = 0; dropped < max_dropped_bytes; dropped += ignored.size()) {
    ignored.clear();
    if (!read_some(ignored, 16 * 1024, yield)) return;
  }
}

void Connection::cut() {
  tcp_.close();
}

bool Connection::peer_left() {
  char byte = 0;
  const ssize_t got = ::recv(tcp_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace dengce::http
