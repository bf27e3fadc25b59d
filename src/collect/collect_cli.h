// SPDX-License-Identifier: Apache-2.0
// The command `dengce collect`.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::collect {

void add_collect_commands(CLI::App& app, Command& command);

}  // namespace dengce::collect
