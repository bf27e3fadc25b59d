// SPDX-License-Identifier: Apache-2.0
// The facts of one bundle: an immutable, compact blob of interned strings and row tables, opened
// without copying. Opening checks the frame; cells are checked when they are read.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "evidence/fact_ids.h"
#include "evidence/fact_schema.h"

namespace dengce::evidence {

// One value on its way into a FactSetBuilder, or out of a FactSet.
struct FactCell {
  enum class Kind : std::uint8_t { null, integer, text };

  Kind kind = Kind::null;
  std::int64_t integer = 0;
  std::string_view text;

  FactCell() = default;

  FactCell(std::nullptr_t) {}  // NOLINT

  template <std::integral T>
  FactCell(T value) : kind(Kind::integer), integer(static_cast<std::int64_t>(value)) {}  // NOLINT

  FactCell(std::string_view value) : kind(Kind::text), text(value) {}  // NOLINT

  FactCell(const std::string& value) : kind(Kind::text), text(value) {}  // NOLINT

  FactCell(const char* value) : kind(Kind::text), text(value) {}  // NOLINT

  FactCell(std::optional<std::int64_t> value) {  // NOLINT
    if (value) *this = FactCell{*value};
  }

  FactCell(const std::optional<std::string>& value) {  // NOLINT
    if (value) *this = FactCell{std::string_view{*value}};
  }

  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
};

// Where a row comes from. `file` counts from 1 in the file table; 0 = no source.
struct FactSource {
  std::uint32_t file = 0;
  std::uint32_t line = 0;  // from 1; 0 = the file as a whole
};

// What the SQL column `source` decodes to.
struct SourceRef {
  std::string_view path;
  std::int64_t line = 0;
};

constexpr std::int64_t pack_source(FactSource source) {
  return static_cast<std::int64_t>(source.file) << 32 | source.line;
}

class FactSet {
 public:
  // Owns the blob. data_corrupt: a frame that does not hold; failed_precondition: written with
  // another fact schema (parse the bundle again).
  static Result<FactSet> open(std::string blob);
  // Does not own: the bytes must outlive the set and all its copies.
  static Result<FactSet> open_view(std::string_view blob);

  [[nodiscard]] std::string_view serialize() const { return bytes_; }

  [[nodiscard]] std::uint32_t row_count(int table) const { return directory_[size(table)].rows; }

  [[nodiscard]] std::uint32_t row_count(FactId table) const { return row_count(index_of(table)); }

  // Column numbers follow the schema; the one after the last is `source` (packed integer or null).
  // Positions outside give null.
  [[nodiscard]] FactCell cell(int table, std::uint32_t row, int column) const;

  [[nodiscard]] FactCell cell(FactId table, std::uint32_t row, int column) const {
    return cell(index_of(table), row, column);
  }

  [[nodiscard]] FactSource row_source(int table, std::uint32_t row) const;

  // Path and line behind a packed source; none if it points at no file.
  [[nodiscard]] std::optional<SourceRef> source(std::int64_t packed) const;

  [[nodiscard]] std::uint32_t file_count() const { return file_count_; }

  // The stored cell that a text or integer has in this set; none if no cell can equal it.
  // Two cells of one column are equal exactly if these numbers are equal.
  [[nodiscard]] std::optional<std::uint32_t> encode_text(std::string_view text) const;
  [[nodiscard]] std::optional<std::uint32_t> encode_integer(std::int64_t value) const;
  [[nodiscard]] std::uint32_t raw_cell(int table, std::uint32_t row, int column) const;

 private:
  static constexpr std::size_t max_columns = 16;

  struct Table {
    std::uint32_t offset = 0;  // of the first row
    std::uint32_t rows = 0;
    std::uint32_t row_bytes = 0;
    std::uint16_t wide_cells = 0;  // bit c: cells of column c take four bytes, else two
    std::uint16_t integers = 0;    // bit c: column c holds integers
    std::array<std::uint8_t, max_columns + 1> at{};  // of each cell in its row; then of the source
  };

  static std::size_t size(int index) { return static_cast<std::size_t>(index); }

  static Result<FactSet> opened(std::string_view blob, std::shared_ptr<const std::string> owner);
  [[nodiscard]] std::uint32_t word(std::size_t offset) const;
  [[nodiscard]] std::uint32_t half(std::size_t offset) const;
  [[nodiscard]] std::string_view string(std::uint32_t id) const;

  std::shared_ptr<const std::string> owner_;
  std::string_view bytes_;
  std::array<Table, fact_id_count> directory_{};
  std::uint32_t string_count_ = 0;
  std::uint32_t string_index_ = 0;  // offset of string_count_ + 1 offsets
  std::uint32_t string_bytes_ = 0;  // offset of the text bytes
  std::uint32_t hash_ = 0;          // offset of the hash slots: string id + 1, 0 = free
  std::uint32_t hash_slots_ = 0;    // of two bytes while ids fit, else four
  std::uint32_t line_bits_ = 0;     // of a packed source; 0 = file and line take a word each
  std::uint32_t wide_ = 0;          // offset of the 64-bit integers
  std::uint32_t wide_count_ = 0;
  std::uint32_t files_ = 0;  // offset of the file table (string ids)
  std::uint32_t file_count_ = 0;
};

// Collects rows; `build` leaves the builder empty.
class FactSetBuilder {
 public:
  static constexpr std::size_t max_text_bytes = 16 << 10;  // longer texts are cut with "…"
  static constexpr std::uint32_t max_rows = 200'000;       // a table
  static constexpr std::size_t max_blob_bytes = 512U << 20;

  FactSetBuilder();

  // The number of a file for FactSource::file.
  std::uint32_t file(std::string_view path);

  // Adds a row; cells beyond those given are null. A text in an integer column is read as a decimal
  // number (null if it is none); an integer in a text column is written out. Gives false, and adds
  // nothing, if the table is full or there are more cells than columns.
  bool add(FactId table, std::span<const FactCell> cells, FactSource source = {});

  bool add(FactId table, std::initializer_list<FactCell> cells, FactSource source = {}) {
    return add(table, std::span<const FactCell>{cells.begin(), cells.size()}, source);
  }

  [[nodiscard]] std::uint32_t row_count(FactId table) const;
  // A cell added before, for derivations over rows; the view lives until build().
  [[nodiscard]] FactCell cell(FactId table, std::uint32_t row, int column) const;
  [[nodiscard]] FactSource row_source(FactId table, std::uint32_t row) const;

  [[nodiscard]] Result<FactSet> build();

 private:
  struct Rows {
    std::uint32_t count = 0;
    std::vector<std::uint32_t> cells;
  };

  std::uint32_t intern(std::string_view text);
  void grow_hash();
  [[nodiscard]] std::uint32_t line_bits() const;
  std::uint32_t append_rows(int table, std::uint32_t line_bits, std::string& out) const;
  [[nodiscard]] std::string hash_section() const;
  std::uint32_t encode(ColumnType type, const FactCell& cell);
  std::uint32_t encode_integer(std::int64_t value);

  std::array<Rows, fact_id_count> tables_;
  std::string text_;                         // all strings, one after another
  std::vector<std::uint32_t> text_offsets_;  // one more than strings
  std::vector<std::uint32_t> hash_;          // id + 1; 0 = free
  std::vector<std::uint32_t> hashes_;        // of each string
  std::vector<std::int64_t> wide_;
  std::unordered_map<std::int64_t, std::uint32_t> wide_index_;
  std::vector<std::uint32_t> files_;                             // string ids
  std::unordered_map<std::uint32_t, std::uint32_t> file_index_;  // string id → file number
};

}  // namespace dengce::evidence
