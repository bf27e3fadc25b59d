// SPDX-License-Identifier: Apache-2.0
#include "http/response_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace dengce::http {
namespace {

// Nothing is framed, sniffed, or loaded from elsewhere, and no feature of the device is asked for.
constexpr std::pair<std::string_view, std::string_view> security_headers[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy",
     "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
     "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"},
    {"Content-Security-Policy",
     "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
     "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
};

std::string_view reason_of(int status) {
  static constexpr std::pair<int, std::string_view> reasons[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {303, "See Other"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {415, "Unsupported Media Type"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {423, "Locked"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {460, "Checksum Mismatch"},
      {500, "Internal Server Error"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  const auto* const found = std::find_if(
      std::begin(reasons), std::end(reasons), [status](auto& r) { return r.first == status; });
  return found == std::end(reasons) ? "Other" : found->second;
}

bool fits_header(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

bool has_header(const Response& response, std::string_view lower_name) {
  return std::any_of(response.headers.begin(), response.headers.end(), [&](const auto& header) {
    return lower(header.first) == lower_name;
  });
}

}  // namespace

std::string response_head(const Response& response, const HeadOptions& options) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  const auto add = [&out](std::string_view name, std::string_view value) {
    if (fits_header(name) && fits_header(value)) out += fmt::format("{}: {}\r\n", name, value);
  };
  for (const auto& [name, value] : security_headers) {
    if (!has_header(response, lower(name))) add(name, value);
  }
  if (options.secure) add("Strict-Transport-Security", "max-age=31536000");
  if (!options.request_id.empty()) add("X-Request-Id", options.request_id);
  if (response.status != 204 && response.status != 304) add("Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers) add(name, value);
  if (!has_header(response, "cache-control")) add("Cache-Control", "no-store");
  if (options.framing == Framing::chunked) {
    add("Transfer-Encoding", "chunked");
  } else if (options.framing == Framing::length && response.status != 204 &&
             response.status != 304) {
    add("Content-Length", std::to_string(options.length));
  }
  add("Connection", options.keep_alive ? "keep-alive" : "close");
  return out + "\r\n";
}

}  // namespace dengce::http
