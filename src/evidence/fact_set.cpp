// SPDX-License-Identifier: Apache-2.0
#include "evidence/fact_set.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "base/text.h"

namespace dengce::evidence {
namespace {

static_assert(std::endian::native == std::endian::little, "fact blobs are little-endian");

constexpr std::string_view magic = "DCFACTS2";

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

constexpr std::size_t header_size = magic.size() + 4 * header_words;
constexpr std::size_t directory_entry_words = 3;  // offset, rows, wide cells

constexpr std::uint32_t null_integer = 0xFFFFFFFFU;
constexpr std::uint32_t null_half = 0xFFFFU;  // the null of an integer column of two bytes
constexpr std::int64_t inline_min = -(1LL << 30);
constexpr std::int64_t inline_max = (1LL << 30) - 1;

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

std::uint32_t hash_text(std::string_view text) {
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

std::uint32_t narrow(std::size_t value) {
  return static_cast<std::uint32_t>(value);
}

// Spreads 32 bits evenly over any number of slots.
std::uint32_t slot_of(std::uint32_t hash, std::uint32_t slots) {
  return static_cast<std::uint32_t>(std::uint64_t{hash} * slots >> 32);
}

std::size_t slot_bytes(std::uint32_t string_count) {
  return string_count < 0xFFFF ? 2 : 4;
}

std::size_t column_count(int table) {
  return fact_tables()[static_cast<std::size_t>(table)].columns.size();
}

ColumnType column_type(int table, std::size_t column) {
  return fact_tables()[static_cast<std::size_t>(table)].columns[column].type;
}

tl::unexpected<Error> damaged(std::string detail) {
  return fail(ErrorCode::data_corrupt, "事实数据已损坏", std::move(detail));
}

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
  if (blob.size() < header_size || blob.substr(0, magic.size()) != magic) {
    return damaged("no fact blob");
  }
  FactSet set;
  set.owner_ = std::move(owner);
  set.bytes_ = blob;
  const auto header = [&](HeaderWord word) { return set.word(magic.size() + 4U * word); };
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
  blob.append(magic);
  for (const std::uint32_t value : header) append_word(blob, value);
  blob.append(directory);
  blob.append(body);
  *this = FactSetBuilder{};
  return FactSet::open(std::move(blob));
}

}  // namespace dengce::evidence
