// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "evidence/fact_blob.h"
#include "evidence/fact_set.h"

namespace dengce::evidence {
namespace {

void append_word(std::string& out, std::uint32_t value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_half(std::string& out, std::uint32_t value) {
  const auto narrowed = static_cast<std::uint16_t>(value);
  out.append(reinterpret_cast<const char*>(&narrowed), sizeof narrowed);
}

void append_words(std::string& out, const std::vector<std::uint32_t>& values) {
  if (values.empty()) return;
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(std::uint32_t));
}

}  // namespace

FactSetBuilder::FactSetBuilder() : text_offsets_{0}, hash_(1024, 0) {}

void FactSetBuilder::grow_hash() {
  std::vector<std::uint32_t> larger(hash_.size() * 2, 0);
  const std::uint32_t mask = narrow(larger.size() - 1);
  for (std::uint32_t id = 0; id < hashes_.size(); ++id) {
    std::uint32_t slot = hashes_[id] & mask;
    while (larger[slot] != 0) slot = (slot + 1) & mask;
    larger[slot] = id + 1;
  }
  hash_ = std::move(larger);
}

std::uint32_t FactSetBuilder::intern(std::string_view text) {
  std::string cut;
  if (text.size() > max_text_bytes) {
    cut = shorten(text, max_text_bytes);
    text = cut;
  }
  const std::uint32_t mask = narrow(hash_.size() - 1);
  const std::uint32_t hash = hash_text(text);
  std::uint32_t slot = hash & mask;
  while (hash_[slot] != 0) {
    const std::uint32_t id = hash_[slot] - 1;
    const std::uint32_t begin = text_offsets_[id];
    if (hashes_[id] == hash &&
        std::string_view{text_}.substr(begin, text_offsets_[id + 1] - begin) == text) {
      return id;
    }
    slot = (slot + 1) & mask;
  }
  const std::uint32_t id = narrow(text_offsets_.size() - 1);
  hash_[slot] = id + 1;
  hashes_.push_back(hash);
  text_.append(text);
  text_offsets_.push_back(narrow(text_.size()));
  if (text_offsets_.size() * 2 > hash_.size()) grow_hash();
  return id;
}

std::uint32_t FactSetBuilder::file(std::string_view path) {
  const std::uint32_t id = intern(path);
  const auto [found, added] = file_index_.try_emplace(id, narrow(files_.size() + 1));
  if (added) files_.push_back(id);
  return found->second;
}

std::uint32_t FactSetBuilder::encode_integer(std::int64_t value) {
  if (is_inline(value)) return inline_cell(value);
  const auto [found, added] = wide_index_.try_emplace(value, narrow(wide_.size()));
  if (added) wide_.push_back(value);
  return found->second << 1 | 1U;
}

std::uint32_t FactSetBuilder::encode(ColumnType type, const FactCell& cell) {
  if (type == ColumnType::text) {
    switch (cell.kind) {
      case FactCell::Kind::null: return 0;
      case FactCell::Kind::integer: return intern(std::to_string(cell.integer)) + 1;
      case FactCell::Kind::text: return intern(cell.text) + 1;
    }
  }
  if (cell.kind == FactCell::Kind::integer) return encode_integer(cell.integer);
  if (cell.kind == FactCell::Kind::text) {
    const auto value = parse_int(cell.text);
    if (value) return encode_integer(*value);
  }
  return null_integer;
}

bool FactSetBuilder::add(FactId table, std::span<const FactCell> cells, FactSource source) {
  const int index = index_of(table);
  Rows& rows = tables_[static_cast<std::size_t>(index)];
  const std::size_t columns = column_count(index);
  if (rows.count >= max_rows || cells.size() > columns || text_.size() > max_blob_bytes / 2) {
    return false;
  }
  for (std::size_t i = 0; i < columns; ++i) {
    rows.cells.push_back(encode(column_type(index, i), i < cells.size() ? cells[i] : FactCell{}));
  }
  rows.cells.push_back(source.file);
  rows.cells.push_back(source.line);
  ++rows.count;
  return true;
}

std::uint32_t FactSetBuilder::row_count(FactId table) const {
  return tables_[static_cast<std::size_t>(index_of(table))].count;
}

FactCell FactSetBuilder::cell(FactId table, std::uint32_t row, int column) const {
  const int index = index_of(table);
  const Rows& rows = tables_[static_cast<std::size_t>(index)];
  const std::size_t columns = column_count(index);
  if (row >= rows.count || column < 0 || static_cast<std::size_t>(column) >= columns) return {};
  const auto position = static_cast<std::size_t>(column);
  const std::uint32_t raw = rows.cells[row * (columns + 2) + position];
  if (column_type(index, position) == ColumnType::text) {
    if (raw == 0) return {};
    const std::uint32_t begin = text_offsets_[raw - 1];
    return FactCell{std::string_view{text_}.substr(begin, text_offsets_[raw] - begin)};
  }
  if (raw == null_integer) return {};
  return (raw & 1U) == 0 ? FactCell{inline_value(raw)} : FactCell{wide_[raw >> 1]};
}

FactSource FactSetBuilder::row_source(FactId table, std::uint32_t row) const {
  const Rows& rows = tables_[static_cast<std::size_t>(index_of(table))];
  if (row >= rows.count) return {};
  const std::size_t end = (row + std::size_t{1}) * (column_count(index_of(table)) + 2);
  return {.file = rows.cells[end - 2], .line = rows.cells[end - 1]};
}

std::uint32_t FactSetBuilder::line_bits() const {
  std::uint32_t largest = 0;
  for (int table = 0; table < fact_id_count; ++table) {
    const Rows& rows = tables_[static_cast<std::size_t>(table)];
    const std::size_t stride = column_count(table) + 2;
    for (std::size_t end = stride; end <= rows.cells.size(); end += stride) {
      largest = std::max(largest, rows.cells[end - 1]);
    }
  }
  const auto file_bits = static_cast<std::uint32_t>(std::bit_width(files_.size()));
  const std::uint32_t bits = 32 - std::max(file_bits, 1U);
  return static_cast<std::uint32_t>(std::bit_width(largest)) <= bits ? bits : 0;
}

// Appends the rows of a table; gives the mask of columns whose cells need four bytes.
std::uint32_t FactSetBuilder::append_rows(int table, std::uint32_t bits, std::string& out) const {
  const Rows& rows = tables_[static_cast<std::size_t>(table)];
  const std::size_t columns = column_count(table);
  const std::size_t stride = columns + 2;
  std::uint32_t wide = 0;
  for (std::size_t column = 0; column < columns; ++column) {
    const bool integer = column_type(table, column) == ColumnType::integer;
    for (std::size_t at = column; at < rows.cells.size(); at += stride) {
      const std::uint32_t cell = rows.cells[at];
      if (integer && cell == null_integer) continue;
      if (cell >= null_half) wide |= 1U << column;
    }
  }
  for (std::size_t row = 0; row < rows.count; ++row) {
    const std::uint32_t* cells = rows.cells.data() + row * stride;
    for (std::size_t column = 0; column < columns; ++column) {
      if ((wide >> column & 1U) != 0) {
        append_word(out, cells[column]);
      } else {
        append_half(out, cells[column]);  // null_integer becomes null_half
      }
    }
    if (bits > 0) {
      append_word(out, cells[columns] << bits | cells[columns + 1]);
    } else {
      append_word(out, cells[columns]);
      append_word(out, cells[columns + 1]);
    }
  }
  return wide;
}

std::string FactSetBuilder::hash_section() const {
  const std::uint32_t count = narrow(hashes_.size());
  const std::uint32_t slots = count + count / 4 + 1;
  std::vector<std::uint32_t> table(slots, 0);
  for (std::uint32_t id = 0; id < count; ++id) {
    std::uint32_t slot = slot_of(hashes_[id], slots);
    while (table[slot] != 0) slot = slot + 1 == slots ? 0 : slot + 1;
    table[slot] = id + 1;
  }
  std::string out;
  out.reserve(table.size() * slot_bytes(count));
  for (const std::uint32_t id : table) {
    if (slot_bytes(count) == 2) {
      append_half(out, id);
    } else {
      append_word(out, id);
    }
  }
  return out;
}

Result<FactSet> FactSetBuilder::build() {
  std::size_t estimate = wide_.size() * 8 + text_.size() + hashes_.size() * 10 + 4096;
  for (const Rows& rows : tables_) estimate += rows.cells.size() * 4;
  if (estimate > max_blob_bytes) return fail(ErrorCode::too_large, "一台主机的事实数据过大");

  std::array<std::uint32_t, header_words> header{};
  std::string body;  // all behind the directory
  body.reserve(estimate);
  constexpr std::size_t begin = header_size + fact_id_count * 4 * directory_entry_words;
  const auto here = [&] { return narrow(begin + body.size()); };
  header[header_schema] = fact_schema_version;
  header[header_tables] = fact_id_count;
  header[header_line_bits] = line_bits();
  header[header_wide] = here();
  header[header_wide_count] = narrow(wide_.size());
  for (const std::int64_t value : wide_) {
    body.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  std::string directory;
  for (int table = 0; table < fact_id_count; ++table) {
    append_word(directory, here());
    append_word(directory, tables_[static_cast<std::size_t>(table)].count);
    append_word(directory, append_rows(table, header[header_line_bits], body));
  }
  header[header_string_count] = narrow(hashes_.size());
  header[header_string_index] = here();
  append_words(body, text_offsets_);
  header[header_hash] = here();
  header[header_hash_slots] = narrow(hashes_.size() + hashes_.size() / 4 + 1);
  body.append(hash_section());
  header[header_files] = here();
  header[header_file_count] = narrow(files_.size());
  append_words(body, files_);
  header[header_string_bytes] = here();
  header[header_string_size] = narrow(text_.size());
  body.append(text_);
  header[header_total] = here();

  std::string blob;
  blob.reserve(begin + body.size());
  blob.append(blob_magic);
  for (const std::uint32_t value : header) append_word(blob, value);
  blob.append(directory);
  blob.append(body);
  *this = FactSetBuilder{};
  return FactSet::open(std::move(blob));
}

}  // namespace dengce::evidence
