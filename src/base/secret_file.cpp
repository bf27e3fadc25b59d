// SPDX-License-Identifier: Apache-2.0
#include "base/secret_file.h"

#include <sys/stat.h>

#include "base/file.h"

namespace dengce {

bool is_open_to_others(const std::filesystem::path& path) {
  struct stat status {};

  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & 077U) != 0;
}

Result<Secret> read_secret_file(const std::filesystem::path& path) {
  constexpr std::uint64_t max_bytes = 4096;
  const auto refuse = [&](const char* reason) {
    return fail(
        ErrorCode::invalid_argument, "密钥文件不可用", {Problem{path.string(), 0, {}, reason}});
  };
  if (is_open_to_others(path)) return refuse("其他用户可以读取此文件：请改为 0600");
  TRY_ASSIGN(std::string bytes, read_file(path, max_bytes));
  while (bytes.ends_with('\n') || bytes.ends_with('\r')) bytes.pop_back();
  if (bytes.empty()) return refuse("文件是空的");
  return Secret(std::move(bytes));
}

}  // namespace dengce
