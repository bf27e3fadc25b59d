// SPDX-License-Identifier: Apache-2.0
// The command `dengce score`.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::assessment {

void add_score_commands(CLI::App& app, Command& command);

}  // namespace dengce::assessment
