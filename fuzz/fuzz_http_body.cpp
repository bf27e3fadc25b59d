// SPDX-License-Identifier: Apache-2.0
// What a client may send: raw requests, targets, list queries, JSON bodies, upload metadata. Any
// bytes are read or refused; what was read keeps its promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "http/json_body.h"
#include "http/page_query.h"
#include "http/request_parser.h"
#include "http/router.h"
#include "http/tus.h"

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

void target_and_query(std::string_view target) {
  dengce::http::Request request;
  if (!dengce::http::parse_target(target, request)) return;
  require(request.path.starts_with('/') && dengce::is_valid_utf8(request.path));
  require(("/" + request.path + "/").find("/../") == std::string::npos);
  const dengce::http::PageRules rules{{"name", "-time"}, {"team", "level"}, 2};
  const auto query = dengce::http::page_query(request, rules);
  if (!query) return;
  require(query->limit >= 1 && query->limit <= 500);
  require(query->after.empty() || query->after.size() == 2);
  if (query->after.empty()) return;
  dengce::http::Request again;
  again.query["sort"] = (query->descending ? "-" : "") + query->sort;
  again.query["after"] = dengce::http::next_cursor(*query, query->after);
  const auto same = dengce::http::page_query(again, rules);
  require(same && same->after == query->after);
}

void json(std::string_view input) {
  dengce::http::JsonBody body(input);
  const std::string name = body.text("name", 20);
  (void)body.integer("level", 1, 4);
  (void)body.maybe_day("day", dengce::http::Null::allowed);
  (void)body.maybe_boolean("open");
  (void)body.maybe_ids("ids", 5);
  for (auto& row : body.objects("rows", 5)) {
    (void)row.id("id");
    (void)row.maybe_instant("at");
  }
  if (!body.finish()) return;
  require(!name.empty() && dengce::is_valid_utf8(name) && name.find('\n') == std::string::npos);
}

// The same bytes give the same request in one piece and byte by byte.
struct Read {
  bool good = true;
  std::string method;
  std::string target;
  std::string body;
};

Read read_request(std::string_view input, std::size_t step) {
  Read out;
  dengce::http::RequestParser parser(4096);
  std::string buffer;
  for (std::size_t at = 0; at < input.size() && !parser.done(); at += step) {
    buffer += input.substr(at, step);
    for (std::size_t taken = 1; taken > 0 && !parser.done() && !buffer.empty();) {
      const auto fed = parser.feed(buffer);
      out.good = fed.has_value();
      if (!out.good) return out;
      taken = *fed;
      buffer.erase(0, taken);
      out.body += parser.take_body();
    }
  }
  if (parser.head_done()) {
    out.method = parser.head().method;
    out.target = parser.head().target;
    require(parser.body_bytes() == out.body.size());
  }
  return out;
}

void request(std::string_view input) {
  const Read whole = read_request(input, input.size() + 1);
  const Read bytes = read_request(input, 1);
  if (!whole.good || !bytes.good) return;
  require(whole.method == bytes.method && whole.target == bytes.target);
  require(whole.body == bytes.body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0: target_and_query(input); break;
    case 1: json(input); break;
    case 2: request(input); break;
    default: (void)dengce::http::parse_upload_metadata(input);
  }
  return 0;
}
