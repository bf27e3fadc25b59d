// SPDX-License-Identifier: Apache-2.0
// The command `dengce check`.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::assessment {

void add_check_commands(CLI::App& app, Command& command);

}  // namespace dengce::assessment
