// SPDX-License-Identifier: Apache-2.0
#include "base/content.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/embedded.h"
#include "base/file.h"

namespace dengce {
namespace {

constexpr std::size_t max_files = 20'000;
constexpr std::uint64_t max_file_bytes = 64ULL << 20;
constexpr std::string_view content_prefix = "content/";

std::string_view bytes_of(const EmbeddedFile& file) {
  return {file.begin, static_cast<std::size_t>(file.end - file.begin)};
}

}  // namespace

Content Content::embedded() {
  Content out;
  for (const EmbeddedFile& file : embedded_files()) {
    const std::string_view path = file.path;
    if (path.starts_with(content_prefix)) {
      out.files_.emplace(path.substr(content_prefix.size()), bytes_of(file));
    }
  }
  return out;
}

Result<Content> Content::from_directory(const std::filesystem::path& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    return fail(ErrorCode::not_found,
                "内容目录不存在或不可读",
                {Problem{directory.string(), 0, {}, "不是目录"}});
  }
  Content out;
  fs::recursive_directory_iterator walk(directory, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    if (!walk->is_regular_file(error) || walk->is_symlink(error)) continue;
    if (out.files_.size() >= max_files) {
      return fail(ErrorCode::too_large, fmt::format("内容目录超过 {} 个文件", max_files));
    }
    TRY_ASSIGN(std::string bytes, read_file(walk->path(), max_file_bytes));
    out.put(fs::relative(walk->path(), directory).generic_string(), std::move(bytes));
  }
  if (error) {
    return fail(ErrorCode::permission_denied,
                "内容目录无法读取",
                {Problem{directory.string(), 0, {}, error.message()}});
  }
  return out;
}

Result<std::string_view> Content::read(std::string_view path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) {
    return fail(
        ErrorCode::not_found, "缺少内容文件", {Problem{std::string(path), 0, {}, "文件不存在"}});
  }
  return found->second;
}

std::vector<std::string> Content::list(std::string_view prefix) const {
  std::vector<std::string> out;
  for (auto it = files_.lower_bound(prefix); it != files_.end(); ++it) {
    if (!it->first.starts_with(prefix)) break;
    out.push_back(it->first);
  }
  return out;
}

std::string Content::digest(std::string_view prefix) const {
  std::string all;
  for (const std::string& path : list(prefix)) {
    all += fmt::format("{} {}\n", sha256_hex(files_.find(path)->second), path);
  }
  return sha256_hex(all);
}

void Content::put(std::string path, std::string bytes) {
  auto owned = std::make_shared<const std::string>(std::move(bytes));
  files_[path] = *owned;
  owned_[std::move(path)] = std::move(owned);
}

std::string_view compiled_in(std::string_view path) {
  for (const EmbeddedFile& file : embedded_files()) {
    if (path == file.path) return bytes_of(file);
  }
  return {};
}

std::vector<std::string_view> compiled_in_list(std::string_view prefix) {
  std::vector<std::string_view> out;
  for (const EmbeddedFile& file : embedded_files()) {
    if (std::string_view(file.path).starts_with(prefix)) out.emplace_back(file.path);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace dengce
