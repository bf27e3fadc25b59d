// SPDX-License-Identifier: Apache-2.0
// Addresses and host names of the server.
#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/server.h"

namespace dengce::http {
namespace {

using Bytes = std::array<unsigned char, 16>;

bool is_ipv4(const std::string& text, Bytes& bytes) {
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1;
}

bool is_ipv6(const std::string& text, Bytes& bytes) {
  return ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

bool is_address(std::string_view text) {
  Bytes bytes{};
  return is_ipv4(std::string(text), bytes) || is_ipv6(std::string(text), bytes);
}

// The host of "host:port" or "[address]:port", without brackets, in lower case.
std::string host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    return end == std::string_view::npos ? std::string() : lower(authority.substr(1, end - 1));
  }
  std::string host = lower(authority.substr(0, authority.find(':')));
  if (host.ends_with('.')) host.pop_back();
  return host;
}

}  // namespace

bool is_loopback(std::string_view address) {
  if (address == "localhost") return true;
  Bytes bytes{};
  const std::string text(address);
  if (is_ipv4(text, bytes)) return bytes[0] == 127;
  if (!is_ipv6(text, bytes)) return false;
  return bytes[15] == 1 &&
         std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; });
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const auto port = colon == std::string_view::npos ? std::optional<std::int64_t>()
                                                    : parse_int(text.substr(colon + 1));
  std::string_view address = text.substr(0, colon);
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (bracketed) address = address.substr(1, address.size() - 2);
  if (address == "localhost") address = "127.0.0.1";
  if (!port || *port < 0 || *port > 65535 || !is_address(address) ||
      (!bracketed && address.find(':') != std::string_view::npos)) {
    return fail(ErrorCode::invalid_argument,
                "监听地址无效，应为 地址:端口，如 127.0.0.1:8080：" + std::string(text));
  }
  return Endpoint{std::string(address), static_cast<std::uint16_t>(*port)};
}

bool is_allowed_host(std::string_view host,
                     std::string_view address,
                     const std::vector<std::string>& names) {
  const std::string name = host_of(host);
  if (name.empty()) return false;
  if (std::any_of(
          names.begin(), names.end(), [&name](const auto& n) { return lower(n) == name; })) {
    return true;
  }
  // Rebinding needs a name; whoever types an address means this machine.
  return is_loopback(address) ? is_loopback(name) : is_address(name);
}

}  // namespace dengce::http
