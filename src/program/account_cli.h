// SPDX-License-Identifier: Apache-2.0
// `dengce account …`: accounts at the machine's own command line, for the first steps and for what
// no administrator may do in the page. Each change is audited as made by the command line.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::program {

void add_account_commands(CLI::App& app, Command& command);

}  // namespace dengce::program
