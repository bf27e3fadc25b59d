// SPDX-License-Identifier: Apache-2.0
#include "assessment/score_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "assessment/score.h"
#include "assessment/score_input.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "standard/risk.h"
#include "standard/scheme.h"

namespace dengce::assessment {
namespace {

struct ScoreOptions {
  std::string records;
  std::string scheme;
  int level = 0;
  std::string sag;
  std::string extension;
  std::string weights;
  std::string risks;
  std::string corrections;
  std::vector<std::string> switches;  // name=value
  std::string format = "text";
};

// Everything the answer is made of.
struct Scored {
  standard::Scheme scheme;
  standard::Grade grade;
  ScoreInput input;
  SchemeResult result;
};

Result<standard::SwitchChoice> switch_choice(const std::vector<std::string>& texts) {
  standard::SwitchChoice out;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(ErrorCode::invalid_argument,
                  fmt::format("开关“{}”写法有误，应为 名称=取值", text));
    }
    out[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return out;
}

Result<Scored> compute(const Command& command, const ScoreOptions& options) {
  Scored out;
  TRY_ASSIGN(out.grade, standard::parse_grade(options.level, options.sag));
  TRY_ASSIGN(const auto extensions, standard::parse_extensions(options.extension));
  TRY_ASSIGN(const auto choice, switch_choice(options.switches));
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const auto standard, standard::Standard::load(content));
  TRY_ASSIGN(const auto catalog, standard::RiskCatalog::load(content, standard));
  TRY_ASSIGN(out.scheme, standard::load_scheme(content, options.scheme, choice));
  TRY_ASSIGN(const std::string records, read_file(options.records));
  TRY_ASSIGN(
      out.input,
      read_score_records(standard, catalog, out.grade, extensions, options.records, records));
  if (!options.weights.empty()) {
    TRY_ASSIGN(const std::string weights, read_file(options.weights));
    TRY(read_weights(standard, options.weights, weights, out.input));
  }
  std::vector<RiskLine> risks;
  if (!options.risks.empty()) {
    TRY_ASSIGN(const std::string text, read_file(options.risks));
    TRY_ASSIGN(risks, read_risks(options.risks, text));
  }
  if (!options.corrections.empty()) {
    if (!out.scheme.overall_changes_value) {
      return fail(ErrorCode::invalid_argument,
                  "计分方案的 overall_changes_value 为 no，修正值不起作用；要使用请加 "
                  "--set overall_changes_value=yes");
    }
    TRY_ASSIGN(const std::string text, read_file(options.corrections));
    TRY(read_corrections(standard, out.scheme, options.corrections, text, out.input));
  }
  out.result = score(out.scheme, out.input.items, risks);
  return out;
}

void write_number(JsonWriter& json, const std::string& text) {
  const bool number = !text.empty() && text != "?" && text != "-";
  number ? json.raw_number(text) : json.null();
}

void write_text_or_null(JsonWriter& json, std::string_view text) {
  text.empty() ? json.null() : json.string(text);
}

void write_counts(JsonWriter& json, const VerdictCounts& counts) {
  const std::array<std::int64_t, 5> values{counts.compliant,
                                           counts.partial,
                                           counts.non_compliant,
                                           counts.not_applicable,
                                           counts.pending};
  json.begin_object();
  for (std::size_t i = 0; i < values.size(); ++i) json.member(verdict_names[i], values[i]);
  json.end_object();
}

std::string json_text(const Scored& scored, const ScoreOptions& options) {
  const SchemeResult& result = scored.result;
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("scheme", result.scheme);
  json.member("applicable", result.applicable);
  json.key("counts");
  write_counts(json, result.counts);
  json.key(scored.scheme.form == standard::Scheme::Form::score ? "score" : "rate");
  write_number(json, result.value);
  json.key("conclusion");
  write_text_or_null(json, result.conclusion.value_or(""));
  json.member_boolean("complete", result.complete);
  json.key("range").begin_array();
  write_number(json, result.low);
  write_number(json, result.high);
  json.end_array();
  json.member("clause", result.clause);
  json.key("weights");
  write_text_or_null(json, options.weights);
  json.key("missing").begin_array();
  for (const std::string& code : scored.input.missing) json.string(code);
  json.end_array();
  json.key("warnings").begin_array();
  for (const ScoreWarning& warning : scored.input.warnings) {
    json.begin_object();
    json.member("line", warning.line).member("code", warning.code).member("reason", warning.reason);
    json.end_object();
  }
  json.end_array();
  json.key("derivation").begin_array();
  for (const DerivationLine& line : result.derivation) {
    json.begin_object().member("code", line.code).key("objects").begin_array();
    for (const std::string& object : line.objects) json.string(object);
    json.end_array().key("x");
    write_number(json, line.x);
    json.key("weight");
    write_text_or_null(json, line.weight);
    json.key("lost");
    write_number(json, line.lost);
    json.end_object();
  }
  json.end_array().end_object();
  return out + "\n";
}

std::string joined(const std::vector<std::string>& parts, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(parts.size(), most); ++i) {
    out += (out.empty() ? "" : "、") + parts[i];
  }
  if (parts.size() > most) out += fmt::format(" 等 {} 个", parts.size());
  return out;
}

std::string heading(const Scored& scored, const ScoreOptions& options) {
  const SchemeResult& result = scored.result;
  const VerdictCounts& counts = result.counts;
  std::string out = fmt::format(
      "{}，第 {} 级（{}）\n", scored.scheme.title, scored.grade.level, scored.grade.text());
  out += fmt::format("适用 {} 项：符合 {}，部分符合 {}，不符合 {}，待确认 {}；不适用 {} 项\n",
                     result.applicable,
                     counts.compliant,
                     counts.partial,
                     counts.non_compliant,
                     counts.pending,
                     counts.not_applicable);
  const bool score = scored.scheme.form == standard::Scheme::Form::score;
  if (result.value.empty()) return out + result.clause + "\n";
  const std::string_view unit = score ? "" : "%";
  const std::string_view what = score ? "综合得分" : "符合率";
  if (result.complete) {
    out += fmt::format("{}：{}{}\n", what, result.value, unit);
  } else {
    out += fmt::format(
        "{}：尚不完整，在 {}{} 与 {}{} 之间\n", what, result.low, unit, result.high, unit);
  }
  if (score) {
    out += fmt::format("  技术部分 {}，管理部分 {}；权重：{}\n",
                       result.technical,
                       result.management,
                       options.weights.empty()
                           ? "未提供权重文件，全部按" + scored.scheme.unnamed_weight
                           : options.weights + "，未列出的按" + scored.scheme.unnamed_weight);
  }
  out += fmt::format("结论：{}\n  依据：{}\n", result.conclusion.value_or("待确认"), result.clause);
  return out;
}

std::string plain_text(const Scored& scored, const ScoreOptions& options) {
  std::string out = heading(scored, options);
  out += "\n层面\n";
  for (const LayerResult& layer : layer_results(scored.input.items)) {
    out +=
        fmt::format("  {}  符合率 {}  （符合 {}，部分符合 {}，不符合 {}，不适用 {}，待确认 {}）\n",
                    layer.layer,
                    layer.rate.empty() ? "—" : layer.rate + "%",
                    layer.items.compliant,
                    layer.items.partial,
                    layer.items.non_compliant,
                    layer.items.not_applicable,
                    layer.items.pending);
  }
  out += "\n推导（未得满分的测评项）\n";
  for (const DerivationLine& line : scored.result.derivation) {
    if (line.x == "1" || line.x == "-") continue;
    out += fmt::format("  {:<12} 取值 {:<6} 失分 {}", line.code, line.x, line.lost);
    if (!line.weight.empty()) out += fmt::format("  权重 {}", line.weight);
    if (!line.objects.empty()) out += fmt::format("  对象 {}", joined(line.objects, 5));
    out += '\n';
  }
  if (!scored.input.missing.empty()) {
    out += fmt::format("\n没有记录的测评项 {} 个：{}\n",
                       scored.input.missing.size(),
                       joined(scored.input.missing, 20));
  }
  return out;
}

int run_score(const Command& command, const ScoreOptions& options) {
  const Result<Scored> scored = compute(command, options);
  if (!scored) {
    report_error(scored.error());
    return exit_usage;
  }
  for (const ScoreWarning& warning : scored->input.warnings) {
    fmt::print(stderr,
               "{}:{}: 提示：{} {}\n",
               options.records,
               warning.line,
               warning.code,
               warning.reason);
  }
  const std::string text =
      options.format == "json" ? json_text(*scored, options) : plain_text(*scored, options);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (scored->result.applicable > 0) return exit_ok;
  fmt::print(stderr, "没有适用的测评项，不能计分\n");
  return exit_nothing;
}

}  // namespace

void add_score_commands(CLI::App& app, Command& command) {
  auto options = std::make_shared<ScoreOptions>();
  auto* score =
      app.add_subcommand("score", "由测评记录计算综合得分（2021 版）或符合率（2025 版）和结论");
  score
      ->add_option("RECORDS",
                   options->records,
                   "记录文件：CSV，列为 code,object,verdict（大数据项另需 clause）")
      ->required();
  score->add_option("--scheme", options->scheme, "计分方案：2021 或 2025")->required();
  score->add_option("--level", options->level, "系统等级 1–4")->required()->check(CLI::Range(1, 4));
  score->add_option("--sag", options->sag, "S/A/G 组合，如 S2A3 或 S2A3G3");
  score->add_option("--extension",
                    options->extension,
                    "一并计分的扩展要求：cloud,mobile,iot,ics,bigdata 中的几个");
  score->add_option("--weights",
                    options->weights,
                    "权重文件：CSV，列为 code,weight（一般、重要、关键），未列出的按一般");
  score->add_option(
      "--risks", options->risks, "风险文件：CSV，列为 problem,risk,hazard（高、中、低；yes、no）");
  score->add_option("--corrections",
                    options->corrections,
                    "整体测评修正：CSV，列为 code,verdict（符合、部分符合、不符合），开关 "
                    "overall_changes_value 为 yes 时使用");
  score->add_option("--set", options->switches, "计分方案的开关，名称=取值，可以重复");
  score->add_option("--format", options->format, "输出格式：text（默认）或 json")
      ->check(CLI::IsMember({"text", "json"}));
  score->footer("退出状态：0 已算出；2 用法有误或输入不可用；4 没有适用的测评项。");
  score->callback([&command, options] {
    command.run = [&command, options] { return run_score(command, *options); };
  });
}

}  // namespace dengce::assessment
