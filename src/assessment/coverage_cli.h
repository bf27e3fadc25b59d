// SPDX-License-Identifier: Apache-2.0
// The command `dengce standard coverage`.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::assessment {

// To be called after standard::add_standard_commands, whose `standard` it extends.
void add_coverage_command(CLI::App& app, Command& command);

}  // namespace dengce::assessment
