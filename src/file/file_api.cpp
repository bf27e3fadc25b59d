// SPDX-License-Identifier: Apache-2.0
#include "file/file_api.h"

#include "base/json_writer.h"
#include "file/file_store.h"
#include "file/files.h"
#include "http/conditional.h"
#include "http/json_body.h"
#include "job/job_api.h"
#include "portfolio/api_support.h"
#include "portfolio/system_store.h"

namespace dengce::file {
namespace {

using access::Actor;
using http::Request;
using http::Response;

constexpr const char* upload_base = "/api/uploads";

struct Api {
  db::Database& database;
  const Vault& vault;
  http::Tus tus;
  Uploads& uploads;
  const access::Protection& protection;
  Clock clock;

  static const std::string& id_of(const Request& request) { return request.parameters.at("id"); }

  Result<Response> list(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(const http::PageQuery query, http::page_query(request, file_page_rules()));
    TRY_ASSIGN(db::Transaction transaction, database.read());
    TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
    TRY_ASSIGN(const auto page, select_file_page(transaction, visible, query));
    return portfolio::page_response(
        page, [](JsonWriter& json, const File& file) { json.raw_number(to_json(file)); });
  }

  Result<Response> one(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(db::Transaction transaction, database.read());
    TRY_ASSIGN(const File file, find_file(transaction, actor, id_of(request)));
    return portfolio::noun_response(file);
  }

  Result<Response> hand_in(const Actor& actor, const Request& request) const {
    http::JsonBody body(request.body);
    HandIn input;
    input.upload = body.text("upload");
    input.system_id = body.text("system_id");
    input.kind = body.choice("kind", {kinds.begin(), kinds.end()});
    input.name = body.text("name");
    input.note = body.maybe_lines("note").value_or("");
    TRY(body.finish());
    return job_response(submit_file(database, actor, input, clock));
  }

  Result<Response> hand_in_certificate(const Actor& actor, const Request& request) const {
    http::JsonBody body(request.body);
    HandIn input;
    input.upload = body.text("upload");
    input.name = body.text("name");
    TRY(body.finish());
    return job_response(
        submit_certificate(database, actor, id_of(request), std::move(input), clock));
  }

  static Result<Response> job_response(const Result<job::Job>& job) {
    if (!job) return tl::make_unexpected(job.error());
    Response response;
    response.status = 202;
    response.body = job_json(*job);
    return response;
  }

  Result<Response> certificate(const Actor& actor, const Request& request) const {
    const access::ProtectionClass& kept = protection.of(access::protected_class::ledger);
    TRY_ASSIGN(auto note, export_note_of(request, kept));
    return download_certificate(
        database, vault, actor, id_of(request), {kept, std::move(note)}, clock);
  }

  Result<Response> content(const Actor& actor, const Request& request) const {
    const access::ProtectionClass& kept = protection.of(access::protected_class::evidence);
    TRY_ASSIGN(auto note, export_note_of(request, kept));
    return download_file(database, vault, actor, id_of(request), {kept, std::move(note)}, clock);
  }

  // An account has few of them at once: one page.
  Result<Response> unfinished(const Actor& actor, const Request& request) const {
    TRY(http::page_query(request, {{"id"}, {}, 1}));
    TRY_ASSIGN(const auto list, uploads.list(actor.account));
    Response response;
    JsonWriter json(response.body);
    json.begin_object().key("items").begin_array();
    for (const http::StoredUpload& upload : list) {
      json.begin_object().member("id", upload.id);
      json.member("length", static_cast<std::int64_t>(upload.length));
      json.member("received", static_cast<std::int64_t>(upload.received));
      json.member("expires", format_instant(upload.expires)).key("metadata").begin_object();
      for (const auto& [key, value] : upload.metadata) json.member(key, value);
      json.end_object().end_object();
    }
    json.end_array().member("total", static_cast<std::int64_t>(list.size())).key("next").null();
    json.end_object();
    return response;
  }

  Result<Response> remove(const Actor& actor, const Request& request) const {
    return http::with_version(request, [&](std::int64_t version) -> Result<Response> {
      TRY(delete_file(database, actor, id_of(request), version, clock));
      Response response;
      response.status = 204;
      return response;
    });
  }
};

void add_upload_routes(access::Doors& doors, const std::shared_ptr<const Api>& api) {
  constexpr access::Right create{"upload", "create"};
  const std::string one = std::string(upload_base) + "/{id}";
  doors.add_open("OPTIONS",
                 upload_base,
                 "tells what the upload protocol can; no data",
                 [api](const Request&) -> Result<Response> { return api->tus.options(); });
  doors.add("POST",
            upload_base,
            create,
            [api](const Actor& actor, const Request& request) -> Result<Response> {
              return api->tus.create(actor.account, request);
            });
  doors.add(
      "GET", one, create, [api](const Actor& actor, const Request& request) -> Result<Response> {
        return api->tus.state(actor.account, request);
      });
  doors.add(
      "DELETE", one, create, [api](const Actor& actor, const Request& request) -> Result<Response> {
        return api->tus.remove(actor.account, request);
      });
  doors.add_upload(
      "PATCH", one, create, max_file_bytes, [api](const Actor& actor, const Request& request) {
        return api->tus.patch(actor.account, request);
      });
}

}  // namespace

void add_file_routes(access::Doors& doors,
                     db::Database& database,
                     const Vault& vault,
                     Uploads& uploads,
                     Clock clock) {
  const auto api = std::make_shared<const Api>(Api{database,
                                                   vault,
                                                   http::Tus(uploads, upload_base, max_file_bytes),
                                                   uploads,
                                                   doors.rights().protection(),
                                                   clock});
  add_upload_routes(doors, api);
  const auto add = [&](const char* method,
                       const char* pattern,
                       const access::Right& right,
                       Result<Response> (Api::*handle)(const Actor&, const Request&) const) {
    doors.add(method, pattern, right, [api, handle](const Actor& actor, const Request& request) {
      return (api.get()->*handle)(actor, request);
    });
  };
  add("GET", "/api/files", {"evidence", "read"}, &Api::list);
  add("POST", "/api/files", {"evidence", "create"}, &Api::hand_in);
  add("GET", "/api/files/{id}", {"evidence", "read"}, &Api::one);
  add("DELETE", "/api/files/{id}", {"evidence", "delete"}, &Api::remove);
  add("GET", "/api/files/{id}/content", {"evidence", "read"}, &Api::content);
  add("GET", upload_base, {"upload", "create"}, &Api::unfinished);
  add("POST", "/api/filings/{id}/certificate", {"filing", "change"}, &Api::hand_in_certificate);
  add("GET", "/api/filings/{id}/certificate", {"filing", "read"}, &Api::certificate);
}

}  // namespace dengce::file
