// SPDX-License-Identifier: Apache-2.0
// Values to and from PostgreSQL's wire formats. Private to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"

namespace dengce::db {

// Object ids of types, fixed in PostgreSQL's catalogue.
enum class PostgresType : std::uint32_t {
  boolean = 16,
  bytea = 17,
  name = 19,
  int8 = 20,
  int2 = 21,
  int4 = 23,
  text = 25,
  float4 = 700,
  float8 = 701,
  unknown = 705,
  varchar = 1043,
  numeric = 1700,
  nothing = 2278,  // void
};

// A result column in binary form. No value: a type or number that Value cannot hold.
std::optional<Value> decode_binary(PostgresType type, std::string_view bytes);

// One statement's parameters: numbers and text as text, whose type the server finds by itself, and
// bytes as they are. Views into `values`, which must outlive it.
class Parameters {
 public:
  explicit Parameters(std::span<const Value> values);

  [[nodiscard]] int count() const { return static_cast<int>(pointers_.size()); }

  [[nodiscard]] const char* const* values() const { return pointers_.data(); }

  [[nodiscard]] const int* lengths() const { return lengths_.data(); }

  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  std::vector<std::string> numbers_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

// Text of a plain "INSERT INTO t (a, b) VALUES ($1, $2)" in its parts; nothing for any other query.
struct PlainInsert {
  std::string table;
  std::string columns;  // "a, b"
  std::size_t width;
};

std::optional<PlainInsert> parse_plain_insert(std::string_view sql);

// Whether COPY can carry the value to a column of the type without a conversion.
bool copyable(PostgresType type, const Value& value);

// COPY's binary form: head, fields of `append_copy_value` behind `append_copy_row`, tail.
std::string copy_head();
void append_copy_row(std::string& out, std::size_t width);
void append_copy_value(std::string& out, const Value& value);
std::string copy_tail();

}  // namespace dengce::db
