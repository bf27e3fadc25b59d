// SPDX-License-Identifier: Apache-2.0
#include "portfolio/api_support.h"
#include "portfolio/filing_conflicts.h"
#include "portfolio/filing_store.h"
#include "portfolio/portfolio_routes.h"
#include "portfolio/portfolio_store.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

IdSet id_set(const std::vector<std::string>& ids) {
  return {ids.begin(), ids.end()};
}

std::optional<FilingPatch::Certificate> take_certificate(http::JsonBody& body) {
  auto member = body.maybe_object("certificate", http::Null::allowed);
  if (!member.present) return std::nullopt;
  if (!member.value) return FilingPatch::Certificate{};
  FilingPatch::Certificate certificate;
  certificate.name = member.value->text("file_name");
  certificate.sm3 = member.value->text("sm3", 64);
  return certificate;
}

Result<Response> post_filing(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  Filing filing;
  filing.number = body.text("number", 100);
  filing.name = body.text("name");
  filing.level = body.integer("level", 1, 4);
  filing.filed = taken(body.maybe_day("filed_day", http::Null::allowed));
  if (const auto certificate = take_certificate(body)) {
    filing.certificate_name = certificate->name;
    filing.certificate_sm3 = certificate->sm3;
  }
  filing.systems = id_set(body.maybe_ids("systems").value_or({}));
  TRY(body.finish());
  return noun_result(create_filing(routes.database, actor, std::move(filing), routes.clock), 201);
}

Result<Response> patch_filing(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  FilingPatch patch;
  patch.number = taken(body.maybe_text("number", 100));
  patch.name = taken(body.maybe_text("name"));
  patch.level = taken(body.maybe_integer("level", 1, 4));
  patch.filed = taken_null(body.maybe_day("filed_day", http::Null::allowed));
  patch.certificate = take_certificate(body);
  if (const auto systems = body.maybe_ids("systems"); systems.value) {
    patch.systems = id_set(*systems.value);
  }
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return noun_result(
        change_filing(routes.database, actor, path_id(request), version, patch, routes.clock));
  });
}

Result<Response> put_systems(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  FilingPatch patch;
  patch.systems = id_set(body.ids("systems"));
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return noun_result(
        change_filing(routes.database, actor, path_id(request), version, patch, routes.clock));
  });
}

void write_conflict(JsonWriter& json, const FilingConflict& conflict) {
  json.begin_object().member("kind", name(conflict.kind)).key("filing");
  if (conflict.filing == nullptr) {
    json.null();
  } else {
    json.begin_object().member("id", conflict.filing->id).member("number", conflict.filing->number);
    json.member("name", conflict.filing->name).end_object();
  }
  json.key("system");
  if (conflict.system == nullptr) {
    json.null();
  } else {
    json.begin_object().member("id", conflict.system->id).member("number", conflict.system->number);
    json.member("name", conflict.system->name).end_object();
  }
  json.member("detail", conflict.detail).end_object();
}

Result<Response> get_conflicts(const Routes& routes, const Actor& actor, const Request&) {
  TRY_ASSIGN(db::Transaction transaction, read_today(routes.database, routes.clock));
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY_ASSIGN(const auto filings, select_filings(transaction));
  TRY_ASSIGN(const auto systems, select_systems(transaction));
  return page_response(whole_page(find_conflicts(filings, systems, visible)), write_conflict);
}

}  // namespace

void add_filing_routes(const Routes& routes) {
  routes.add("GET",
             "/api/filings",
             {"filing", "read"},
             list_of(filing_rules, select_filing_page, write_filing));
  routes.add("POST", "/api/filings", {"filing", "create"}, post_filing);
  routes.add("GET", "/api/filings/conflicts", {"filing", "read"}, get_conflicts);
  routes.add("GET", "/api/filings/{id}", {"filing", "read"}, one_of(select_visible_filing));
  routes.add("PATCH", "/api/filings/{id}", {"filing", "change"}, patch_filing);
  routes.add("PUT", "/api/filings/{id}/systems", {"filing", "change"}, put_systems);
  routes.add("DELETE", "/api/filings/{id}", {"filing", "delete"}, deletion_by(delete_filing));
}

}  // namespace dengce::portfolio
