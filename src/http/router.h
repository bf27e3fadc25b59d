// SPDX-License-Identifier: Apache-2.0
// Routes on literal segments and {name}; literal beats {name}. Immutable once the server runs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace dengce::http {

using Handler = std::function<Response(const Request&)>;

class Router {
 public:
  // "/api/systems/{id}". A trailing "{rest*}" takes all that follows.
  void add(std::string method, std::string_view pattern, Handler handler);

  // Finds the handler, fills request.parameters, runs it. 404 without a route, 405 (with Allow)
  // when the path exists for another method. HEAD runs GET; the server leaves the body out. An
  // exception of a handler becomes a 500 without its text.
  [[nodiscard]] Response handle(Request& request) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
  };

  std::vector<Route> routes_;
};

// Splits "/a/b?x=1" into decoded path and query; invalid_argument for bad escapes, NUL, "..",
// invalid UTF-8 or a path that does not begin with '/'.
Result<> parse_target(std::string_view target, Request& request);

}  // namespace dengce::http
