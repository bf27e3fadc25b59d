// SPDX-License-Identifier: Apache-2.0
#include "db/postgres_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "base/text.h"

namespace dengce::db {
namespace {

template <class Unsigned>
Unsigned big_endian(std::string_view bytes) {
  Unsigned out = 0;
  for (const char byte : bytes.substr(0, sizeof(Unsigned))) {
    out = static_cast<Unsigned>((static_cast<std::uint64_t>(out) << 8U) |
                                static_cast<unsigned char>(byte));
  }
  return out;
}

template <class Unsigned>
void append_big_endian(std::string& out, Unsigned value) {
  for (unsigned shift = sizeof(Unsigned) * 8; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>((static_cast<std::uint64_t>(value) >> (shift - 8)) & 0xFFU));
  }
}

// numeric: counts and digits of base 10000; whole numbers that fit only. SUM(bigint) is numeric.
std::optional<Value> decode_numeric(std::string_view bytes) {
  constexpr std::size_t head = 8;
  constexpr std::uint16_t positive = 0;
  constexpr std::uint16_t negative = 0x4000;
  if (bytes.size() < head) return std::nullopt;
  const auto digits = big_endian<std::uint16_t>(bytes);
  const int weight = static_cast<std::int16_t>(big_endian<std::uint16_t>(bytes.substr(2)));
  const auto sign = big_endian<std::uint16_t>(bytes.substr(4));
  if ((sign != positive && sign != negative) || bytes.size() != head + std::size_t{2} * digits) {
    return std::nullopt;
  }
  // Summed up below zero, where one number more fits.
  std::int64_t sum = 0;
  const int places = std::max(weight + 1, static_cast<int>(digits));
  for (int i = 0; i < places; ++i) {
    const std::int64_t digit =
        i < digits ? big_endian<std::uint16_t>(bytes.substr(head + 2 * static_cast<std::size_t>(i)))
                   : 0;
    if (i > weight) {
      if (digit != 0) return std::nullopt;
      continue;
    }
    if (__builtin_mul_overflow(sum, 10'000, &sum) || __builtin_sub_overflow(sum, digit, &sum)) {
      return std::nullopt;
    }
  }
  if (sign == negative) return sum;
  if (sum == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return -sum;
}

}  // namespace

std::optional<Value> decode_binary(PostgresType type, std::string_view bytes) {
  switch (type) {
    case PostgresType::boolean: return std::int64_t{bytes == std::string_view("\1", 1) ? 1 : 0};
    case PostgresType::int2:
      return std::int64_t{static_cast<std::int16_t>(big_endian<std::uint16_t>(bytes))};
    case PostgresType::int4:
      return std::int64_t{static_cast<std::int32_t>(big_endian<std::uint32_t>(bytes))};
    case PostgresType::int8: return static_cast<std::int64_t>(big_endian<std::uint64_t>(bytes));
    case PostgresType::float4:
      return static_cast<double>(std::bit_cast<float>(big_endian<std::uint32_t>(bytes)));
    case PostgresType::float8: return std::bit_cast<double>(big_endian<std::uint64_t>(bytes));
    case PostgresType::numeric: return decode_numeric(bytes);
    case PostgresType::text:
    case PostgresType::varchar:
    case PostgresType::name:
    case PostgresType::unknown: return std::string(bytes);
    case PostgresType::bytea: return Blob{std::string(bytes)};
    case PostgresType::nothing: return std::monostate{};
  }
  return std::nullopt;
}

Parameters::Parameters(std::span<const Value> values) {
  numbers_.reserve(values.size());  // pointers into it stay
  for (const Value& value : values) {
    const char* pointer = nullptr;
    int length = 0;
    int format = 0;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      pointer = numbers_.emplace_back(fmt::format("{}", *whole)).c_str();
    } else if (const auto* real = std::get_if<double>(&value)) {
      pointer = numbers_.emplace_back(fmt::format("{}", *real)).c_str();
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      pointer = text->c_str();
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      pointer = blob->bytes.data();
      length = static_cast<int>(blob->bytes.size());
      format = 1;
    }
    pointers_.push_back(pointer);
    lengths_.push_back(length);
    formats_.push_back(format);
  }
}

namespace {

// Words, brackets and commas of a statement, one by one.
class Scanner {
 public:
  explicit Scanner(std::string_view sql) : rest_(trim(sql)) {}

  bool keyword(std::string_view wanted) { return lower(word()) == wanted; }

  // Letters, digits and '_' only: a quoted or dotted name makes the query "not plain".
  std::string_view word() {
    rest_ = trim(rest_);
    std::size_t size = 0;
    while (size < rest_.size() && (is_letter(rest_[size]) || is_digit(rest_[size]))) ++size;
    return cut(size);
  }

  bool symbol(char wanted) {
    rest_ = trim(rest_);
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] bool at_end() const { return trim(rest_).empty(); }

 private:
  static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view cut(std::size_t size) {
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<PlainInsert> parse_plain_insert(std::string_view sql) {
  Scanner scanner(sql);
  if (!scanner.keyword("insert") || !scanner.keyword("into")) return std::nullopt;
  PlainInsert out{std::string(scanner.word()), {}, 0};
  if (out.table.empty() || !scanner.symbol('(')) return std::nullopt;
  do {
    const std::string_view column = scanner.word();
    if (column.empty()) return std::nullopt;
    out.columns += (out.width++ == 0 ? "" : ", ") + std::string(column);
  } while (scanner.symbol(','));
  if (!scanner.symbol(')') || !scanner.keyword("values") || !scanner.symbol('(')) {
    return std::nullopt;
  }
  for (std::size_t i = 1; i <= out.width; ++i) {
    if (i > 1 && !scanner.symbol(',')) return std::nullopt;
    if (!scanner.symbol('$') || scanner.word() != fmt::format("{}", i)) return std::nullopt;
  }
  if (!scanner.symbol(')') || !scanner.at_end()) return std::nullopt;
  return out;
}

bool copyable(PostgresType type, const Value& value) {
  switch (value.index()) {
    case 0: return true;
    case 1: return type == PostgresType::int8;
    case 2: return type == PostgresType::float8;
    case 3: return type == PostgresType::text || type == PostgresType::varchar;
    default: return type == PostgresType::bytea;
  }
}

std::string copy_head() {
  return std::string("PGCOPY\n\377\r\n\0", 11) + std::string(8, '\0');
}

void append_copy_row(std::string& out, std::size_t width) {
  append_big_endian(out, static_cast<std::uint16_t>(width));
}

void append_copy_value(std::string& out, const Value& value) {
  constexpr std::uint32_t null_length = 0xFFFFFFFF;
  constexpr std::uint32_t number_length = 8;
  const auto bytes = [&](const std::string& what) {
    append_big_endian(out, static_cast<std::uint32_t>(what.size()));
    out += what;
  };
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    append_big_endian(out, number_length);
    append_big_endian(out, static_cast<std::uint64_t>(*whole));
  } else if (const auto* real = std::get_if<double>(&value)) {
    append_big_endian(out, number_length);
    append_big_endian(out, std::bit_cast<std::uint64_t>(*real));
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    bytes(*text);
  } else if (const auto* blob = std::get_if<Blob>(&value)) {
    bytes(blob->bytes);
  } else {
    append_big_endian(out, null_length);
  }
}

std::string copy_tail() {
  return "\377\377";
}

}  // namespace dengce::db
