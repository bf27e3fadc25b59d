// SPDX-License-Identifier: Apache-2.0
#include "collect/collect.h"

#include <fmt/format.h>

#include <chrono>
#include <vector>

#include "base/content.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/subprocess.h"

namespace dengce::collect {
namespace {

// The script stops starting commands after 90 s; this is the bound behind that one.
constexpr std::chrono::seconds time_limit{240};
constexpr std::uint64_t max_bundle_bytes = 64ULL << 20;

// The first line of the script's output is the path, the second "sha256:" and the digest.
Result<Collected> read_answer(std::string_view output) {
  const auto end = output.find('\n');
  const auto mark = output.find("\nsha256:");
  if (end == std::string_view::npos || mark == std::string_view::npos) {
    return fail(ErrorCode::internal, "采集脚本没有给出证据包的路径", std::string{output});
  }
  Collected collected;
  collected.path = std::string{output.substr(0, mark)};
  std::string_view told = output.substr(mark + 8);
  told = told.substr(0, told.find('\n'));
  TRY_ASSIGN(const auto bytes, read_file(collected.path, max_bundle_bytes));
  collected.bytes = bytes.size();
  collected.sha256 = sha256_hex(bytes);
  collected.sm3 = sm3_hex(bytes);
  if (collected.sha256 != told) {
    return fail(ErrorCode::data_corrupt,
                fmt::format("{}：摘要与采集脚本给出的不符，证据包可能在写出后被改动",
                            collected.path.string()));
  }
  return collected;
}

}  // namespace

std::string_view collector_script(std::string_view platform) {
  return compiled_in(fmt::format("collectors/{}/collect.sh", platform));
}

Result<Collected> collect_this_host(const std::filesystem::path& output) {
  const auto script = collector_script("linux");
  if (script.empty()) return fail(ErrorCode::internal, "程序中没有 linux 采集脚本");
  // As an argument of -c, the script needs no file that somebody could exchange before it runs.
  std::vector<std::string> arguments{"/bin/sh", "-c", std::string{script}, "dengce-collect"};
  if (!output.empty()) {
    arguments.emplace_back("-o");
    arguments.push_back(output.string());
  }
  TRY_ASSIGN(const auto result,
             run_subprocess(
                 arguments,
                 {.timeout = time_limit, .max_output_bytes = 64U << 10, .inherit_error = true}));
  if (result.exit_code != 0) {
    return fail(result.exit_code == 2 ? ErrorCode::invalid_argument : ErrorCode::unavailable,
                fmt::format("采集失败，脚本退出状态 {}", result.exit_code));
  }
  return read_answer(result.output);
}

Result<std::string> collect_local() {
  TRY_ASSIGN(const auto directory, TempDir::create());
  TRY_ASSIGN(const auto collected, collect_this_host(directory.path() / "bundle.tar.gz"));
  return read_file(collected.path, max_bundle_bytes);
}

}  // namespace dengce::collect
