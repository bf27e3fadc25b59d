// SPDX-License-Identifier: Apache-2.0
// `dengce audit verify|export|seal|list --data DIR`.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::program {

void add_audit_commands(CLI::App& app, Command& command);

}  // namespace dengce::program
