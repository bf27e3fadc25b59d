// SPDX-License-Identifier: Apache-2.0
#include "http/fetch.h"

#include <fmt/format.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <optional>

#include "http/client_line.h"

namespace dengce::http {
namespace {

namespace beast_http = boost::beast::http;
using Parser = beast_http::response_parser<beast_http::string_body>;

tl::unexpected<Error> no_answer(const Fetch& request, std::string detail) {
  return fail(ErrorCode::unavailable, request.service + "暂不可用", std::move(detail));
}

std::optional<boost::urls::url_view> parse(std::string_view text, std::string_view scheme) {
  const auto url = boost::urls::parse_uri(text);
  if (!url || url->scheme() != scheme || url->has_userinfo() || url->has_fragment() ||
      url->encoded_host().empty()) {
    return std::nullopt;
  }
  return *url;
}

std::string host_of(const boost::urls::url_view& url) {
  return url.host_type() == boost::urls::host_type::ipv6 ? std::string(url.host_address())
                                                         : std::string(url.encoded_host());
}

std::string head_of(const Fetch& request, const boost::urls::url_view& url) {
  const std::string target(url.encoded_target());
  std::string head = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\n",
                                 request.form.empty() ? "GET" : "POST",
                                 target.starts_with('/') ? "" : "/",
                                 target,
                                 std::string_view(url.encoded_host_and_port()));
  head += "User-Agent: dengce\r\nConnection: close\r\n";
  if (!request.authorization.empty()) head += "Authorization: " + request.authorization + "\r\n";
  if (!request.form.empty()) {
    head += fmt::format("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                        request.form.size());
  }
  return head + "\r\n";
}

Result<Fetched> answer_of(const Fetch& request, ClientLine& line) {
  const auto end = std::chrono::steady_clock::now() + 2 * request.patience;
  Parser parser;
  parser.eager(true);
  parser.body_limit(request.max_bytes);
  parser.header_limit(32U * 1024U);
  std::string held;
  while (!parser.is_done()) {
    if (std::chrono::steady_clock::now() > end) return no_answer(request, "the answer is too slow");
    TRY_ASSIGN(const std::string piece, line.read());
    boost::beast::error_code error;
    if (piece.empty()) {
      parser.put_eof(error);
      if (error || !parser.is_done()) return no_answer(request, "the answer broke off");
      break;
    }
    held += piece;
    const std::size_t used = parser.put(boost::asio::buffer(held), error);
    held.erase(0, used);
    if (error && error != beast_http::error::need_more) return no_answer(request, error.message());
  }
  auto message = parser.release();
  return Fetched{static_cast<int>(message.result_int()), std::move(message.body())};
}

}  // namespace

Result<Fetched> fetch(const Fetch& request) {
  const auto url = parse(request.url, "https");
  if (!url) return no_answer(request, "no https address: " + request.url);
  LineOptions options;
  options.service = request.service;
  options.host = host_of(*url);
  options.port = url->has_port() ? url->port_number() : 443;
  options.authority = request.authority;
  options.patience = request.patience;
  TRY_ASSIGN(ClientLine line, ClientLine::connect(options));
  TRY(line.write(head_of(request, *url) + request.form));
  return answer_of(request, line);
}

std::string form_encoded(const Fields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += name;
    out += '=';
    for (const char c : value) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
      out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string host_of_url(std::string_view url, std::string_view scheme) {
  const auto parsed = parse(url, scheme);
  return parsed ? host_of(*parsed) : std::string();
}

}  // namespace dengce::http
