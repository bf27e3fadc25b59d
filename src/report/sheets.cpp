// SPDX-License-Identifier: Apache-2.0
// The workbook of a snapshot: worksheet, problems, items, statistics and derivation.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "office/workbook.h"
#include "report/report.h"
#include "report/words.h"

namespace dengce::report {
namespace {

using assessment::SchemeResult;
using assessment::Snapshot;
using office::Cell;
using office::Workbook;

Cell number(std::int64_t value) {
  return static_cast<double>(value);
}

Cell text(std::string_view value) {
  return std::string(value);
}

// A decimal of the snapshot as a number, anything else as text.
Cell decimal(const std::string& value) {
  char* end = nullptr;
  const double parsed = std::strtod(value.c_str(), &end);
  if (value.empty() || *end != '\0') return value;
  return parsed;
}

Result<> about_sheet(Workbook& book, const Snapshot& snapshot, const SchemeResult& result) {
  TRY(book.begin_sheet("说明", {{"项目", 24}, {"内容", 80}}));
  const auto add = [&](const char* name, std::string value) {
    return book.add_row({Cell{name}, Cell{std::move(value)}});
  };
  TRY(add("被测对象", fact(snapshot, "system_name")));
  TRY(add("安全保护等级", fact(snapshot, "level") + "（" + fact(snapshot, "sag") + "）"));
  TRY(add("被测单位", fact(snapshot, "client_name")));
  TRY(add("报告编号", fact(snapshot, "report_number")));
  TRY(add("报告版本", result.scheme + "版"));
  TRY(add("数据快照", snapshot.id));
  TRY(add("快照时间", format_instant(snapshot.taken)));
  const bool rate = result.scheme == "2025";
  const std::string unit = rate ? "%" : "分";
  const bool one = result.complete || result.low == result.high;
  TRY(add(rate ? "要求项符合率" : "综合得分",
          one ? result.value + unit : result.low + unit + "～" + result.high + unit));
  TRY(add("等级测评结论", conclusion_of(result)));
  TRY(add("判定规则", or_nothing(result.clause)));
  for (const auto& [name, value] : snapshot.versions) TRY(add(("版本：" + name).c_str(), value));
  return {};
}

Result<> record_sheet(Workbook& book, const Snapshot& snapshot) {
  TRY(book.begin_sheet("测评记录",
                       {{"序号", 7},
                        {"测评对象", 22},
                        {"对象类别", 16},
                        {"安全层面", 14},
                        {"控制点", 16},
                        {"测评项编号", 14},
                        {"测评项", 36},
                        {"符合情况", 10},
                        {"结果记录", 70},
                        {"证据位置", 40},
                        {"证据原文", 40}}));
  std::int64_t row = 0;
  for (const auto& record : snapshot.records) {
    if (record.object >= snapshot.objects.size() || record.item >= snapshot.items.size()) continue;
    const auto& object = snapshot.objects[record.object];
    const auto& item = snapshot.items[record.item];
    std::vector<std::string> excerpts;
    for (const auto& point : record.points) {
      if (point.source) add_once(excerpts, point.source->excerpt);
    }
    TRY(book.add_row({number(++row),
                      text(object.name),
                      text(object.object_class),
                      text(item.layer),
                      text(item.control_point),
                      text(item.code),
                      text(item.text),
                      text(assessment::name(record.verdict)),
                      text(record_text(record)),
                      text(join(evidence_of(record), "\n")),
                      text(join(excerpts, "\n"))}));
  }
  return {};
}

Result<> problem_sheet(Workbook& book, const Snapshot& snapshot) {
  TRY(book.begin_sheet("问题清单",
                       {{"编号", 8},
                        {"安全问题", 44},
                        {"安全层面", 14},
                        {"控制点", 16},
                        {"测评项", 22},
                        {"涉及对象", 30},
                        {"符合情况", 10},
                        {"关联威胁", 24},
                        {"危害分析", 44},
                        {"整体测评", 10},
                        {"关联分析", 40},
                        {"高风险判例", 14},
                        {"缓解措施", 30},
                        {"风险等级", 10},
                        {"重大隐患触发项", 16},
                        {"计入重大隐患", 12},
                        {"整改建议", 50}}));
  for (const auto& problem : snapshot.problems) {
    TRY(book.add_row({text(problem.number),
                      text(problem.description),
                      text(problem.layer),
                      text(problem.control_point),
                      text(join(problem.codes, "\n")),
                      text(names_of(snapshot, problem.objects)),
                      text(assessment::name(problem.verdict)),
                      text(problem.threat),
                      text(problem.analysis),
                      text(problem.overall_change),
                      text(problem.overall_argument),
                      text(problem.high_risk_case),
                      text(problem.mitigation),
                      text(risk_name(problem)),
                      text(join(problem.hazards, "、")),
                      text(problem.hazard ? "是" : "否"),
                      text(problem.advice)}));
  }
  return {};
}

Result<> item_sheet(Workbook& book, const Snapshot& snapshot) {
  TRY(book.begin_sheet("测评项汇总",
                       {{"测评项编号", 14},
                        {"条款", 12},
                        {"安全层面", 14},
                        {"控制点", 16},
                        {"要求类别", 22},
                        {"S/A/G", 8},
                        {"测评项", 50},
                        {"符合", 8},
                        {"部分符合", 9},
                        {"不符合", 8},
                        {"不适用", 8},
                        {"待确认", 8},
                        {"测评项结果", 11},
                        {"不适用原因", 36}}));
  std::vector<std::array<std::int64_t, 5>> counts(snapshot.items.size());
  for (const auto& record : snapshot.records) {
    if (record.item < counts.size())
      ++counts[record.item][static_cast<std::size_t>(record.verdict)];
  }
  for (std::size_t i = 0; i < snapshot.items.size(); ++i) {
    const auto& item = snapshot.items[i];
    std::vector<Cell> row{text(item.code),
                          text(item.clause + " " + item.letter + ")"),
                          text(item.layer),
                          text(item.control_point),
                          text(is_general(item) ? "安全通用要求" : extension_name(item.extension)),
                          text(item.sag),
                          text(item.text)};
    for (const auto count : counts[i]) row.push_back(number(count));
    row.push_back(text(assessment::name(item.verdict)));
    row.push_back(text(item.not_applicable_reason));
    TRY(book.add_row(row));
  }
  return {};
}

Result<> layer_sheet(Workbook& book, const Snapshot& snapshot) {
  TRY(book.begin_sheet("层面统计",
                       {{"安全层面", 16},
                        {"指标数", 9},
                        {"符合", 9},
                        {"部分符合", 9},
                        {"不符合", 9},
                        {"不适用", 9},
                        {"待确认", 9},
                        {"符合率(%)", 11}}));
  for (const auto& layer : snapshot.layers) {
    const auto& counts = layer.items;
    TRY(book.add_row({text(layer.layer),
                      number(counts.total()),
                      number(counts.compliant),
                      number(counts.partial),
                      number(counts.non_compliant),
                      number(counts.not_applicable),
                      number(counts.pending),
                      decimal(layer.rate)}));
  }
  return {};
}

Result<> derivation_sheet(Workbook& book, const SchemeResult& result) {
  const bool rate = result.scheme == "2025";
  TRY(book.begin_sheet("结论推导",
                       {{"测评项编号", 14},
                        {"安全层面", 16},
                        {"系数", 8},
                        {"权重", 8},
                        {rate ? "对符合率的影响(%)" : "扣分", 18},
                        {"形成结果的对象", 70}}));
  for (const auto& line : result.derivation) {
    TRY(book.add_row({text(line.code),
                      text(line.layer),
                      decimal(line.x),
                      text(line.weight),
                      decimal(line.lost),
                      text(join(line.objects, "、"))}));
  }
  return {};
}

}  // namespace

Result<std::string> render_xlsx(const Snapshot& snapshot,
                                std::string_view scheme,
                                std::string_view watermark) {
  const auto result = std::find_if(snapshot.schemes.begin(),
                                   snapshot.schemes.end(),
                                   [&](const auto& each) { return each.scheme == scheme; });
  if (result == snapshot.schemes.end()) {
    return fail(ErrorCode::failed_precondition,
                "快照中没有 " + std::string(scheme) + " 版的计算结果，无法生成表格");
  }
  office::WorkbookOptions options;
  options.title = fact(snapshot, "system_name") + "测评记录";
  options.creator = "Dengce";
  if (snapshot.taken.milliseconds > 0) options.time = snapshot.taken;
  if (snapshot.demo) options.banner = "演示数据，不用于任何正式用途";
  options.page_header = watermark;
  TRY_ASSIGN(auto book, Workbook::create(options));
  TRY(about_sheet(book, snapshot, *result));
  TRY(record_sheet(book, snapshot));
  TRY(problem_sheet(book, snapshot));
  TRY(item_sheet(book, snapshot));
  TRY(layer_sheet(book, snapshot));
  TRY(derivation_sheet(book, *result));
  return book.finish();
}

}  // namespace dengce::report
