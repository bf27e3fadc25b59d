// SPDX-License-Identifier: Apache-2.0
// Requests and responses as handlers see them; no library type.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace dengce::http {

struct Request {
  std::string method;                                          // GET, HEAD …
  std::string path;                                            // decoded, begins with '/'
  std::map<std::string, std::string, std::less<>> parameters;  // {id} of the route
  std::map<std::string, std::string, std::less<>> query;       // decoded, last one wins
  std::string if_none_match;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string remote_address;                               // of the peer, without port
  bool secure = false;                                      // came over TLS
  std::string body;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// application/problem+json (RFC 9457) with the stable code word of the error and its problems.
Response problem_response(const Error& error);

// HTTP status of an error code.
int status_of(ErrorCode code);

// "filename*=UTF-8''…" so that Chinese names survive.
std::string attachment_header(std::string_view file_name);

}  // namespace dengce::http
