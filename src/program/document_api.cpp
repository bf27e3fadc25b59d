// SPDX-License-Identifier: Apache-2.0
#include "program/document_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "access/export_log.h"
#include "assessment/assessment_store.h"
#include "assessment/assessments.h"
#include "base/digest.h"
#include "base/json_writer.h"
#include "http/json_body.h"
#include "job/job_api.h"
#include "job/job_input.h"
#include "office/pdf.h"

namespace dengce::program {
namespace {

using http::Request;
using http::Response;

constexpr std::array<std::string_view, 3> types{
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/pdf"};

std::string query_text(const Request& request, std::string_view name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

using access::Actor;

// What the routes work with; all of it outlives them.
struct Parts {
  db::Database& database;
  assessment::SnapshotCache& snapshots;
  DocumentMaker& documents;
  const access::ProtectionClass& kept;
};

// What somebody wishes to have, as far as it is known without the snapshot.
struct Wish {
  std::string scheme;
  DocumentFormat format = DocumentFormat::docx;
  access::ExportNote note;
};

Result<std::shared_ptr<const assessment::Snapshot>> snapshot_of(const Parts& parts,
                                                                const Actor& actor,
                                                                const Request& request) {
  const std::string& id = request.parameters.at("id");
  TRY_ASSIGN(db::Transaction transaction, parts.database.read());
  TRY(assessment::require_visible(transaction, actor, id));
  return parts.snapshots.get(id, query_text(request, "snapshot"));
}

Result<Response> list(const Parts& parts, const Actor& actor, const Request& request) {
  const std::string& id = request.parameters.at("id");
  TRY_ASSIGN(const auto snapshot, snapshot_of(parts, actor, request));
  const bool pdf = office::can_convert();
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member("snapshot", snapshot->id).key("documents").begin_array();
  for (const std::string_view scheme : report_schemes) {
    for (std::size_t i = 0; i < document_formats.size(); ++i) {
      const auto format = static_cast<DocumentFormat>(i);
      const bool available = format != DocumentFormat::pdf || pdf;
      json.begin_object().member("name", document_name(*snapshot, scheme, format));
      json.member("scheme", scheme).member("format", document_formats[i]);
      json.member("url",
                  fmt::format("/api/assessments/{}/documents/{}/{}/content?snapshot={}",
                              id,
                              scheme,
                              document_formats[i],
                              snapshot->id));
      json.member_boolean("available", available);
      json.member("reason", available ? "" : "未安装 LibreOffice，无法生成 PDF").end_object();
    }
  }
  json.end_array().end_object();
  return response;
}

Result<Wish> wish_of(const Parts& parts, const Request& request) {
  Wish wish;
  wish.scheme = request.parameters.at("scheme");
  if (std::find(report_schemes.begin(), report_schemes.end(), wish.scheme) ==
      report_schemes.end()) {
    return fail(ErrorCode::not_found, "没有此报告版本：" + wish.scheme);
  }
  TRY_ASSIGN(wish.format, format_of("report." + request.parameters.at("format")));
  http::JsonBody body(request.body);
  wish.note = read_export_note(body, parts.kept);
  TRY(body.finish());
  return wish;
}

Result<std::string> system_of(db::Transaction& transaction, const Request& request) {
  TRY_ASSIGN(const auto systems,
             assessment::select_systems_of_assessment(transaction, request.parameters.at("id")));
  return systems.empty() ? std::string() : systems.front();
}

// A document leaves the platform: the log of exports has it before it is sent.
Result<> log_export(const Parts& parts,
                    const Actor& actor,
                    const Request& request,
                    const Wish& wish,
                    access::AuditEvent event) {
  TRY_ASSIGN(db::Transaction transaction, parts.database.write());
  TRY_ASSIGN(const std::string system, system_of(transaction, request));
  TRY(append_export(transaction, actor, {parts.kept, system, wish.note, std::move(event)}));
  return transaction.commit();
}

Result<Response> download(const Parts& parts, const Actor& actor, const Request& request) {
  TRY_ASSIGN(const Wish wish, wish_of(parts, request));
  TRY_ASSIGN(const auto snapshot, snapshot_of(parts, actor, request));
  Response response;
  TRY_ASSIGN(response.body,
             parts.documents.make(
                 *snapshot,
                 wish.scheme,
                 wish.format,
                 access::watermark_of(parts.kept, actor.name, actor.login, system_now())));
  response.content_type = types[static_cast<std::size_t>(wish.format)];
  const std::string name = document_name(*snapshot, wish.scheme, wish.format);
  TRY(log_export(
      parts,
      actor,
      request,
      wish,
      {"document.export", "document", snapshot->id, name, {}, sm3_hex(response.body), {}}));
  response.headers.emplace_back("Content-Disposition", http::attachment_header(name));
  return response;
}

// The document is made in the background; its file is fetched from the job.
Result<Response> order(const Parts& parts, const Actor& actor, const Request& request) {
  TRY_ASSIGN(const Wish wish, wish_of(parts, request));
  TRY_ASSIGN(const auto snapshot, snapshot_of(parts, actor, request));
  std::string input;
  JsonWriter json(input);
  json.begin_object().member("assessment", request.parameters.at("id"));
  json.member("snapshot", snapshot->id).member("scheme", wish.scheme);
  json.member("format", document_formats[static_cast<std::size_t>(wish.format)]);
  json.member("name", actor.name);
  json.member("purpose", wish.note.purpose).member("recipient", wish.note.recipient).end_object();
  TRY_ASSIGN(db::Transaction transaction, parts.database.write());
  TRY_ASSIGN(const std::string system, system_of(transaction, request));
  TRY_ASSIGN(const job::Job job,
             job::submit(transaction,
                         actor,
                         "document",
                         document_name(*snapshot, wish.scheme, wish.format),
                         input,
                         system));
  TRY(transaction.commit());
  Response response;
  response.status = 202;
  response.body = job_json(job);
  return response;
}

}  // namespace

job::Work document_work(assessment::SnapshotCache& snapshots,
                        DocumentMaker& documents,
                        const access::ProtectionClass& kept) {
  return [&snapshots, &documents, &kept](const job::Job& job,
                                         job::Progress& progress) -> Result<job::Outcome> {
    TRY_ASSIGN(auto input, job::input_texts(job));
    TRY(progress.report(5, "读取快照"));
    TRY_ASSIGN(const auto snapshot, snapshots.get(input["assessment"], input["snapshot"]));
    TRY_ASSIGN(const DocumentFormat format, format_of("report." + input["format"]));
    TRY(progress.report(10, "生成文档"));
    job::JobFile file;
    TRY_ASSIGN(
        file.content,
        documents.make(*snapshot,
                       input["scheme"],
                       format,
                       access::watermark_of(kept, input["name"], job.owner_login, system_now())));
    file.name = document_name(*snapshot, input["scheme"], format);
    file.content_type = types[static_cast<std::size_t>(format)];
    return job::Outcome{"{}", std::move(file)};
  };
}

void add_document_routes(access::Doors& doors,
                         db::Database& database,
                         assessment::SnapshotCache& snapshots,
                         DocumentMaker& documents) {
  const Parts parts{database,
                    snapshots,
                    documents,
                    doors.rights().protection().of(access::protected_class::document)};
  doors.add(
      "GET",
      "/api/assessments/{id}/documents",
      {"document", "read"},
      [parts](const Actor& actor, const Request& request) { return list(parts, actor, request); });
  doors.add("POST",
            "/api/assessments/{id}/documents/{scheme}/{format}/content",
            {"document", "read"},
            [parts](const Actor& actor, const Request& request) {
              return download(parts, actor, request);
            });
  doors.add(
      "POST",
      "/api/assessments/{id}/documents/{scheme}/{format}",
      {"document", "create"},
      [parts](const Actor& actor, const Request& request) { return order(parts, actor, request); });
}

}  // namespace dengce::program
