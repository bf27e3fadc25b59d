// SPDX-License-Identifier: Apache-2.0
#include "assessment/check_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "assessment/check_report.h"
#include "assessment/worksheet.h"
#include "base/clock.h"
#include "check/check_engine.h"
#include "check/check_loader.h"
#include "evidence/intake.h"
#include "standard/standard.h"

namespace dengce::assessment {
namespace {

struct CheckOptions {
  std::vector<std::string> paths;
  int level = 3;
  std::string sag;
  std::string platform;
  std::string object_class = "服务器";
  std::string format = "text";
};

constexpr std::string_view default_platform = "linux";

// Takes inputs one after another; keeps one set of questions a platform.
class Checker {
 public:
  Checker(const CheckOptions& options,
          const standard::Standard& standard,
          const standard::Grade& grade,
          const standard::ObjectClass& object_class,
          check::CheckEngine engine)
      : options_(options),
        standard_(standard),
        grade_(grade),
        object_class_(object_class),
        engine_(std::move(engine)),
        report_(make_check_report(options.format, stdout)) {}

  int run() {
    int status = exit_ok;
    bool any = false;
    for (const std::string& path : options_.paths) {
      const int one = take(path);
      status = any ? worse_exit(status, one) : one;
      any = true;
    }
    report_->finish(errors_);
    return status;
  }

 private:
  int take(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored) && std::filesystem::is_empty(path, ignored) &&
        !ignored) {
      fmt::print(stderr, "{}：目录为空，没有可评价的内容\n", path);
      return judge_facts(path, {}, platform_or_default(), evidence::FactSetBuilder{});
    }
    const Day today{static_cast<std::int32_t>(system_now().milliseconds / 86'400'000)};
    auto evidence = evidence::open_evidence(path, {options_.platform, today});
    if (!evidence) return unusable(path, evidence.error());
    auto facts = evidence::parse_evidence(*evidence->source);
    if (!facts) return unusable(path, facts.error());
    const evidence::EvidenceInfo& info = evidence->source->info();
    one_file_ = evidence->form == evidence::EvidenceForm::file;
    const int status = judge_facts(path, info.target, info.platform, *facts);
    one_file_ = false;
    return status;
  }

  [[nodiscard]] std::string platform_or_default() const {
    return options_.platform.empty() ? std::string(default_platform) : options_.platform;
  }

  int unusable(const std::string& path, const Error& error) {
    for (InputError& line : input_errors(path, error)) {
      fmt::print(stderr,
                 "{}{}：{}\n",
                 line.path,
                 line.line > 0 ? fmt::format(":{}", line.line) : std::string{},
                 line.reason);
      errors_.push_back(std::move(line));
    }
    return exit_usage;
  }

  int judge_facts(const std::string& path,
                  const std::string& target,
                  const std::string& platform,
                  evidence::FactSetBuilder builder) {
    auto facts = builder.build();
    if (!facts) return unusable(path, facts.error());
    return judge_facts(path, target, platform, *facts);
  }

  int judge_facts(const std::string& path,
                  const std::string& target,
                  const std::string& platform,
                  const evidence::FactSet& facts) {
    tell_unread(path, facts);
    auto [known, fresh] = questions_.try_emplace(platform);
    if (fresh) known->second = questions(standard_, grade_, {}, object_class_, platform);
    CheckedInput input;
    input.path = path;
    input.target = target;
    input.platform = platform;
    input.items = &known->second;
    engine_.bind(facts);
    auto answered = answers(known->second, engine_);
    if (one_file_) hold_to_the_file(answered);
    for (std::size_t i = 0; i < answered.size(); ++i) {
      input.judgements.push_back(judge(*known->second[i].item, answered[i]));
    }
    report_->add(input);
    if (input.evaluated() == 0) fmt::print(stderr, "{}：没有任何测评点得到评价\n", path);
    return exit_status(input);
  }

  // One file alone proves nothing about what stands elsewhere: an answer that cites no line of it
  // rests on an absence.
  static void hold_to_the_file(std::vector<std::vector<PointAnswers>>& answered) {
    for (auto& item : answered) {
      for (PointAnswers& point : item) {
        for (MachineAnswer& answer : point.machine) {
          if (answer.source || answer.status == PointStatus::error) continue;
          if (answer.status != PointStatus::unknown) answer.reason = "仅凭这一个文件不能判断";
          answer.status = PointStatus::unknown;
          answer.record.clear();
          answer.advice.clear();
        }
      }
    }
  }

  // Lines that no parser could read do not stop an evaluation, but are not kept silent.
  static void tell_unread(const std::string& path, const evidence::FactSet& facts) {
    using evidence::FactId;
    constexpr std::uint32_t shown = 5;
    const std::uint32_t count = facts.row_count(FactId::parse_problem);
    for (std::uint32_t row = 0; row < std::min(count, shown); ++row) {
      fmt::print(stderr,
                 "{}：{}:{} 未能读懂：{}\n",
                 path,
                 facts.cell(FactId::parse_problem, row, 0).text,
                 facts.row_source(evidence::index_of(FactId::parse_problem), row).line,
                 facts.cell(FactId::parse_problem, row, 1).text);
    }
    if (count > shown) fmt::print(stderr, "{}：另有 {} 处未能读懂\n", path, count - shown);
  }

  const CheckOptions& options_;
  const standard::Standard& standard_;
  standard::Grade grade_;
  const standard::ObjectClass& object_class_;
  check::CheckEngine engine_;
  std::unique_ptr<CheckReport> report_;
  std::map<std::string, std::vector<ItemQuestion>> questions_;
  std::vector<InputError> errors_;
  bool one_file_ = false;  // the evidence at hand is a bare file
};

Result<int> run_checks(const Command& command, const CheckOptions& options) {
  TRY_ASSIGN(const standard::Grade grade, standard::parse_grade(options.level, options.sag));
  if (!options.platform.empty() && !evidence::platform_known(options.platform)) {
    return fail(ErrorCode::invalid_argument, fmt::format("未知的平台：{}", options.platform));
  }
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const standard::Standard standard, standard::Standard::load(content));
  const standard::ObjectClass* object_class = standard.object_class(options.object_class);
  if (object_class == nullptr) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("未知的对象类别：{}", options.object_class));
  }
  TRY_ASSIGN(const check::CheckSet checks, check::load_checks(content));
  TRY(hold_mapping(standard, checks));
  TRY_ASSIGN(check::CheckEngine engine, check::CheckEngine::create(checks));
  return Checker(options, standard, grade, *object_class, std::move(engine)).run();
}

}  // namespace

void add_check_commands(CLI::App& app, Command& command) {
  auto options = std::make_shared<CheckOptions>();
  auto* check = app.add_subcommand(
      "check",
      "评价证据：证据包、装有证据包的目录、Linux 系统的根目录，或（加 --platform）单个配置文件");
  check->add_option("PATH", options->paths, "证据的路径，可以有多个")->required();
  check->add_option("--level", options->level, "系统等级 1–4，默认 3")->check(CLI::Range(1, 4));
  check->add_option("--sag", options->sag, "S/A/G 组合，如 S3A3 或 S2A3G3");
  check->add_option("--platform", options->platform, "平台，如 linux；单个文件必须给出");
  check->add_option("--object-class", options->object_class, "测评对象类别，默认 服务器");
  check->add_option("--format", options->format, "输出格式：text（默认）、json 或 csv")
      ->check(CLI::IsMember({"text", "json", "csv"}));
  check->footer(
      "退出状态：0 没有发现；1 有发现（fail 或 partial）；2 用法有误或输入不可用；"
      "3 评价出错；4 没有任何测评点得到评价。\n多个输入时按 2、3、4、1、0 的次序取先者。");
  check->callback([&command, options] {
    command.run = [&command, options] {
      const Result<int> status = run_checks(command, *options);
      return status ? *status : report_error(status.error());
    };
  });
}

}  // namespace dengce::assessment
