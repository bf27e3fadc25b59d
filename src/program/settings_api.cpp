// SPDX-License-Identifier: Apache-2.0
#include "program/settings_api.h"

#include "access/audit_store.h"
#include "base/json_writer.h"

namespace dengce::program {
namespace {

Result<http::Response> get_settings(db::Database& database, const RunningWith& running) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const access::AuditHead head, access::select_head(transaction));
  TRY_ASSIGN(const access::AuditSeal seal, access::select_last_seal(transaction));
  const bool postgresql = database.kind() == db::DatabaseKind::postgresql;
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().member("version", running.version);
  json.member("database", postgresql ? "PostgreSQL" : "SQLite").key("audit").begin_object();
  json.member("entries", head.sequence).key("sealed");
  if (seal.number == 0) {
    json.null();
  } else {
    json.begin_object().member("sequence", seal.sequence).member("digest", seal.digest);
    json.member("time", format_instant({seal.at_ms})).end_object();
  }
  json.key("syslog");
  running.syslog.empty() ? json.null() : json.string(running.syslog);
  json.end_object().key("settings").begin_array();
  for (const Setting& one : running.settings) {
    json.begin_object().member("name", one.name).member("about", one.about);
    json.member("value", one.value).member("source", one.source).end_object();
  }
  json.end_array().end_object();
  return response;
}

}  // namespace

void add_settings_route(access::Doors& doors, db::Database& database, const RunningWith& running) {
  doors.add("GET",
            "/api/settings",
            {"setting", "read"},
            [&database, &running](const access::Actor&, const http::Request&) {
              return get_settings(database, running);
            });
}

}  // namespace dengce::program
