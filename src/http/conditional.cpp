// SPDX-License-Identifier: Apache-2.0
#include "http/conditional.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dengce::http {

std::string etag_of(std::int64_t version) {
  return fmt::format("\"{}\"", version);
}

void set_version(Response& response, std::int64_t version) {
  response.headers.emplace_back("ETag", etag_of(version));
}

Result<Response> with_version(const Request& request,
                              const std::function<Result<Response>(std::int64_t)>& change) {
  const std::string_view tag = request.header("if-match");
  if (tag.empty()) {
    return problem_response(
        428,
        "precondition_required",
        {ErrorCode::failed_precondition, "缺少 If-Match：须说明修改依据的版本", {}, {}});
  }
  std::optional<std::int64_t> version;
  if (tag.size() > 2 && tag.size() <= 21 && tag.front() == '"' && tag.back() == '"') {
    version = parse_int(tag.substr(1, tag.size() - 2));
  }
  // A tag that is none of ours cannot be the current one.
  auto done = version ? change(*version) : Result<Response>(stale_version());
  if (done || done.error().code != ErrorCode::conflict) return done;
  return problem_response(412, "precondition_failed", done.error());
}

tl::unexpected<Error> stale_version() {
  return fail(ErrorCode::conflict, "内容已被他人修改，请刷新后再改");
}

}  // namespace dengce::http
