// SPDX-License-Identifier: Apache-2.0
// `dengce facts schema`: the fact tables as text, JSON or Markdown.
#pragma once

#include <string>

#include "base/command.h"

namespace CLI {
class App;
}

namespace dengce::evidence {

void add_facts_commands(CLI::App& app, Command& command);

// format: text, json or markdown; docs/facts.md is the Markdown form.
std::string facts_schema(std::string_view format);

}  // namespace dengce::evidence
