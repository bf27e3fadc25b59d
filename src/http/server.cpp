// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <fmt/format.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <set>

#include "base/text.h"

namespace dengce::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using Tcp = asio::ip::tcp;
using ErrorCodeOf = boost::system::error_code;
using WireRequest = wire::request<wire::string_body>;
using WireResponse = wire::response<wire::string_body>;

constexpr std::uint32_t max_header_bytes = 16 * 1024;

// Headers every answer carries: nothing is framed, sniffed, or loaded from elsewhere.
constexpr std::pair<const char*, const char*> security_headers[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Content-Security-Policy",
     "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
     "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
};

WireResponse wire_response(const Response& response, const WireRequest& request, bool keep_alive) {
  WireResponse out{static_cast<wire::status>(response.status), request.version()};
  for (const auto& [name, value] : security_headers) out.set(name, value);
  out.set(wire::field::content_type, response.content_type);
  bool cache = false;
  for (const auto& [name, value] : response.headers) {
    out.set(name, value);
    cache = cache || name == "Cache-Control";
  }
  if (!cache) out.set(wire::field::cache_control, "no-store");
  out.keep_alive(keep_alive);
  const bool no_body = request.method() == wire::verb::head || response.status == 304;
  if (!no_body) out.body() = response.body;
  out.content_length(response.status == 304 ? 0 : response.body.size());
  if (response.status == 304) out.erase(wire::field::content_length);
  return out;
}

std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

}  // namespace

bool is_loopback(std::string_view address) {
  if (address == "localhost" || address == "[::1]") return true;
  ErrorCodeOf error;
  const auto parsed = asio::ip::make_address(std::string(address), error);
  return !error && parsed.is_loopback();
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const auto port = colon == std::string_view::npos ? std::optional<std::int64_t>()
                                                    : parse_int(text.substr(colon + 1));
  std::string_view address = text.substr(0, colon);
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (bracketed) address = address.substr(1, address.size() - 2);
  ErrorCodeOf error;
  if (address == "localhost") address = "127.0.0.1";
  asio::ip::make_address(std::string(address), error);
  if (!port || *port < 0 || *port > 65535 || error ||
      (!bracketed && address.find(':') != std::string_view::npos)) {
    return fail(ErrorCode::invalid_argument,
                "监听地址无效，应为 地址:端口，如 127.0.0.1:8080：" + std::string(text));
  }
  return Endpoint{std::string(address), static_cast<std::uint16_t>(*port)};
}

class Server::Core {
 public:
  Core(const ServerOptions& options, const Router& router)
      : options_(options),
        router_(router),
        acceptor_(io_),
        signals_(io_),
        drain_(io_),
        pool_(options.workers) {}

  Result<> bind() {
    ErrorCodeOf error;
    const Tcp::endpoint endpoint(asio::ip::make_address(options_.address, error), options_.port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return fail(ErrorCode::unavailable,
                  fmt::format("无法监听 {}:{}", options_.address, options_.port),
                  error.message());
    }
    port_ = acceptor_.local_endpoint().port();
    return {};
  }

  void run() {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.async_wait([this](ErrorCodeOf error, int) {
      if (!error) drain();
    });
    asio::spawn(
        io_, [this](const asio::yield_context& yield) { accept(yield); }, asio::detached);
    io_.run();
    pool_.join();
  }

  void stop() {
    asio::post(io_, [this] { drain(); });
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  struct Session {
    explicit Session(Tcp::socket socket) : stream(std::move(socket)) {}

    beast::tcp_stream stream;
    bool busy = false;  // a request is being read or answered
  };

  void accept(const asio::yield_context& yield) {
    while (!draining_) {
      ErrorCodeOf error;
      Tcp::socket socket(io_);
      acceptor_.async_accept(socket, yield[error]);
      if (error == asio::error::operation_aborted) return;
      if (error) {  // out of descriptors: breathe, do not spin
        asio::steady_timer pause(io_, std::chrono::milliseconds(100));
        pause.async_wait(yield[error]);
        continue;
      }
      if (sessions_.size() >= options_.max_connections) continue;  // closes the socket
      auto session = std::make_shared<Session>(std::move(socket));
      sessions_.insert(session);
      asio::spawn(
          io_,
          [this, session](const asio::yield_context& inner) {
            serve(*session, inner);
            sessions_.erase(session);
            finish_if_drained();
          },
          asio::detached);
    }
  }

  void serve(Session& session, const asio::yield_context& yield) {
    beast::flat_buffer buffer;
    buffer.reserve(64 * 1024);
    ErrorCodeOf error;
    for (bool keep = true; keep && !draining_;) {
      session.busy = false;
      if (buffer.size() == 0) {
        session.stream.expires_after(options_.idle_timeout);
        const auto room = buffer.prepare(4096);
        const std::size_t got = session.stream.async_read_some(room, yield[error]);
        if (error) break;
        buffer.commit(got);
      }
      session.busy = true;
      keep = exchange(session, buffer, yield);
    }
    session.stream.socket().shutdown(Tcp::socket::shutdown_both, error);
    session.stream.close();
  }

  // One request and its answer; false ends the connection.
  bool exchange(Session& session, beast::flat_buffer& buffer, const asio::yield_context& yield) {
    wire::request_parser<wire::string_body> parser;
    parser.header_limit(max_header_bytes);
    parser.body_limit(options_.max_body_bytes);
    session.stream.expires_after(options_.read_timeout);
    ErrorCodeOf error;
    wire::async_read(session.stream, buffer, parser, yield[error]);
    if (error == wire::error::end_of_stream || error == beast::error::timeout) return false;
    Response response;
    bool keep = false;
    const WireRequest& request = parser.get();
    if (error) {
      const bool large = error == wire::error::body_limit || error == wire::error::header_limit;
      if (!large && error.category() != wire::make_error_code(wire::error::bad_method).category()) {
        return false;
      }
      response = problem_response({large ? ErrorCode::too_large : ErrorCode::invalid_argument,
                                   large ? "请求过大" : "请求格式错误",
                                   {},
                                   {}});
    } else {
      keep = request.keep_alive();
      const auto peer = session.stream.socket().remote_endpoint(error);
      response = answer(request, error ? std::string() : peer.address().to_string(), yield);
      keep = keep && !draining_;
    }
    session.stream.expires_after(options_.write_timeout);
    const WireResponse out = wire_response(response, request, keep);
    wire::response_serializer<wire::string_body> serializer(out);
    wire::async_write(session.stream, serializer, yield[error]);
    return keep && !error;
  }

  Response answer(const WireRequest& wire_request,
                  const std::string& peer,
                  const asio::yield_context& yield) {
    if (const auto refused = refusal(wire_request)) return *refused;
    Request request;
    request.remote_address = peer;
    for (const auto& field : wire_request) {
      const auto name = field.name_string();
      const auto value = field.value();
      const auto added =
          add_header(request, {name.data(), name.size()}, {value.data(), value.size()});
      if (!added) return problem_response(added.error());
    }
    request.method = std::string(wire_request.method_string());
    request.if_none_match = std::string(wire_request[wire::field::if_none_match]);
    request.body = wire_request.body();
    const auto target = wire_request.target();
    if (const auto parsed = parse_target({target.data(), target.size()}, request); !parsed) {
      return problem_response(parsed.error());
    }
    Response response;
    auto token = yield;
    asio::async_initiate<asio::yield_context, void()>(
        [this, &request, &response](auto handler) {
          asio::post(pool_, [this, &request, &response, work = std::move(handler)]() mutable {
            response = router_.handle(request);
            asio::post(io_, [resume = std::move(work)]() mutable { std::move(resume)(); });
          });
        },
        token);
    return response;
  }

  // Requests that no handler may see.
  std::optional<Response> refusal(const WireRequest& request) const {
    const auto bad = [](std::string message) {
      return problem_response({ErrorCode::invalid_argument, std::move(message), {}, {}});
    };
    if (request.count(wire::field::host) != 1) return bad("缺少或重复的 Host 头");
    const auto host = request[wire::field::host];
    const std::string_view name = host_of({host.data(), host.size()});
    if (is_loopback(options_.address) && !is_loopback(name)) {
      Response response = bad("Host 头不是本机地址");
      response.status = 421;
      return response;
    }
    const auto encoding = request[wire::field::transfer_encoding];
    if (!encoding.empty() && !beast::iequals(encoding, "chunked")) {
      return bad("不支持的传输编码");
    }
    return std::nullopt;
  }

  void drain() {
    if (draining_) return;
    draining_ = true;
    ErrorCodeOf error;
    acceptor_.close(error);
    signals_.cancel(error);
    for (const auto& session : sessions_) {
      if (!session->busy) session->stream.socket().close(error);
    }
    drain_.expires_after(options_.drain_timeout);
    drain_.async_wait([this](ErrorCodeOf late) {
      if (late) return;
      ErrorCodeOf ignored;
      for (const auto& session : sessions_) session->stream.socket().close(ignored);
    });
    finish_if_drained();
  }

  void finish_if_drained() {
    if (draining_ && sessions_.empty()) drain_.cancel();
  }

  ServerOptions options_;
  const Router& router_;
  asio::io_context io_{1};
  Tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer drain_;
  std::set<std::shared_ptr<Session>> sessions_;
  asio::thread_pool pool_;
  std::uint16_t port_ = 0;
  bool draining_ = false;
};

Server::Server(std::unique_ptr<Core> core) : core_(std::move(core)) {}

Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Result<Server> Server::listen(const ServerOptions& options, const Router& router) {
  auto core = std::make_unique<Core>(options, router);
  TRY(core->bind());
  return Server(std::move(core));
}

std::uint16_t Server::port() const {
  return core_->port();
}

void Server::run() {
  core_->run();
}

void Server::stop() {
  core_->stop();
}

}  // namespace dengce::http
