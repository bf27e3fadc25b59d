// SPDX-License-Identifier: Apache-2.0
#include "assessment/coverage_cli.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "assessment/coverage.h"
#include "assessment/worksheet.h"
#include "check/check_loader.h"

namespace dengce::assessment {
namespace {

Result<std::string> page(const Command& command) {
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const auto standard, standard::Standard::load(content));
  TRY_ASSIGN(const auto checks, check::load_checks(content));
  TRY(hold_mapping(standard, checks));
  return coverage_page(standard, checks);
}

}  // namespace

void add_coverage_command(CLI::App& app, Command& command) {
  auto* coverage =
      app.get_subcommand("standard")
          ->add_subcommand("coverage", "测评点由检查自动回答、辅助还是由人回答（Markdown）");
  coverage->callback([&command] {
    command.run = [&command] {
      const Result<std::string> text = page(command);
      if (!text) return report_error(text.error());
      std::fwrite(text->data(), 1, text->size(), stdout);
      return static_cast<int>(exit_ok);
    };
  });
}

}  // namespace dengce::assessment
