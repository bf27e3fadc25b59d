// SPDX-License-Identifier: Apache-2.0
// Stages and products of one system.
#include "process/process_routes.h"
#include "process/products.h"
#include "process/sheet.h"

namespace dengce::process {
namespace {

using access::Actor;
using http::Request;
using http::Response;
using portfolio::path_id;
using portfolio::taken;
using portfolio::taken_null;

Result<Response> get_sheet(const Routes& routes, const Actor& actor, const Request& request) {
  TRY_ASSIGN(db::Transaction transaction, portfolio::read_today(routes.database, routes.clock));
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY_ASSIGN(const Sheet sheet, select_sheet(transaction, visible, path_id(request)));
  Response response;
  JsonWriter json(response.body);
  write_sheet(json, routes.process, sheet, routes.today());
  return response;
}

Result<Response> patch_stage(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  StagePatch patch;
  patch.planned_from = taken_null(body.maybe_day("planned_from", http::Null::allowed));
  patch.planned_to = taken_null(body.maybe_day("planned_to", http::Null::allowed));
  patch.actual_from = taken_null(body.maybe_day("actual_from", http::Null::allowed));
  patch.actual_to = taken_null(body.maybe_day("actual_to", http::Null::allowed));
  patch.lead = taken_null(body.maybe_id("lead", http::Null::allowed));
  patch.members = taken(body.maybe_ids("members", 50));
  patch.note = taken(body.maybe_lines("note"));
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) -> Result<Response> {
    TRY_ASSIGN(const StageRow row,
               change_stage(routes.database,
                            routes.process,
                            routes.staff_roles,
                            actor,
                            path_id(request),
                            path_id(request, "stage"),
                            version,
                            patch,
                            routes.clock));
    Response response;
    JsonWriter json(response.body);
    json.begin_object();
    write_stage(json, row, routes.today());
    json.end_object();
    http::set_version(response, row.version);
    return response;
  });
}

Result<Response> take_step(const Routes& routes,
                           const Actor& actor,
                           const Request& request,
                           const ProductStep& step) {
  return http::with_version(request, [&](std::int64_t version) -> Result<Response> {
    TRY_ASSIGN(const ProductRow row,
               step_product(routes.database,
                            routes.process,
                            actor,
                            path_id(request),
                            path_id(request, "product"),
                            version,
                            step,
                            routes.clock));
    Response response;
    JsonWriter json(response.body);
    write_product(json, routes.process, row);
    http::set_version(response, row.version);
    return response;
  });
}

// The steps whose day may lie in the past.
auto dated_step(ProductState to) {
  return
      [to](const Routes& routes, const Actor& actor, const Request& request) -> Result<Response> {
        http::JsonBody body(request.body);
        ProductStep step;
        step.to = to;
        step.day = taken(body.maybe_day("day"));
        step.note = body.maybe_lines("note").value_or("");
        TRY(body.finish());
        return take_step(routes, actor, request, step);
      };
}

// By the actor, today.
Result<Response> post_signature(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  ProductStep step;
  step.to = ProductState::signed_off;
  step.note = body.maybe_lines("note").value_or("");
  TRY(body.finish());
  return take_step(routes, actor, request, step);
}

// On paper: the scan stands among the system's files.
Result<Response> post_copy(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  ProductStep step;
  step.to = ProductState::signed_off;
  step.day = body.day("day");
  step.signed_by = body.text("signed_by");
  step.file_id = body.id("file_id");
  step.note = body.maybe_lines("note").value_or("");
  TRY(body.finish());
  return take_step(routes, actor, request, step);
}

Result<Response> get_history(const Routes& routes, const Actor& actor, const Request& request) {
  TRY_ASSIGN(
      auto events,
      product_history(
          routes.database, routes.process, actor, path_id(request), path_id(request, "product")));
  return portfolio::page_response(portfolio::whole_page(std::move(events)), write_product_event);
}

}  // namespace

void add_stage_routes(const Routes& routes) {
  routes.add("GET", "/api/systems/{id}/stages", {"progress", "read"}, get_sheet);
  routes.add("PATCH", "/api/systems/{id}/stages/{stage}", {"progress", "change"}, patch_stage);
  const std::string product = "/api/systems/{id}/products/{product}";
  routes.add("GET", product + "/history", {"progress", "read"}, get_history);
  routes.add(
      "POST", product + "/draft", {"progress", "change"}, dated_step(ProductState::drafting));
  routes.add(
      "POST", product + "/review", {"progress", "review"}, dated_step(ProductState::reviewed));
  routes.add("POST", product + "/signature", {"progress", "sign"}, post_signature);
  routes.add("POST", product + "/signed-copy", {"progress", "record"}, post_copy);
  routes.add(
      "POST", product + "/return", {"progress", "return"}, dated_step(ProductState::returned));
}

}  // namespace dengce::process
