// SPDX-License-Identifier: Apache-2.0
#include "evidence/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <utility>

#include "base/text.h"

namespace dengce::evidence {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}

  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}

  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }

  [[nodiscard]] int get() const { return value_; }

  [[nodiscard]] bool valid() const { return value_ >= 0; }

  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

ReadState state_of_errno(int error) {
  return error == ENOENT || error == ENOTDIR ? ReadState::absent : ReadState::denied;
}

// Which mount an object lies in. The number of the mount also tells bind mounts of one file system
// apart; before Linux 5.8 the device has to do.
std::uint64_t mount_of(int descriptor, const struct stat& status) {
#ifdef STATX_MNT_ID
  struct statx extended {};

  constexpr int flags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW;
  if (::statx(descriptor, "", flags, STATX_MNT_ID, &extended) == 0 &&
      (extended.stx_mask & STATX_MNT_ID) != 0) {
    return extended.stx_mnt_id;
  }
#endif
  return static_cast<std::uint64_t>(status.st_dev);
}

enum class LastLink : std::uint8_t { follow, keep };

// The directory that holds the object, and its name there ("." for the root itself).
struct Place {
  ReadState state = ReadState::denied;
  Descriptor folder;
  std::string name;

  struct stat status {};
};

std::string read_link(int descriptor) {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t length = ::readlinkat(descriptor, "", buffer.data(), buffer.size());
  return length <= 0 ? std::string{} : std::string{buffer.data(), static_cast<std::size_t>(length)};
}

// Walks one path component by component. Each step is opened relative to the directory before it
// and never follows a link itself, so no link can lead out of the root, not even while the tree is
// being changed; ".." goes back along the directories that were really walked.
class Walk {
 public:
  Walk(int root, std::uint64_t mount) : mount_(mount) { folders_.emplace_back(::dup(root)); }

  Place to(std::string_view path, LastLink last) {
    push_front(path);
    Place place;
    int links = 0;
    if (rest_.empty()) return at_root();
    while (!rest_.empty()) {
      const std::string part = std::move(rest_.front());
      rest_.pop_front();
      if (part == "..") {
        if (folders_.size() > 1) folders_.pop_back();
        if (rest_.empty()) return here();
        continue;
      }
      Descriptor next{
          ::openat(folders_.back().get(), part.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
      if (!next.valid()) return ended(state_of_errno(errno));

      struct stat status {};

      if (::fstat(next.get(), &status) != 0) return ended(ReadState::denied);
      if (mount_of(next.get(), status) != mount_) return ended(ReadState::denied);
      const bool is_last = rest_.empty();
      if (S_ISLNK(status.st_mode) && !(is_last && last == LastLink::keep)) {
        if (++links > TreeSource::max_links) return ended(ReadState::denied);
        const std::string target = read_link(next.get());
        if (target.empty()) return ended(ReadState::denied);
        if (target.front() == '/') folders_.resize(1);
        push_front(target);
        if (rest_.empty()) return here();
        if (rest_.size() > PATH_MAX) return ended(ReadState::denied);
        continue;
      }
      if (is_last) {
        place.state = ReadState::ok;
        place.folder = std::move(folders_.back());
        place.name = part;
        place.status = status;
        return place;
      }
      if (!S_ISDIR(status.st_mode)) return ended(ReadState::absent);
      if (folders_.size() > 256) return ended(ReadState::denied);
      folders_.push_back(std::move(next));
    }
    return here();
  }

 private:
  void push_front(std::string_view path) {
    std::vector<std::string> parts;
    for (const std::string_view part : split(path, '/')) {
      if (!part.empty() && part != ".") parts.emplace_back(part);
    }
    rest_.insert(rest_.begin(), parts.begin(), parts.end());
  }

  static Place ended(ReadState state) {
    Place place;
    place.state = state;
    return place;
  }

  Place at_root() { return here(); }

  // The directory walked to last, as an object of its own.
  Place here() {
    Place place;
    if (::fstat(folders_.back().get(), &place.status) != 0) return ended(ReadState::denied);
    place.state = ReadState::ok;
    place.folder = std::move(folders_.back());
    place.name = ".";
    return place;
  }

  std::uint64_t mount_;
  std::vector<Descriptor> folders_;
  std::deque<std::string> rest_;
};

std::string read_all(int descriptor, std::uint64_t limit, ReadState& state) {
  std::string out;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      state = ReadState::denied;
      return {};
    }
    if (count == 0) break;
    if (out.size() + static_cast<std::size_t>(count) > limit) {
      state = ReadState::too_large;
      return {};
    }
    out.append(buffer.data(), static_cast<std::size_t>(count));
  }
  state = ReadState::ok;
  return out;
}

std::string host_name(const EvidenceSource& tree, const std::filesystem::path& root) {
  const EvidenceText text = tree.read("/etc/hostname");
  if (text.ok()) {
    const Decoded decoded = decode_text(text.bytes.substr(0, 4096));
    Lines lines{decoded.text};
    while (const auto line = lines.next()) {
      const std::string_view name = trim(line->text);
      if (!name.empty() && name.front() != '#') return shorten(name, 255);
    }
  }
  auto path = root.lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  const std::string name = path.filename().string();
  return name.empty() ? "/" : decode_text(name).text;
}

}  // namespace

Result<std::unique_ptr<TreeSource>> TreeSource::open(const std::filesystem::path& root,
                                                     Day collected) {
  Descriptor descriptor{::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};

  struct stat status {};

  if (!descriptor.valid() || ::fstat(descriptor.get(), &status) != 0) {
    const auto code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::permission_denied;
    return fail(code, "无法打开目录：" + root.string());
  }
  EvidenceInfo info;
  info.collected = collected;
  info.tree = true;
  const std::uint64_t mount = mount_of(descriptor.get(), status);
  std::unique_ptr<TreeSource> tree{new TreeSource(
      descriptor.release(), mount, std::move(info))};  // NOLINT: the constructor is private
  tree->info_.target = host_name(*tree, root);
  return tree;
}

TreeSource::~TreeSource() {
  ::close(root_);
}

EvidenceText TreeSource::read(std::string_view path, std::uint64_t max_bytes) const {
  EvidenceText text{.state = ReadState::denied, .label = std::string{path}};
  Walk walk{root_, mount_};
  const Place place = walk.to(path, LastLink::follow);
  text.state = place.state;
  if (place.state != ReadState::ok) return text;
  if (!S_ISREG(place.status.st_mode)) {
    text.state = S_ISDIR(place.status.st_mode) ? ReadState::absent : ReadState::denied;
    return text;
  }
  if (place.status.st_size > static_cast<off_t>(max_bytes)) {
    text.state = ReadState::too_large;
    return text;
  }
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const Descriptor file{::openat(place.folder.get(), place.name.c_str(), flags)};

  struct stat opened {};

  if (!file.valid() || ::fstat(file.get(), &opened) != 0) {
    text.state = ReadState::denied;
    return text;
  }
  // The name may have been given to another object since it was looked at.
  if (!S_ISREG(opened.st_mode) || opened.st_ino != place.status.st_ino) {
    text.state = ReadState::denied;
    return text;
  }
  text.bytes = read_all(file.get(), max_bytes, text.state);
  return text;
}

EvidenceList TreeSource::list(std::string_view directory) const {
  EvidenceList out{.state = ReadState::denied, .names = {}};
  Walk walk{root_, mount_};
  const Place place = walk.to(directory, LastLink::follow);
  out.state = place.state;
  if (place.state != ReadState::ok) return out;
  if (!S_ISDIR(place.status.st_mode)) {
    out.state = ReadState::absent;
    return out;
  }
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Descriptor folder{::openat(place.folder.get(), place.name.c_str(), flags)};
  const std::unique_ptr<DIR, int (*)(DIR*)> stream{
      folder.valid() ? ::fdopendir(folder.get()) : nullptr, ::closedir};
  if (!stream) {
    out.state = ReadState::denied;
    return out;
  }
  folder.release();
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (out.names.size() >= max_names) {
      out.state = ReadState::too_large;
      break;
    }
    bool is_directory = entry->d_type == DT_DIR;
    if (entry->d_type == DT_UNKNOWN) {
      struct stat status {};

      is_directory =
          ::fstatat(::dirfd(stream.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
          S_ISDIR(status.st_mode);
    }
    out.names.push_back({std::string{name}, is_directory});
  }
  std::sort(out.names.begin(), out.names.end(), [](const EvidenceName& a, const EvidenceName& b) {
    return a.name < b.name;
  });
  return out;
}

EvidenceStat TreeSource::stat(std::string_view path) const {
  EvidenceStat out;
  Walk walk{root_, mount_};
  const Place place = walk.to(path, LastLink::keep);
  out.state = place.state;
  if (place.state != ReadState::ok) return out;
  const struct stat& status = place.status;
  if (S_ISREG(status.st_mode)) out.kind = NodeKind::file;
  if (S_ISDIR(status.st_mode)) out.kind = NodeKind::directory;
  if (S_ISLNK(status.st_mode)) {
    out.kind = NodeKind::link;
    std::array<char, PATH_MAX> buffer{};
    const ssize_t length =
        ::readlinkat(place.folder.get(), place.name.c_str(), buffer.data(), buffer.size());
    if (length > 0) out.link_target.assign(buffer.data(), static_cast<std::size_t>(length));
  }
  out.mode = status.st_mode & 07777U;
  out.uid = status.st_uid;
  out.gid = status.st_gid;
  out.bytes = status.st_size;
  out.modified_day = status.st_mtime / 86400;
  return out;
}

EvidenceText TreeSource::command(std::string_view, std::string_view words) const {
  return {.label = "command:" + std::string{words}};
}

EvidenceText TreeSource::derived(std::string_view id) const {
  return {.label = "derived:" + std::string{id}};
}

}  // namespace dengce::evidence
