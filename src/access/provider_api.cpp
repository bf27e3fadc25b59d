// SPDX-License-Identifier: Apache-2.0
// Routes of sign-in through the identity provider, and which ways of signing in there are.
#include <fmt/format.h>

#include "access/access_api.h"
#include "access/identity_provider.h"
#include "access/provider_sign_in.h"
#include "base/json_writer.h"

namespace dengce::access {
namespace {

using http::Request;
using http::Response;

// The way back is a navigation from another site: a strict cookie would not come along.
void set_flow_cookie(Response& response, const Request& request, std::string_view secret) {
  response.headers.emplace_back("Set-Cookie",
                                fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}; Max-Age={}",
                                            flow_cookie_name(request),
                                            secret,
                                            request.secure ? "; Secure" : "",
                                            secret.empty() ? 0 : flow_minutes * 60));
}

std::string query_of(const Request& request, std::string_view name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

Response show_methods(const AccessContext& context) {
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member_boolean("directory", context.directory != nullptr);
  json.member_boolean("provider", context.provider != nullptr).end_object();
  return response;
}

Result<Response> begin(const AccessContext& context,
                       AttemptLimit& attempts,
                       const Request& request) {
  TRY(attempts.count(context.rights.policy(), request.remote_address, {}, context.clock()));
  TRY_ASSIGN(const ProviderVisit visit, begin_provider_sign_in(context));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member("address", visit.address).end_object();
  set_flow_cookie(response, request, visit.secret);
  return response;
}

Result<SignedIn> end(const AccessContext& context, AttemptLimit& attempts, const Request& request) {
  TRY(attempts.count(context.rights.policy(), request.remote_address, {}, context.clock()));
  return end_provider_sign_in(context,
                              {cookie_of(request, flow_cookie_name(request)),
                               query_of(request, "state"),
                               query_of(request, "code"),
                               query_of(request, "iss")},
                              {request.remote_address, std::string(request.header("user-agent"))});
}

// A browser stands here, not a script: whatever happens, the page says it.
Response come_back(const AccessContext& context, AttemptLimit& attempts, const Request& request) {
  const auto signed_in = end(context, attempts, request);
  Response response;
  response.status = 303;
  response.content_type.clear();
  response.headers.emplace_back("Cache-Control", "no-store");
  std::string where = "/";
  if (signed_in) {
    set_session_cookie(response, request, signed_in->secret);
  } else {
    const ErrorCode code = signed_in.error().code;
    where += fmt::format("?sign_in={}",
                         code == ErrorCode::unavailable    ? "unavailable"
                         : code == ErrorCode::rate_limited ? "rate_limited"
                                                           : "refused");
  }
  response.headers.emplace_back("Location", where);
  set_flow_cookie(response, request, {});
  return response;
}

}  // namespace

void add_provider_routes(Doors& doors,
                         const AccessContext& context,
                         const std::shared_ptr<AttemptLimit>& attempts) {
  doors.add_open(
      "GET", "/api/session/methods", "登录页需知道有哪些登录方式", [&context](const Request&) {
        return show_methods(context);
      });
  doors.add_open(
      "POST", "/api/session/provider", "登录", [&context, attempts](const Request& request) {
        return begin(context, *attempts, request);
      });
  doors.add_open(
      "GET", provider_return, "从统一身份认证返回", [&context, attempts](const Request& request) {
        return come_back(context, *attempts, request);
      });
}

}  // namespace dengce::access
