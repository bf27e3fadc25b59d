// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json_writer.h"
#include "base/text.h"

namespace dengce::http {
namespace {

constexpr std::string_view problem_type = "application/problem+json; charset=utf-8";
constexpr std::size_t max_detail_bytes = 2000;

// Headers whose value is a list by their definition, so that several lines mean one longer list.
constexpr std::array<std::string_view, 11> list_headers{"accept",
                                                        "accept-encoding",
                                                        "accept-language",
                                                        "cache-control",
                                                        "connection",
                                                        "forwarded",
                                                        "pragma",
                                                        "te",
                                                        "trailer",
                                                        "via",
                                                        "x-forwarded-for"};

}  // namespace

std::string_view Request::header(std::string_view lower_name) const {
  const auto found = headers.find(lower_name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Result<> add_header(Request& request, std::string_view name, std::string_view value) {
  const std::string key = lower(name);
  const auto [place, added] = request.headers.emplace(key, value);
  if (added) return {};
  if (std::find(list_headers.begin(), list_headers.end(), key) == list_headers.end()) {
    return fail(ErrorCode::invalid_argument, "请求头重复：" + key);
  }
  place->second += ", ";
  place->second += value;
  return {};
}

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
  return problem_response(status_of(error.code), error_code_name(error.code), error);
}

Response problem_response(int status, std::string_view code, const Error& error) {
  Response response;
  response.status = status;
  response.content_type = std::string(problem_type);
  JsonWriter json(response.body);
  json.begin_object();
  json.member("type", "urn:dengce:problem:" + std::string(code)).member("code", code);
  json.member("title", error.message).member("status", std::int64_t{response.status});
  json.member("detail", shorten(error.text(), max_detail_bytes));
  json.key("problems").begin_array();
  for (const Problem& problem : error.problems) {
    json.begin_object().member("path", problem.path).member("line", problem.line);
    json.member("field", problem.field).member("reason", problem.reason).end_object();
  }
  json.end_array().end_object();
  return response;
}

void name_instance(Response& response, std::string_view request_id) {
  if (response.content_type != problem_type || request_id.empty()) return;
  if (!response.body.ends_with('}')) return;
  response.body.pop_back();
  response.body += ",\"instance\":";
  append_json_string(response.body, "urn:uuid:" + std::string(request_id));
  response.body += '}';
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
