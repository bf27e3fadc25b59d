// SPDX-License-Identifier: Apache-2.0
// The command line: builds the command tree, runs the chosen command, gives its exit status.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "assessment/check_cli.h"
#include "assessment/coverage_cli.h"
#include "assessment/score_cli.h"
#include "base/command.h"
#include "collect/collect_cli.h"
#include "evidence/evidence_cli.h"
#include "evidence/review_cli.h"
#include "program/account_cli.h"
#include "program/audit_cli.h"
#include "program/backup_cli.h"
#include "program/demo_cli.h"
#include "program/init_cli.h"
#include "program/migrate_cli.h"
#include "program/report_cli.h"
#include "program/retention_cli.h"
#include "program/serve_cli.h"
#include "standard/standard_cli.h"

namespace {

int run(int argc, char** argv) {
  CLI::App app{"Dengce 等测：网络安全等级保护测评平台", "dengce"};
  app.set_version_flag("--version", std::string("dengce ") + DENGCE_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  dengce::Command command;
  app.add_option("--content", command.content_directory, "用此目录中的内容包代替内置内容");

  dengce::collect::add_collect_commands(app, command);
  dengce::assessment::add_check_commands(app, command);
  dengce::assessment::add_score_commands(app, command);
  dengce::standard::add_standard_commands(app, command);
  dengce::assessment::add_coverage_command(app, command);
  dengce::evidence::add_facts_commands(app, command);
  dengce::evidence::add_review_commands(app, command);
  dengce::program::add_init_command(app, command);
  dengce::program::add_migrate_command(app, command);
  dengce::program::add_demo_command(app, command);
  dengce::program::add_report_commands(app, command);
  dengce::program::add_serve_command(app, command);
  dengce::program::add_config_command(app, command);
  dengce::program::add_account_commands(app, command);
  dengce::program::add_audit_commands(app, command);
  dengce::program::add_backup_commands(app, command);
  dengce::program::add_retention_commands(app, command);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? dengce::exit_ok : dengce::exit_usage;
  }
  return command.run ? command.run() : dengce::exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "程序内部错误：%s\n", error.what());
    return dengce::exit_internal;
  }
}
