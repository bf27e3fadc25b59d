// SPDX-License-Identifier: Apache-2.0
// The commands `dengce standard list` and `dengce standard import`.
#pragma once

#include "base/command.h"

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace dengce::standard {

void add_standard_commands(CLI::App& app, Command& command);

}  // namespace dengce::standard
