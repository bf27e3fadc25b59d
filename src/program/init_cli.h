// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::program {

// `dengce init`: database, master key, contract with the 39 systems, the first accounts.
void add_init_command(CLI::App& app, Command& command);

}  // namespace dengce::program
