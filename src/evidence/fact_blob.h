// SPDX-License-Identifier: Apache-2.0
// The frame of a fact blob, shared by its reader and its writer: header, cell encoding, hash. Not
// for use outside fact_set*.cpp.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "evidence/fact_schema.h"

namespace dengce::evidence {

static_assert(std::endian::native == std::endian::little, "fact blobs are little-endian");

inline constexpr std::string_view blob_magic = "DCFACTS2";

// Order of the header words after the magic.
enum HeaderWord : std::uint8_t {
  header_schema,
  header_tables,
  header_total,
  header_string_count,
  header_string_index,
  header_string_bytes,
  header_string_size,
  header_hash,
  header_hash_slots,
  header_wide,
  header_wide_count,
  header_files,
  header_file_count,
  header_line_bits,
  header_words,
};

inline constexpr std::size_t header_size = blob_magic.size() + 4 * header_words;
inline constexpr std::size_t directory_entry_words = 3;  // offset, rows, wide cells

inline constexpr std::uint32_t null_integer = 0xFFFFFFFFU;
inline constexpr std::uint32_t null_half = 0xFFFFU;  // the null of an integer column of two bytes
inline constexpr std::int64_t inline_min = -(1LL << 30);
inline constexpr std::int64_t inline_max = (1LL << 30) - 1;

// Integer cells: value × 2 if it fits 31 bits, else index into the wide integers × 2 + 1.
constexpr bool is_inline(std::int64_t value) {
  return value >= inline_min && value <= inline_max;
}

constexpr std::uint32_t inline_cell(std::int64_t value) {
  return static_cast<std::uint32_t>(value) << 1;
}

constexpr std::int64_t inline_value(std::uint32_t cell) {
  return static_cast<std::int32_t>(cell) >> 1;
}

inline std::uint32_t hash_text(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  while (text.size() >= 8) {
    std::uint64_t part = 0;
    std::memcpy(&part, text.data(), 8);
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
    text.remove_prefix(8);
  }
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  hash ^= hash >> 32;
  return static_cast<std::uint32_t>(hash ^ hash >> 15);
}

inline std::uint32_t narrow(std::size_t value) {
  return static_cast<std::uint32_t>(value);
}

// Spreads 32 bits evenly over any number of slots.
inline std::uint32_t slot_of(std::uint32_t hash, std::uint32_t slots) {
  return static_cast<std::uint32_t>(std::uint64_t{hash} * slots >> 32);
}

inline std::size_t slot_bytes(std::uint32_t string_count) {
  return string_count < 0xFFFF ? 2 : 4;
}

inline std::size_t column_count(int table) {
  return fact_tables()[static_cast<std::size_t>(table)].columns.size();
}

inline ColumnType column_type(int table, std::size_t column) {
  return fact_tables()[static_cast<std::size_t>(table)].columns[column].type;
}

}  // namespace dengce::evidence
