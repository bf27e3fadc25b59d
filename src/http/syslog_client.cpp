// SPDX-License-Identifier: Apache-2.0
#include "http/syslog_client.h"

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

#include "base/text.h"

namespace dengce::http {
namespace {

constexpr int priority = 13 * 8 + 5;  // RFC 5424, 6.2.1: log audit, notice
constexpr timeval patience{10, 0};    // of connecting, reading, writing

tl::unexpected<Error> unreachable(const SyslogServer& server, std::string detail) {
  return fail(ErrorCode::unavailable,
              fmt::format("日志服务器不可用：{}:{}", server.host, server.port),
              std::move(detail));
}

std::string tls_error() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

// A header field: printable ASCII, no blanks, "-" for nothing.
std::string field(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text) {
    if (c > ' ' && c < 127 && out.size() < most) out += c;
  }
  return out.empty() ? "-" : out;
}

// The TLS library writes with write(2): a peer that is gone must not end the process.
void ignore_broken_pipes() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Result<int> open_socket(const SyslogServer& server) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &found);
  if (failed != 0) return unreachable(server, ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
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

struct SyslogClient::Line {
  explicit Line(SyslogServer server_) : server(std::move(server_)) {}

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
      return fail(ErrorCode::invalid_argument,
                  "日志服务器的证书颁发者文件不可读：" + server.authority.string(),
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

  // True while the other end has not closed: a peer that is gone would swallow what is sent.
  [[nodiscard]] bool open() const {
    pollfd wait{socket, POLLIN, 0};
    if (::poll(&wait, 1, 0) <= 0) return true;
    char byte = 0;
    const ssize_t got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
  }

  SyslogServer server;
  int socket = -1;
  SSL_CTX* context = nullptr;
  SSL* tls = nullptr;
};

Result<SyslogServer> parse_syslog_server(std::string_view text) {
  const auto bad = [&] {
    return fail(ErrorCode::invalid_argument,
                "日志服务器地址应为 tls://主机:端口 或 tcp://主机:端口：" + std::string(text));
  };
  SyslogServer server;
  if (text.starts_with("tls://")) {
    server.tls = true;
  } else if (text.starts_with("tcp://")) {
    server.tls = false;
  } else {
    return bad();
  }
  const std::string_view place = text.substr(6);
  const std::size_t colon = place.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return bad();
  const auto port = parse_int(place.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return bad();
  server.port = static_cast<std::uint16_t>(*port);
  std::string_view host = place.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || host.find_first_of("/@ ") != std::string_view::npos) return bad();
  server.host = std::string(host);
  return server;
}

std::string syslog_line(Instant at,
                        std::string_view host,
                        std::string_view program,
                        std::string_view message_id,
                        std::string_view message) {
  std::string out = fmt::format("<{}>1 {} {} {} - {} - \xEF\xBB\xBF",
                                priority,
                                format_instant(at),
                                field(host, 255),
                                field(program, 48),
                                field(message_id, 32));
  for (const char c : message) out += c == '\n' || c == '\r' || c == '\0' ? ' ' : c;
  return out;
}

SyslogClient::SyslogClient(std::unique_ptr<Line> line) : line_(std::move(line)) {}

SyslogClient::SyslogClient(SyslogClient&&) noexcept = default;
SyslogClient& SyslogClient::operator=(SyslogClient&&) noexcept = default;
SyslogClient::~SyslogClient() = default;

Result<SyslogClient> SyslogClient::connect(const SyslogServer& server) {
  ignore_broken_pipes();
  auto line = std::make_unique<Line>(server);
  TRY_ASSIGN(line->socket, open_socket(server));
  if (server.tls) TRY(line->shake_hands());
  return SyslogClient(std::move(line));
}

Result<> SyslogClient::send(std::string_view line) {
  if (!line_->open()) return unreachable(line_->server, "对方已关闭连接");
  const std::string frame = fmt::format("{} {}", line.size(), line);
  std::string_view left = frame;
  while (!left.empty()) {
    std::size_t sent = 0;
    if (line_->tls != nullptr) {
      if (SSL_write_ex(line_->tls, left.data(), left.size(), &sent) != 1) {
        return unreachable(line_->server, tls_error());
      }
    } else {
      const ssize_t count = ::send(line_->socket, left.data(), left.size(), MSG_NOSIGNAL);
      if (count < 0) return unreachable(line_->server, std::strerror(errno));
      sent = static_cast<std::size_t>(count);
    }
    left.remove_prefix(sent);
  }
  return {};
}

}  // namespace dengce::http
