// SPDX-License-Identifier: Apache-2.0
#include "program/audit_cli.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "access/audit_lines.h"
#include "access/audit_verify.h"
#include "access/export_log.h"
#include "access/seal.h"
#include "base/file.h"
#include "program/data_directory.h"

namespace dengce::program {
namespace {

constexpr std::size_t shown_findings = 50;
constexpr std::int64_t page = 1000;
constexpr std::uint64_t max_heads_bytes = 256ULL << 20;

struct AuditOptions {
  Place place;
  std::filesystem::path head;
  std::filesystem::path output;
  access::AuditFilter filter;
  access::ExportNote note;
  std::int64_t limit = 100;
};

void print_findings(const char* title,
                    const std::vector<access::AuditFinding>& findings,
                    std::int64_t count) {
  if (findings.empty()) return;
  fmt::print("{} {} 处：\n", title, count);
  for (std::size_t i = 0; i < findings.size() && i < shown_findings; ++i) {
    fmt::print("  第 {} 条 [{}] {}\n",
               findings[i].sequence,
               access::audit_fault_name(findings[i].fault),
               findings[i].reason);
  }
  if (findings.size() > shown_findings) fmt::print("  ……\n");
}

void print_report(const access::AuditReport& report, const std::filesystem::path& head) {
  fmt::print("审计记录 {} 条，链头 {}\n", report.entries, report.head.digest);
  if (report.sealed.number == 0) {
    fmt::print("尚无封印：只能证明各条前后相接，不能证明整条链没有重写\n");
  } else {
    fmt::print("封印至第 {} 条（第 {} 号封印，{}），其后 {} 条尚未封印\n",
               report.sealed.sequence,
               report.sealed.number,
               format_instant({report.sealed.at_ms}),
               report.head.sequence - report.sealed.sequence);
  }
  if (head.empty()) {
    fmt::print("没有与库外的链头文件核对（--head）：不能发现整库回退\n");
  } else {
    fmt::print("已与链头文件 {} 中的 {} 个封印核对\n", head.string(), report.published);
  }
  print_findings("提示", report.warnings, static_cast<std::int64_t>(report.warnings.size()));
  print_findings("问题", report.problems, report.problem_count);
  fmt::print("{}\n", report.ok() ? "结论：完整，未发现改动" : "结论：审计链被改动");
}

Result<int> verify(AuditOptions options) {
  TRY_ASSIGN(db::Database database, open_data(options.place, Missing::refuse));
  const bool named = !options.head.empty();
  if (!named) options.head = access::default_heads_file(options.place.data);
  std::error_code error;
  access::AuditLines published;
  const bool given = named || std::filesystem::exists(options.head, error);
  if (given) {
    TRY_ASSIGN(const std::string text, read_file(options.head, max_heads_bytes));
    TRY_ASSIGN(published, access::read_audit_lines(text, options.head.string()));
    if (published.seals.empty()) {
      return fail(ErrorCode::invalid_argument,
                  "链头文件中没有封印",
                  {Problem{options.head.string(), 0, {}, "没有可核对的封印"}});
    }
  }
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const access::AuditReport report,
             access::verify_audit(transaction, given ? &published : nullptr));
  print_report(report, given ? options.head : std::filesystem::path());
  return report.ok() ? exit_ok : exit_findings;
}

// Standard output for "-"; else a file that appears whole.
class Output {
 public:
  static Result<Output> open(const std::filesystem::path& path) {
    Output out;
    out.path_ = path;
    if (path == "-") return out;
    out.part_ = path.string() + ".part";
    out.file_.reset(std::fopen(out.part_.c_str(), "wxe"));
    if (!out.file_) return out.failure();
    return out;
  }

  Result<> write(std::string_view bytes) {
    std::FILE* file = file_ ? file_.get() : stdout;
    if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) return failure();
    return {};
  }

  Result<> close() {
    if (!file_) return std::fflush(stdout) == 0 ? Result<>{} : Result<>(failure());
    if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) return failure();
    file_.reset();
    if (std::rename(part_.c_str(), path_.c_str()) != 0) return failure();
    part_.clear();
    return {};
  }

  Output(Output&& other) noexcept = default;
  Output& operator=(Output&&) = delete;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  ~Output() {
    if (file_) std::remove(part_.c_str());
  }

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  Output() = default;

  tl::unexpected<Error> failure() const {
    return fail(ErrorCode::unavailable,
                "文件无法写入",
                {Problem{path_.string(), 0, {}, std::strerror(errno)}});
  }

  std::filesystem::path path_;
  std::string part_;
  std::unique_ptr<std::FILE, Closer> file_;
};

// The export names itself in the chain first, so the file holds it.
Result<> export_lines(const Command& command, const AuditOptions& options) {
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const access::Protection protection, access::Protection::load(content));
  access::Export exported{protection.of(access::protected_class::audit), {}, options.note, {}};
  exported.event = {.action = "audit.export", .object_type = "audit"};
  TRY(check_export_note(exported.note, exported.kept));
  TRY_ASSIGN(db::Database database, open_data(options.place, Missing::refuse));
  TRY_ASSIGN(Output output, Output::open(options.output));
  {
    TRY_ASSIGN(db::Transaction transaction, database.write());
    TRY(append_export(transaction, access::command_line_actor(), std::move(exported)));
    TRY(transaction.commit());
  }
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY(access::export_audit(transaction,
                           [&](std::string_view lines) { return output.write(lines); }));
  TRY(output.close());
  if (options.output != "-") fmt::print("{}\n", options.output.string());
  return {};
}

Result<int> seal(AuditOptions options) {
  TRY_ASSIGN(Installation installation, open_installation(options.place, Missing::refuse));
  db::Database& database = installation.database;
  if (options.head.empty()) options.head = access::default_heads_file(options.place.data);
  TRY_ASSIGN(const auto made, access::seal_audit(database, installation.vault));
  TRY(access::publish_seals(database, options.head));
  if (made) {
    fmt::print("已封印至第 {} 条（第 {} 号封印）\n", made->sequence, made->number);
  } else {
    fmt::print("没有新的审计记录，未作封印\n");
  }
  fmt::print("链头文件：{}（请保存到本机之外）\n", options.head.string());
  return exit_ok;
}

Result<int> list(const AuditOptions& options) {
  TRY_ASSIGN(db::Database database, open_data(options.place, Missing::refuse));
  TRY_ASSIGN(db::Transaction transaction, database.read());
  std::int64_t left = options.limit;
  for (std::int64_t before = 0; left > 0;) {
    TRY_ASSIGN(const auto entries,
               access::search_entries(transaction, options.filter, before, std::min(left, page)));
    if (entries.empty()) break;
    for (const access::AuditEntry& entry : entries) {
      fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
                 entry.sequence,
                 format_instant({entry.at_ms}),
                 entry.login.empty() ? "—" : entry.login,
                 entry.address,
                 entry.action,
                 entry.outcome,
                 entry.object_type,
                 entry.object_name.empty() ? entry.object_id : entry.object_name);
    }
    before = entries.back().sequence;
    left -= static_cast<std::int64_t>(entries.size());
  }
  return exit_ok;
}

void offer(CLI::App& parent,
           Command& command,
           const char* name,
           const char* help,
           const std::shared_ptr<AuditOptions>& options,
           Result<int> (*work)(AuditOptions)) {
  CLI::App* app = parent.add_subcommand(name, help);
  add_place_options(*app, options->place);
  const std::string word = name;
  if (word == "verify" || word == "seal") {
    app->add_option("--head", options->head, "库外的链头文件（默认为 数据目录.heads）");
  }
  if (word == "list") {
    app->add_option("--limit", options->limit, "最多列出的条数")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app->add_option("--login", options->filter.login, "只列此登录名");
    app->add_option("--action", options->filter.action, "只列此动作");
    app->add_option("--object", options->filter.object_id, "只列此对象编号");
  }
  app->callback([options, work, &command] {
    command.run = [options, work] {
      const auto done = work(*options);
      return done ? *done : report_error(done.error());
    };
  });
}

void offer_export(CLI::App& parent,
                  Command& command,
                  const std::shared_ptr<AuditOptions>& options) {
  CLI::App* app = parent.add_subcommand("export", "导出为 JSON 行，可用独立程序核对");
  add_place_options(*app, options->place);
  add_export_options(*app, options->note);
  app->add_option("-o,--output", options->output, "JSON 行文件，- 为标准输出")->required();
  app->callback([options, &command] {
    command.run = [options, &command] {
      const auto done = export_lines(command, *options);
      return done ? static_cast<int>(exit_ok) : report_error(done.error());
    };
  });
}

}  // namespace

void add_audit_commands(CLI::App& app, Command& command) {
  auto options = std::make_shared<AuditOptions>();
  CLI::App* audit = app.add_subcommand("audit", "核对、导出、封印、查看审计链");
  audit->require_subcommand(1);
  offer(*audit, command, "verify", "核对审计链与封印（有问题时退出码为 1）", options, verify);
  offer_export(*audit, command, options);
  offer(*audit, command, "seal", "用 SM2 密钥封印当前链头", options, seal);
  offer(*audit, command, "list", "列出审计记录，新的在前", options, [](AuditOptions given) {
    return list(given);
  });
}

}  // namespace dengce::program
