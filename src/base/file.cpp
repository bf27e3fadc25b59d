// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace dengce {
namespace {

// Closes at the end of the scope.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }

  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

tl::unexpected<Error> system_failure(const std::filesystem::path& path,
                                     std::string message,
                                     int error) {
  ErrorCode code = ErrorCode::unavailable;
  if (error == ENOENT || error == ENOTDIR) code = ErrorCode::not_found;
  if (error == EACCES || error == EPERM || error == EROFS) code = ErrorCode::permission_denied;
  return fail(code, std::move(message), {Problem{path.string(), 0, {}, std::strerror(error)}});
}

Result<> write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(descriptor, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return system_failure(path, "文件无法写入", errno);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  if (::fsync(descriptor) != 0) return system_failure(path, "文件无法写入", errno);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  // O_NONBLOCK: a fifo must not hang us.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return system_failure(path, "文件无法读取", errno);

  struct stat status {};

  if (::fstat(file.get(), &status) != 0) return system_failure(path, "文件无法读取", errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::invalid_argument,
                "文件无法读取",
                {Problem{path.string(), 0, {}, "不是普通文件"}});
  }
  const auto too_large = [&] {
    return fail(ErrorCode::too_large, "文件过大", {Problem{path.string(), 0, {}, "文件过大"}});
  };
  if (static_cast<std::uint64_t>(status.st_size) > max_bytes) return too_large();
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(status.st_size));
  std::vector<char> buffer(1U << 16);
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure(path, "文件无法读取", errno);
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.size() > max_bytes) return too_large();
  }
}

Result<> write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return system_failure(path, "文件无法写入", errno);
  auto written = write_all(file.get(), bytes, path);
  if (written && ::fchmod(file.get(), 0640) != 0) {
    written = system_failure(path, "文件无法写入", errno);
  }
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = system_failure(path, "文件无法写入", errno);
  }
  if (!written) ::unlink(temporary.c_str());
  return written;
}

Result<TempDir> TempDir::create() {
  std::error_code error;
  std::filesystem::path base = std::filesystem::temp_directory_path(error);
  if (error) base = "/tmp";
  std::string name = (base / "dengce-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    return system_failure(base, "临时目录无法建立", errno);
  }
  return TempDir(name);
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) {
  other.path_.clear();
}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace dengce
