// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <fmt/format.h>

namespace dengce {

std::string Problem::text() const {
  std::string out = path;
  if (line > 0) out += fmt::format(":{}", line);
  if (!out.empty()) out += ": ";
  if (!field.empty()) out += fmt::format("[{}] ", field);
  return out + reason;
}

std::string Error::text() const {
  std::string out = message;
  for (const Problem& problem : problems) {
    if (!out.empty()) out += '\n';
    out += problem.text();
  }
  return out;
}

tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string detail) {
  return tl::make_unexpected(Error{code, std::move(message), std::move(detail), {}});
}

tl::unexpected<Error> fail(ErrorCode code, std::string message, std::vector<Problem> problems) {
  return tl::make_unexpected(Error{code, std::move(message), {}, std::move(problems)});
}

std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::permission_denied: return "permission_denied";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::already_exists: return "already_exists";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::failed_precondition: return "failed_precondition";
    case ErrorCode::too_large: return "too_large";
    case ErrorCode::rate_limited: return "rate_limited";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::timeout: return "timeout";
    case ErrorCode::data_corrupt: return "data_corrupt";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

}  // namespace dengce
