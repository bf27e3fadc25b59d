// SPDX-License-Identifier: Apache-2.0
#include "assessment/collection_api.h"

#include "portfolio/api_support.h"

namespace dengce::assessment {

using access::Actor;
using http::Request;
using http::Response;
using portfolio::path_id;

void add_collection_routes(access::Doors& doors,
                           db::Database& database,
                           const Vault& vault,
                           const ReviewContent& content,
                           Clock clock) {
  constexpr access::Right read{"evidence", "read"};
  const auto answered = [](Result<std::string> body) -> Result<Response> {
    if (!body) return tl::make_unexpected(std::move(body).error());
    return portfolio::json_response(*std::move(body));
  };
  doors.add("GET",
            "/api/collections",
            read,
            [&database](const Actor& actor, const Request& request) -> Result<Response> {
              TRY_ASSIGN(const http::PageQuery query,
                         http::page_query(request, collection_page_rules()));
              TRY_ASSIGN(db::Transaction transaction, database.read());
              TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
              TRY_ASSIGN(const auto page, select_collection_page(transaction, visible, query));
              return portfolio::page_response(page, write_collection);
            });
  doors.add(
      "GET",
      "/api/collections/{id}/difference/{before}",
      read,
      [=, &database, &vault, &content](const Actor& actor, const Request& request) {
        return answered(compare(
            database, vault, content, actor, path_id(request, "before"), path_id(request), clock));
      });
  doors.add("GET",
            "/api/systems/{id}/exposure",
            read,
            [=, &database, &vault, &content](const Actor& actor, const Request& request) {
              return answered(expose(database, vault, content, actor, path_id(request), clock));
            });
}

}  // namespace dengce::assessment
