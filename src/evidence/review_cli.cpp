// SPDX-License-Identifier: Apache-2.0
#include "evidence/review_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "evidence/collection_difference.h"
#include "evidence/exposure.h"
#include "evidence/intake.h"

namespace dengce::evidence {
namespace {

struct CompareOptions {
  std::string before;
  std::string after;
  std::string platform;
  std::string format = "text";
};

struct ExposureOptions {
  std::vector<std::string> paths;
  std::string platform;
  std::string format = "text";
};

constexpr std::string_view default_platform = "linux";

Result<FactSet> facts_of(const std::string& path, const std::string& platform) {
  TRY_ASSIGN(const Evidence evidence, open_evidence(path, {platform, shanghai_day(system_now())}));
  return parse_evidence(*evidence.source);
}

std::string values_text(const RowDifference& row) {
  std::string out;
  for (const ValueDifference& value : row.values) {
    out += out.empty() ? "：" : "，";
    switch (row.kind) {
      case DifferenceKind::added: out += fmt::format("{} {}", value.column, *value.after); break;
      case DifferenceKind::removed: out += fmt::format("{} {}", value.column, *value.before); break;
      case DifferenceKind::changed:
        out += fmt::format(
            "{} {} → {}", value.column, value.before.value_or("无"), value.after.value_or("无"));
        break;
    }
  }
  return out;
}

void print_difference(const CollectionDifference& difference) {
  constexpr std::string_view marks[]{"+", "-", "~"};
  fmt::print("前：{} {}\n后：{} {}\n",
             difference.host_before,
             format_day(Day{static_cast<std::int32_t>(difference.day_before)}),
             difference.host_after,
             format_day(Day{static_cast<std::int32_t>(difference.day_after)}));
  for (const TableDifference& table : difference.tables) {
    if (!table.unknown.empty()) {
      fmt::print("\n{}：未比较，{}\n", table.compared->title, table.unknown);
    } else if (!table.rows.empty()) {
      fmt::print("\n{}（{} 处）\n", table.compared->title, table.rows.size());
    }
    for (const RowDifference& row : table.rows) {
      std::string key;
      for (const auto& [column, value] : row.key) key += (key.empty() ? "" : " ") + value;
      fmt::print("  {} {}{}\n", marks[static_cast<std::size_t>(row.kind)], key, values_text(row));
    }
  }
  fmt::print("\n共 {} 处变化\n", difference.changes());
}

Result<int> run_compare(const Command& command, const CompareOptions& options) {
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const Comparison comparison, Comparison::load(content, default_platform));
  TRY_ASSIGN(const FactSet before, facts_of(options.before, options.platform));
  TRY_ASSIGN(const FactSet after, facts_of(options.after, options.platform));
  const CollectionDifference difference = compare_collections(comparison, before, after);
  if (difference.host_before != difference.host_after) {
    fmt::print(stderr,
               "注意：两次采集的主机名不同（{}，{}）\n",
               difference.host_before,
               difference.host_after);
  }
  if (options.format == "json") {
    std::string out;
    JsonWriter json(out);
    write_difference(json, comparison, difference);
    fmt::print("{}\n", out);
  } else {
    print_difference(difference);
  }
  if (difference.nothing_compared()) return exit_nothing;
  return difference.changes() > 0 ? exit_findings : exit_ok;
}

void print_exposure(const std::string& path, const Exposure& exposure) {
  fmt::print("{}：{}\n", path, exposure.host);
  if (!exposure.unknown.empty()) fmt::print("  无法判断：{}\n", exposure.unknown);
  for (const ExposedService& one : exposure.services) {
    fmt::print("  {} {} {}:{} {}{}\n",
               one.reach == Reach::internet ? "互联网地址" : "对外监听  ",
               one.service->name,
               one.address,
               one.port,
               one.process,
               one.public_addresses.empty()
                   ? std::string()
                   : fmt::format("（{}）", fmt::join(one.public_addresses, "，")));
  }
}

// As for `dengce check`: 2 before 4 before 1 before 0.
int worse(int a, int b) {
  constexpr int order[]{exit_usage, exit_nothing, exit_findings, exit_ok};
  return *std::find_if(
      std::begin(order), std::end(order), [&](int status) { return status == a || status == b; });
}

Result<int> run_exposure(const Command& command, const ExposureOptions& options) {
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const KnownServices services, KnownServices::load(content));
  int status = exit_ok;
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("hosts").begin_array();
  for (const std::string& path : options.paths) {
    const auto facts = facts_of(path, options.platform);
    if (!facts) {
      report_error(facts.error());
      status = worse(status, exit_usage);
      continue;
    }
    const Exposure exposure = find_exposure(services, *facts);
    if (options.format == "json") {
      write_exposure(json, services, exposure);
    } else {
      print_exposure(path, exposure);
    }
    if (!exposure.unknown.empty()) {
      status = worse(status, exit_nothing);
    } else if (exposure.on_internet()) {
      status = worse(status, exit_findings);
    }
  }
  json.end_array().end_object();
  if (options.format == "json") fmt::print("{}\n", out);
  return status;
}

template <class Options, class Run>
void set_run(CLI::App& subcommand, Command& command, std::shared_ptr<Options> options, Run run) {
  subcommand.callback([&command, options = std::move(options), run] {
    command.run = [&command, options, run] {
      const Result<int> status = run(command, *options);
      return status ? *status : report_error(status.error());
    };
  });
}

}  // namespace

void add_review_commands(CLI::App& app, Command& command) {
  auto compared = std::make_shared<CompareOptions>();
  auto* compare = app.add_subcommand("compare", "同一主机两次采集的差异：账户、权限、服务、端口等");
  compare->add_option("BEFORE", compared->before, "前一次的证据")->required();
  compare->add_option("AFTER", compared->after, "后一次的证据")->required();
  compare->add_option("--platform", compared->platform, "平台，如 linux");
  compare->add_option("--format", compared->format, "输出格式：text（默认）或 json")
      ->check(CLI::IsMember({"text", "json"}));
  compare->footer("退出状态：0 没有变化；1 有变化；2 用法有误或输入不可用；4 没有可比较的内容。");
  set_run(*compare, command, std::move(compared), run_compare);

  auto exposed = std::make_shared<ExposureOptions>();
  auto* exposure = app.add_subcommand(
      "exposure", "对外监听的数据库、管理后台与远程运维端口（是否经边界开放另行核实）");
  exposure->add_option("PATH", exposed->paths, "证据的路径，可以有多个")->required();
  exposure->add_option("--platform", exposed->platform, "平台，如 linux");
  exposure->add_option("--format", exposed->format, "输出格式：text（默认）或 json")
      ->check(CLI::IsMember({"text", "json"}));
  exposure->footer(
      "退出状态：0 没有在互联网地址上监听；1 有；2 用法有误或输入不可用；4 证据中没有端口。");
  set_run(*exposure, command, std::move(exposed), run_exposure);
}

}  // namespace dengce::evidence
