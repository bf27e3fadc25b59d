// SPDX-License-Identifier: Apache-2.0
// `dengce serve --data DIR`: the page and its API on a loopback address.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::program {

void add_serve_command(CLI::App& app, Command& command);
// `dengce config show`: the settings in force and where each comes from.
void add_config_command(CLI::App& app, Command& command);

}  // namespace dengce::program
