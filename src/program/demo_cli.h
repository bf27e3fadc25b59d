// SPDX-License-Identifier: Apache-2.0
// `dengce demo --data DIR`: the portfolio and one complete example assessment, this machine
// included.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::program {

void add_demo_command(CLI::App& app, Command& command);

}  // namespace dengce::program
