// SPDX-License-Identifier: Apache-2.0
#include "portfolio/api_support.h"
#include "portfolio/contacts.h"
#include "portfolio/portfolio_routes.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

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

ContactPatch take_patch(http::JsonObject& body) {
  ContactPatch patch;
  patch.party = taken(body.maybe_choice("party", parties));
  patch.organisation = taken(body.maybe_text("organisation"));
  patch.name = taken(body.maybe_text("name", 100));
  patch.post = take_line(body, "post");
  patch.phone = take_line(body, "phone", 100);
  patch.email = take_line(body, "email");
  patch.team_id = taken_null(body.maybe_id("team_id", http::Null::allowed));
  patch.system_id = taken_null(body.maybe_id("system_id", http::Null::allowed));
  return patch;
}

Result<Response> patch_contact(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  const ContactPatch patch = take_patch(body);
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return noun_result(change_contact(
        routes.database, actor, routes.vault, path_id(request), version, patch, routes.clock));
  });
}

}  // namespace

void add_contact_routes(const Routes& routes) {
  const Vault& vault = routes.vault;
  const auto page =
      [&vault](db::Transaction& transaction, const Visible& visible, const http::PageQuery& query) {
        return select_contact_page(transaction, vault, visible, query);
      };
  const auto one =
      [&vault](db::Transaction& transaction, const Visible& visible, const std::string& id) {
        return select_contact(transaction, vault, visible, id);
      };
  const auto remove = [&vault](db::Database& database,
                               const Actor& actor,
                               const std::string& id,
                               std::int64_t version,
                               Clock clock) {
    return delete_contact(database, actor, vault, id, version, clock);
  };
  routes.add(
      "GET", "/api/contacts", {"contact", "read"}, list_of(contact_rules, page, write_contact));
  routes.add("POST", "/api/contacts", {"contact", "create"}, post_contact);
  routes.add("GET", "/api/contacts/{id}", {"contact", "read"}, one_of(one));
  routes.add("PATCH", "/api/contacts/{id}", {"contact", "change"}, patch_contact);
  routes.add("DELETE", "/api/contacts/{id}", {"contact", "delete"}, deletion_by(remove));
  routes.add("POST",
             "/api/contacts/bulk",
             {"contact", "change"},
             bulk_change_by(
                 take_patch,
                 [](const Routes& all, Edit& edit, const BulkRow& row, const ContactPatch& patch) {
                   return change_contact_in(edit, all.vault, row, patch);
                 }));
  routes.add("POST",
             "/api/contacts/bulk-delete",
             {"contact", "delete"},
             bulk_deletion_by([](const Routes& all, Edit& edit, const BulkRow& row) {
               return delete_contact_in(edit, all.vault, row);
             }));
}

}  // namespace dengce::portfolio
