// SPDX-License-Identifier: Apache-2.0
#include "portfolio/api_support.h"
#include "portfolio/portfolio_routes.h"
#include "portfolio/risk_notices.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

Result<Response> post_notice(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  RiskNotice notice;
  notice.system_id = body.id("system_id");
  notice.risks = body.lines("risks");
  notice.measures = body.lines("measures");
  notice.backup_state = body.lines("backup_state");
  notice.told = body.day("told_day");
  notice.confirmed_by = take_line(body, "confirmed_by").value_or("");
  notice.confirmed = taken(body.maybe_day("confirmed_day", http::Null::allowed));
  TRY(body.finish());
  return noun_result(create_risk_notice(routes.database, actor, std::move(notice), routes.clock),
                     201);
}

Result<Response> patch_notice(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  RiskNoticePatch patch;
  patch.risks = taken(body.maybe_lines("risks"));
  patch.measures = taken(body.maybe_lines("measures"));
  patch.backup_state = taken(body.maybe_lines("backup_state"));
  patch.told = taken(body.maybe_day("told_day"));
  patch.confirmed_by = take_line(body, "confirmed_by");
  patch.confirmed = taken_null(body.maybe_day("confirmed_day", http::Null::allowed));
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return noun_result(
        change_risk_notice(routes.database, actor, path_id(request), version, patch, routes.clock));
  });
}

}  // namespace

void add_risk_notice_routes(const Routes& routes) {
  routes.add("GET",
             "/api/risk-notices",
             {"risk_notice", "read"},
             list_of(risk_notice_rules, select_risk_notice_page, write_risk_notice));
  routes.add("POST", "/api/risk-notices", {"risk_notice", "create"}, post_notice);
  routes.add("GET", "/api/risk-notices/{id}", {"risk_notice", "read"}, one_of(select_risk_notice));
  routes.add("PATCH", "/api/risk-notices/{id}", {"risk_notice", "change"}, patch_notice);
  routes.add("DELETE",
             "/api/risk-notices/{id}",
             {"risk_notice", "delete"},
             deletion_by(delete_risk_notice));
}

}  // namespace dengce::portfolio
