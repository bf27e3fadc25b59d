// SPDX-License-Identifier: Apache-2.0
// Messages to a syslog server: lines of RFC 5424, over TLS (RFC 5425) or, inside a protected
// network, plain TCP (RFC 6587), both with counted frames.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace dengce::http {

struct SyslogServer {
  std::string host;
  std::uint16_t port = 6514;
  bool tls = true;
  std::filesystem::path
      authority;  // PEM of who signs the server's certificate; empty: the system's
};

// "tls://logs.example:6514" or "tcp://10.0.0.5:601".
Result<SyslogServer> parse_syslog_server(std::string_view text);

// Facility log audit (13), severity notice. Characters that no field of the header may hold are
// left out of it; line breaks of the message become blanks.
std::string syslog_line(Instant at,
                        std::string_view host,
                        std::string_view program,
                        std::string_view message_id,
                        std::string_view message);

// Blocking, for one thread, with a time limit on every step.
class SyslogClient {
 public:
  // unavailable when the server cannot be reached or its certificate does not hold.
  static Result<SyslogClient> connect(const SyslogServer& server);
  SyslogClient(SyslogClient&&) noexcept;
  SyslogClient& operator=(SyslogClient&&) noexcept;
  SyslogClient(const SyslogClient&) = delete;
  SyslogClient& operator=(const SyslogClient&) = delete;
  ~SyslogClient();

  Result<> send(std::string_view line);

 private:
  struct Line;
  explicit SyslogClient(std::unique_ptr<Line> line);
  std::unique_ptr<Line> line_;
};

}  // namespace dengce::http
