// SPDX-License-Identifier: Apache-2.0
// `dengce backup`, `dengce restore`, `dengce verify`, `dengce archive`.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::program {

void add_backup_commands(CLI::App& app, Command& command);

}  // namespace dengce::program
