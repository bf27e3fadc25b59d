// SPDX-License-Identifier: Apache-2.0
#include "program/report_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "assessment/assessment_store.h"
#include "assessment/assessments.h"
#include "base/digest.h"
#include "base/file.h"
#include "program/data_directory.h"
#include "program/documents.h"

namespace dengce::program {
namespace {

struct ReportOptions {
  Place place;
  std::string system;
  std::string scheme = "2025";
  std::filesystem::path output;
  std::string snapshot;
  std::string watermark;
  access::ExportNote note;
};

Result<assessment::Snapshot> snapshot_of(Installation& place, const ReportOptions& options) {
  TRY_ASSIGN(db::Transaction transaction, place.database.read());
  TRY_ASSIGN(const assessment::Assessment found,
             assessment::newest_assessment(transaction, options.system));
  return assessment::select_snapshot(transaction, place.vault, found.id, options.snapshot);
}

// The operator at the machine may leave the note out; the entry then says so by its empty fields.
Result<> log_report(db::Database& database,
                    const assessment::Snapshot& snapshot,
                    const ReportOptions& options,
                    const access::ProtectionClass& kept,
                    const std::string& bytes) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const auto found, assessment::newest_assessment(transaction, options.system));
  access::Export exported{kept, found.system_id, options.note, {}};
  exported.event = {"document.export",
                    "document",
                    snapshot.id,
                    options.output.filename().string(),
                    {},
                    sm3_hex(bytes),
                    {}};
  TRY(append_export(transaction, access::command_line_actor(), std::move(exported)));
  return transaction.commit();
}

Result<> write_report(const Command& command, const ReportOptions& options) {
  TRY_ASSIGN(const DocumentFormat format, format_of(options.output));
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(Installation installation, open_installation(options.place, Missing::refuse));
  TRY_ASSIGN(const assessment::Snapshot snapshot, snapshot_of(installation, options));
  TRY_ASSIGN(const access::Protection protection, access::Protection::load(content));
  const access::ProtectionClass& kept = protection.of(access::protected_class::document);
  access::ProtectionClass asked = kept;
  asked.watermark = !options.watermark.empty();
  DocumentMaker maker(installation.database, content);
  TRY_ASSIGN(const std::string bytes,
             maker.make(snapshot,
                        options.scheme,
                        format,
                        watermark_of(asked, options.watermark, {}, system_now())));
  TRY(log_report(installation.database, snapshot, options, kept, bytes));
  TRY(write_file(options.output, bytes));
  fmt::print("{}\n快照：{}\n", options.output.string(), snapshot.id);
  return {};
}

}  // namespace

void add_report_commands(CLI::App& app, Command& command) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* report = app.add_subcommand("report", "生成文档");
  report->require_subcommand(1);
  CLI::App* one = report->add_subcommand("assessment", "一个系统的等级测评报告（DOCX、XLSX、PDF）");
  add_place_options(*one, options->place);
  one->add_option("--system", options->system, "系统名称或编号")->required();
  one->add_option("--scheme", options->scheme, "报告版本")
      ->check(CLI::IsMember({"2025", "2021"}))
      ->capture_default_str();
  one->add_option("--output", options->output, "输出文件（.docx、.xlsx 或 .pdf）")->required();
  one->add_option("--snapshot", options->snapshot, "快照编号，默认最新");
  one->add_option("--watermark", options->watermark, "在每页加此姓名与当前时间的水印，默认不加");
  add_export_options(*one, options->note);
  one->callback([options, &command] {
    command.run = [options, &command] {
      const auto done = write_report(command, *options);
      return done ? static_cast<int>(exit_ok) : report_error(done.error());
    };
  });
}

}  // namespace dengce::program
