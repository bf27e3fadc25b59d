// SPDX-License-Identifier: Apache-2.0
// `dengce report assessment`: the level-3 report of a snapshot as DOCX, XLSX or PDF.
#pragma once

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::program {

void add_report_commands(CLI::App& app, Command& command);

}  // namespace dengce::program
