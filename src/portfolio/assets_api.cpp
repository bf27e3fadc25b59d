// SPDX-License-Identifier: Apache-2.0
#include "portfolio/api_support.h"
#include "portfolio/asset_store.h"
#include "portfolio/portfolio_routes.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

std::map<std::string, std::string> values_of(http::JsonObject object) {
  std::map<std::string, std::string> values;
  for (const std::string& column : object.names()) values[column] = object.lines(column);
  return values;
}

Result<Response> post_asset(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  Asset asset;
  asset.class_name = body.text("class");
  asset.name = body.text("name");
  asset.importance = take_line(body, "importance", 20).value_or("");
  asset.shared = body.maybe_boolean("shared").value_or(false);
  asset.location = take_line(body, "location").value_or("");
  asset.addresses = body.maybe_texts("addresses", 256).value_or({});
  if (const auto attributes = body.maybe_object("attributes"); attributes.value) {
    asset.attributes = values_of(*attributes.value);
  }
  const auto systems = body.maybe_ids("systems").value_or({});
  asset.systems = {systems.begin(), systems.end()};
  asset.origin = "page";
  TRY(body.finish());
  return noun_result(
      create_asset(routes.database, actor, routes.catalogue, std::move(asset), routes.clock), 201);
}

AssetPatch take_patch(http::JsonObject& body) {
  AssetPatch patch;
  patch.name = taken(body.maybe_text("name"));
  patch.importance = take_line(body, "importance", 20);
  patch.shared = taken(body.maybe_boolean("shared"));
  patch.location = take_line(body, "location");
  patch.addresses = taken(body.maybe_texts("addresses", 256));
  if (const auto attributes = body.maybe_object("attributes"); attributes.value) {
    patch.attributes = values_of(*attributes.value);
  }
  if (const auto systems = body.maybe_ids("systems"); systems.value) {
    patch.systems = IdSet(systems.value->begin(), systems.value->end());
  }
  return patch;
}

Result<Response> patch_asset(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  const AssetPatch patch = take_patch(body);
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return noun_result(change_asset(
        routes.database, actor, routes.catalogue, path_id(request), version, patch, routes.clock));
  });
}

Response get_classes(const Routes& routes, const Actor&, const Request&) {
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const AssetClass& one : routes.catalogue.asset_classes) {
    json.begin_object().member("name", one.name).member("name_head", one.name_head);
    json.key("columns").begin_array();
    for (const std::string& column : one.columns) json.string(column);
    json.end_array().end_object();
  }
  json.end_array().key("importances").begin_array();
  for (const std::string& importance : routes.catalogue.importances) json.string(importance);
  json.end_array().end_object();
  return response;
}

}  // namespace

void add_asset_routes(const Routes& routes) {
  routes.add("GET", "/api/asset-classes", {"asset", "read"}, get_classes);
  routes.add("GET",
             "/api/assets",
             {"asset", "read"},
             list_of(asset_rules, select_asset_page, write_asset));
  routes.add("POST", "/api/assets", {"asset", "create"}, post_asset);
  routes.add("GET", "/api/assets/{id}", {"asset", "read"}, one_of(select_visible_asset));
  routes.add("PATCH", "/api/assets/{id}", {"asset", "change"}, patch_asset);
  routes.add("DELETE", "/api/assets/{id}", {"asset", "delete"}, deletion_by(delete_asset));
  routes.add("POST",
             "/api/assets/bulk",
             {"asset", "change"},
             bulk_change_by(
                 take_patch,
                 [](const Routes& all, Edit& edit, const BulkRow& row, const AssetPatch& patch) {
                   return change_asset_in(edit, all.catalogue, row, patch);
                 }));
  routes.add("POST",
             "/api/assets/bulk-delete",
             {"asset", "delete"},
             bulk_deletion_by([](const Routes& /*all*/, Edit& edit, const BulkRow& row) {
               return delete_asset_in(edit, row);
             }));
}

}  // namespace dengce::portfolio
