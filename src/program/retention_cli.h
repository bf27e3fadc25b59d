// SPDX-License-Identifier: Apache-2.0
// `dengce retention`, `dengce destroy`.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::program {

void add_retention_commands(CLI::App& app, Command& command);

}  // namespace dengce::program
