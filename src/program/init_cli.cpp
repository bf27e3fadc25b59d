// SPDX-License-Identifier: Apache-2.0
#include "program/init_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "access/context.h"
#include "program/data_directory.h"
#include "program/first_data.h"

namespace dengce::program {
namespace {

struct InitOptions {
  Place place;
  bool example_person = false;
};

Result<> init(const Command& command, const InitOptions& options) {
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const access::Rights rights, access::Rights::load(content));
  TRY_ASSIGN(Installation installation, open_installation(options.place, Missing::create));
  TRY(load_contract(installation.database, content));
  access::PasswordHasher hasher(rights.policy());
  const access::AccessContext context{installation.database, rights, installation.vault, hasher};
  TRY(print_first_accounts(context));
  if (options.example_person) TRY(print_example_person(context));
  return {};
}

}  // namespace

void add_init_command(CLI::App& app, Command& command) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* init_app = app.add_subcommand(
      "init", "建立数据目录、主密钥、合同与系统清单和三个管理员账户；已有的不作改动");
  add_place_options(*init_app, options->place);
  init_app->add_flag(
      "--example-person", options->example_person, "另建一个示例项目经理（仅供演示与测试）");
  init_app->callback([options, &command] {
    command.run = [options, &command] {
      const auto done = init(command, *options);
      return done ? static_cast<int>(exit_ok) : report_error(done.error());
    };
  });
}

}  // namespace dengce::program
