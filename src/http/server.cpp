// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <cstdio>
#include <map>

#include "base/id.h"
#include "base/text.h"
#include "http/connection.h"
#include "http/rate_limit.h"
#include "http/request_parser.h"
#include "http/response_head.h"

namespace dengce::http {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Yield = asio::yield_context;
using ErrorCodeOf = boost::system::error_code;
using std::chrono::steady_clock;

constexpr std::uint32_t max_head_bytes = 16 * 1024;
constexpr int client_gone = 499;  // in log and metrics only: nobody was there to answer
constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t upload_read_bytes = 128 * 1024;

Response problem(ErrorCode code, std::string message) {
  return problem_response({code, std::move(message), {}, {}});
}

}  // namespace

class Server::Core {
 public:
  Core(const ServerOptions& options, const Router& router)
      : options_(options),
        router_(router),
        acceptor_(io_),
        signals_(io_),
        reload_(io_),
        drain_(io_),
        rate_(options.requests_per_second, options.request_burst),
        pool_(options.workers) {}

  Result<> bind() {
    TRY(read_tls());
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
    if (options_.tls) {
      reload_.add(SIGHUP);
      wait_for_reload();
    }
    asio::spawn(
        io_, [this](const Yield& yield) { accept(yield); }, asio::detached);
    io_.run();
    pool_.join();
  }

  void stop() {
    asio::post(io_, [this] { drain(); });
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  enum class State { idle, reading, working };

  struct Session {
    Session(Tcp::socket socket, Connection::TlsSettings tls, asio::io_context& io)
        : connection(std::move(socket), std::move(tls)), pause(io) {}

    Connection connection;
    asio::steady_timer pause;  // between the pieces of a stream
    std::string buffer;        // read, not yet parsed
    std::string client;
    std::uint64_t number = 0;
    State state = State::idle;
    bool forgotten = false;  // no longer in sessions_
  };

  using SessionPtr = std::shared_ptr<Session>;

  // A request on its way through the server.
  struct Exchange {
    RequestParser parser{max_head_bytes};
    Request request;
    const Router::Route* route = nullptr;
    Response response;
    steady_clock::time_point begun;
    bool keep = false;
  };

  Result<> read_tls() {
    if (!options_.tls) return {};
    TRY_ASSIGN(TlsContext context, load_tls(*options_.tls));
    tls_ = std::make_shared<asio::ssl::context>(context.release());
    return {};
  }

  void wait_for_reload() {
    reload_.async_wait([this](ErrorCodeOf error, int) {
      if (error) return;
      const auto read = read_tls();  // the old settings stay when the new files are bad
      if (!read && options_.on_error) options_.on_error(read.error());
      wait_for_reload();
    });
  }

  // ---- connections ------------------------------------------------------------------------

  void accept(const Yield& yield) {
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
      auto session = std::make_shared<Session>(std::move(socket), tls_, io_);
      session->client = client_network(session->connection.address());
      if (!make_room(session->client)) {
        if (options_.metrics != nullptr) options_.metrics->connection_refused();
        continue;  // closes the socket
      }
      remember(session);
      asio::spawn(
          io_,
          [this, session](const Yield& inner) {
            serve(*session, inner);
            forget(*session);
          },
          asio::detached);
    }
  }

  // Over a limit the longest waiting connection gives way to the new one: clients that connect and
  // say nothing lock nobody out.
  bool make_room(const std::string& client) {
    const auto of_client = per_client_.find(client);
    if (of_client != per_client_.end() &&
        of_client->second >= options_.max_connections_per_client) {
      return push_out([&client](const Session& session) { return session.client == client; });
    }
    if (sessions_.size() < options_.max_connections) return true;
    return push_out([](const Session&) { return true; });
  }

  template <class Fits>
  bool push_out(Fits fits) {
    const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&fits](const auto& entry) {
      return entry.second->state != State::working && fits(*entry.second);
    });
    if (found == sessions_.end()) return false;
    const SessionPtr session = found->second;
    forget(*session);
    session->connection.cut();
    if (options_.metrics != nullptr) options_.metrics->connection_refused();
    return true;
  }

  void remember(const SessionPtr& session) {
    session->number = next_number_++;
    sessions_.emplace(session->number, session);
    ++per_client_[session->client];
    if (options_.metrics != nullptr) options_.metrics->connection_opened();
  }

  void forget(Session& session) {
    if (session.forgotten) return;
    session.forgotten = true;
    const auto of_client = per_client_.find(session.client);
    if (--of_client->second == 0) per_client_.erase(of_client);
    sessions_.erase(session.number);
    if (options_.metrics != nullptr) options_.metrics->connection_closed();
    if (draining_ && sessions_.empty()) drain_.cancel();
  }

  void serve(Session& session, const Yield& yield) {
    session.connection.set_deadline(options_.handshake_timeout);
    if (!session.connection.handshake(yield)) return session.connection.cut();
    bool keep = true;
    while (keep && !draining_) {
      session.state = State::idle;
      if (session.buffer.empty()) {
        session.connection.set_deadline(options_.idle_timeout);
        if (!session.connection.read_some(session.buffer, read_bytes, yield)) break;
      }
      session.state = State::reading;
      keep = exchange(session, yield);
    }
    session.connection.finish(yield);
  }

  // ---- one request and its answer ---------------------------------------------------------

  // False ends the connection.
  bool exchange(Session& session, const Yield& yield) {
    Exchange exchange;
    session.connection.set_deadline(options_.read_timeout);
    const auto read = read_head(session, exchange.parser, yield);
    if (!read && read.error().code == ErrorCode::unavailable) return false;
    exchange.begun = steady_clock::now();
    exchange.request.id = new_id();
    if (options_.metrics != nullptr) options_.metrics->request_begun();
    if (!read) {
      exchange.response = problem_response(read.error());
    } else if (auto refused = prepare(session, exchange)) {
      exchange.response = std::move(*refused);
    } else if (!receive(session, exchange, yield)) {
      note(exchange, client_gone);
      return false;
    }
    const bool unread = !read || !exchange.parser.done();
    exchange.keep = read && !unread && exchange.parser.head().keep_alive && !draining_;
    session.state = State::working;
    const bool sent = respond(session, exchange, yield);
    note(exchange, exchange.response.status);
    if (sent && unread) session.connection.drop_rest(yield);
    return sent && exchange.keep;
  }

  // unavailable: the client left or was too slow, nothing to answer.
  Result<> read_head(Session& session, RequestParser& parser, const Yield& yield) {
    for (;;) {
      TRY_ASSIGN(const std::size_t taken, parser.feed(session.buffer));
      session.buffer.erase(0, taken);
      if (parser.head_done()) return {};
      if (!session.connection.read_some(session.buffer, read_bytes, yield)) {
        return fail(ErrorCode::unavailable, "连接中断");
      }
    }
  }

  // Fills in the request from its head and finds its route; an answer when no handler may see it.
  std::optional<Response> prepare(const Session& session, Exchange& exchange) {
    const RequestHead& head = exchange.parser.head();
    Request& request = exchange.request;
    request.method = head.method;
    request.remote_address = session.connection.address();
    request.secure = session.connection.secure();
    for (const auto& [name, value] : head.fields) {
      if (const auto added = add_header(request, name, value); !added) {
        return problem_response(added.error());
      }
    }
    request.if_none_match = request.header("if-none-match");
    if (const auto parsed = parse_target(head.target, request); !parsed) {
      return problem_response(parsed.error());
    }
    if (auto refused = refusal(session, request, head)) return refused;
    Router::Found found = router_.find(request);
    exchange.route = found.route;
    if (found.route == nullptr) return std::move(found.refusal);
    if (head.content_length.value_or(0) > body_limit(*found.route)) return too_large();
    const bool has_body = head.chunked || head.content_length.value_or(0) > 0;
    if (has_body && found.route->body.json) {
      if (auto wrong = wrong_body_type(*found.route, request)) return wrong;
    }
    return std::nullopt;
  }

  // What no route may see.
  std::optional<Response> refusal(const Session& session,
                                  const Request& request,
                                  const RequestHead& head) {
    if (!is_allowed_host(request.header("host"), options_.address, options_.host_names)) {
      Response response = problem(ErrorCode::invalid_argument, "Host 头缺失，或不是本服务的主机名");
      response.status = request.headers.contains("host") ? 421 : 400;
      return response;
    }
    if (request.headers.contains("transfer-encoding") &&
        (!head.chunked || head.http_1_0 || head.content_length ||
         request.header("transfer-encoding") != "chunked")) {
      return problem(ErrorCode::invalid_argument, "不支持的传输编码");
    }
    if (const auto wait = rate_.take(session.client, steady_clock::now())) {
      Response response = problem(ErrorCode::rate_limited, "请求过于频繁，请稍后再试");
      response.headers.emplace_back("Retry-After", std::to_string(*wait));
      return response;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::uint64_t body_limit(const Router::Route& route) const {
    return route.body.max_bytes.value_or(options_.max_body_bytes);
  }

  static Response too_large() { return problem(ErrorCode::too_large, "请求正文过大"); }

  // Reads the body and lets the route work; false when the client left meanwhile.
  bool receive(Session& session, Exchange& exchange, const Yield& yield) {
    if (exchange.route->opener) return receive_upload(session, exchange, yield);
    if (!continue_if_asked(session, exchange, yield)) return false;
    while (!exchange.parser.done()) {
      const Arrival arrival = read_body(session, exchange.parser, read_bytes, yield);
      if (arrival == Arrival::gone) return false;
      if (auto refused = refused_body(arrival, exchange)) {
        exchange.response = std::move(*refused);
        return true;
      }
      exchange.request.body += exchange.parser.take_body();
    }
    session.state = State::working;
    const auto worked = work(
        yield, [&exchange] { exchange.response = Router::run(*exchange.route, exchange.request); });
    if (!worked) exchange.response = problem_response(worked.error());
    return true;
  }

  bool continue_if_asked(Session& session, const Exchange& exchange, const Yield& yield) {
    if (exchange.parser.done() || exchange.parser.head().http_1_0) return true;
    if (lower(exchange.request.header("expect")) != "100-continue") return true;
    return session.connection.write("HTTP/1.1 100 Continue\r\n\r\n", yield);
  }

  enum class Arrival { some, bad, gone };

  // Some of the body, perhaps all of it.
  Arrival read_body(Session& session,
                    RequestParser& parser,
                    std::size_t at_once,
                    const Yield& yield) {
    for (;;) {
      const auto taken = parser.feed(session.buffer);
      if (!taken) return Arrival::bad;
      session.buffer.erase(0, *taken);
      if (*taken > 0 || parser.done()) return Arrival::some;
      if (!session.connection.read_some(session.buffer, at_once, yield)) return Arrival::gone;
    }
  }

  std::optional<Response> refused_body(Arrival arrival, const Exchange& exchange) const {
    if (arrival == Arrival::bad) return problem(ErrorCode::invalid_argument, "请求正文格式错误");
    if (exchange.parser.body_bytes() > body_limit(*exchange.route)) return too_large();
    return std::nullopt;
  }

  bool receive_upload(Session& session, Exchange& exchange, const Yield& yield) {
    Opened opened = tl::make_unexpected(Response());
    const auto asked = work(
        yield, [&exchange, &opened] { opened = Router::open(*exchange.route, exchange.request); });
    if (!asked || !opened) {
      exchange.response = asked ? std::move(opened).error() : problem_response(asked.error());
      return true;
    }
    session.state = State::working;
    std::unique_ptr<Upload> upload = std::move(*opened);
    const bool stayed = continue_if_asked(session, exchange, yield) &&
                        receive_pieces(session, exchange, *upload, yield);
    (void)work(yield, [&upload] { upload.reset(); });
    return stayed;
  }

  // The next piece is read when the last one was taken: what is in memory does not grow.
  bool receive_pieces(Session& session, Exchange& exchange, Upload& upload, const Yield& yield) {
    RequestParser& parser = exchange.parser;
    steady_clock::duration waited{0};  // for the client, not for the disk
    while (!parser.done()) {
      const auto allowed = options_.read_timeout + time_for(parser.body_bytes());
      if (waited > allowed) return false;
      session.connection.set_deadline(
          std::min<steady_clock::duration>(options_.read_timeout, allowed - waited));
      const auto begun = steady_clock::now();
      const Arrival arrival = read_body(session, parser, upload_read_bytes, yield);
      waited += steady_clock::now() - begun;
      if (arrival == Arrival::gone) return false;
      if (auto refused = refused_body(arrival, exchange)) {
        exchange.response = std::move(*refused);
        return true;
      }
      const std::string piece = parser.take_body();
      if (piece.empty()) continue;
      Result<> written;
      const auto worked = work(yield, [&] { written = upload.write(piece); });
      if (!worked || !written) {
        exchange.response = problem_response(worked ? written.error() : worked.error());
        return true;
      }
    }
    const auto worked = work(yield, [&] { exchange.response = upload.finish(); });
    if (!worked) exchange.response = problem_response(worked.error());
    return true;
  }

  // How long that many bytes may take at the slowest.
  [[nodiscard]] std::chrono::milliseconds time_for(std::uint64_t bytes) const {
    return std::chrono::milliseconds(bytes * 1000 / options_.min_bytes_per_second);
  }

  bool respond(Session& session, Exchange& exchange, const Yield& yield) {
    Response& response = exchange.response;
    name_instance(response, exchange.request.id);
    const bool bodiless =
        exchange.request.method == "HEAD" || response.status == 204 || response.status == 304;
    HeadOptions options;
    options.length = response.body.size();
    options.secure = session.connection.secure();
    options.request_id = exchange.request.id;
    if (response.stream) {
      const bool old = exchange.parser.head().http_1_0;
      options.framing = old ? Framing::until_close : Framing::chunked;
      exchange.keep = exchange.keep && !old;
    }
    options.keep_alive = exchange.keep;
    std::string head = response_head(response, options);
    const std::string_view body = bodiless || response.stream ? std::string_view() : response.body;
    session.connection.set_deadline(options_.write_timeout + time_for(body.size()));
    const bool together = body.size() <= read_bytes;  // one packet, one TLS record
    if (together) head += body;
    if (!session.connection.write(head, yield)) return false;
    if (response.stream && !bodiless) return send_stream(session, response, options.framing, yield);
    return together || session.connection.write(body, yield);
  }

  // A stream that fails ends without its last chunk, so that the client does not take it for whole.
  bool send_stream(Session& session, Response& response, Framing framing, const Yield& yield) {
    const bool polled = response.poll.count() > 0;
    auto last_sent = steady_clock::now();
    for (bool more = true; more && !(polled && draining_);) {
      std::string piece;
      Result<bool> next = true;
      const auto worked = work(yield, [&] { next = response.stream(piece); });
      if (!worked || !next) return false;
      more = *next;
      const bool silent = steady_clock::now() - last_sent >= options_.heartbeat;
      if (polled && piece.empty() && silent) piece = ": \n\n";
      if (!piece.empty()) {
        if (!send_piece(session, piece, framing, yield)) return false;
        last_sent = steady_clock::now();
      } else if (more) {
        ErrorCodeOf ignored;
        session.pause.expires_after(polled ? response.poll : std::chrono::milliseconds(1));
        session.pause.async_wait(yield[ignored]);
        if (session.connection.peer_left()) return false;
      }
    }
    session.connection.set_deadline(options_.write_timeout);
    return framing != Framing::chunked || session.connection.write("0\r\n\r\n", yield);
  }

  bool send_piece(Session& session, std::string& piece, Framing framing, const Yield& yield) {
    session.connection.set_deadline(options_.write_timeout + time_for(piece.size()));
    if (framing == Framing::chunked) piece = fmt::format("{:x}\r\n", piece.size()) + piece + "\r\n";
    return session.connection.write(piece, yield);
  }

  // ---- around it --------------------------------------------------------------------------

  // Runs a function on a worker while the server's thread goes on with other sessions.
  Result<> work(const Yield& yield, const std::function<void()>& function) {
    Result<> result;
    const auto stay = asio::make_work_guard(io_);
    auto token = yield;
    asio::async_initiate<Yield, void()>(
        [this, &function, &result](auto handler) {
          asio::post(pool_, [this, &function, &result, work = std::move(handler)]() mutable {
            result = guarded(function);
            asio::post(io_, [resume = std::move(work)]() mutable { std::move(resume)(); });
          });
        },
        token);
    return result;
  }

  // The catch-all of the room: what a library throws inside a worker must not end the program.
  static Result<> guarded(const std::function<void()>& function) {
    try {
      function();
      return {};
    } catch (const std::exception& exception) {
      fmt::print(stderr, "http: {}\n", exception.what());
      return fail(ErrorCode::internal, "服务内部错误", exception.what());
    }
  }

  void note(const Exchange& exchange, int status) {
    const auto duration =
        std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - exchange.begun);
    if (options_.metrics != nullptr) options_.metrics->request_done(status, duration);
    if (!options_.on_access) return;
    options_.on_access({exchange.request.id,
                        exchange.request.method,
                        exchange.route == nullptr ? std::string() : exchange.route->pattern,
                        status,
                        duration});
  }

  void drain() {
    if (draining_) return;
    draining_ = true;
    ErrorCodeOf error;
    acceptor_.close(error);
    signals_.cancel(error);
    reload_.cancel(error);
    for (const auto& [number, session] : sessions_) {
      if (session->state == State::idle) session->connection.cut();
      session->pause.cancel();
    }
    drain_.expires_after(options_.drain_timeout);
    drain_.async_wait([this](ErrorCodeOf late) {
      if (late) return;
      for (const auto& [number, session] : sessions_) session->connection.cut();
    });
    if (sessions_.empty()) drain_.cancel();
  }

  ServerOptions options_;
  const Router& router_;
  asio::io_context io_{1};
  Tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::signal_set reload_;
  asio::steady_timer drain_;
  RateLimit rate_;
  Connection::TlsSettings tls_;
  std::map<std::uint64_t, SessionPtr> sessions_;  // in the order of their coming
  std::map<std::string, std::size_t> per_client_;
  std::uint64_t next_number_ = 0;
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
