// SPDX-License-Identifier: Apache-2.0
#include "portfolio/api_support.h"
#include "portfolio/data_items.h"
#include "portfolio/portfolio_routes.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

const std::vector<std::string_view> data_classes{"一般", "重要", "核心"};
const std::vector<std::string_view> personal_kinds{"none", "personal", "sensitive"};

Result<Response> post_item(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  DataItem item;
  item.system_id = body.id("system_id");
  item.name = body.text("name");
  item.category = take_line(body, "category").value_or("");
  item.data_class = body.choice("data_class", data_classes);
  item.personal = body.choice("personal", personal_kinds);
  item.secret = body.maybe_boolean("secret").value_or(false);
  item.location = take_line(body, "location").value_or("");
  item.volume = take_line(body, "volume").value_or("");
  item.measures = body.maybe_lines("measures").value_or("");
  TRY(body.finish());
  return noun_result(
      create_data_item(routes.database, actor, routes.catalogue, std::move(item), routes.clock),
      201);
}

DataItemPatch take_patch(http::JsonObject& body) {
  DataItemPatch patch;
  patch.system_id = taken(body.maybe_id("system_id"));
  patch.name = taken(body.maybe_text("name"));
  patch.category = take_line(body, "category");
  patch.data_class = taken(body.maybe_choice("data_class", data_classes));
  patch.personal = taken(body.maybe_choice("personal", personal_kinds));
  patch.secret = taken(body.maybe_boolean("secret"));
  patch.location = take_line(body, "location");
  patch.volume = take_line(body, "volume");
  patch.measures = taken(body.maybe_lines("measures"));
  return patch;
}

Result<Response> patch_item(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  const DataItemPatch patch = take_patch(body);
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return noun_result(change_data_item(
        routes.database, actor, routes.catalogue, path_id(request), version, patch, routes.clock));
  });
}

Response get_classes(const Routes& routes, const Actor&, const Request&) {
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const DataClass& one : routes.catalogue.data_classes) {
    json.begin_object().member("id", one.id).member("name", one.name);
    json.key("measures").begin_array();
    for (const std::string& measure : one.measures) json.string(measure);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return response;
}

}  // namespace

void add_data_item_routes(const Routes& routes) {
  routes.add("GET", "/api/data-classes", {"data_item", "read"}, get_classes);
  routes.add("GET",
             "/api/data-items",
             {"data_item", "read"},
             list_of(data_item_rules, select_data_item_page, write_data_item));
  routes.add("POST", "/api/data-items", {"data_item", "create"}, post_item);
  routes.add("GET", "/api/data-items/{id}", {"data_item", "read"}, one_of(select_data_item));
  routes.add("PATCH", "/api/data-items/{id}", {"data_item", "change"}, patch_item);
  routes.add(
      "DELETE", "/api/data-items/{id}", {"data_item", "delete"}, deletion_by(delete_data_item));
  routes.add("POST",
             "/api/data-items/bulk",
             {"data_item", "change"},
             bulk_change_by(
                 take_patch,
                 [](const Routes& all, Edit& edit, const BulkRow& row, const DataItemPatch& patch) {
                   return change_data_item_in(edit, all.catalogue, row, patch);
                 }));
  routes.add("POST",
             "/api/data-items/bulk-delete",
             {"data_item", "delete"},
             bulk_deletion_by([](const Routes& /*all*/, Edit& edit, const BulkRow& row) {
               return delete_data_item_in(edit, row);
             }));
}

}  // namespace dengce::portfolio
