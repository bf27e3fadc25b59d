// SPDX-License-Identifier: Apache-2.0
// A small streaming JSON writer for long lists; reading is Boost.JSON's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dengce {

// Appends to a string it does not own. Commas and quoting are its work; nesting is the caller's.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view value);  // invalid UTF-8 becomes U+FFFD
  JsonWriter& integer(std::int64_t value);
  JsonWriter& raw_number(std::string_view digits);  // an exact decimal as text
  JsonWriter& boolean(bool value);
  JsonWriter& null();

  // key + value in one go
  JsonWriter& member(std::string_view name, std::string_view value) {
    return key(name).string(value);
  }

  JsonWriter& member(std::string_view name, const char* value) { return key(name).string(value); }

  JsonWriter& member(std::string_view name, std::int64_t value) { return key(name).integer(value); }

  JsonWriter& member_boolean(std::string_view name, bool value) { return key(name).boolean(value); }

 private:
  void separate();

  std::string& out_;
  std::vector<bool> has_item_;
  bool after_key_ = false;
};

void append_json_string(std::string& out, std::string_view value);

}  // namespace dengce
