// SPDX-License-Identifier: Apache-2.0
#include "http/client_line.h"

#include <fmt/format.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace dengce::http {
namespace {

constexpr std::size_t piece_bytes = 16384;

tl::unexpected<Error> unreachable(const LineOptions& server, std::string detail) {
  return fail(ErrorCode::unavailable,
              fmt::format("{}不可用：{}:{}", server.service, server.host, server.port),
              std::move(detail));
}

std::string tls_error() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

// The TLS library writes with write(2): a peer that is gone must not end the process.
void ignore_broken_pipes() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Result<int> open_socket(const LineOptions& server) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &found);
  if (failed != 0) return unreachable(server, ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  const timeval patience{static_cast<time_t>(server.patience.count()), 0};
  int error = ECONNREFUSED;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const int socket = ::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, one->ai_protocol);
    if (socket < 0) continue;
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(socket, one->ai_addr, one->ai_addrlen) == 0) return socket;
    error = errno;
    ::close(socket);
  }
  return unreachable(server, std::strerror(error));
}

}  // namespace

struct ClientLine::Line {
  explicit Line(LineOptions server_) : server(std::move(server_)) {}

  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  ~Line() {
    if (tls != nullptr) SSL_free(tls);
    if (context != nullptr) SSL_CTX_free(context);
    if (socket >= 0) ::close(socket);
  }

  Result<> shake_hands() {
    context = SSL_CTX_new(TLS_client_method());
    if (context == nullptr) return unreachable(server, tls_error());
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    const bool trusted =
        server.authority.empty()
            ? SSL_CTX_set_default_verify_paths(context) == 1
            : SSL_CTX_load_verify_locations(context, server.authority.c_str(), nullptr) == 1;
    if (!trusted) {
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("{}的证书颁发者文件不可读：{}", server.service, server.authority.string()),
          tls_error());
    }
    tls = SSL_new(context);
    if (tls == nullptr || SSL_set_fd(tls, socket) != 1) return unreachable(server, tls_error());
    SSL_set_tlsext_host_name(tls, server.host.c_str());
    // A certificate may stand for an address as well as for a name.
    X509_VERIFY_PARAM* expected = SSL_get0_param(tls);
    if (X509_VERIFY_PARAM_set1_ip_asc(expected, server.host.c_str()) != 1) {
      ERR_clear_error();
      SSL_set1_host(tls, server.host.c_str());
    }
    if (SSL_connect(tls) == 1) return {};
    const long verdict = SSL_get_verify_result(tls);
    return unreachable(server,
                       verdict == X509_V_OK ? tls_error() : X509_verify_cert_error_string(verdict));
  }

  LineOptions server;
  int socket = -1;
  SSL_CTX* context = nullptr;
  SSL* tls = nullptr;
};

ClientLine::ClientLine(std::unique_ptr<Line> line) : line_(std::move(line)) {}

ClientLine::ClientLine(ClientLine&&) noexcept = default;
ClientLine& ClientLine::operator=(ClientLine&&) noexcept = default;
ClientLine::~ClientLine() = default;

Result<ClientLine> ClientLine::connect(const LineOptions& options) {
  ignore_broken_pipes();
  auto line = std::make_unique<Line>(options);
  TRY_ASSIGN(line->socket, open_socket(options));
  if (options.tls) TRY(line->shake_hands());
  return ClientLine(std::move(line));
}

bool ClientLine::open() const {
  pollfd wait{line_->socket, POLLIN, 0};
  if (::poll(&wait, 1, 0) <= 0) return true;
  char byte = 0;
  const ssize_t got = ::recv(line_->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
}

Result<> ClientLine::write(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t sent = 0;
    if (line_->tls != nullptr) {
      if (SSL_write_ex(line_->tls, bytes.data(), bytes.size(), &sent) != 1) {
        return unreachable(line_->server, tls_error());
      }
    } else {
      const ssize_t count = ::send(line_->socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0) return unreachable(line_->server, std::strerror(errno));
      sent = static_cast<std::size_t>(count);
    }
    bytes.remove_prefix(sent);
  }
  return {};
}

Result<std::string> ClientLine::read() {
  std::string out(piece_bytes, '\0');
  std::size_t got = 0;
  if (line_->tls != nullptr) {
    const int done = SSL_read_ex(line_->tls, out.data(), out.size(), &got);
    if (done != 1 && SSL_get_error(line_->tls, done) != SSL_ERROR_ZERO_RETURN) {
      return unreachable(line_->server, tls_error());
    }
  } else {
    const ssize_t count = ::recv(line_->socket, out.data(), out.size(), 0);
    if (count < 0) return unreachable(line_->server, std::strerror(errno));
    got = static_cast<std::size_t>(count);
  }
  out.resize(got);
  return out;
}

}  // namespace dengce::http
