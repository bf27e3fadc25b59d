// SPDX-License-Identifier: Apache-2.0
#include "portfolio/api_support.h"
#include "portfolio/contracts.h"
#include "portfolio/overview.h"
#include "portfolio/portfolio_routes.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Response;

template <class Counts>
void write_counts(JsonWriter& json, std::string_view word, const Counts& counts) {
  std::int64_t total = 0;
  json.begin_object().key("by_" + std::string(word)).begin_array();
  for (const auto& [name, count] : counts) {
    json.begin_object().member(word, name).member("count", count).end_object();
    total += count;
  }
  json.end_array().member("total", total).end_object();
}

// What the actor may not read is null.
Result<Response> get_overview(const Routes& routes, const Actor& actor, const http::Request&) {
  TRY_ASSIGN(const Overview overview, overview_of(routes.database, actor, routes.clock));
  const auto may = [&](std::string_view resource) {
    return routes.doors.rights().allows(actor, {resource, "read"});
  };
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("coverage");
  write_coverage(json, overview.coverage, overview.teams);
  json.key("filings");
  if (may("filing")) {
    json.begin_object().member("total", overview.filings).key("conflicts");
    write_counts(json, "kind", overview.conflicts);
    json.end_object();
  } else {
    json.null();
  }
  json.key("assets");
  may("asset") ? write_counts(json, "class", overview.assets) : void(json.null());
  json.key("data_items");
  may("data_item") ? write_counts(json, "data_class", overview.data_items) : void(json.null());
  json.key("systems_untold");
  may("risk_notice") ? json.integer(overview.systems_untold) : json.null();
  json.end_object();
  return response;
}

}  // namespace

void add_overview_routes(const Routes& routes) {
  routes.add("GET", "/api/overview", {"system", "read"}, get_overview);
}

}  // namespace dengce::portfolio
