// SPDX-License-Identifier: Apache-2.0
#include "portfolio/api_support.h"
#include "portfolio/contacts.h"
#include "portfolio/portfolio_routes.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

const http::PageRules contact_rules{{"organisation", "party", "post"},
                                    {"q", "party", "team", "system"}};
const std::vector<std::string_view> parties{"provider", "client", "centre"};

Result<Response> post_contact(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  Contact contact;
  contact.party = body.choice("party", parties);
  contact.organisation = body.text("organisation");
  contact.name = body.text("name", 100);
  contact.post = take_line(body, "post").value_or("");
  contact.phone = take_line(body, "phone", 100).value_or("");
  contact.email = take_line(body, "email").value_or("");
  contact.team_id = taken(body.maybe_id("team_id", http::Null::allowed));
  contact.system_id = taken(body.maybe_id("system_id", http::Null::allowed));
  TRY(body.finish());
  return noun_result(
      create_contact(routes.database, actor, routes.vault, std::move(contact), routes.clock), 201);
}

Result<Response> patch_contact(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  ContactPatch patch;
  patch.party = taken(body.maybe_choice("party", parties));
  patch.organisation = taken(body.maybe_text("organisation"));
  patch.name = taken(body.maybe_text("name", 100));
  patch.post = take_line(body, "post");
  patch.phone = take_line(body, "phone", 100);
  patch.email = take_line(body, "email");
  patch.team_id = taken_null(body.maybe_id("team_id", http::Null::allowed));
  patch.system_id = taken_null(body.maybe_id("system_id", http::Null::allowed));
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return noun_result(change_contact(
        routes.database, actor, routes.vault, path_id(request), version, patch, routes.clock));
  });
}

}  // namespace

void add_contact_routes(const Routes& routes) {
  access::Doors& doors = routes.doors;
  doors.add("GET",
            "/api/contacts",
            {"contact", "read"},
            [routes](const Actor& actor, const Request& request) {
              const auto page = [&](db::Transaction& transaction,
                                    const Visible& visible,
                                    const http::PageQuery& query) {
                return select_contact_page(transaction, routes.vault, visible, query);
              };
              return list_response(routes, actor, request, contact_rules, page, write_contact);
            });
  doors.add("POST",
            "/api/contacts",
            {"contact", "create"},
            [routes](const Actor& actor, const Request& request) {
              return post_contact(routes, actor, request);
            });
  doors.add("GET",
            "/api/contacts/{id}",
            {"contact", "read"},
            [routes](const Actor& actor, const Request& request) {
              return one_response(
                  routes, actor, [&](db::Transaction& transaction, const Visible& visible) {
                    return select_contact(transaction, routes.vault, visible, path_id(request));
                  });
            });
  doors.add("PATCH",
            "/api/contacts/{id}",
            {"contact", "change"},
            [routes](const Actor& actor, const Request& request) {
              return patch_contact(routes, actor, request);
            });
  doors.add("DELETE",
            "/api/contacts/{id}",
            {"contact", "delete"},
            [routes](const Actor& actor, const Request& request) {
              return http::with_version(request, [&](std::int64_t version) {
                return no_content(delete_contact(
                    routes.database, actor, routes.vault, path_id(request), version, routes.clock));
              });
            });
}

}  // namespace dengce::portfolio
