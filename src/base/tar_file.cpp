// SPDX-License-Identifier: Apache-2.0
#include "base/tar_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <utility>

#include "base/libarchive_handles.h"
#include "base/running_digest.h"
#include "base/utf8_names.h"

namespace dengce {
namespace {

constexpr std::size_t piece_bytes = 1U << 20;
constexpr std::size_t max_name_bytes = 1000;

using libarchive::Entry;
using libarchive::Reader;
using libarchive::Writer;

class Digests {
 public:
  void add(std::string_view bytes) {
    sha256_.add(bytes);
    sm3_.add(bytes);
    count_ += bytes.size();
  }

  TarEntry finish(std::string name) {
    return {std::move(name), count_, sha256_.finish_hex(), sm3_.finish_hex()};
  }

 private:
  RunningDigest sha256_{DigestKind::sha256};
  RunningDigest sm3_{DigestKind::sm3};
  std::uint64_t count_ = 0;
};

tl::unexpected<Error> failure(ErrorCode code,
                              const char* what,
                              const std::filesystem::path& file,
                              std::string reason) {
  return fail(code, what, {Problem{file.string(), 0, {}, std::move(reason)}});
}

tl::unexpected<Error> unwritable(const std::filesystem::path& file, std::string reason) {
  return failure(ErrorCode::unavailable, "文件无法写入", file, std::move(reason));
}

tl::unexpected<Error> unreadable(const std::filesystem::path& file, std::string reason) {
  return failure(ErrorCode::data_corrupt, "文件已损坏", file, std::move(reason));
}

std::string message_of(struct archive* handle) {
  const char* text = archive_error_string(handle);
  return text == nullptr ? "tar 文件损坏" : text;
}

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > max_name_bytes || name.front() == '/') return false;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t to = std::min(name.find('/', from), name.size());
    const std::string_view part = name.substr(from, to - from);
    if (part.empty() || part == "." || part == "..") return false;
    from = to + 1;
  }
  return true;
}

}  // namespace

struct TarWriter::State {
  std::filesystem::path file;
  std::filesystem::path part;
  int descriptor = -1;
  Writer writer;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  ~State() {
    writer.reset();
    if (descriptor < 0) return;
    ::close(descriptor);
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
  }

  [[nodiscard]] Result<> begin(const std::string& name, std::uint64_t bytes) const {
    const Utf8Names utf8;
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0600);
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK) return {};
    return unwritable(file, message_of(writer.get()));
  }

  [[nodiscard]] Result<> write(std::string_view bytes) const {
    const la_ssize_t written = archive_write_data(writer.get(), bytes.data(), bytes.size());
    if (written >= 0 && static_cast<std::size_t>(written) == bytes.size()) return {};
    return unwritable(file, message_of(writer.get()));
  }
};

TarWriter::TarWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}

TarWriter::TarWriter(TarWriter&&) noexcept = default;

TarWriter::~TarWriter() = default;

Result<TarWriter> TarWriter::create(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    return failure(ErrorCode::already_exists, "文件已存在", file, "不覆盖");
  }
  auto state = std::make_unique<State>();
  state->file = file;
  state->part = file.string() + ".part";
  state->descriptor =
      ::open(state->part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (state->descriptor < 0) return unwritable(state->part, std::strerror(errno));
  state->writer.reset(archive_write_new());
  archive_write_set_format_pax_restricted(state->writer.get());
  if (archive_write_open_fd(state->writer.get(), state->descriptor) != ARCHIVE_OK) {
    return unwritable(file, message_of(state->writer.get()));
  }
  return TarWriter(std::move(state));
}

Result<TarEntry> TarWriter::add(const std::string& name, std::string_view bytes) {
  TRY(state_->begin(name, bytes.size()));
  TRY(state_->write(bytes));
  Digests digests;
  digests.add(bytes);
  return digests.finish(name);
}

Result<TarEntry> TarWriter::add_file(const std::string& name, const std::filesystem::path& file) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  std::ifstream input(file, std::ios::binary);
  if (error || !input) {
    return failure(ErrorCode::unavailable, "文件无法读取", file, error.message());
  }
  return add_pieces(name, bytes, [&]() -> Result<std::string> {
    std::string piece(piece_bytes, '\0');
    input.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(input.gcount()));
    return piece;
  });
}

Result<TarEntry> TarWriter::add_pieces(const std::string& name,
                                       std::uint64_t bytes,
                                       const std::function<Result<std::string>()>& next) {
  TRY(state_->begin(name, bytes));
  Digests digests;
  for (std::uint64_t left = bytes; left > 0;) {
    TRY_ASSIGN(const std::string piece, next());
    if (piece.empty() || piece.size() > left) {
      return failure(ErrorCode::unavailable, "内容的长度与所记不符", state_->file, name);
    }
    TRY(state_->write(piece));
    digests.add(piece);
    left -= piece.size();
  }
  return digests.finish(name);
}

Result<> TarWriter::close() {
  State& state = *state_;
  if (archive_write_close(state.writer.get()) != ARCHIVE_OK) {
    return unwritable(state.file, message_of(state.writer.get()));
  }
  if (::fsync(state.descriptor) != 0 || ::link(state.part.c_str(), state.file.c_str()) != 0) {
    return unwritable(state.file, std::strerror(errno));
  }
  // The destructor takes the other name away.
  return {};
}

Result<std::vector<TarEntry>> read_tar_file(
    const std::filesystem::path& file,
    const std::function<Result<TarSink>(const std::string& name, std::uint64_t bytes)>& open) {
  const Utf8Names utf8;
  const Reader reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_filename(reader.get(), file.c_str(), piece_bytes) != ARCHIVE_OK) {
    return unreadable(file, message_of(reader.get()));
  }
  std::vector<TarEntry> out;
  std::set<std::string> names;
  std::string piece(piece_bytes, '\0');
  for (;;) {
    struct archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return out;
    if (status != ARCHIVE_OK) return unreadable(file, message_of(reader.get()));
    const char* raw = archive_entry_pathname(entry);
    const std::string name = raw == nullptr ? "" : raw;
    const bool plain = archive_entry_filetype(entry) == AE_IFREG &&
                       archive_entry_hardlink(entry) == nullptr && is_plain_name(name);
    if (!plain || !names.insert(name).second || archive_entry_size(entry) < 0) {
      return unreadable(file, "条目不是普通文件，或名称不可信、重复");
    }
    TRY_ASSIGN(const TarSink sink,
               open(name, static_cast<std::uint64_t>(archive_entry_size(entry))));
    Digests digests;
    for (;;) {
      const la_ssize_t got = archive_read_data(reader.get(), piece.data(), piece.size());
      if (got == 0) break;
      if (got < 0) return unreadable(file, message_of(reader.get()));
      const std::string_view read(piece.data(), static_cast<std::size_t>(got));
      digests.add(read);
      TRY(sink(read));
    }
    out.push_back(digests.finish(name));
  }
}

}  // namespace dengce
