// SPDX-License-Identifier: Apache-2.0
// Routes on literal segments and {name}; literal beats {name}. Immutable once the server runs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace dengce::http {

using Handler = std::function<Response(const Request&)>;

// The receiving end of one upload. All calls come from worker threads, one after the other; an
// upload whose line breaks is destroyed without finish().
class Upload {
 public:
  Upload() = default;
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  virtual ~Upload() = default;

  virtual Result<> write(std::string_view piece) = 0;
  virtual Response finish() = 0;
};

// Looks at the head of a request (its body is empty) and gives the receiving end, or the answer
// that refuses it before any byte of the body was read.
using Opened = tl::expected<std::unique_ptr<Upload>, Response>;
using UploadOpener = std::function<Opened(const Request&)>;

// What a route takes as a body. The server holds requests to it before their handler runs.
struct BodyRule {
  std::optional<std::uint64_t> max_bytes;  // the server's own limit when not set
  bool json = true;                        // a body must come as application/json
};

class Router {
 public:
  struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    Handler handler;
    UploadOpener opener;  // set: the route takes uploads, the handler is empty
    BodyRule body;
  };

  // A route with the request's parameters filled in, or the answer that no route fits.
  struct Found {
    const Route* route = nullptr;
    Response refusal;
  };

  // "/api/systems/{id}". A trailing "{rest*}" takes all that follows.
  void add(std::string method, std::string_view pattern, Handler handler);
  // Bodies of any type and of at most `max_bytes`, handed on as they arrive.
  void add_upload(std::string method,
                  std::string_view pattern,
                  std::uint64_t max_bytes,
                  UploadOpener opener);
  // For a route that is there already; false when it is not.
  bool set_body_rule(std::string_view method, std::string_view pattern, const BodyRule& rule);

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  [[nodiscard]] Found find(Request& request) const;
  // Runs the handler; HEAD runs GET. An exception becomes a 500 without its text.
  [[nodiscard]] static Response run(const Route& route, const Request& request);
  [[nodiscard]] static Opened open(const Route& route, const Request& request);
  // find and run in one go, for tests; an upload gets the body in one piece. 404 without a route,
  // 405 (with Allow) when the path exists for another method.
  [[nodiscard]] Response handle(Request& request) const;

 private:
  std::vector<Route> routes_;
};

// 415 when the route takes JSON and the request brings something else.
std::optional<Response> wrong_body_type(const Router::Route& route, const Request& request);

// Splits "/a/b?x=1" into decoded path and query; invalid_argument for bad escapes, NUL, "..",
// invalid UTF-8 or a path that does not begin with '/'.
Result<> parse_target(std::string_view target, Request& request);

}  // namespace dengce::http
