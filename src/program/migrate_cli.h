// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::program {

// `dengce migrate [--dry-run]`: the schema of an installation's database.
void add_migrate_command(CLI::App& app, Command& command);

}  // namespace dengce::program
