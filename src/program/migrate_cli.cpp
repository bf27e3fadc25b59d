// SPDX-License-Identifier: Apache-2.0
#include "program/migrate_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "program/data_directory.h"
#include "program/upgrade.h"

namespace dengce::program {
namespace {

struct MigrateOptions {
  Place place;
  bool dry_run = false;
};

Result<> migrate_data(const MigrateOptions& options) {
  TRY_ASSIGN(db::Database database, open_as_it_is(options.place, Missing::refuse));
  TRY_ASSIGN(const auto pending, db::pending_migrations(database, db::compiled_migrations()));
  if (pending.empty()) {
    fmt::print("数据库结构已是最新\n");
    return {};
  }
  fmt::print("待执行的升级步骤 {} 个：\n", pending.size());
  for (const std::string& step : pending) fmt::print("  {}\n", step);
  const bool embedded = database.kind() == db::DatabaseKind::sqlite;
  if (options.dry_run) {
    fmt::print("{}\n",
               embedded ? "未作改动。执行前会先把数据库复制到数据目录，请留出与它相同的空间"
                        : "未作改动。执行前请先用 pg_dump 备份此数据库");
    return {};
  }
  TRY_ASSIGN(const auto copy, upgrade_schema(database, options.place.data));
  if (copy) fmt::print("升级前的副本：{}\n", copy->string());
  fmt::print("已完成\n");
  return {};
}

}  // namespace

void add_migrate_command(CLI::App& app, Command& command) {
  auto options = std::make_shared<MigrateOptions>();
  CLI::App* migrate = app.add_subcommand("migrate", "升级数据库结构（启动时也会自动进行）");
  add_place_options(*migrate, options->place);
  migrate->add_flag("--dry-run", options->dry_run, "只列出待执行的步骤，不作改动");
  migrate->callback([options, &command] {
    command.run = [options] {
      const auto done = migrate_data(*options);
      return done ? static_cast<int>(exit_ok) : report_error(done.error());
    };
  });
}

}  // namespace dengce::program
