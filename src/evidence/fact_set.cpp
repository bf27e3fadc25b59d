// SPDX-License-Identifier: Apache-2.0
#include "evidence/fact_set.h"

#include <cstring>
#include <utility>

#include "evidence/fact_blob.h"

namespace dengce::evidence {
namespace {

tl::unexpected<Error> damaged(std::string detail) {
  return fail(ErrorCode::data_corrupt, "事实数据已损坏", std::move(detail));
}

}  // namespace

Result<FactSet> FactSet::open(std::string blob) {
  auto owner = std::make_shared<const std::string>(std::move(blob));
  const std::string_view bytes = *owner;
  return opened(bytes, std::move(owner));
}

Result<FactSet> FactSet::open_view(std::string_view blob) {
  return opened(blob, nullptr);
}

std::uint32_t FactSet::word(std::size_t offset) const {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes_.data() + offset, sizeof value);
  return value;
}

std::uint32_t FactSet::half(std::size_t offset) const {
  std::uint16_t value = 0;
  std::memcpy(&value, bytes_.data() + offset, sizeof value);
  return value;
}

Result<FactSet> FactSet::opened(std::string_view blob, std::shared_ptr<const std::string> owner) {
  if (blob.size() < header_size || blob.substr(0, blob_magic.size()) != blob_magic) {
    return damaged("no fact blob");
  }
  FactSet set;
  set.owner_ = std::move(owner);
  set.bytes_ = blob;
  const auto header = [&](HeaderWord word) {
    return set.word(blob_magic.size() + std::size_t{4} * word);
  };
  // Sections as 64-bit ranges, so that no sum can wrap around.
  const auto fits = [&](std::uint64_t offset, std::uint64_t count, std::uint64_t each) {
    return offset >= header_size && offset <= blob.size() && count <= (blob.size() - offset) / each;
  };
  if (header(header_total) != blob.size()) return damaged("size differs from the header");
  if (header(header_schema) != static_cast<std::uint32_t>(fact_schema_version) ||
      header(header_tables) != static_cast<std::uint32_t>(fact_id_count)) {
    return fail(ErrorCode::failed_precondition, "事实数据由另一版本写成，请重新解析证据包");
  }
  set.string_count_ = header(header_string_count);
  set.string_index_ = header(header_string_index);
  set.string_bytes_ = header(header_string_bytes);
  set.hash_ = header(header_hash);
  set.wide_ = header(header_wide);
  set.wide_count_ = header(header_wide_count);
  set.files_ = header(header_files);
  set.file_count_ = header(header_file_count);
  set.hash_slots_ = header(header_hash_slots);
  set.line_bits_ = header(header_line_bits);
  const std::uint32_t string_size = header(header_string_size);
  if (!fits(set.string_index_, std::uint64_t{set.string_count_} + 1, 4) ||
      !fits(set.string_bytes_, string_size, 1) ||
      !fits(set.hash_, set.hash_slots_, slot_bytes(set.string_count_)) ||
      !fits(set.wide_, set.wide_count_, 8) || !fits(set.files_, set.file_count_, 4)) {
    return damaged("a section lies outside the blob");
  }
  if (set.line_bits_ >= 32) return damaged("line bits");
  std::uint32_t previous = 0;
  for (std::uint32_t i = 0; i <= set.string_count_; ++i) {
    const std::uint32_t offset = set.word(set.string_index_ + std::size_t{i} * 4);
    if (offset < previous || offset > string_size) return damaged("string offsets");
    previous = offset;
  }
  if (!fits(header_size, fact_id_count, 4 * directory_entry_words)) return damaged("directory");
  for (int table = 0; table < fact_id_count; ++table) {
    const std::size_t entry = header_size + size(table) * 4 * directory_entry_words;
    Table& t = set.directory_[size(table)];
    t.offset = set.word(entry);
    t.rows = set.word(entry + 4);
    t.wide_cells = static_cast<std::uint16_t>(set.word(entry + 8));
    const std::size_t columns = column_count(table);
    static_assert(max_columns <= 16, "the masks hold one bit a column");
    std::size_t at = 0;
    for (std::size_t column = 0; column < columns; ++column) {
      t.at[column] = static_cast<std::uint8_t>(at);
      at += (t.wide_cells >> column & 1U) != 0 ? 4 : 2;
      if (column_type(table, column) == ColumnType::integer) {
        t.integers = static_cast<std::uint16_t>(t.integers | 1U << column);
      }
    }
    t.at[columns] = static_cast<std::uint8_t>(at);
    t.row_bytes = narrow(at + (set.line_bits_ > 0 ? 4 : 8));
    if (!fits(t.offset, t.rows, t.row_bytes)) return damaged("table outside");
  }
  return set;
}

std::string_view FactSet::string(std::uint32_t id) const {
  if (id >= string_count_) return {};
  const std::uint32_t begin = word(string_index_ + std::size_t{id} * 4);
  const std::uint32_t end = word(string_index_ + std::size_t{id} * 4 + 4);
  return bytes_.substr(string_bytes_ + std::size_t{begin}, end - begin);
}

std::uint32_t FactSet::raw_cell(int table, std::uint32_t row, int column) const {
  const Table& t = directory_[size(table)];
  const std::size_t at = t.offset + std::size_t{row} * t.row_bytes + t.at[size(column)];
  if ((t.wide_cells >> column & 1) != 0) return word(at);
  const std::uint32_t value = half(at);
  return value == null_half && (t.integers >> column & 1) != 0 ? null_integer : value;
}

FactCell FactSet::cell(int table, std::uint32_t row, int column) const {
  if (table < 0 || table >= fact_id_count || row >= row_count(table) || column < 0) return {};
  const std::size_t columns = column_count(table);
  if (size(column) == columns) {
    const FactSource from = row_source(table, row);
    return from.file == 0 ? FactCell{} : FactCell{pack_source(from)};
  }
  if (size(column) > columns) return {};
  const std::uint32_t raw = raw_cell(table, row, column);
  if (column_type(table, size(column)) == ColumnType::text) {
    return raw == 0 ? FactCell{} : FactCell{string(raw - 1)};
  }
  if (raw == null_integer) return {};
  if ((raw & 1U) == 0) return FactCell{inline_value(raw)};
  const std::uint32_t index = raw >> 1;
  if (index >= wide_count_) return {};
  std::int64_t value = 0;
  std::memcpy(&value, bytes_.data() + wide_ + std::size_t{index} * 8, sizeof value);
  return FactCell{value};
}

FactSource FactSet::row_source(int table, std::uint32_t row) const {
  if (table < 0 || table >= fact_id_count || row >= row_count(table)) return {};
  const Table& t = directory_[size(table)];
  const std::size_t at = t.offset + std::size_t{row} * t.row_bytes + t.at[column_count(table)];
  const std::uint32_t first = word(at);
  if (line_bits_ == 0) return {.file = first, .line = word(at + 4)};
  return {.file = first >> line_bits_, .line = first & ((1U << line_bits_) - 1)};
}

std::optional<SourceRef> FactSet::source(std::int64_t packed) const {
  const auto file = static_cast<std::uint64_t>(packed) >> 32;
  if (file == 0 || file > file_count_) return std::nullopt;
  const std::uint32_t id = word(files_ + (static_cast<std::size_t>(file) - 1) * 4);
  return SourceRef{.path = string(id), .line = packed & 0xFFFFFFFF};
}

std::optional<std::uint32_t> FactSet::encode_text(std::string_view text) const {
  if (hash_slots_ == 0) return std::nullopt;
  const std::size_t each = slot_bytes(string_count_);
  std::uint32_t slot = slot_of(hash_text(text), hash_slots_);
  for (std::uint32_t probe = 0; probe < hash_slots_; ++probe) {
    const std::size_t at = hash_ + std::size_t{slot} * each;
    const std::uint32_t id = each == 2 ? half(at) : word(at);
    if (id == 0) return std::nullopt;
    if (id <= string_count_ && string(id - 1) == text) return id;
    if (++slot == hash_slots_) slot = 0;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> FactSet::encode_integer(std::int64_t value) const {
  if (is_inline(value)) return inline_cell(value);
  for (std::uint32_t i = 0; i < wide_count_; ++i) {
    std::int64_t stored = 0;
    std::memcpy(&stored, bytes_.data() + wide_ + std::size_t{i} * 8, sizeof stored);
    if (stored == value) return i << 1 | 1U;
  }
  return std::nullopt;
}

}  // namespace dengce::evidence
