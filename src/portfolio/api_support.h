// SPDX-License-Identifier: Apache-2.0
// What the routes of this room share: lists, answers with a version, ids of the path.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/doors.h"
#include "base/json_writer.h"
#include "http/conditional.h"
#include "http/json_body.h"
#include "http/page_query.h"
#include "portfolio/bulk.h"
#include "portfolio/catalogue.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce {
class Vault;
}

namespace dengce::portfolio {

// Everything a route needs; all of it outlives the doors. A handler is whatever takes
// (routes, actor, request).
struct Routes {
  access::Doors& doors;
  db::Database& database;
  const Catalogue& catalogue;
  const Vault& vault;
  Clock clock = system_now;

  template <class Handler>
  void add(std::string method,
           std::string_view pattern,
           const access::Right& right,
           Handler handler) const {
    doors.add(std::move(method),
              pattern,
              right,
              [routes = *this, handler](const access::Actor& actor, const http::Request& request)
                  -> Result<http::Response> { return handler(routes, actor, request); });
  }
};

inline const std::string& path_id(const http::Request& request, std::string_view name = "id") {
  return request.parameters.find(name)->second;
}

inline http::Response json_response(std::string body, int status = 200) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// One object of a noun that has a version and a to_json.
template <class Noun>
http::Response noun_response(const Noun& noun, int status = 200) {
  http::Response response = json_response(to_json(noun), status);
  http::set_version(response, noun.version);
  return response;
}

// The same out of a use case.
template <class Noun>
Result<http::Response> noun_result(const Result<Noun>& noun, int status = 200) {
  if (!noun) return tl::make_unexpected(noun.error());
  return noun_response(*noun, status);
}

inline Result<http::Response> no_content(const Result<>& done) {
  if (!done) return tl::make_unexpected(done.error());
  return json_response({}, 204);
}

template <class T, class Write>
http::Response page_response(const Page<T>& page, Write write) {
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const T& item : page.items) write(json, item);
  json.end_array().member("total", page.total).key("next");
  page.next ? json.string(*page.next) : json.null();
  json.end_object();
  return response;
}

// A list that comes whole.
template <class T>
Page<T> whole_page(std::vector<T> items) {
  const auto total = static_cast<std::int64_t>(items.size());
  return {std::move(items), total, std::nullopt};
}

// The handler of a list in the actor's sight: `select(transaction, visible, query)` gives a page.
// The rules outlive it.
template <class Select, class Write>
auto list_of(const http::PageRules& rules, Select select, Write write) {
  return [&rules, select, write](const Routes& routes,
                                 const access::Actor& actor,
                                 const http::Request& request) -> Result<http::Response> {
    TRY_ASSIGN(const http::PageQuery query, http::page_query(request, rules));
    TRY_ASSIGN(db::Transaction transaction, read_today(routes.database, routes.clock));
    TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
    TRY_ASSIGN(const auto page, select(transaction, visible, query));
    return page_response(page, write);
  };
}

// The handler of one object in the actor's sight: `select(transaction, visible, id)` gives it.
template <class Select>
auto one_of(Select select) {
  return [select](const Routes& routes,
                  const access::Actor& actor,
                  const http::Request& request) -> Result<http::Response> {
    TRY_ASSIGN(db::Transaction transaction, read_today(routes.database, routes.clock));
    TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
    TRY_ASSIGN(const auto noun, select(transaction, visible, path_id(request)));
    return noun_response(noun);
  };
}

// The rows of a bulk call, each with the version it was read with.
inline std::vector<BulkRow> take_bulk_rows(http::JsonBody& body) {
  std::vector<BulkRow> rows;
  std::set<std::string> seen;
  for (http::JsonObject& row : body.objects("rows", max_bulk_rows)) {
    rows.push_back({row.id("id"), row.integer("version", 1)});
    if (!seen.insert(rows.back().id).second) row.problem("id", "同一行出现了两次");
  }
  if (rows.empty()) body.problem("rows", "至少应有一行");
  return rows;
}

inline Result<http::Response> bulk_result(const Result<>& done, std::size_t rows) {
  if (!done) return tl::make_unexpected(done.error());
  return json_response("{\"rows\":" + std::to_string(rows) + "}");
}

// The handler of POST …/bulk: `take(object)` reads what to change, `change(routes, edit, row,
// patch)` changes one row.
template <class Take, class Change>
auto bulk_change_by(Take take, Change change) {
  return [take, change](const Routes& routes,
                        const access::Actor& actor,
                        const http::Request& request) -> Result<http::Response> {
    http::JsonBody body(request.body);
    const auto rows = take_bulk_rows(body);
    http::JsonObject object = body.object("change");
    if (object.names().empty()) body.problem("change", "至少应改一项");
    const auto patch = take(object);
    TRY(body.finish());
    const auto one = [&](Edit& edit, const BulkRow& row) -> Result<> {
      TRY(change(routes, edit, row, patch));
      return {};
    };
    return bulk_result(edit_rows(routes.database, actor, rows, one, routes.clock), rows.size());
  };
}

// The handler of POST …/bulk-delete: `remove(routes, edit, row)` deletes one row.
template <class Remove>
auto bulk_deletion_by(Remove remove) {
  return [remove](const Routes& routes,
                  const access::Actor& actor,
                  const http::Request& request) -> Result<http::Response> {
    http::JsonBody body(request.body);
    const auto rows = take_bulk_rows(body);
    TRY(body.finish());
    const auto one = [&](Edit& edit, const BulkRow& row) { return remove(routes, edit, row); };
    return bulk_result(edit_rows(routes.database, actor, rows, one, routes.clock), rows.size());
  };
}

// The handler of a deletion: `remove(database, actor, id, version, clock)` does it.
template <class Remove>
auto deletion_by(Remove remove) {
  return [remove](const Routes& routes, const access::Actor& actor, const http::Request& request) {
    return http::with_version(request, [&](std::int64_t version) {
      return no_content(remove(routes.database, actor, path_id(request), version, routes.clock));
    });
  };
}

// One line that may be left out or be empty; null is empty.
inline std::optional<std::string> take_line(http::JsonObject& body,
                                            std::string_view name,
                                            std::size_t max = 200) {
  const auto line = body.maybe_lines(name, max, http::Null::allowed);
  if (!line.present) return std::nullopt;
  if (line.value && line.value->find('\n') != std::string::npos) {
    body.problem(name, "应为一行文字");
  }
  return line.value_or("");
}

// The value of a member that may be left out.
template <class T>
std::optional<T> taken(const http::Maybe<T>& maybe) {
  return maybe.value;
}

// The same where null is a value of its own: the outer one says whether the member was there.
template <class T>
std::optional<std::optional<T>> taken_null(const http::Maybe<T>& maybe) {
  // Written out: std::optional(maybe.value) would copy the inner one, and absence become null.
  if (!maybe.present) return std::nullopt;
  return std::optional<std::optional<T>>(std::in_place, maybe.value);
}

}  // namespace dengce::portfolio
