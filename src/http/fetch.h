// SPDX-License-Identifier: Apache-2.0
// One HTTPS request to another server. Blocking, bounded in size and time; follows no redirect.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace dengce::http {

struct Fetch {
  std::string service;  // Chinese, for messages
  std::string url;      // https only
  std::string form;     // sent by POST when not empty, GET otherwise
  std::string authorization;
  std::filesystem::path authority;  // PEM; empty: the system's
  std::size_t max_bytes = 256UL * 1024;
  std::chrono::seconds patience{10};  // of each step; twice that for the answer
};

struct Fetched {
  int status = 0;
  std::string body;
};

// unavailable when there is no whole answer, whatever the reason; any status is an answer.
Result<Fetched> fetch(const Fetch& request);

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

// "a=1&b=%C3": application/x-www-form-urlencoded, good for a query too.
std::string form_encoded(const Fields& fields);

// The host of an http or https address, without brackets; empty when it is none, has a user or a
// fragment.
std::string host_of_url(std::string_view url, std::string_view scheme);

}  // namespace dengce::http
