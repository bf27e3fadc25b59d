// SPDX-License-Identifier: Apache-2.0
#include "program/export_log.h"

#include "base/clock.h"
#include "base/json_writer.h"
#include "portfolio/api_support.h"
#include "program/export_log_store.h"

namespace dengce::program {
namespace {

using access::Actor;
using http::Request;
using http::Response;

void write_export(JsonWriter& json, const ExportRow& row) {
  json.begin_object().member("sequence", row.sequence).member("class", row.class_id);
  json.member("time", format_instant({row.at_ms})).member("login", row.login);
  json.member("address", row.address).member("action", row.action);
  json.member("object_type", row.object_type).member("object_name", row.object_name);
  json.member("system_id", row.system_id).member("system", row.system);
  json.member("sm3", row.sm3).member("purpose", row.purpose).member("recipient", row.recipient);
  json.end_object();
}

Result<Response> list(db::Database& database, const Request& request, const Actor* actor) {
  TRY_ASSIGN(const http::PageQuery query, http::page_query(request, export_rules));
  TRY_ASSIGN(db::Transaction transaction, database.read());
  ExportSight sight{{true, {}, {}}, {}};
  if (actor != nullptr) {
    sight.account = actor->account;
    TRY_ASSIGN(sight.visible, portfolio::select_visible(transaction, *actor));
  }
  TRY_ASSIGN(const auto page, select_exports(transaction, sight, query));
  return portfolio::page_response(page, write_export);
}

void write_class(JsonWriter& json, const access::ProtectionClass& one) {
  json.begin_object().member("id", one.id).member("name", one.name);
  json.member("name_en", one.name_en).member("holds", one.holds);
  json.member("holds_en", one.holds_en).member("level", one.level);
  json.member("level_en", one.level_en).member("from", access::name(one.from));
  json.member("months", one.months).member("reason", one.reason);
  json.member("reason_en", one.reason_en).member("then", access::name(one.then));
  json.member_boolean("asks_purpose", one.asks_purpose);
  json.member_boolean("watermark", one.watermark).end_object();
}

Response classes(const access::Protection& protection) {
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const access::ProtectionClass& one : protection.classes()) write_class(json, one);
  json.end_array().end_object();
  return response;
}

}  // namespace

void add_export_log_routes(access::Doors& doors, db::Database& database) {
  doors.add("GET",
            "/api/exports",
            {"export", "read"},
            [&database](const Actor& actor, const Request& request) {
              return list(database, request, &actor);
            });
  // The audit administrator sees no project data, but every entry of the chain.
  doors.add("GET",
            "/api/audit/exports",
            {"audit", "read"},
            [&database](const Actor&, const Request& request) {
              return list(database, request, nullptr);
            });
  doors.add_own(
      "GET",
      "/api/protection-classes",
      [&protection = doors.rights().protection()](
          const Actor&, const Request&) -> Result<Response> { return classes(protection); });
}

}  // namespace dengce::program
