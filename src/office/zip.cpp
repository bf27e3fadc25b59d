// SPDX-License-Identifier: Apache-2.0
#include "office/zip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace dengce::office {
namespace {

constexpr int compression_level = 4;  // 6 takes twice as long for 4 % fewer bytes
constexpr std::uint16_t utf8_and_sizes_follow = 0x0808;
constexpr std::uint16_t dos_date = (1 << 5) | 1;  // 1980-01-01, the earliest a zip can say
constexpr std::size_t chunk_bytes = 256U << 10;

void put16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value & 0xFF);
  out += static_cast<char>((value >> 8) & 0xFF);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, value & 0xFFFF);
  put16(out, value >> 16);
}

}  // namespace

struct ZipWriter::Entry {
  std::string path;
  std::size_t offset = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed = 0;
  std::uint64_t size = 0;

  void put_sizes(std::string& out) const {
    put32(out, crc);
    put32(out, static_cast<std::uint32_t>(packed));
    put32(out, static_cast<std::uint32_t>(size));
  }
};

struct ZipWriter::Deflate {
  z_stream stream{};
  std::array<char, chunk_bytes> buffer{};
};

ZipWriter::ZipWriter() : deflate_(std::make_unique<Deflate>()) {
  failed_ =
      deflateInit2(
          &deflate_->stream, compression_level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK;
}

ZipWriter::~ZipWriter() {
  deflateEnd(&deflate_->stream);
}

void ZipWriter::begin(std::string_view path) {
  Entry entry;
  entry.path = path;
  entry.offset = out_.size();
  put32(out_, 0x04034b50);
  put16(out_, 20);
  put16(out_, utf8_and_sizes_follow);
  put16(out_, 8);
  put16(out_, 0);
  put16(out_, dos_date);
  Entry{}.put_sizes(out_);
  put16(out_, static_cast<std::uint32_t>(path.size()));
  put16(out_, 0);
  out_ += path;
  entries_.push_back(std::move(entry));
  failed_ = failed_ || deflateReset(&deflate_->stream) != Z_OK;
}

void ZipWriter::write(std::string_view bytes) {
  Entry& entry = entries_.back();
  auto& stream = deflate_->stream;
  while (!bytes.empty() && !failed_) {
    const auto piece = bytes.substr(0, chunk_bytes);
    bytes.remove_prefix(piece.size());
    const auto* data = reinterpret_cast<const Bytef*>(piece.data());
    const auto length = static_cast<uInt>(piece.size());
    entry.crc = static_cast<std::uint32_t>(crc32(entry.crc, data, length));
    entry.size += piece.size();
    stream.next_in = const_cast<Bytef*>(data);
    stream.avail_in = length;
    while (stream.avail_in > 0 && !failed_) {
      stream.next_out = reinterpret_cast<Bytef*>(deflate_->buffer.data());
      stream.avail_out = chunk_bytes;
      failed_ = deflate(&stream, Z_NO_FLUSH) != Z_OK;
      out_.append(deflate_->buffer.data(), chunk_bytes - stream.avail_out);
    }
  }
}

void ZipWriter::end() {
  Entry& entry = entries_.back();
  auto& stream = deflate_->stream;
  for (int state = Z_OK; state != Z_STREAM_END && !failed_;) {
    stream.next_out = reinterpret_cast<Bytef*>(deflate_->buffer.data());
    stream.avail_out = chunk_bytes;
    state = deflate(&stream, Z_FINISH);
    failed_ = state != Z_OK && state != Z_STREAM_END;
    out_.append(deflate_->buffer.data(), chunk_bytes - stream.avail_out);
  }
  entry.packed = out_.size() - entry.offset - 30 - entry.path.size();
  put32(out_, 0x08074b50);
  entry.put_sizes(out_);
}

void ZipWriter::add(std::string_view path, std::string_view bytes) {
  begin(path);
  write(bytes);
  end();
}

Result<std::string> ZipWriter::finish() {
  const std::size_t directory = out_.size();
  constexpr auto limit = std::numeric_limits<std::uint32_t>::max();
  const bool too_long = std::any_of(
      entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.size >= limit; });
  if (failed_) return fail(ErrorCode::internal, "压缩文档失败");
  if (directory >= limit || too_long || entries_.size() > 65'535) {
    return fail(ErrorCode::too_large, "文档超过 4 GiB，无法写出");
  }
  for (const Entry& entry : entries_) {
    put32(out_, 0x02014b50);
    put16(out_, 20);
    put16(out_, 20);
    put16(out_, utf8_and_sizes_follow);
    put16(out_, 8);
    put16(out_, 0);
    put16(out_, dos_date);
    entry.put_sizes(out_);
    put16(out_, static_cast<std::uint32_t>(entry.path.size()));
    for (int i = 0; i < 4; ++i) put16(out_, 0);
    put32(out_, 0);
    put32(out_, static_cast<std::uint32_t>(entry.offset));
    out_ += entry.path;
  }
  const auto size = out_.size() - directory;
  put32(out_, 0x06054b50);
  put32(out_, 0);
  put16(out_, static_cast<std::uint32_t>(entries_.size()));
  put16(out_, static_cast<std::uint32_t>(entries_.size()));
  put32(out_, static_cast<std::uint32_t>(size));
  put32(out_, static_cast<std::uint32_t>(directory));
  put16(out_, 0);
  return std::move(out_);
}

}  // namespace dengce::office
