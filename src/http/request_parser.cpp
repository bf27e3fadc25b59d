// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace dengce::http {
namespace {

namespace beast = boost::beast;
namespace wire = boost::beast::http;

// A chunk's head must fit; longer ones are extensions nobody needs.
constexpr std::size_t max_chunk_head_bytes = 4096;
// A piece of the body is handed on when it is this long, so that feeding much at once stays flat.
constexpr std::size_t piece_bytes = 256 * 1024;

}  // namespace

// The names of the functions below are Beast's.
class RequestParser::Parser : public wire::basic_parser<true> {
 public:
  explicit Parser(std::uint32_t max_head_bytes) {
    header_limit(max_head_bytes);
    body_limit(boost::none);  // the route decides, after the head
    eager(false);
  }

  RequestHead head;
  std::string body;
  std::uint64_t body_bytes = 0;

 protected:
  void on_request_impl(wire::verb,
                       beast::string_view method,
                       beast::string_view target,
                       int version,
                       beast::error_code&) override {
    head.method = std::string(method);
    head.target = std::string(target);
    head.http_1_0 = version == 10;
  }

  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}

  void on_field_impl(wire::field,
                     beast::string_view name,
                     beast::string_view value,
                     beast::error_code&) override {
    head.fields.emplace_back(std::string(name), std::string(value));
  }

  void on_header_impl(beast::error_code&) override {}

  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}

  std::size_t on_body_impl(beast::string_view piece, beast::error_code&) override {
    return take(piece);
  }

  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t,
                                 beast::string_view piece,
                                 beast::error_code&) override {
    return take(piece);
  }

  void on_finish_impl(beast::error_code&) override {}

 private:
  std::size_t take(beast::string_view piece) {
    body.append(piece.data(), piece.size());
    body_bytes += piece.size();
    return piece.size();
  }
};

RequestParser::RequestParser(std::uint32_t max_head_bytes)
    : parser_(std::make_unique<Parser>(max_head_bytes)) {}

RequestParser::~RequestParser() = default;

Result<std::size_t> RequestParser::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (!parser_->is_done() && taken < bytes.size() && parser_->body.size() < piece_bytes) {
    const bool had_head = parser_->is_header_done();
    beast::error_code error;
    const std::string_view rest = bytes.substr(taken);
    taken += parser_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
    if (error == wire::error::need_more) {
      if (had_head && bytes.size() - taken > max_chunk_head_bytes) {
        return fail(ErrorCode::invalid_argument, "请求格式错误", "chunk head too long");
      }
      break;
    }
    if (error == wire::error::header_limit) return fail(ErrorCode::too_large, "请求头过大");
    if (error) return fail(ErrorCode::invalid_argument, "请求格式错误", error.message());
    if (!had_head && parser_->is_header_done()) {
      RequestHead& head = parser_->head;
      if (const auto length = parser_->content_length()) head.content_length = *length;
      head.chunked = parser_->chunked();
      head.keep_alive = parser_->keep_alive();
      break;
    }
  }
  return taken;
}

bool RequestParser::head_done() const {
  return parser_->is_header_done();
}

bool RequestParser::done() const {
  return parser_->is_done();
}

const RequestHead& RequestParser::head() const {
  return parser_->head;
}

std::string RequestParser::take_body() {
  return std::exchange(parser_->body, {});
}

std::uint64_t RequestParser::body_bytes() const {
  return parser_->body_bytes;
}

}  // namespace dengce::http
