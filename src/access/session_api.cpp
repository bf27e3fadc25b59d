// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "access/access_api.h"
#include "access/sessions.h"
#include "access/tokens.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "http/json_body.h"

namespace dengce::access {
namespace {

using http::Request;
using http::Response;

constexpr std::int64_t day_milliseconds = 24LL * 60 * 60 * 1000;
constexpr std::int64_t shanghai_offset = 8LL * 60 * 60 * 1000;

Response step_response(const Request& request, const SignedIn& signed_in) {
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member("state", session_state_name(signed_in.state));
  json.member("csrf", signed_in.csrf).end_object();
  set_session_cookie(response, request, signed_in.secret);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

Result<Response> open(const AccessContext& context,
                      AttemptLimit& attempts,
                      const Request& request) {
  http::JsonBody body(request.body);
  const std::string login = body.text("login", 200);
  const std::string password = body.secret("password");
  TRY(body.finish());
  TRY(attempts.count(
      context.rights.policy(), request.remote_address, lower(trim(login)), context.clock()));
  TRY_ASSIGN(const SignedIn signed_in,
             sign_in(context,
                     login,
                     password,
                     {request.remote_address, std::string(request.header("user-agent"))}));
  return step_response(request, signed_in);
}

void write_ids(JsonWriter& json, const char* key, const auto& ids) {
  json.key(key).begin_array();
  for (const std::string& id : ids) json.string(id);
  json.end_array();
}

void write_roles(JsonWriter& json, const Rights& rights, const Actor& actor) {
  json.key("roles").begin_array();
  for (const std::string& id : actor.roles) {
    const Role* role = rights.role(id);
    if (role == nullptr) continue;
    json.begin_object().member("id", role->id).member("name", role->name);
    json.member("name_en", role->name_en).end_object();
  }
  json.end_array().key("rights").begin_object();
  for (const auto& [resource, actions] : rights.resources()) {
    std::vector<std::string> held;
    for (const std::string& action : actions) {
      if (rights.allows(actor, {resource, action})) held.push_back(action);
    }
    if (!held.empty()) write_ids(json, resource.c_str(), held);
  }
  json.end_object();
}

Result<Response> show(const AccessContext& context, const Caller& caller, const Request& request) {
  Response response;
  JsonWriter json(response.body);
  const Actor& actor = caller.actor;
  json.begin_object().member("state", session_state_name(caller.state));
  json.member("csrf", csrf_of(session_cookie_of(request)));
  json.key("account").begin_object().member("id", actor.account).member("login", actor.login);
  json.member("name", actor.name).end_object();
  write_roles(json, context.rights, actor);
  json.key("scope").begin_object().member_boolean("everything", actor.scope.everything);
  write_ids(json, "contracts", actor.scope.contracts);
  write_ids(json, "teams", actor.scope.teams);
  write_ids(json, "systems", actor.scope.systems);
  json.end_object().member_boolean("entry_cleared", caller.entry_cleared);
  json.member("idle_expires", format_instant(caller.idle_expires));
  json.member("expires", format_instant(caller.expires));
  json.key("second_factor").begin_object().member_boolean("enrolled", caller.second_factor);
  json.member_boolean("required", needs_second_factor(context.rights, actor.roles));
  json.end_object().end_object();
  return response;
}

Result<Response> close(const AccessContext& context, const Caller& caller, const Request& request) {
  TRY(sign_out(context, caller));
  Response response = no_content();
  set_session_cookie(response, request, {});
  return response;
}

Result<Response> take_factor(const AccessContext& context,
                             AttemptLimit& attempts,
                             const Caller& caller,
                             const Request& request) {
  http::JsonBody body(request.body);
  const std::string code = body.secret("code", 40);
  TRY(body.finish());
  TRY(attempts.count(
      context.rights.policy(), request.remote_address, caller.actor.login, context.clock()));
  TRY_ASSIGN(const SignedIn signed_in, give_second_factor(context, caller, code));
  return step_response(request, signed_in);
}

Result<Response> new_password(const AccessContext& context,
                              const Caller& caller,
                              const Request& request) {
  http::JsonBody body(request.body);
  const std::string current = body.secret("current");
  const std::string next = body.secret("new");
  TRY(body.finish());
  TRY_ASSIGN(const SignedIn signed_in, change_password(context, caller, current, next));
  return step_response(request, signed_in);
}

Result<Response> begin_factor(const AccessContext& context, const Caller& caller) {
  TRY_ASSIGN(const Enrolment enrolment, begin_second_factor(context, caller));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member("secret", enrolment.secret).member("uri", enrolment.uri).end_object();
  return response;
}

Result<Response> confirm_factor(const AccessContext& context,
                                const Caller& caller,
                                const Request& request) {
  http::JsonBody body(request.body);
  const std::string code = body.secret("code", 40);
  TRY(body.finish());
  TRY_ASSIGN(const Enrolled enrolled, confirm_second_factor(context, caller, code));
  Response response;
  const bool renewed = !enrolled.session.secret.empty();
  JsonWriter json(response.body);
  json.begin_object();
  write_ids(json, "recovery_codes", enrolled.recovery_codes);
  json.member("state", session_state_name(enrolled.session.state));
  json.member("csrf", renewed ? enrolled.session.csrf : csrf_of(session_cookie_of(request)));
  json.end_object();
  if (renewed) set_session_cookie(response, request, enrolled.session.secret);
  return response;
}

// Signed in and not a token: what the doors check for own routes, kept with the caller.
Result<> require_signed_in(const Caller& caller) {
  if (caller.state == SessionState::signed_in) return {};
  return fail(ErrorCode::failed_precondition, "登录尚未完成");
}

Result<Response> drop_factor(const AccessContext& context,
                             const Caller& caller,
                             const Request& request) {
  TRY(require_signed_in(caller));
  http::JsonBody body(request.body);
  const std::string code = body.secret("code", 40);
  TRY(body.finish());
  TRY(drop_second_factor(context, caller, code));
  return no_content();
}

Result<Response> sessions(const AccessContext& context, const Caller& caller) {
  TRY(require_signed_in(caller));
  TRY_ASSIGN(const auto open_ones, list_sessions(context, caller));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const Session& one : open_ones) {
    json.begin_object().member("id", one.id);
    json.member_boolean("current", one.id == caller.actor.session);
    json.member("address", one.address).member("user_agent", one.user_agent);
    json.member("opened", format_instant(one.opened));
    json.member("last_seen", format_instant(one.last_seen)).end_object();
  }
  json.end_array().end_object();
  return response;
}

Result<Response> end_one(const AccessContext& context,
                         const Caller& caller,
                         const Request& request) {
  TRY(require_signed_in(caller));
  TRY(revoke_session(context, caller, request.parameters.at("id")));
  return no_content();
}

// An instant, or a day: then its end in Shanghai.
Instant end_of(http::JsonBody& body, const char* name) {
  const std::string text = body.text(name, 40);
  if (const auto at = parse_instant(text)) return *at;
  if (const auto day = parse_day(text)) {
    return Instant{(std::int64_t{day->number} + 1) * day_milliseconds - shanghai_offset - 1000};
  }
  body.problem(name, "应为日期 YYYY-MM-DD 或 RFC 3339 时间");
  return {};
}

Result<Response> make_token(const AccessContext& context,
                            const Actor& actor,
                            const Request& request) {
  http::JsonBody body(request.body);
  NewToken input;
  input.name = body.text("name", 100);
  input.rights = body.texts("rights", 200, 100);
  input.expires = end_of(body, "expires");
  TRY(body.finish());
  TRY_ASSIGN(const IssuedToken issued, create_token(context, actor, input));
  Response response;
  response.status = 201;
  JsonWriter json(response.body);
  json.begin_object().member("id", issued.id).member("token", issued.token).end_object();
  return response;
}

Result<Response> tokens(const AccessContext& context, const Actor& actor) {
  TRY_ASSIGN(const auto held, list_tokens(context, actor));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const ApiToken& token : held) {
    json.begin_object().member("id", token.id).member("name", token.name);
    write_ids(json, "rights", token.rights);
    json.member("created", format_instant(token.created));
    json.member("expires", format_instant(token.expires)).key("last_used");
    if (token.last_used) {
      json.string(format_instant(*token.last_used));
    } else {
      json.null();
    }
    json.end_object();
  }
  json.end_array().end_object();
  return response;
}

void add_factor_routes(Doors& doors, const AccessContext& context) {
  const char* path = "/api/account/second-factor";
  doors.add_session("POST", path, [&context](const Caller& caller, const Request&) {
    return begin_factor(context, caller);
  });
  doors.add_session("PUT", path, [&context](const Caller& caller, const Request& request) {
    return confirm_factor(context, caller, request);
  });
  doors.add_session("DELETE", path, [&context](const Caller& caller, const Request& request) {
    return drop_factor(context, caller, request);
  });
}

void add_own_routes(Doors& doors, const AccessContext& context) {
  doors.add_session(
      "GET", "/api/account/sessions", [&context](const Caller& caller, const Request&) {
        return sessions(context, caller);
      });
  doors.add_session("DELETE",
                    "/api/account/sessions/{id}",
                    [&context](const Caller& caller, const Request& request) {
                      return end_one(context, caller, request);
                    });
  doors.add_own("GET", "/api/account/tokens", [&context](const Actor& actor, const Request&) {
    return tokens(context, actor);
  });
  doors.add_own(
      "POST", "/api/account/tokens", [&context](const Actor& actor, const Request& request) {
        return make_token(context, actor, request);
      });
  doors.add_own("DELETE",
                "/api/account/tokens/{id}",
                [&context](const Actor& actor, const Request& request) -> Result<Response> {
                  TRY(revoke_own_token(context, actor, request.parameters.at("id")));
                  return no_content();
                });
}

}  // namespace

void add_session_routes(Doors& doors, const AccessContext& context) {
  const auto attempts = std::make_shared<AttemptLimit>();
  doors.add_open("POST", "/api/session", "登录", [&context, attempts](const Request& request) {
    return open(context, *attempts, request);
  });
  doors.add_session(
      "GET", "/api/session", [&context](const Caller& caller, const Request& request) {
        return show(context, caller, request);
      });
  doors.add_session(
      "DELETE", "/api/session", [&context](const Caller& caller, const Request& request) {
        return close(context, caller, request);
      });
  doors.add_session("POST",
                    "/api/session/second-factor",
                    [&context, attempts](const Caller& caller, const Request& request) {
                      return take_factor(context, *attempts, caller, request);
                    });
  doors.add_session(
      "POST", "/api/session/password", [&context](const Caller& caller, const Request& request) {
        return new_password(context, caller, request);
      });
  add_factor_routes(doors, context);
  add_own_routes(doors, context);
  add_provider_routes(doors, context, attempts);
}

}  // namespace dengce::access
