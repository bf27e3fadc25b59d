// SPDX-License-Identifier: Apache-2.0
#include "program/backup_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "assessment/evidence_check.h"
#include "program/archive.h"
#include "program/backup.h"
#include "program/sealed_check.h"

namespace dengce::program {
namespace {

struct BackupOptions {
  Place place;
  std::filesystem::path file;
  access::ExportNote note;
};

void print_summary(const BackupSummary& summary) {
  fmt::print("备份时刻 {}，数据库 {} 字节，审计链至第 {} 条\n链头 {}\n",
             summary.taken,
             summary.bytes,
             summary.head.sequence,
             summary.head.digest);
}

Result<int> backup(const BackupOptions& options) {
  TRY_ASSIGN(Installation installation, open_installation(options.place, Missing::refuse));
  TRY_ASSIGN(const BackupSummary summary, write_backup(installation, options.file));
  print_summary(summary);
  fmt::print("{}\n主密钥 {} 不在备份中，请另行妥善保存：没有它，备份中的证据无法解开\n",
             options.file.string(),
             summary.key);
  return exit_ok;
}

Result<int> restore(const BackupOptions& options) {
  TRY_ASSIGN(const BackupSummary summary, restore_backup(options.file, options.place.data));
  print_summary(summary);
  fmt::print("已恢复到 {}，摘要、数据库与审计链核对无误\n", options.place.data.string());
  const auto vault = open_vault(options.place.data, options.place.key, MissingKey::refuse);
  if (!vault) {
    fmt::print("尚需主密钥 {}：请把密钥文件放到 {}\n",
               summary.key,
               default_key_file(options.place.data).string());
  } else if (vault->key_id() != summary.key) {
    fmt::print("找到的主密钥是 {}，此备份需要 {}\n", vault->key_id(), summary.key);
    return exit_findings;
  }
  return exit_ok;
}

void print_problems(const std::vector<Problem>& problems) {
  for (const Problem& one : problems) fmt::print("  {}：{}\n", one.path, one.reason);
}

Result<int> verify(const BackupOptions& options) {
  TRY_ASSIGN(Installation installation, open_installation(options.place, Missing::refuse));
  TRY(installation.database.verify());
  fmt::print("数据库：完整\n");
  TRY_ASSIGN(const access::AuditHead head, require_whole_chain(installation.database));
  fmt::print("审计链：完整，{} 条（与库外链头核对请用 dengce audit verify）\n", head.sequence);
  TRY_ASSIGN(const assessment::EvidenceCheck evidence,
             assessment::check_evidence(installation.database, installation.vault));
  fmt::print("证据：证据包 {} 个，测评 {} 个，快照 {} 个{}\n",
             evidence.bundles,
             evidence.assessments,
             evidence.snapshots,
             evidence.problems.empty() ? "，均能解开且与摘要相符" : "，有问题：");
  print_problems(evidence.problems);
  TRY_ASSIGN(const SealedCheck sealed, check_sealed(installation));
  fmt::print("其他加密内容：文件 {} 个，联系人 {} 个，调研表 {} 个{}\n",
             sealed.files,
             sealed.contacts,
             sealed.surveys,
             sealed.problems.empty() ? "，均能解开且与摘要相符" : "，有问题：");
  print_problems(sealed.problems);
  return evidence.problems.empty() && sealed.problems.empty() ? exit_ok : exit_findings;
}

Result<> archive(const Command& command, const BackupOptions& options) {
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const access::Protection protection, access::Protection::load(content));
  TRY_ASSIGN(Installation installation, open_installation(options.place, Missing::refuse));
  TRY_ASSIGN(const ArchiveSummary summary,
             write_archive(installation,
                           options.file,
                           protection.of(access::protected_class::exported),
                           options.note));
  fmt::print("{}\n{} 个文件，{} 字节；测评 {} 个，证据包 {} 个。归档未加密，请妥善保管\n",
             options.file.string(),
             summary.files,
             summary.bytes,
             summary.assessments,
             summary.bundles);
  return {};
}

void offer_archive(CLI::App& parent,
                   Command& command,
                   const std::shared_ptr<BackupOptions>& options) {
  CLI::App* app = parent.add_subcommand("archive", "把全部数据导出为不需要本产品即可阅读的归档");
  add_place_options(*app, options->place);
  add_export_options(*app, options->note);
  app->add_option("-o,--output", options->file, "归档文件（tar），不覆盖已有文件")->required();
  app->callback([options, &command] {
    command.run = [options, &command] {
      const auto done = archive(command, *options);
      return done ? static_cast<int>(exit_ok) : report_error(done.error());
    };
  });
}

CLI::App* offer(CLI::App& parent,
                Command& command,
                const char* name,
                const char* help,
                const std::shared_ptr<BackupOptions>& options,
                Result<int> (*work)(const BackupOptions&)) {
  CLI::App* app = parent.add_subcommand(name, help);
  add_place_options(*app, options->place);
  app->callback([options, work, &command] {
    command.run = [options, work] {
      const auto done = work(*options);
      return done ? *done : report_error(done.error());
    };
  });
  return app;
}

}  // namespace

void add_backup_commands(CLI::App& app, Command& command) {
  auto options = std::make_shared<BackupOptions>();
  offer(app, command, "backup", "备份数据目录（可在运行中进行），备份随即核对", options, backup)
      ->add_option("-o,--output", options->file, "备份文件（tar），不覆盖已有文件")
      ->required();
  offer(app, command, "restore", "把备份恢复到空目录，并核对摘要与审计链", options, restore)
      ->add_option("-i,--input", options->file, "备份文件")
      ->required();
  offer_archive(app, command, options);
  offer(app, command, "verify", "核对数据库、审计链与证据的完整性", options, verify);
}

}  // namespace dengce::program
