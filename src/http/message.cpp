// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include <fmt/format.h>

#include "base/json_writer.h"

namespace dengce::http {

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return 400;
    case ErrorCode::unauthenticated: return 401;
    case ErrorCode::permission_denied: return 403;
    case ErrorCode::not_found: return 404;
    case ErrorCode::already_exists: return 409;
    case ErrorCode::conflict: return 409;
    case ErrorCode::failed_precondition: return 422;
    case ErrorCode::too_large: return 413;
    case ErrorCode::rate_limited: return 429;
    case ErrorCode::unsupported: return 415;
    case ErrorCode::unavailable: return 503;
    case ErrorCode::timeout: return 504;
    case ErrorCode::data_corrupt: return 500;
    case ErrorCode::internal: return 500;
  }
  return 500;
}

Response problem_response(const Error& error) {
  Response response;
  response.status = status_of(error.code);
  response.content_type = "application/problem+json; charset=utf-8";
  JsonWriter json(response.body);
  json.begin_object();
  json.member("type", "about:blank").member("code", error_code_name(error.code));
  json.member("title", error.message).member("status", std::int64_t{response.status});
  json.key("problems").begin_array();
  for (const Problem& problem : error.problems) {
    json.begin_object().member("path", problem.path).member("line", problem.line);
    json.member("field", problem.field).member("reason", problem.reason).end_object();
  }
  json.end_array().end_object();
  return response;
}

std::string attachment_header(std::string_view file_name) {
  std::string encoded;
  for (const char c : file_name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || byte == '.' || byte == '-' || byte == '_';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return "attachment; filename*=UTF-8''" + encoded;
}

}  // namespace dengce::http
