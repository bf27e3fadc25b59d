// SPDX-License-Identifier: Apache-2.0
#include "base/archive.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>

#include "base/libarchive_handles.h"
#include "base/text.h"
#include "base/utf8_names.h"

namespace dengce {
namespace {

using libarchive::Entry;
using libarchive::Reader;
using libarchive::Writer;

// Unpacks gzip for libarchive, whose own filter looks at no checksum. Members may follow each
// other.
class GzipSource {
 public:
  explicit GzipSource(std::string_view packed) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    rest_ = packed.size();
    ready_ = ::inflateInit2(&stream_, 15 + 16) == Z_OK;
  }

  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  ~GzipSource() {
    if (ready_) ::inflateEnd(&stream_);
  }

  // The next bytes; 0 at the end, -1 when the stream is damaged or stops early.
  la_ssize_t next() {
    if (!ready_) return -1;
    stream_.next_out = buffer_.data();
    stream_.avail_out = static_cast<uInt>(buffer_.size());
    while (stream_.avail_out == buffer_.size() && !done_) {
      if (!step()) return -1;
    }
    return static_cast<la_ssize_t>(buffer_.size() - stream_.avail_out);
  }

  [[nodiscard]] const void* data() const { return buffer_.data(); }

  static la_ssize_t read(struct archive* handle, void* self, const void** bytes) {
    auto* source = static_cast<GzipSource*>(self);
    const la_ssize_t got = source->next();
    *bytes = source->data();
    if (got < 0) archive_set_error(handle, EILSEQ, "gzip 数据不完整或校验不符");
    return got;
  }

 private:
  bool step() {
    constexpr std::size_t most = 1U << 30;  // avail_in is 32 bits wide
    const auto offered = static_cast<uInt>(std::min(rest_, most));
    stream_.avail_in = offered;
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    rest_ -= offered - stream_.avail_in;
    if (status == Z_OK) return true;
    if (status != Z_STREAM_END) return false;  // Z_BUF_ERROR: no more input, stream not at its end
    done_ = rest_ < 2 || stream_.next_in[0] != 0x1F || stream_.next_in[1] != 0x8B;
    return done_ || ::inflateReset(&stream_) == Z_OK;
  }

  z_stream stream_{};
  std::size_t rest_ = 0;
  bool ready_ = false;
  bool done_ = false;
  std::array<Bytef, 65536> buffer_{};
};

tl::unexpected<Error> bad(const std::string& name,
                          ErrorCode code,
                          std::string entry,
                          std::string reason) {
  return fail(code, name + " 无法读取", {Problem{name, 0, std::move(entry), std::move(reason)}});
}

std::string library_message(struct archive* handle) {
  const char* text = archive_error_string(handle);
  return text == nullptr ? "压缩包损坏" : std::string("压缩包损坏：") + text;
}

// Why a name cannot be trusted; empty if it can.
std::string name_fault(std::string_view path) {
  if (path.empty() || path.size() > 4096) return "条目名称为空或过长";
  if (!is_valid_utf8(path)) return "条目名称不是 UTF-8";
  if (path.front() == '/' || path.find('\\') != std::string_view::npos) {
    return "条目名称是绝对路径或含反斜线";
  }
  if (path.size() > 1 && path[1] == ':') return "条目名称带盘符";
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return "条目名称含控制字符";
  }
  if (path.ends_with('/')) path.remove_suffix(1);
  for (const std::string_view part : split(path, '/')) {
    if (part == "..") return "条目名称含 ..";
    if (part.empty() || part == ".") return "条目名称含空的路径段";
  }
  return {};
}

std::string plain_name(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  return std::string(path);
}

// Reads the bytes of the current entry within the limits.
Result<std::string> entry_bytes(struct archive* handle,
                                const std::string& name,
                                const std::string& path,
                                const ArchiveLimits& limits,
                                std::size_t packed,
                                std::uint64_t& total) {
  std::string bytes;
  char buffer[65536];
  for (;;) {
    const la_ssize_t got = archive_read_data(handle, buffer, sizeof buffer);
    if (got == 0) return bytes;
    if (got < 0) return bad(name, ErrorCode::data_corrupt, path, library_message(handle));
    bytes.append(buffer, static_cast<std::size_t>(got));
    total += static_cast<std::uint64_t>(got);
    if (bytes.size() > limits.max_entry_bytes) {
      return bad(name, ErrorCode::too_large, path, "条目过大");
    }
    if (total > limits.max_total_bytes) {
      return bad(name, ErrorCode::too_large, path, "解包后总量过大");
    }
    if (total > (8U << 20) && total / (packed + 1) > limits.max_ratio) {
      return bad(name, ErrorCode::too_large, path, "压缩比异常，疑似压缩炸弹");
    }
  }
}

// Behind the last entry stand padding and the checksum: a stream without them was cut.
Result<> rest_of_gzip(const std::string& name, GzipSource& gzip) {
  constexpr la_ssize_t most_padding = 1 << 20;
  la_ssize_t padding = 0;
  for (;;) {
    const la_ssize_t got = gzip.next();
    if (got == 0) return {};
    if (got < 0) return bad(name, ErrorCode::data_corrupt, {}, "gzip 数据不完整或校验不符");
    padding += got;
    if (padding > most_padding) {
      return bad(name, ErrorCode::data_corrupt, {}, "归档结束之后还有数据");
    }
  }
}

}  // namespace

Result<std::vector<ArchiveEntry>> read_archive(const std::string& name,
                                               std::string_view bytes,
                                               const ArchiveLimits& limits) {
  const Utf8Names utf8;
  GzipSource gzip(bytes);
  const Reader reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  int opened = ARCHIVE_OK;
  if (bytes.starts_with("\x1F\x8B")) {
    opened = archive_read_open(reader.get(), &gzip, nullptr, GzipSource::read, nullptr);
  } else {
    // By its directory only: read as a stream, a zip that is cut inside it would pass.
    archive_read_support_format_zip_seekable(reader.get());
    opened = archive_read_open_memory(reader.get(), bytes.data(), bytes.size());
  }
  if (opened != ARCHIVE_OK) {
    return bad(name, ErrorCode::data_corrupt, {}, "不是 tar、tar.gz 或 zip 文件");
  }
  std::vector<ArchiveEntry> entries;
  std::set<std::string, std::less<>> seen;
  std::uint64_t total = 0;
  std::uint64_t count = 0;
  for (;;) {
    struct archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status < ARCHIVE_WARN) {
      return bad(name, ErrorCode::data_corrupt, {}, library_message(reader.get()));
    }
    if (++count > limits.max_entries) {
      return bad(name, ErrorCode::too_large, {}, "条目过多");
    }
    const char* raw = archive_entry_pathname(entry);
    const std::string path = plain_name(raw == nullptr ? "" : raw);
    const bool directory = archive_entry_filetype(entry) == AE_IFDIR;
    if (directory && (path.empty() || path == ".")) continue;
    if (std::string fault = name_fault(path); !fault.empty()) {
      return bad(name, ErrorCode::data_corrupt, shorten(path, 200), std::move(fault));
    }
    if (directory) continue;
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
      return bad(name, ErrorCode::data_corrupt, path, "条目是链接或设备文件");
    }
    if (!seen.insert(path).second) {
      return bad(name, ErrorCode::data_corrupt, path, "条目名称重复");
    }
    TRY_ASSIGN(std::string content,
               entry_bytes(reader.get(), name, path, limits, bytes.size(), total));
    entries.push_back({path, std::move(content)});
  }
  if (count == 0) return bad(name, ErrorCode::data_corrupt, {}, "压缩包中没有条目");
  if (bytes.starts_with("\x1F\x8B")) TRY(rest_of_gzip(name, gzip));
  if (archive_read_has_encrypted_entries(reader.get()) > 0) {
    return bad(name, ErrorCode::unsupported, {}, "压缩包已加密");
  }
  return entries;
}

Result<std::string> write_tar_gz(const std::vector<ArchiveEntry>& entries) {
  const Utf8Names utf8;
  std::size_t room = 1U << 20;
  for (const ArchiveEntry& entry : entries) room += entry.bytes.size() + 4096;
  std::string out(room, '\0');
  std::size_t used = 0;
  const Writer writer(archive_write_new());
  archive_write_add_filter_gzip(writer.get());
  archive_write_set_options(writer.get(), "gzip:!timestamp");
  archive_write_set_format_pax_restricted(writer.get());
  archive_write_open_memory(writer.get(), out.data(), out.size(), &used);
  for (const ArchiveEntry& item : entries) {
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), item.path.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(item.bytes.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (archive_write_header(writer.get(), entry.get()) != ARCHIVE_OK ||
        archive_write_data(writer.get(), item.bytes.data(), item.bytes.size()) < 0) {
      return fail(ErrorCode::internal, "压缩包无法写出", library_message(writer.get()));
    }
  }
  if (archive_write_close(writer.get()) != ARCHIVE_OK) {
    return fail(ErrorCode::internal, "压缩包无法写出", library_message(writer.get()));
  }
  out.resize(used);
  return out;
}

}  // namespace dengce
