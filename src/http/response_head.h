// SPDX-License-Identifier: Apache-2.0
// The head of a response as it goes over the line, with the headers every answer carries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/message.h"

namespace dengce::http {

enum class Framing : std::uint8_t { length, chunked, until_close };

struct HeadOptions {
  Framing framing = Framing::length;
  std::uint64_t length = 0;
  bool keep_alive = true;
  bool secure = false;  // adds HSTS
  std::string request_id;
};

// Header names and values with control characters are left out: a name of a file must not be able
// to make a header of its own.
std::string response_head(const Response& response, const HeadOptions& options);

}  // namespace dengce::http
