// SPDX-License-Identifier: Apache-2.0
#include "access/doors.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/audit.h"
#include "access/idempotency.h"
#include "base/json_writer.h"
#include "base/random.h"
#include "base/text.h"

namespace dengce::access {
namespace {

using http::Request;
using http::Response;

constexpr std::string_view bearer = "bearer ";
constexpr std::string_view token_mark = "dgc_";

Response answer(Result<Response> response) {
  return response ? std::move(*response) : http::problem_response(response.error());
}

Response refuse(int status, std::string_view code, std::string message) {
  return http::problem_response(
      status, code, Error{ErrorCode::permission_denied, std::move(message), {}, {}});
}

bool changes(const Request& request) {
  return request.method != "GET" && request.method != "HEAD";
}

// A body that is kept until it is whole; the route's limit bounds it.
class Collected final : public http::Upload {
 public:
  Collected(Request request, http::Handler handler)
      : request_(std::move(request)), handler_(std::move(handler)) {
    request_.body.clear();
  }

  Result<> write(std::string_view piece) override {
    request_.body += piece;
    return {};
  }

  Response finish() override { return handler_(request_); }

 private:
  Request request_;
  http::Handler handler_;
};

// The caller, or the answer that turns the request away.
struct Found {
  std::optional<Caller> caller;
  Response refusal;
};

}  // namespace

std::string_view session_cookie_name(const Request& request) {
  return request.secure ? "__Host-dengce_session" : "dengce_session";
}

std::string_view flow_cookie_name(const Request& request) {
  return request.secure ? "__Host-dengce_flow" : "dengce_flow";
}

std::string cookie_of(const Request& request, std::string_view name) {
  for (std::string_view part : split(request.header("cookie"), ';')) {
    part = trim(part);
    if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) {
      return std::string(part.substr(name.size() + 1));
    }
  }
  return {};
}

std::string session_cookie_of(const Request& request) {
  return cookie_of(request, session_cookie_name(request));
}

void set_session_cookie(Response& response, const Request& request, std::string_view secret) {
  response.headers.emplace_back("Set-Cookie",
                                fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}{}",
                                            session_cookie_name(request),
                                            secret,
                                            request.secure ? "; Secure" : "",
                                            secret.empty() ? "; Max-Age=0" : ""));
}

struct Doors::State {
  http::Router& router;
  db::Database& database;
  const Rights& rights;
  Clock clock;
  std::vector<Door> doors;

  // Session or token, and CSRF for what a browser sends by itself.
  Found find(const Request& request) const {
    const std::string authorization(request.header("authorization"));
    if (!authorization.empty()) return find_by_token(request, authorization);
    const std::string secret = session_cookie_of(request);
    auto caller = find_caller(database, rights, secret, clock());
    if (!caller) return {std::nullopt, http::problem_response(caller.error())};
    if (changes(request) && !equal_secrets(request.header("x-csrf-token"), csrf_of(secret))) {
      return {std::nullopt, refuse(403, "csrf", "缺少或错误的 X-CSRF-Token，请刷新页面后重试")};
    }
    caller->actor.address = request.remote_address;
    return {std::move(*caller), {}};
  }

  Found find_by_token(const Request& request, const std::string& authorization) const {
    std::string token;
    if (lower(authorization.substr(0, bearer.size())) == bearer) {
      token = std::string(trim(std::string_view(authorization).substr(bearer.size())));
    }
    auto caller = token.starts_with(token_mark)
                      ? find_token_caller(database, rights, token, clock())
                      : Result<Caller>(fail(ErrorCode::unauthenticated, "令牌格式不正确"));
    if (!caller) return {std::nullopt, http::problem_response(caller.error())};
    caller->actor.address = request.remote_address;
    return {std::move(*caller), {}};
  }

  static std::optional<Response> check_complete(const Caller& caller) {
    if (caller.state == SessionState::signed_in) return std::nullopt;
    Response response = refuse(403, "sign_in_incomplete", "登录尚未完成");
    response.headers.emplace_back("Dengce-Session-State", session_state_name(caller.state));
    return response;
  }

  // A refusal is an event of its own; when it cannot be written, the request is refused anyway.
  void audit_refusal(const Caller& caller, const Door& door) const {
    auto transaction = database.write();
    if (!transaction) return;
    AuditEvent event;
    event.action = door.resource + "." + door.action;
    event.object_type = door.resource;
    event.outcome = Outcome::denied;
    JsonWriter json(event.detail);
    json.begin_object().member("route", door.method + " " + door.pattern).end_object();
    if (append_audit(*transaction, caller.actor, event, clock)) {
      static_cast<void>(transaction->commit());
    }
  }

  std::optional<Response> check_right(const Caller& caller, const Door& door) const {
    const Right right{door.resource, door.action};
    if (const auto allowed = rights.require(caller.actor, right); !allowed) {
      audit_refusal(caller, door);
      return http::problem_response(allowed.error());
    }
    const std::string word = door.resource + ":" + door.action;
    if (caller.by_token &&
        std::find(caller.token_rights.begin(), caller.token_rights.end(), word) ==
            caller.token_rights.end()) {
      audit_refusal(caller, door);
      return refuse(403, "token_scope", "此令牌不含该权限：" + word);
    }
    if (rights.is_project_data(door.resource) && !caller.entry_cleared) {
      audit_refusal(caller, door);
      return refuse(403, "entry_not_cleared", "入场核查未完成，暂不能接触项目数据");
    }
    return std::nullopt;
  }

  // The caller whom the door lets in, or the answer that turns the request away.
  Found admit(const Door& door, const Request& request) const {
    Found found = find(request);
    if (!found.caller) return found;
    if (auto refusal = check_complete(*found.caller)) return {std::nullopt, std::move(*refusal)};
    if (auto refusal = check_right(*found.caller, door)) return {std::nullopt, std::move(*refusal)};
    return found;
  }

  Response pass(const Door& door, const ActorHandler& handler, const Request& request) const {
    Found found = admit(door, request);
    if (!found.caller) return std::move(found.refusal);
    return answer(run(found.caller->actor, handler, request));
  }

  Result<Response> run(const Actor& actor,
                       const ActorHandler& handler,
                       const Request& request) const {
    if (request.method != "POST") return handler(actor, request);
    return run_once(database, actor, request, clock, [&] { return handler(actor, request); });
  }

  Response pass_own(const CallerHandler& handler, const Request& request) const {
    Found found = find(request);
    if (!found.caller) return std::move(found.refusal);
    if (found.caller->by_token) {
      return refuse(403, "token_scope", "令牌不能管理账户本身，请登录后操作");
    }
    return answer(handler(*found.caller, request));
  }
};

Doors::Doors(http::Router& router, db::Database& database, const Rights& rights, Clock clock)
    : state_(std::make_unique<State>(State{router, database, rights, clock, {}})) {}

Doors::~Doors() = default;

void Doors::add(std::string method,
                std::string_view pattern,
                const Right& right,
                ActorHandler handler) {
  Door door{method,
            std::string(pattern),
            std::string(right.resource),
            std::string(right.action),
            Door::Kind::right};
  state_->doors.push_back(door);
  state_->router.add(std::move(method),
                     pattern,
                     [state = state_.get(), door, handler = std::move(handler)](
                         const Request& request) { return state->pass(door, handler, request); });
}

void Doors::add_file(std::string method,
                     std::string_view pattern,
                     const Right& right,
                     std::uint64_t max_bytes,
                     ActorHandler handler) {
  const auto take = [state = state_.get(), handler = std::move(handler)](
                        const Actor& actor, const Request& request) -> http::Opened {
    return std::make_unique<Collected>(request, [state, handler, actor](const Request& whole) {
      return answer(state->run(actor, handler, whole));
    });
  };
  add_upload(std::move(method), pattern, right, max_bytes, take);
}

void Doors::add_upload(std::string method,
                       std::string_view pattern,
                       const Right& right,
                       std::uint64_t max_bytes,
                       ActorOpener opener) {
  Door door{method,
            std::string(pattern),
            std::string(right.resource),
            std::string(right.action),
            Door::Kind::right};
  door.body = Door::Body::file;
  state_->doors.push_back(door);
  state_->router.add_upload(std::move(method),
                            pattern,
                            max_bytes,
                            [state = state_.get(), door, opener = std::move(opener)](
                                const Request& request) -> http::Opened {
                              Found found = state->admit(door, request);
                              if (!found.caller)
                                return tl::make_unexpected(std::move(found.refusal));
                              return opener(found.caller->actor, request);
                            });
}

void Doors::add_session(std::string method, std::string_view pattern, CallerHandler handler) {
  state_->doors.push_back({method, std::string(pattern), {}, {}, Door::Kind::session});
  state_->router.add(std::move(method),
                     pattern,
                     [state = state_.get(), handler = std::move(handler)](const Request& request) {
                       return state->pass_own(handler, request);
                     });
}

void Doors::add_own(std::string method, std::string_view pattern, ActorHandler handler) {
  state_->doors.push_back({method, std::string(pattern), {}, {}, Door::Kind::signed_in});
  const CallerHandler complete = [state = state_.get(), handler = std::move(handler)](
                                     const Caller& caller,
                                     const Request& request) -> Result<Response> {
    if (auto refusal = State::check_complete(caller)) return std::move(*refusal);
    return state->run(caller.actor, handler, request);
  };
  state_->router.add(
      std::move(method), pattern, [state = state_.get(), complete](const Request& request) {
        return state->pass_own(complete, request);
      });
}

void Doors::add_open(std::string method,
                     std::string_view pattern,
                     std::string_view why,
                     OpenHandler handler) {
  state_->doors.push_back(
      {method, std::string(pattern), {}, {}, Door::Kind::open, std::string(why)});
  state_->router.add(
      std::move(method), pattern, [handler = std::move(handler)](const Request& request) {
        return answer(handler(request));
      });
}

const std::vector<Door>& Doors::doors() const {
  return state_->doors;
}

const Rights& Doors::rights() const {
  return state_->rights;
}

}  // namespace dengce::access
