// SPDX-License-Identifier: Apache-2.0
// `dengce compare` and `dengce exposure`: reviews of collected evidence.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::evidence {

void add_review_commands(CLI::App& app, Command& command);

}  // namespace dengce::evidence
