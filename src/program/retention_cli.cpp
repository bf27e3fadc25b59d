// SPDX-License-Identifier: Apache-2.0
#include "program/retention_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "program/destroy.h"
#include "program/retention.h"

namespace dengce::program {
namespace {

struct RetentionOptions {
  Place place;
  std::string day;
  DestructionOrder order;
  bool due = false;
  std::filesystem::path certificate;
};

std::string period(const access::ProtectionClass& kept) {
  if (kept.from == access::RetentionFrom::none) return "不计期限";
  const bool made = kept.from == access::RetentionFrom::made;
  return fmt::format("{}后 {} 个月", made ? "导入" : "合同期满", kept.months);
}

void print_classes(const access::Protection& protection) {
  for (const access::ProtectionClass& one : protection.classes()) {
    fmt::print("{}\t{}\t{}\t{}\n", one.name, one.level, period(one), one.reason);
  }
}

Result<int> retention(const Command& command, const RetentionOptions& options) {
  Day day = shanghai_day(system_now());
  if (!options.day.empty()) {
    const auto given = parse_day(options.day);
    if (!given) {
      return fail(ErrorCode::invalid_argument, "--day 应为日期，如 2027-07-01：" + options.day);
    }
    day = *given;
  }
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const access::Protection protection, access::Protection::load(content));
  TRY_ASSIGN(db::Database database, open_data(options.place, Missing::refuse));
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const auto kept, list_kept(transaction, protection));
  print_classes(protection);
  std::size_t due = 0;
  fmt::print("\n截至 {} 保存期限已满：\n", format_day(day));
  for (const KeptThing& one : kept) {
    if (day < one.due) {
      fmt::print("{}下一项到期：{}\n", due == 0 ? "没有。" : "", format_day(one.due));
      return due == 0 ? exit_ok : exit_findings;
    }
    ++due;
    fmt::print("{}\t{}\t{}\t{}\n", format_day(one.due), one.classes, one.name, one.id);
  }
  if (due == 0) fmt::print("没有\n");
  return due == 0 ? exit_ok : exit_findings;
}

Result<> run_destroy(const Command& command, const RetentionOptions& options) {
  if (options.due == !options.order.system.empty()) {
    return fail(ErrorCode::invalid_argument, "请给出 --system 或 --due 其中之一");
  }
  TRY_ASSIGN(const Content content, command.content());
  Destruction done;
  bool embedded = true;
  {
    TRY_ASSIGN(Installation installation, open_installation(options.place, Missing::refuse));
    embedded = installation.database.kind() == db::DatabaseKind::sqlite;
    TRY_ASSIGN(done, destroy(installation, content, options.order, options.certificate));
  }
  fmt::print("{}：已销毁 {} 项，保留 {} 项\n证明 {}：{}\n",
             done.system,
             done.things,
             done.kept,
             done.number,
             options.certificate.string());
  // Closing the database has emptied its log of writes, unless another program holds it open.
  std::error_code error;
  const bool log_left = std::filesystem::exists(options.place.data / "dengce.db-wal", error);
  if (!embedded) {
    fmt::print("请随后对数据库执行 VACUUM (FULL)：此前被删除的行仍留在数据文件中\n");
  } else if (log_left) {
    return fail(ErrorCode::unavailable,
                "已删除，但另有程序正在使用数据库：停止服务后，写入日志 dengce.db-wal 才会清除");
  }
  return {};
}

void offer_retention(CLI::App& parent, Command& command) {
  auto options = std::make_shared<RetentionOptions>();
  CLI::App* app = parent.add_subcommand(
      "retention", "列出各保护类别的保存期限和已到期的内容（有到期内容时退出码为 1），不作改动");
  add_place_options(*app, options->place);
  app->add_option("--day", options->day, "按此日计算，默认今天");
  app->callback([options, &command] {
    command.run = [options, &command] {
      const auto done = retention(command, *options);
      return done ? *done : report_error(done.error());
    };
  });
}

void offer_destroy(CLI::App& parent, Command& command) {
  auto options = std::make_shared<RetentionOptions>();
  CLI::App* app = parent.add_subcommand(
      "destroy",
      "销毁一个系统的证据与测评数据，或全部到期内容，并出具证明；须先停止服务，不可撤销");
  add_place_options(*app, options->place);
  app->add_option("--system", options->order.system, "系统名称或编号");
  app->add_flag("--due", options->due, "今天保存期限已满的全部内容（先用 dengce retention 查看）");
  app->add_option("--reason", options->order.reason, "销毁的依据与原因")->required();
  app->add_option("--approved-by", options->order.approved_by, "批准人")->required();
  app->add_option("--certificate", options->certificate, "证明文件（.docx），不覆盖已有文件")
      ->required();
  app->callback([options, &command] {
    command.run = [options, &command] {
      const auto done = run_destroy(command, *options);
      return done ? static_cast<int>(exit_ok) : report_error(done.error());
    };
  });
}

}  // namespace

void add_retention_commands(CLI::App& app, Command& command) {
  offer_retention(app, command);
  offer_destroy(app, command);
}

}  // namespace dengce::program
