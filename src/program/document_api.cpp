// SPDX-License-Identifier: Apache-2.0
#include "program/document_api.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
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

Result<Response> list(assessment::SnapshotCache& snapshots, const Request& request) {
  const std::string& id = request.parameters.at("id");
  TRY_ASSIGN(const auto snapshot, snapshots.get(id, query_text(request, "snapshot")));
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
                  fmt::format("/api/assessments/{}/documents/{}/{}?snapshot={}",
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

Result<Response> download(assessment::SnapshotCache& snapshots,
                          DocumentMaker& documents,
                          const Request& request) {
  const std::string& scheme = request.parameters.at("scheme");
  if (std::find(report_schemes.begin(), report_schemes.end(), scheme) == report_schemes.end()) {
    return fail(ErrorCode::not_found, "没有此报告版本：" + scheme);
  }
  TRY_ASSIGN(const DocumentFormat format, format_of("report." + request.parameters.at("format")));
  TRY_ASSIGN(const auto snapshot,
             snapshots.get(request.parameters.at("id"), query_text(request, "snapshot")));
  Response response;
  TRY_ASSIGN(response.body, documents.make(*snapshot, scheme, format));
  response.content_type = types[static_cast<std::size_t>(format)];
  response.headers.emplace_back("Content-Disposition",
                                http::attachment_header(document_name(*snapshot, scheme, format)));
  return response;
}

Response answer(Result<Response> response) {
  return response ? std::move(*response) : http::problem_response(response.error());
}

}  // namespace

void add_document_routes(http::Router& router,
                         assessment::SnapshotCache& snapshots,
                         DocumentMaker& documents) {
  router.add("GET", "/api/assessments/{id}/documents", [&snapshots](const Request& request) {
    return answer(list(snapshots, request));
  });
  router.add("GET",
             "/api/assessments/{id}/documents/{scheme}/{format}",
             [&snapshots, &documents](const Request& request) {
               return answer(download(snapshots, documents, request));
             });
}

}  // namespace dengce::program
