// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "portfolio/api_support.h"
#include "portfolio/contracts.h"
#include "portfolio/portfolio_routes.h"
#include "portfolio/portfolio_store.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

void write_derived(JsonWriter& json, const Derived& derived) {
  json.begin_object();
  write_day(json, "first_day", derived.first_day);
  write_day(json, "half_time", derived.half_time);
  write_day(json, "materials_due", derived.materials_due);
  json.key("payments").begin_array();
  for (const Payment& payment : derived.payments) {
    json.begin_object().member("number", payment.number).member("percent", payment.percent);
    json.member("amount_fen", payment.amount_fen).end_object();
  }
  json.end_array().end_object();
}

Response contract_response(const Contract& contract) {
  Response response = json_response(to_json(contract));
  response.body.pop_back();  // the closing brace: what follows from the fields stands beside them
  response.body += ",\"derived\":";
  JsonWriter json(response.body);
  write_derived(json, derive(contract));
  response.body += '}';
  http::set_version(response, contract.version);
  return response;
}

Result<Response> get_contract(const Routes& routes, const Actor&, const Request&) {
  TRY_ASSIGN(db::Transaction transaction, routes.database.read());
  TRY_ASSIGN(const Contract contract, select_contract(transaction));
  return contract_response(contract);
}

// Takes a member out of an object of the body: its own form is checked elsewhere.
std::optional<std::string> take_member(std::string& body, std::string_view name) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  const boost::json::value* member = value.get_object().if_contains(name);
  if (member == nullptr) return std::nullopt;
  std::string text = boost::json::serialize(*member);
  value.get_object().erase(name);
  body = boost::json::serialize(value);
  return text;
}

Result<Response> patch_contract(const Routes& routes, const Actor& actor, const Request& request) {
  ContractPatch patch;
  std::string text = request.body;
  patch.terms = take_member(text, "terms");
  http::JsonBody body(text);
  if (const auto provider = take_line(body, "provider")) {
    patch.provider = provider->empty() ? std::optional<std::string>() : provider;
  }
  patch.signed_on = taken_null(body.maybe_day("signed_day", http::Null::allowed));
  patch.start = taken_null(body.maybe_day("start_day", http::Null::allowed));
  patch.end = taken(body.maybe_day("end_day"));
  patch.ceiling_fen = taken(body.maybe_integer("ceiling_fen"));
  patch.price_fen =
      taken_null(body.maybe_integer("price_fen", 0, 9'007'199'254'740'991, http::Null::allowed));
  patch.effective = taken(body.maybe_day("effective_day"));
  patch.reason = body.lines("reason");
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) -> Result<Response> {
    TRY_ASSIGN(const Contract contract,
               change_contract(routes.database, actor, version, patch, routes.clock));
    return contract_response(contract);
  });
}

Result<Response> get_amendments(const Routes& routes, const Actor&, const Request&) {
  TRY_ASSIGN(db::Transaction transaction, routes.database.read());
  TRY_ASSIGN(const Contract contract, select_contract(transaction));
  TRY_ASSIGN(const auto amendments, select_amendments(transaction, contract.id));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const Amendment& amendment : amendments) {
    json.begin_object().member("id", amendment.id);
    write_day(json, "effective_day", amendment.effective);
    json.member("reason", amendment.reason).key("before").raw_number(amendment.before);
    json.key("after").raw_number(amendment.after).member("recorded_by", amendment.recorded_by);
    json.member("recorded_at", format_instant(amendment.recorded)).end_object();
  }
  json.end_array().member("total", static_cast<std::int64_t>(amendments.size())).end_object();
  return response;
}

void write_count(JsonWriter& json, const Count& count) {
  json.member("total", count.total).member("confirmed", count.confirmed).end_object();
}

Result<Response> get_coverage(const Routes& routes, const Actor& actor, const Request& request) {
  Day day = shanghai_day(routes.clock());
  std::vector<Problem> problems;
  for (const auto& [name, value] : request.query) {
    const auto parsed = parse_day(value);
    if (name != "day" || !parsed) {
      problems.push_back({{}, 0, name, name == "day" ? "应为日期 YYYY-MM-DD" : "未知的查询参数"});
    } else {
      day = *parsed;
    }
  }
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "查询参数无效", std::move(problems));
  }
  TRY_ASSIGN(const Coverage coverage, coverage_on(routes.database, actor, day));
  TRY_ASSIGN(db::Transaction transaction, routes.database.read());
  TRY_ASSIGN(const auto teams, select_teams(transaction, Visible{.everything = true}));
  Response response;
  JsonWriter json(response.body);
  write_coverage(json, coverage, teams);
  return response;
}

Result<Response> get_teams(const Routes& routes, const Actor& actor, const Request&) {
  TRY_ASSIGN(db::Transaction transaction, routes.database.read());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY_ASSIGN(auto teams, select_teams(transaction, visible));
  return page_response(whole_page(std::move(teams)),
                       [](JsonWriter& json, const Team& team) { json.raw_number(to_json(team)); });
}

Result<Response> post_team(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  Team team;
  team.number = body.maybe_integer("number", 1, 100'000).value_or(0);
  team.name = body.text("name");
  TRY(body.finish());
  return noun_result(create_team(routes.database, actor, std::move(team), routes.clock), 201);
}

Result<Response> patch_team(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  Team team;
  team.id = path_id(request);
  team.number = body.integer("number", 1, 100'000);
  team.name = body.text("name");
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    team.version = version;
    return noun_result(change_team(routes.database, actor, team, routes.clock));
  });
}

}  // namespace

void write_coverage(JsonWriter& json, const Coverage& coverage, const std::vector<Team>& teams) {
  json.begin_object();
  write_day(json, "day", coverage.day);
  json.member("total", coverage.all.total).member("confirmed", coverage.all.confirmed);
  json.key("minimum");
  coverage.minimum ? json.integer(*coverage.minimum) : json.null();
  json.member("warning", coverage.warning).key("by_level").begin_array();
  for (const auto& [level, count] : coverage.by_level) {
    write_count(json.begin_object().member("level", level), count);
  }
  json.end_array().key("by_team").begin_array();
  for (const Team& team : teams) {
    const auto found = coverage.by_team.find(team.id);
    if (found == coverage.by_team.end()) continue;
    write_count(json.begin_object().member("team_id", team.id).member("team", team.name),
                found->second);
  }
  json.end_array().end_object();
}

void add_contract_routes(const Routes& routes) {
  routes.add("GET", "/api/contract", {"contract", "read"}, get_contract);
  routes.add("PATCH", "/api/contract", {"contract", "change"}, patch_contract);
  routes.add("GET", "/api/contract/amendments", {"contract", "read"}, get_amendments);
  routes.add("GET", "/api/contract/coverage", {"contract", "read"}, get_coverage);
  routes.add("GET", "/api/teams", {"team", "read"}, get_teams);
  routes.add("POST", "/api/teams", {"team", "create"}, post_team);
  routes.add("PATCH", "/api/teams/{id}", {"team", "change"}, patch_team);
}

}  // namespace dengce::portfolio
