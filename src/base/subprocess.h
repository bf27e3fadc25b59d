// SPDX-License-Identifier: Apache-2.0
// Child processes without a shell: argument list, time limit, output limit.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace dengce {

struct SubprocessOptions {
  std::string input;                               // written to standard input
  std::filesystem::path working_directory;         // empty = ours
  std::map<std::string, std::string> environment;  // added to PATH, HOME, LANG=C.UTF-8 only
  std::chrono::milliseconds timeout{60'000};
  std::size_t max_output_bytes = 64U << 20;
  bool inherit_error = false;  // standard error goes to ours instead of `error`
};

struct SubprocessResult {
  int exit_code = 0;  // 128 + signal if killed
  std::string output;
  std::string error;
};

// Runs to the end; errors: not_found (no such program), timeout (the whole group is killed),
// too_large.
Result<SubprocessResult> run_subprocess(const std::vector<std::string>& arguments,
                                        const SubprocessOptions& options = {});

// Absolute path of a program on PATH, or empty.
std::filesystem::path find_program(std::string_view name);

}  // namespace dengce
