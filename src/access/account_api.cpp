// SPDX-License-Identifier: Apache-2.0
#include "access/access_api.h"
#include "access/accounts.h"
#include "access/sessions.h"
#include "base/json_writer.h"
#include "http/conditional.h"
#include "http/json_body.h"
#include "http/page_query.h"

namespace dengce::access {
namespace {

using http::Request;
using http::Response;

void write_texts(JsonWriter& json, const std::string& key, const auto& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

const std::vector<std::string_view> sign_in_kinds{"local", "directory", "provider"};

void write_instant(JsonWriter& json, const char* key, const std::optional<Instant>& at) {
  json.key(key);
  if (at) {
    json.string(format_instant(*at));
  } else {
    json.null();
  }
}

void write_clearance(JsonWriter& json, const AccessContext& context, const Account& account) {
  json.key("clearance").begin_object();
  json.member_boolean("needed", context.rights.needs_entry_proofs(account.roles));
  json.member_boolean("complete",
                      is_entry_cleared(context.rights, account, shanghai_day(context.clock())));
  json.key("proofs").begin_array();
  for (const Clearance& one : account.clearances) {
    json.begin_object().member("kind", one.kind).member("day", format_day(one.day));
    json.member("proof", one.proof).member("recorded_by", one.recorded_by);
    json.member("recorded", format_instant(one.recorded)).end_object();
  }
  json.end_array().end_object();
}

void write_account(JsonWriter& json, const AccessContext& context, const Account& account) {
  const bool locked = context.clock() < account.locked_until;
  json.begin_object().member("id", account.id).member("version", account.version);
  json.member("login", account.login).member("name", account.name);
  json.member("organisation", account.organisation);
  json.member("sign_in", sign_in_name(account.sign_in));
  json.member("external_name", account.external_name);
  json.member_boolean("disabled", account.disabled).member_boolean("locked", locked);
  write_instant(json, "locked_until", locked ? std::optional(account.locked_until) : std::nullopt);
  json.member_boolean("must_change", account.must_change && account.sign_in == SignIn::local);
  json.member_boolean("second_factor", !account.second_factor.empty());
  write_texts(json, "roles", account.roles);
  json.key("scope").begin_object().member_boolean("everything", account.scope.everything);
  write_texts(json, "contracts", account.scope.contracts);
  write_texts(json, "teams", account.scope.teams);
  write_texts(json, "systems", account.scope.systems);
  json.end_object();
  write_clearance(json, context, account);
  json.member("created", format_instant(account.created));
  json.member("password_changed", format_instant(account.password_changed));
  write_instant(json, "last_sign_in", account.last_sign_in);
  json.end_object();
}

Response account_response(const AccessContext& context, const Account& account) {
  Response response;
  JsonWriter json(response.body);
  write_account(json, context, account);
  http::set_version(response, account.version);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

Result<Response> list(const AccessContext& context, const Request& request) {
  static const http::PageRules rules{{"login"}, {"q"}, 1};
  TRY_ASSIGN(const http::PageQuery query, http::page_query(request, rules));
  std::optional<std::string> after;
  if (!query.after.empty()) {
    const auto* login = std::get_if<std::string>(&query.after.front());
    if (login == nullptr) return fail(ErrorCode::invalid_argument, "after 无效");
    after = *login;
  }
  TRY_ASSIGN(
      const AccountPage page,
      list_accounts(context,
                    {after, query.descending, query.limit + 1, std::string(query.filter("q"))}));
  const auto limit = static_cast<std::size_t>(query.limit);
  const bool more = page.accounts.size() > limit;
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (std::size_t i = 0; i < page.accounts.size() && i < limit; ++i) {
    write_account(json, context, page.accounts[i]);
  }
  json.end_array().member("total", page.total).key("next");
  if (more) {
    json.string(http::next_cursor(query, {page.accounts[limit - 1].login}));
  } else {
    json.null();
  }
  json.end_object();
  return response;
}

Result<Response> create(const AccessContext& context, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  NewAccount input;
  input.login = body.text("login", 32);
  input.name = body.text("name", 60);
  input.organisation = body.maybe_text("organisation", 120, http::Null::allowed).value_or("");
  input.sign_in = sign_in_from(body.maybe_choice("sign_in", sign_in_kinds).value_or("local"))
                      .value_or(SignIn::local);
  input.external_name = body.maybe_text("external_name", 200, http::Null::allowed).value_or("");
  TRY(body.finish());
  TRY_ASSIGN(const IssuedPassword issued, create_account(context, actor, input));
  Response response;
  response.status = 201;
  response.headers.emplace_back("Location", "/api/accounts/" + issued.id);
  JsonWriter json(response.body);
  json.begin_object().member("id", issued.id).key("password");
  if (issued.password.empty()) {
    json.null();
  } else {
    json.string(issued.password);
  }
  json.end_object();
  return response;
}

Result<Response> change(const AccessContext& context, const Actor& actor, const Request& request) {
  return http::with_version(request, [&](std::int64_t version) -> Result<Response> {
    http::JsonBody body(request.body);
    AccountChange input;
    input.name = body.maybe_text("name", 60).value;
    input.organisation = body.maybe_text("organisation", 120).value;
    input.disabled = body.maybe_boolean("disabled").value;
    if (const auto kind = body.maybe_choice("sign_in", sign_in_kinds).value) {
      input.sign_in = sign_in_from(*kind);
    }
    const auto external = body.maybe_text("external_name", 200, http::Null::allowed);
    if (external.present) input.external_name = external.value_or("");
    TRY(body.finish());
    TRY_ASSIGN(const Account account,
               change_account(context, actor, request.parameters.at("id"), version, input));
    return account_response(context, account);
  });
}

Result<Response> roles_of(const AccessContext& context,
                          const Actor& actor,
                          const Request& request) {
  return http::with_version(request, [&](std::int64_t version) -> Result<Response> {
    http::JsonBody body(request.body);
    const auto roles = body.ids("roles", 20);
    TRY(body.finish());
    TRY_ASSIGN(const Account account,
               set_roles(context, actor, request.parameters.at("id"), version, roles));
    return account_response(context, account);
  });
}

Result<Response> scope_of(const AccessContext& context,
                          const Actor& actor,
                          const Request& request) {
  return http::with_version(request, [&](std::int64_t version) -> Result<Response> {
    http::JsonBody body(request.body);
    Scope scope;
    scope.everything = body.boolean("everything");
    for (std::string& id : body.ids("contracts")) scope.contracts.insert(std::move(id));
    for (std::string& id : body.ids("teams")) scope.teams.insert(std::move(id));
    for (std::string& id : body.ids("systems")) scope.systems.insert(std::move(id));
    TRY(body.finish());
    TRY_ASSIGN(const Account account,
               set_scope(context, actor, request.parameters.at("id"), version, scope));
    return account_response(context, account);
  });
}

// What the leads of security see of an account: the person and the proofs, nothing of sign-in.
void write_person(JsonWriter& json, const AccessContext& context, const Account& account) {
  json.begin_object().member("id", account.id).member("version", account.version);
  json.member("login", account.login).member("name", account.name);
  json.member("organisation", account.organisation);
  write_texts(json, "roles", account.roles);
  write_clearance(json, context, account);
  json.end_object();
}

Result<Response> clearance_list(const AccessContext& context) {
  constexpr std::int64_t all = 10'000;
  TRY_ASSIGN(const AccountPage page, list_accounts(context, {{}, false, all, {}}));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("kinds").begin_array();
  for (const Proof& proof : context.rights.policy().entry_proofs) {
    json.begin_object().member("id", proof.id).member("name", proof.name);
    json.member("name_en", proof.name_en).end_object();
  }
  json.end_array().key("items").begin_array();
  for (const Account& account : page.accounts) {
    if (context.rights.needs_entry_proofs(account.roles)) write_person(json, context, account);
  }
  json.end_array().end_object();
  return response;
}

Result<Response> clearance_of(const AccessContext& context,
                              const Actor& actor,
                              const Request& request) {
  return http::with_version(request, [&](std::int64_t version) -> Result<Response> {
    http::JsonBody body(request.body);
    std::vector<Clearance> clearances;
    for (http::JsonObject& item : body.objects("proofs", 50)) {
      clearances.push_back({item.id("kind"), item.day("day"), item.text("proof", 200), {}, {}});
    }
    TRY(body.finish());
    TRY_ASSIGN(const Account account,
               set_clearances(context, actor, request.parameters.at("id"), version, clearances));
    Response response;
    JsonWriter json(response.body);
    write_person(json, context, account);
    http::set_version(response, account.version);
    return response;
  });
}

Result<Response> role_table(const Rights& rights) {
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("roles").begin_array();
  for (const Role& role : rights.roles()) {
    json.begin_object().member("id", role.id).member("name", role.name);
    json.member("name_en", role.name_en).member("party", role.party);
    json.member_boolean("exclusive", role.exclusive).key("rights").begin_object();
    for (const auto& [resource, actions] : role.rights) write_texts(json, resource, actions);
    json.end_object().end_object();
  }
  json.end_array().key("resources").begin_object();
  for (const auto& [resource, actions] : rights.resources()) write_texts(json, resource, actions);
  json.end_object().key("names").begin_object();
  const auto names = [&](const char* key, const auto& table) {
    json.key(key).begin_object();
    for (const auto& [word, name] : table) {
      json.key(word).begin_object().member("name", name.chinese);
      json.member("name_en", name.english).end_object();
    }
    json.end_object();
  };
  names("resources", rights.resource_names());
  names("actions", rights.action_names());
  json.end_object().end_object();
  return response;
}

Result<Response> scope_targets(const AccessContext& context) {
  TRY_ASSIGN(const auto targets, list_scope_targets(context));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const ScopeTarget& one : targets) {
    json.begin_object().member("kind", one.kind).member("id", one.id);
    json.member("name", one.name).member("parent", one.parent).end_object();
  }
  json.end_array().end_object();
  return response;
}

Result<Response> password_reset(const AccessContext& context,
                                const Actor& actor,
                                const Request& request) {
  TRY_ASSIGN(const std::string password,
             reset_password(context, actor, request.parameters.at("id")));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member("password", password).end_object();
  return response;
}

void add_administration(Doors& doors, const AccessContext& context) {
  const auto act = [&](const char* method, const char* pattern, const Right& right, auto handler) {
    doors.add(method, pattern, right, [&context, handler](const Actor& actor, const Request& one) {
      return handler(context, actor, one);
    });
  };
  act("POST", "/api/accounts", {"account", "create"}, create);
  act("PATCH", "/api/accounts/{id}", {"account", "change"}, change);
  act("POST", "/api/accounts/{id}/password-reset", {"account", "change"}, password_reset);
  act("PUT", "/api/accounts/{id}/roles", {"role", "change"}, roles_of);
  act("PUT", "/api/accounts/{id}/scope", {"scope", "change"}, scope_of);
  act("PUT", "/api/accounts/{id}/clearance", {"clearance", "change"}, clearance_of);
  doors.add("POST",
            "/api/accounts/{id}/unlock",
            {"account", "change"},
            [&context](const Actor& actor, const Request& request) -> Result<Response> {
              TRY(unlock_account(context, actor, request.parameters.at("id")));
              return no_content();
            });
  doors.add("DELETE",
            "/api/accounts/{id}/second-factor",
            {"account", "change"},
            [&context](const Actor& actor, const Request& request) -> Result<Response> {
              TRY(reset_second_factor(context, actor, request.parameters.at("id")));
              return no_content();
            });
}

}  // namespace

void add_account_routes(Doors& doors, const AccessContext& context) {
  doors.add("GET",
            "/api/accounts",
            {"account", "read"},
            [&context](const Actor&, const Request& request) { return list(context, request); });
  doors.add("GET",
            "/api/accounts/{id}",
            {"account", "read"},
            [&context](const Actor&, const Request& request) -> Result<Response> {
              TRY_ASSIGN(const Account account, get_account(context, request.parameters.at("id")));
              return account_response(context, account);
            });
  doors.add("GET", "/api/roles", {"role", "read"}, [&context](const Actor&, const Request&) {
    return role_table(context.rights);
  });
  doors.add(
      "GET", "/api/scope-targets", {"scope", "read"}, [&context](const Actor&, const Request&) {
        return scope_targets(context);
      });
  doors.add(
      "GET", "/api/clearance", {"clearance", "read"}, [&context](const Actor&, const Request&) {
        return clearance_list(context);
      });
  add_administration(doors, context);
}

}  // namespace dengce::access
