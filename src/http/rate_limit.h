// SPDX-License-Identifier: Apache-2.0
// Token buckets per client address. One thread; memory is bounded whatever the addresses are.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace dengce::http {

// The part of an address that one client holds: IPv4 whole, IPv6 its /64.
std::string client_network(const std::string& address);

class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // 0 requests a second: no limit.
  RateLimit(double per_second, double burst) : per_second_(per_second), burst_(burst) {}

  // Nothing when the request may pass, else the whole seconds until the next one may.
  std::optional<std::int64_t> take(const std::string& client, Time now);

  [[nodiscard]] std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens;
    Time filled;
  };

  void forget_full(Time now);

  double per_second_;
  double burst_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace dengce::http
