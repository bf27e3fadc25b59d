// SPDX-License-Identifier: Apache-2.0
#include "portfolio/api_support.h"
#include "portfolio/portfolio_routes.h"
#include "portfolio/system_modules.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

const std::vector<std::string_view> kinds{"module", "domain"};

Result<Response> get_modules(const Routes& routes, const Actor& actor, const Request& request) {
  TRY_ASSIGN(auto modules, modules_of(routes.database, actor, path_id(request)));
  return page_response(
      whole_page(std::move(modules)),
      [](JsonWriter& json, const SystemModule& one) { json.raw_number(to_json(one)); });
}

Result<Response> post_module(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  SystemModule module;
  module.system_id = path_id(request);
  module.name = body.text("name");
  module.kind = body.choice("kind", kinds);
  module.in_scope = body.boolean("in_scope");
  module.reason = body.maybe_lines("reason").value_or("");
  TRY(body.finish());
  return noun_result(create_module(routes.database, actor, std::move(module), routes.clock), 201);
}

Result<Response> patch_module(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  ModulePatch patch;
  patch.name = taken(body.maybe_text("name"));
  patch.kind = taken(body.maybe_choice("kind", kinds));
  patch.in_scope = taken(body.maybe_boolean("in_scope"));
  patch.reason = taken(body.maybe_lines("reason"));
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return noun_result(
        change_module(routes.database, actor, path_id(request), version, patch, routes.clock));
  });
}

}  // namespace

void add_module_routes(const Routes& routes) {
  routes.add("GET", "/api/systems/{id}/modules", {"system", "read"}, get_modules);
  routes.add("POST", "/api/systems/{id}/modules", {"system", "change"}, post_module);
  routes.add("PATCH", "/api/modules/{id}", {"system", "change"}, patch_module);
  routes.add("DELETE", "/api/modules/{id}", {"system", "change"}, deletion_by(delete_module));
}

}  // namespace dengce::portfolio
