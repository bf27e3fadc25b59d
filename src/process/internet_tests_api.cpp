// SPDX-License-Identifier: Apache-2.0
#include "process/internet_tests.h"
#include "process/process_routes.h"

namespace dengce::process {
namespace {

using access::Actor;
using http::Request;
using http::Response;
using portfolio::path_id;
using portfolio::taken;
using portfolio::taken_null;

Result<Response> test_response(const Routes& routes,
                               const Result<InternetTest>& test,
                               int status = 200) {
  if (!test) return tl::make_unexpected(test.error());
  Response response;
  response.status = status;
  JsonWriter json(response.body);
  write_internet_test(json, routes.process, *test, routes.today());
  http::set_version(response, test->version);
  return response;
}

Result<Response> get_tests(const Routes& routes, const Actor& actor, const Request& request) {
  TRY_ASSIGN(const http::PageQuery query, http::page_query(request, internet_test_rules));
  TRY_ASSIGN(db::Transaction transaction, portfolio::read_today(routes.database, routes.clock));
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY_ASSIGN(const auto page, select_internet_test_page(transaction, visible, query));
  return portfolio::page_response(page, [&](JsonWriter& json, const InternetTest& test) {
    write_internet_test(json, routes.process, test, routes.today());
  });
}

Result<Response> get_test(const Routes& routes, const Actor& actor, const Request& request) {
  TRY_ASSIGN(db::Transaction transaction, portfolio::read_today(routes.database, routes.clock));
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  return test_response(routes, select_internet_test(transaction, visible, path_id(request)));
}

Result<Response> post_test(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  InternetTest test;
  test.system_id = body.id("system_id");
  test.targets = body.lines("targets");
  test.methods = body.lines("methods");
  test.planned_from = body.day("planned_from");
  test.planned_to = body.day("planned_to");
  test.note = body.maybe_lines("note").value_or("");
  TRY(body.finish());
  return test_response(
      routes,
      create_internet_test(routes.database, routes.process, actor, std::move(test), routes.clock),
      201);
}

Result<Response> patch_test(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  InternetTestPatch patch;
  patch.targets = taken(body.maybe_lines("targets"));
  patch.methods = taken(body.maybe_lines("methods"));
  patch.planned_from = taken(body.maybe_day("planned_from"));
  patch.planned_to = taken(body.maybe_day("planned_to"));
  patch.tested = taken_null(body.maybe_day("tested_day", http::Null::allowed));
  patch.closed = taken_null(body.maybe_day("closed_day", http::Null::allowed));
  patch.data_deleted = taken_null(body.maybe_day("data_deleted_day", http::Null::allowed));
  patch.reported = taken_null(body.maybe_day("reported_day", http::Null::allowed));
  patch.note = taken(body.maybe_lines("note"));
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return test_response(routes,
                         change_internet_test(routes.database,
                                              routes.process,
                                              actor,
                                              path_id(request),
                                              version,
                                              patch,
                                              routes.clock));
  });
}

Result<Response> post_approval(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return test_response(
        routes,
        approve_internet_test(
            routes.database, routes.process, actor, path_id(request), version, routes.clock));
  });
}

Result<Response> delete_test(const Routes& routes, const Actor& actor, const Request& request) {
  return http::with_version(request, [&](std::int64_t version) {
    return portfolio::no_content(
        delete_internet_test(routes.database, actor, path_id(request), version, routes.clock));
  });
}

}  // namespace

void add_internet_test_routes(const Routes& routes) {
  const std::string one = "/api/internet-tests/{id}";
  routes.add("GET", "/api/internet-tests", {"internet_test", "read"}, get_tests);
  routes.add("POST", "/api/internet-tests", {"internet_test", "create"}, post_test);
  routes.add("GET", one, {"internet_test", "read"}, get_test);
  routes.add("PATCH", one, {"internet_test", "change"}, patch_test);
  routes.add("POST", one + "/approval", {"internet_test", "approve"}, post_approval);
  routes.add("DELETE", one, {"internet_test", "delete"}, delete_test);
}

}  // namespace dengce::process
