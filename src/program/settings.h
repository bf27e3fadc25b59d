// SPDX-License-Identifier: Apache-2.0
// Settings of a command from three places, the nearer one wins: flag --listen, environment variable
// DENGCE_LISTEN, line `listen:` of the configuration file, default.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
}

namespace dengce::program {

struct Setting {
  std::string name;
  std::string value;
  std::string source;  // Chinese: where the value comes from
  std::string about;   // Chinese: what it is for
};

// Gives every option of the parsed command that no flag set its value from the environment, else
// from the file (none if the path is empty). Errors name file, line and setting.
Result<std::vector<Setting>> settle(CLI::App& command, const std::filesystem::path& file);

// A database address without its password.
std::string without_password(const std::string& address);

}  // namespace dengce::program
