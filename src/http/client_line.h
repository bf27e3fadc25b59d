// SPDX-License-Identifier: Apache-2.0
// A blocking connection to another server, over TLS where it is told so. For one thread, with a
// time limit on every step. Internal to this room.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dengce::http {

struct LineOptions {
  std::string service;  // Chinese, for messages: "日志服务器"
  std::string host;
  std::uint16_t port = 0;
  bool tls = true;
  std::filesystem::path authority;  // PEM of who signs the certificate; empty: the system's
  std::chrono::seconds patience{10};
};

class ClientLine {
 public:
  // unavailable when the server cannot be reached or its certificate does not hold.
  static Result<ClientLine> connect(const LineOptions& options);
  ClientLine(ClientLine&&) noexcept;
  ClientLine& operator=(ClientLine&&) noexcept;
  ClientLine(const ClientLine&) = delete;
  ClientLine& operator=(const ClientLine&) = delete;
  ~ClientLine();

  // True while the other end has not closed: a peer that is gone would swallow what is sent.
  [[nodiscard]] bool open() const;
  Result<> write(std::string_view bytes);
  // What has arrived, at least one byte; empty at the end.
  Result<std::string> read();

 private:
  struct Line;
  explicit ClientLine(std::unique_ptr<Line> line);
  std::unique_ptr<Line> line_;
};

}  // namespace dengce::http
