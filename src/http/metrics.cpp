// SPDX-License-Identifier: Apache-2.0
#include "http/metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace dengce::http {

void Metrics::connection_opened() {
  ++connections_;
}

void Metrics::connection_closed() {
  --connections_;
}

void Metrics::connection_refused() {
  ++refused_;
}

void Metrics::request_begun() {
  ++in_flight_;
}

void Metrics::request_done(int status, std::chrono::microseconds duration) {
  --in_flight_;
  ++by_class_.at(static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1));
  const double seconds = static_cast<double>(duration.count()) / 1e6;
  const auto* const bound = std::lower_bound(bounds_seconds.begin(), bounds_seconds.end(), seconds);
  ++by_duration_.at(static_cast<std::size_t>(bound - bounds_seconds.begin()));
  microseconds_ += static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
}

std::string Metrics::text() const {
  std::string out =
      "# HELP dengce_http_requests_total Requests answered, by status class.\n"
      "# TYPE dengce_http_requests_total counter\n";
  for (std::size_t i = 0; i < by_class_.size(); ++i) {
    out += fmt::format(
        "dengce_http_requests_total{{class=\"{}xx\"}} {}\n", i + 1, by_class_.at(i).load());
  }
  out +=
      "# HELP dengce_http_request_duration_seconds Time from the head of a request to the end of "
      "its answer.\n"
      "# TYPE dengce_http_request_duration_seconds histogram\n";
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < by_duration_.size(); ++i) {
    sum += by_duration_.at(i).load();
    const std::string bound =
        i < bounds_seconds.size() ? fmt::format("{}", bounds_seconds.at(i)) : "+Inf";
    out += fmt::format("dengce_http_request_duration_seconds_bucket{{le=\"{}\"}} {}\n", bound, sum);
  }
  out += fmt::format(
      "dengce_http_request_duration_seconds_sum {:.6f}\n"
      "dengce_http_request_duration_seconds_count {}\n",
      static_cast<double>(microseconds_.load()) / 1e6,
      sum);
  const auto single = [&out](const char* name, const char* kind, const char* help, auto value) {
    out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, kind, value);
  };
  single("dengce_http_requests_in_flight",
         "gauge",
         "Requests being read or answered.",
         in_flight_.load());
  single("dengce_http_connections", "gauge", "Connections that are open.", connections_.load());
  single("dengce_http_connections_refused_total",
         "counter",
         "Connections closed because of a limit.",
         refused_.load());
  return out;
}

}  // namespace dengce::http
