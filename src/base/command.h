// SPDX-License-Identifier: Apache-2.0
// What a room's `add_…_commands(CLI::App&, Command&)` fills: the command the user chose.
#pragma once

#include <filesystem>
#include <functional>

#include "base/content.h"
#include "base/result.h"

namespace dengce {

// Exit statuses of the command line.
enum ExitStatus : int {
  exit_ok = 0,
  exit_findings = 1,
  exit_usage = 2,       // usage, unreadable or corrupt input
  exit_evaluation = 3,  // evaluation errors
  exit_nothing = 4,     // nothing evaluated
  exit_internal = 70,
};

struct Command {
  std::filesystem::path content_directory;  // --content DIR; empty = embedded
  std::function<int()> run;                 // set by the callback of the chosen subcommand

  // The content in force; errors name file and reason.
  [[nodiscard]] Result<Content> content() const;
};

// Prints error.text() to standard error; gives the exit status of its code.
int report_error(const Error& error);

}  // namespace dengce
