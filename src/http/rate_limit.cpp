// SPDX-License-Identifier: Apache-2.0
#include "http/rate_limit.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace dengce::http {
namespace {

constexpr std::size_t max_buckets = 20'000;

}  // namespace

std::string client_network(const std::string& address) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  const std::string plain = address.substr(0, address.find('%'));
  if (::inet_pton(AF_INET6, plain.c_str(), bytes.data()) != 1) return address;
  const bool mapped =
      std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
      bytes[10] == 0xFF && bytes[11] == 0xFF;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (mapped) {
    return ::inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
  }
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return std::string(::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size())) + "/64";
}

std::optional<std::int64_t> RateLimit::take(const std::string& client, Time now) {
  if (per_second_ <= 0) return std::nullopt;
  if (buckets_.size() >= max_buckets) forget_full(now);
  Bucket& bucket = buckets_.try_emplace(client, Bucket{burst_, now}).first->second;
  const std::chrono::duration<double> passed = now - bucket.filled;
  bucket.tokens = std::min(burst_, bucket.tokens + std::max(0.0, passed.count()) * per_second_);
  bucket.filled = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  return static_cast<std::int64_t>(std::ceil((1 - bucket.tokens) / per_second_));
}

void RateLimit::forget_full(Time now) {
  const std::chrono::duration<double> to_fill(burst_ / per_second_);
  std::erase_if(buckets_, [&](const auto& entry) { return now - entry.second.filled >= to_fill; });
  // A flood from more addresses than that: begin anew rather than grow.
  if (buckets_.size() >= max_buckets) buckets_.clear();
}

}  // namespace dengce::http
