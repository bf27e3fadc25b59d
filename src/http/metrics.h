// SPDX-License-Identifier: Apache-2.0
// Counters of the HTTP server, in the text form that Prometheus reads. Safe from any thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace dengce::http {

class Metrics {
 public:
  void connection_opened();
  void connection_closed();
  void connection_refused();  // over a limit, or pushed out by a newer one
  void request_begun();
  void request_done(int status, std::chrono::microseconds duration);

  [[nodiscard]] std::string text() const;

 private:
  static constexpr std::array<double, 10> bounds_seconds{
      0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0};

  std::atomic<std::uint64_t> connections_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> in_flight_{0};
  std::array<std::atomic<std::uint64_t>, 5> by_class_{};  // 1xx … 5xx
  std::array<std::atomic<std::uint64_t>, bounds_seconds.size() + 1> by_duration_{};
  std::atomic<std::uint64_t> microseconds_{0};
};

}  // namespace dengce::http
