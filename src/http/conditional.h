// SPDX-License-Identifier: Apache-2.0
// Lost updates: a row's version is its ETag, a change names the version it was made from.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "http/message.h"

namespace dengce::http {

// "\"7\""
std::string etag_of(std::int64_t version);
// Sets ETag to the version of the row the response shows.
void set_version(Response& response, std::int64_t version);

// Runs a change with the version of `If-Match`. Without that header 428 (precondition_required);
// when the change fails with ErrorCode::conflict, which means a stale version everywhere, 412
// (precondition_failed).
Result<Response> with_version(const Request& request,
                              const std::function<Result<Response>(std::int64_t)>& change);

// The failure of a change whose row has another version by now.
tl::unexpected<Error> stale_version();

}  // namespace dengce::http
