// SPDX-License-Identifier: Apache-2.0
#include "http/syslog_client.h"

#include <fmt/format.h>

#include "base/text.h"
#include "http/client_line.h"

namespace dengce::http {
namespace {

constexpr int priority = 13 * 8 + 5;  // RFC 5424, 6.2.1: log audit, notice

// A header field: printable ASCII, no blanks, "-" for nothing.
std::string field(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text) {
    if (c > ' ' && c < 127 && out.size() < most) out += c;
  }
  return out.empty() ? "-" : out;
}

}  // namespace

struct SyslogClient::Line {
  SyslogServer server;
  ClientLine line;
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
  LineOptions options;
  options.service = "日志服务器";
  options.host = server.host;
  options.port = server.port;
  options.tls = server.tls;
  options.authority = server.authority;
  TRY_ASSIGN(ClientLine line, ClientLine::connect(options));
  return SyslogClient(std::make_unique<Line>(Line{server, std::move(line)}));
}

Result<> SyslogClient::send(std::string_view line) {
  if (!line_->line.open()) {
    return fail(ErrorCode::unavailable,
                fmt::format("日志服务器不可用：{}:{}", line_->server.host, line_->server.port),
                "对方已关闭连接");
  }
  return line_->line.write(fmt::format("{} {}", line.size(), line));
}

}  // namespace dengce::http
