// SPDX-License-Identifier: Apache-2.0
#include "collect/collect_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "collect/collect.h"

namespace dengce::collect {
namespace {

struct CollectOptions {
  std::string output;
  std::string print_script;
};

int print_script(const std::string& platform) {
  const auto script = collector_script(platform);
  if (script.empty()) {
    return report_error(fail(ErrorCode::invalid_argument,
                             fmt::format("没有平台 {} 的采集脚本，可用的平台：linux", platform))
                            .value());
  }
  if (std::fwrite(script.data(), 1, script.size(), stdout) != script.size() ||
      std::fflush(stdout) != 0) {
    return report_error(fail(ErrorCode::unavailable, "标准输出无法写入").value());
  }
  return exit_ok;
}

int collect_here(const std::string& output) {
  const auto collected = collect_this_host(output);
  if (!collected) return report_error(collected.error());
  fmt::print(
      "{}\nsha256:{}\nsm3:{}\n", collected->path.string(), collected->sha256, collected->sm3);
  return exit_ok;
}

}  // namespace

void add_collect_commands(CLI::App& app, Command& command) {
  auto options = std::make_shared<CollectOptions>();
  auto* collect = app.add_subcommand("collect", "只读采集本机证据，或打印采集脚本");
  auto* output = collect->add_option(
      "-o,--output", options->output, "证据包文件 FILE.tar.gz（默认写在当前目录）");
  collect
      ->add_option("--print-script", options->print_script, "打印采集脚本（平台：linux），不采集")
      ->excludes(output);
  collect->callback([&command, options] {
    command.run = [options] {
      return options->print_script.empty() ? collect_here(options->output)
                                           : print_script(options->print_script);
    };
  });
}

}  // namespace dengce::collect
