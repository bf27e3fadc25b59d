// SPDX-License-Identifier: Apache-2.0
// HTTP/1.x requests from bytes, without any input or output: the server and the fuzzer feed it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace dengce::http {

struct RequestHead {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> fields;  // as received, in order
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool http_1_0 = false;
  bool keep_alive = false;
};

class RequestParser {
 public:
  explicit RequestParser(std::uint32_t max_head_bytes);
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;
  ~RequestParser();

  // Takes what it can of the bytes and says how many; the rest comes again with more behind it.
  // Stops after the head. invalid_argument for what is no request, too_large for a head beyond the
  // limit; the parser is of no use after that.
  Result<std::size_t> feed(std::string_view bytes);

  [[nodiscard]] bool head_done() const;
  [[nodiscard]] bool done() const;
  // Complete when head_done().
  [[nodiscard]] const RequestHead& head() const;
  // What arrived of the body since the last call.
  std::string take_body();
  [[nodiscard]] std::uint64_t body_bytes() const;  // so far

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace dengce::http
