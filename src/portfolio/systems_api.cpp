// SPDX-License-Identifier: Apache-2.0
#include "portfolio/api_support.h"
#include "portfolio/portfolio_routes.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

Result<Response> post_system(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  NewSystem input;
  input.team_id = body.id("team_id");
  input.number = taken(body.maybe_integer("number", 1, 1'000'000));
  input.name = body.text("name");
  input.level = body.integer("level", 1, 4);
  input.sag = take_line(body, "sag", 4).value_or("");
  input.from = body.day("from");
  input.reason = body.maybe_lines("reason").value_or("");
  input.confirmed_day = taken(body.maybe_day("confirmed_day", http::Null::allowed));
  TRY(body.finish());
  return noun_result(create_system(routes.database, actor, input, routes.clock), 201);
}

Result<Response> patch_system(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  SystemPatch patch;
  patch.number = taken(body.maybe_integer("number", 1, 1'000'000));
  patch.name = taken(body.maybe_text("name"));
  patch.sag = take_line(body, "sag", 4);
  patch.reason = body.maybe_lines("reason").value_or("");
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return noun_result(
        change_system(routes.database, actor, path_id(request), version, patch, routes.clock));
  });
}

Result<Response> post_event(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  SystemEvent event;
  const std::string kind =
      body.choice("kind", {"join", "transfer", "retire", "level", "rename", "confirm"});
  event.kind = parse_event_kind(kind).value_or(EventKind::confirm);
  event.effective = body.day("effective_day");
  event.team_id = taken(body.maybe_id("team_id", http::Null::allowed));
  event.level = taken(body.maybe_integer("level", 1, 4, http::Null::allowed));
  event.sag = taken(body.maybe_text("sag", 4, http::Null::allowed));
  event.name = taken(body.maybe_text("name", 200, http::Null::allowed));
  event.reason = body.maybe_lines("reason").value_or("");
  event.confirmed_day = taken(body.maybe_day("confirmed_day", http::Null::allowed));
  TRY(body.finish());
  return noun_result(
      record_event(routes.database, actor, path_id(request), std::move(event), routes.clock), 201);
}

Result<Response> get_history(const Routes& routes, const Actor& actor, const Request& request) {
  TRY_ASSIGN(const auto events, system_history(routes.database, actor, path_id(request)));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const SystemEvent& event : events) write_event(json, event);
  json.end_array().member("total", static_cast<std::int64_t>(events.size())).end_object();
  return response;
}

}  // namespace

void add_system_routes(const Routes& routes) {
  routes.add("GET",
             "/api/systems",
             {"system", "read"},
             list_of(system_rules, select_system_page, write_system));
  routes.add("POST", "/api/systems", {"system", "create"}, post_system);
  routes.add("GET", "/api/systems/{id}", {"system", "read"}, one_of(select_visible_system));
  routes.add("PATCH", "/api/systems/{id}", {"system", "change"}, patch_system);
  routes.add("GET", "/api/systems/{id}/history", {"system", "read"}, get_history);
  routes.add("POST", "/api/systems/{id}/events", {"system", "change"}, post_event);
}

}  // namespace dengce::portfolio
