// SPDX-License-Identifier: Apache-2.0
// Requests and responses as handlers see them; no library type.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace dengce::http {

struct Request {
  std::string id;                                              // for the log and problem bodies
  std::string method;                                          // GET, HEAD …
  std::string path;                                            // decoded, begins with '/'
  std::map<std::string, std::string, std::less<>> parameters;  // {id} of the route
  std::map<std::string, std::string, std::less<>> query;       // decoded, last one wins
  std::string if_none_match;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string remote_address;                               // of the peer, without port
  bool secure = false;                                      // came over TLS
  std::string body;

  // Empty when the header is absent.
  [[nodiscard]] std::string_view header(std::string_view lower_name) const;
};

// Takes a header of the wire: lists are joined, a second value of any other header is refused.
Result<> add_header(Request& request, std::string_view name, std::string_view value);

// Appends the next piece of a body; false: that was the last one. Runs on a worker thread, one call
// after the other; it must not wait for events (see Response::poll).
using Producer = std::function<Result<bool>(std::string& piece)>;

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  Producer stream;                    // takes the place of the body; its length is not known
  std::chrono::milliseconds poll{0};  // pause of the server after an empty piece of the stream
};

// application/problem+json (RFC 9457) with the stable code word of the error and its problems.
Response problem_response(const Error& error);
// The same with a status and code word that no ErrorCode has.
Response problem_response(int status, std::string_view code, const Error& error);
// Adds the request to a problem body; leaves any other response alone.
void name_instance(Response& response, std::string_view request_id);

// HTTP status of an error code.
int status_of(ErrorCode code);

// "filename*=UTF-8''…" so that Chinese names survive.
std::string attachment_header(std::string_view file_name);

}  // namespace dengce::http
