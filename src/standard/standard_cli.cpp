// SPDX-License-Identifier: Apache-2.0
#include "standard/standard_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/csv.h"
#include "standard/official.h"
#include "standard/standard.h"

namespace dengce::standard {

namespace {

struct ListOptions {
  int level = 3;
  std::string sag;
  std::string extension = "all";
  std::string format = "text";
  std::string data;
};

struct ImportOptions {
  std::string file;
  std::string data;
};

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

// The standard of the content, with what the user imported into the data directory.
Result<Standard> open_standard(const Command& command, const std::string& data) {
  TRY_ASSIGN(const auto content, command.content());
  TRY_ASSIGN(auto standard, Standard::load(content));
  if (!data.empty()) TRY(apply_official(standard, data));
  return standard;
}

Result<std::vector<Extension>> chosen_extensions(const std::string& text) {
  if (text == name(Extension::general)) return std::vector<Extension>{};
  return parse_extensions(text);
}

std::string csv_text(const std::vector<const Item*>& items, bool official) {
  std::vector<std::string> header{
      "code", "clause", "letter", "layer", "control_point", "extension", "sag", "kind", "text"};
  if (official) header.insert(header.end(), {"official_wording", "official_weight"});
  std::string out;
  append_csv_row(out, header);
  for (const auto* item : items) {
    std::vector<std::string> cells{item->code,
                                   item->clause,
                                   item->letter,
                                   item->layer,
                                   item->control_point,
                                   std::string(name(item->extension)),
                                   std::string(name(item->sag)),
                                   std::string(name(item->kind)),
                                   item->text};
    if (official) cells.insert(cells.end(), {item->official.wording, item->official.weight});
    append_csv_row(out, cells);
  }
  return out;
}

std::string plain_text(const Standard& standard,
                       const Grade& grade,
                       const std::vector<const Item*>& items) {
  std::string out;
  std::string heading;
  std::size_t missing = 0;
  for (const auto* item : items) {
    const auto next =
        fmt::format("{} · {} · {}", title(item->extension), item->layer, item->control_point);
    if (next != heading) out += fmt::format("\n{}\n", next);
    heading = next;
    out += fmt::format("  {:<12} {} {}  [{}] {}\n",
                       item->code,
                       item->clause,
                       item->letter,
                       name(item->sag),
                       item->text);
    if (!item->official.wording.empty()) {
      out += fmt::format("{:15}官方文字：{}\n", "", item->official.wording);
    }
    if (!item->official.weight.empty()) {
      out += fmt::format("{:15}官方权重：{}\n", "", item->official.weight);
    }
    missing += item->test_points.empty() ? 1U : 0U;
  }
  out += fmt::format("\n第 {} 级（{}）共 {} 项", grade.level, grade.text(), items.size());
  if (missing > 0) out += fmt::format("，其中 {} 项没有测评点文字", missing);
  out += fmt::format("；标准数据共 {} 项\n", standard.items().size());
  return out;
}

Result<> list_items(const Command& command, const ListOptions& options) {
  TRY_ASSIGN(const auto grade, parse_grade(options.level, options.sag));
  TRY_ASSIGN(const auto extensions, chosen_extensions(options.extension));
  TRY_ASSIGN(const auto standard, open_standard(command, options.data));
  const auto items = standard.select(grade, extensions);
  print(options.format == "csv" ? csv_text(items, !options.data.empty())
                                : plain_text(standard, grade, items));
  return {};
}

Result<> import_file(const Command& command, const ImportOptions& options) {
  TRY_ASSIGN(const auto standard, open_standard(command, {}));
  TRY_ASSIGN(const auto result, import_official(standard, options.file, options.data));
  print(fmt::format("已导入官方文字 {} 条、官方权重 {} 条，存于 {}\n",
                    result.wordings,
                    result.weights,
                    result.stored.string()));
  return {};
}

int status_of(const Result<>& result) {
  return result ? static_cast<int>(exit_ok) : report_error(result.error());
}

}  // namespace

void add_standard_commands(CLI::App& app, Command& command) {
  auto* standard = app.add_subcommand("standard", "GB/T 22239-2019 的测评项数据");
  standard->require_subcommand(1);

  auto list_options = std::make_shared<ListOptions>();
  auto* list = standard->add_subcommand("list", "列出一个等级的测评项");
  list->add_option("--level", list_options->level, "系统等级 1–4")
      ->required()
      ->check(CLI::Range(1, 4));
  list->add_option("--sag", list_options->sag, "S/A/G 组合，如 S2A3 或 S2A3G3");
  list->add_option(
      "--extension",
      list_options->extension,
      "扩展要求：all（默认）、general（只列通用要求）或 cloud,mobile,iot,ics,bigdata 中的几个");
  list->add_option("--format", list_options->format, "输出格式：text（默认）或 csv")
      ->check(CLI::IsMember({"text", "csv"}));
  list->add_option("--data", list_options->data, "数据目录：同时列出其中导入的官方文字和权重");
  list->callback([&command, list_options] {
    command.run = [&command, list_options] {
      return status_of(list_items(command, *list_options));
    };
  });

  auto import_options = std::make_shared<ImportOptions>();
  auto* import =
      standard->add_subcommand("import", "导入用户自有的官方文字和权重（与自带数据分开保存）");
  import->add_option("file", import_options->file, "CSV：code[,clause],wording 和（或）weight")
      ->required();
  import->add_option("--data", import_options->data, "数据目录")->required();
  import->callback([&command, import_options] {
    command.run = [&command, import_options] {
      return status_of(import_file(command, *import_options));
};
}  // namespace dengce::standard
);
}

}  // namespace dengce::standard
