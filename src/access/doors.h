// SPDX-License-Identifier: Apache-2.0
// The doors of the HTTP API: every route says which right it asks for; the door finds out who is
// there (session cookie or token), checks CSRF, the right and the rate, then lets the handler work.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "access/rights.h"
#include "access/sessions.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "http/router.h"

namespace dengce::access {

using ActorHandler = std::function<Result<http::Response>(const Actor&, const http::Request&)>;
using CallerHandler = std::function<Result<http::Response>(const Caller&, const http::Request&)>;
using ActorOpener = std::function<http::Opened(const Actor&, const http::Request&)>;
using OpenHandler = std::function<Result<http::Response>(const http::Request&)>;

// One route as the role table and the tests see it.
struct Door {
  std::string method;
  std::string pattern;
  std::string resource;  // empty: open to everybody, or to every signed-in account
  std::string action;
  enum class Kind : std::uint8_t { open, session, signed_in, right } kind = Kind::right;
  std::string why = {};  // an open door's reason
  enum class Body : std::uint8_t { json, file } body = Body::json;
};

// The value of the session cookie; empty without one.
std::string session_cookie_of(const http::Request& request);
// Over TLS a name that browsers take from this very host by TLS only (RFC 6265bis, __Host-).
std::string_view session_cookie_name(const http::Request& request);

// Of any other cookie; empty without it.
std::string cookie_of(const http::Request& request, std::string_view name);
// Holds the secret of a visit at the identity provider.
std::string_view flow_cookie_name(const http::Request& request);
// An empty secret takes the cookie away.
void set_session_cookie(http::Response& response,
                        const http::Request& request,
                        std::string_view secret);

class Doors {
 public:
  // All three outlive the doors.
  Doors(http::Router& router,
        db::Database& database,
        const Rights& rights,
        Clock clock = system_now);
  Doors(const Doors&) = delete;
  Doors& operator=(const Doors&) = delete;
  ~Doors();

  // For accounts that hold the right. A POST with `Idempotency-Key` answers the same again.
  void add(std::string method, std::string_view pattern, const Right& right, ActorHandler handler);
  // The same for a body that is a file of at most `max_bytes`, not JSON: nothing of it is read from
  // who may not send it.
  void add_file(std::string method,
                std::string_view pattern,
                const Right& right,
                std::uint64_t max_bytes,
                ActorHandler handler);
  // The same for a body handed on as it arrives.
  void add_upload(std::string method,
                  std::string_view pattern,
                  const Right& right,
                  std::uint64_t max_bytes,
                  ActorOpener opener);
  // For every signed-in account, about its own things.
  void add_own(std::string method, std::string_view pattern, ActorHandler handler);
  // For a session on its way through sign-in as well; the handler looks at caller.state.
  void add_session(std::string method, std::string_view pattern, CallerHandler handler);
  // For everybody; `why` stands in the documentation of the API.
  void add_open(std::string method,
                std::string_view pattern,
                std::string_view why,
                OpenHandler handler);

  [[nodiscard]] const std::vector<Door>& doors() const;

  [[nodiscard]] const Rights& rights() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dengce::access
