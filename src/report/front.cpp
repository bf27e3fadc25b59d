// SPDX-License-Identifier: Apache-2.0
// Cover, basic information, conclusion page, indicators.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "report/parts.h"

namespace dengce::report {
namespace {

using assessment::RecordLine;
using assessment::SchemeResult;
using assessment::Snapshot;
using assessment::Verdict;
using office::List;
using office::Record;

constexpr std::size_t max_reasons = 3;

std::string with_unit(const SchemeResult& result, const std::string& value) {
  return value + (result.scheme == "2025" ? "%" : "分");
}

std::string beijing_time(Instant instant) {
  constexpr std::int64_t day_minutes = 24 * 60;
  const auto minutes = (instant.milliseconds / 60'000 + 8 * 60) % day_minutes;
  return fmt::format("{} {:02}:{:02}（北京时间）",
                     format_day_chinese(shanghai_day(instant)),
                     minutes / 60,
                     minutes % 60);
}

// False for —, 无, 未应用, 不涉及 and the like.
bool names_something(const std::string& text) {
  constexpr std::array<std::string_view, 4> negative{nothing, "无", "未", "不"};
  return std::none_of(negative.begin(), negative.end(), [&](std::string_view word) {
    return text.rfind(word, 0) == 0;
  });
}

bool has_extension(const Snapshot& snapshot, std::string_view extension) {
  return std::any_of(snapshot.items.begin(), snapshot.items.end(), [&](const auto& item) {
    return item.extension == extension;
  });
}

std::string range_of(const SchemeResult& result) {
  if (result.complete || result.low == result.high) return with_unit(result, result.value);
  return with_unit(result, result.low) + "～" + with_unit(result, result.high) + "（待确认）";
}

// What keeps the conclusion open.
std::vector<std::string> open_matters(const Source& source) {
  std::vector<std::string> matters;
  const auto& problems = source.snapshot.problems;
  const auto unjudged = std::count_if(
      problems.begin(), problems.end(), [](const auto& problem) { return problem.risk.empty(); });
  if (source.result.counts.pending > 0) {
    matters.push_back(fmt::format("{}个测评项待确认", source.result.counts.pending));
  }
  if (unjudged > 0) matters.push_back(fmt::format("{}个安全问题未判定风险等级", unjudged));
  if (matters.empty()) matters.emplace_back("事项未判定");
  return matters;
}

std::string conclusion_note(const Source& source, std::int64_t hazards) {
  const SchemeResult& result = source.result;
  const bool rate = result.scheme == "2025";
  const std::string subject = rate ? "要求项符合率" : "综合得分";
  const std::string rule = result.clause.empty() ? "" : "判定依据：" + result.clause + "。";
  if (result.complete && result.conclusion) {
    std::string note = subject + "为" + with_unit(result, result.value);
    if (rate) note += fmt::format("，计入重大风险隐患{}个", hazards);
    return note + "，等级测评结论为“" + *result.conclusion + "”。" + rule;
  }
  std::string note = fmt::format("尚有{}，", join(open_matters(source), "、"));
  note += result.conclusion ? "最不利与最有利情形的结论相同，全部确认之前为暂定结论。"
                            : "等级测评结论不能给出。";
  note += "按最不利的情形，" + subject + "为" + with_unit(result, result.low);
  if (!result.conclusion_low.empty()) note += "，结论为“" + result.conclusion_low + "”";
  note += "；按最有利的情形，" + subject + "为" + with_unit(result, result.high);
  if (!result.conclusion_high.empty()) note += "，结论为“" + result.conclusion_high + "”";
  return note + "。" + (result.conclusion ? rule : "");
}

void fill_identity(const Source& source, Record& model) {
  const Snapshot& snapshot = source.snapshot;
  for (const char* key : identity_facts) {
    model.set(key, fact(snapshot, key));
  }
  if (const auto day = parse_day(fact(snapshot, "report_date"))) {
    model.set("report_date", format_day_chinese(*day));
  }
  model.set("edition", source.result.scheme + "版");
}

void fill_open_items(const Source& source, Record& model) {
  std::vector<std::string> layers;
  List items;
  std::map<std::string, std::int64_t> open;
  for (std::size_t i = 0; i < source.snapshot.items.size(); ++i) {
    const auto& item = source.snapshot.items[i];
    if (item.verdict != Verdict::pending) continue;
    ++open[item.layer];
    std::vector<std::size_t> objects;
    std::vector<std::string> left;
    for (const RecordLine* record : source.by_item[i]) {
      if (record->verdict != Verdict::pending) continue;
      objects.push_back(record->object);
      for (const auto& point : open_points(record->reason)) add_once(left, point);
    }
    const std::string reason =
        source.by_item[i].empty() ? "没有任何对象的测评记录" : breakable(join(left, "；\n"));
    Record row = row_of(model, "pending_items");
    row.set("layer", item.layer).set("control_point", item.control_point).set("code", item.code);
    row.set("text", item.text).set("objects", names_of(source.snapshot, objects, 3));
    row.set("reason", or_nothing(reason));
    items.rows.push_back(std::move(row));
  }
  for (const auto layer : layer_names) {
    const auto at = open.find(std::string(layer));
    if (at == open.end()) continue;
    layers.push_back(fmt::format("{}{}项", layer, at->second));
  }
  model.set("open_layers", join(layers, "、")).set("pending_items", std::move(items));
}

void fill_derivation(const Source& source, Record& model) {
  List lines;
  for (const auto& line : source.result.derivation) {
    if (line.x == "1" || line.x == "-") continue;
    Record row = row_of(model, "derivation");
    row.set("code", line.code).set("layer", line.layer).set("x", line.x == "?" ? "待确认" : line.x);
    row.set("weight", or_nothing(line.weight)).set("lost", or_nothing(line.lost));
    row.set("objects", or_nothing(join(line.objects, "、")));
    lines.rows.push_back(std::move(row));
  }
  model.set("derivation", std::move(lines));
}

void fill_counts(const Source& source, Record& model) {
  const auto& counts = source.result.counts;
  model.set("count_total", std::to_string(counts.total()))
      .set("count_applicable", std::to_string(applicable(counts)))
      .set("count_compliant", std::to_string(counts.compliant))
      .set("count_partial", std::to_string(counts.partial))
      .set("count_non_compliant", std::to_string(counts.non_compliant))
      .set("count_not_applicable", std::to_string(counts.not_applicable))
      .set("count_pending", std::to_string(counts.pending))
      .set("count_rate", or_nothing(rate_of(counts)));
  std::map<std::string, std::int64_t> risks;
  for (const auto& problem : source.snapshot.problems) ++risks[problem.risk];
  model.set("problem_count", std::to_string(source.snapshot.problems.size()))
      .set("high_count", std::to_string(risks["高"]))
      .set("medium_count", std::to_string(risks["中"]))
      .set("low_count", std::to_string(risks["低"]))
      .set("unjudged_count", std::to_string(risks[""]));
  std::string summary = "未发现安全问题。";
  if (!source.snapshot.problems.empty()) {
    summary = fmt::format("安全问题共{}个：高风险{}个、中风险{}个、低风险{}个",
                          source.snapshot.problems.size(),
                          risks["高"],
                          risks["中"],
                          risks["低"]);
    if (risks[""] > 0) summary += fmt::format("，另有{}个尚未定级", risks[""]);
    summary += "。";
  }
  model.set("problem_summary", std::move(summary));
  const auto objects = std::count_if(source.snapshot.objects.begin(),
                                     source.snapshot.objects.end(),
                                     [](const auto& object) { return object.selected; });
  model.set("object_count", std::to_string(objects))
      .set("record_count", std::to_string(source.snapshot.records.size()));
}

}  // namespace

void fill_front(const Source& source, Record& model) {
  const Snapshot& snapshot = source.snapshot;
  fill_identity(source, model);
  model.set("snapshot_id", snapshot.id)
      .set("snapshot_time", beijing_time(snapshot.taken))
      .set_flag("demo", snapshot.demo)
      .set_flag("has_cloud", has_extension(snapshot, "cloud"))
      .set_flag("has_big_data", has_extension(snapshot, "bigdata"))
      .set_flag("has_industry_standards", names_something(fact(snapshot, "industry_standards")))
      .set_flag("has_extensions",
                std::any_of(snapshot.items.begin(), snapshot.items.end(), [](const auto& item) {
                  return !is_general(item);
                }));
  List versions;
  for (const auto& [name, value] : snapshot.versions) {
    Record row = row_of(model, "versions");
    row.set("name", name).set("value", value);
    versions.rows.push_back(std::move(row));
  }
  model.set("versions", std::move(versions));
}

void fill_conclusion(const Source& source, Record& model) {
  const SchemeResult& result = source.result;
  std::vector<std::string> hazards;
  for (const auto& problem : source.snapshot.problems) {
    if (problem.hazard) hazards.push_back(problem.number);
  }
  model.set("hazard_count", std::to_string(hazards.size()))
      .set("hazard_note", hazards.empty() ? "" : "（" + join(hazards, "、") + "，按整改前计）")
      .set("conclusion", conclusion_of(result))
      .set("conclusion_note", conclusion_note(source, static_cast<std::int64_t>(hazards.size())))
      .set("clause", or_nothing(result.clause))
      .set("value", result.value)
      .set("value_low", result.low)
      .set("value_high", result.high)
      .set("value_range", range_of(result))
      .set("conclusion_range",
           or_nothing(result.conclusion_low) + "～" + or_nothing(result.conclusion_high))
      .set("technical", or_nothing(result.technical))
      .set("management", or_nothing(result.management))
      .set_flag("complete", result.complete && result.conclusion.has_value());
  fill_counts(source, model);
  fill_open_items(source, model);
  fill_derivation(source, model);
}

void fill_indicators(const Source& source, Record& model) {
  const auto& items = source.snapshot.items;
  List general;
  for (const auto layer : layer_names) {
    std::vector<std::pair<std::string, int>> points;
    int count = 0;
    for (const auto& item : items) {
      if (item.layer != layer || !is_general(item)) continue;
      ++count;
      if (points.empty() || points.back().first != item.control_point) {
        points.emplace_back(item.control_point, 0);
      }
      ++points.back().second;
    }
    if (count == 0) continue;
    std::vector<std::string> texts;
    texts.reserve(points.size());
    for (const auto& [point, number] : points)
      texts.push_back(fmt::format("{}（{}）", point, number));
    Record row = row_of(model, "general_indicators");
    row.set("layer", std::string(layer)).set("control_points", join(texts, "、"));
    row.set("point_count", std::to_string(points.size())).set("count", std::to_string(count));
    general.rows.push_back(std::move(row));
  }
  model.set("general_indicators", std::move(general));

  std::vector<std::pair<const assessment::SnapshotItem*, int>> groups;
  List excluded;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& item = items[i];
    if (!is_general(item)) {
      const bool same = !groups.empty() && groups.back().first->extension == item.extension &&
                        groups.back().first->control_point == item.control_point &&
                        groups.back().first->layer == item.layer;
      if (!same) groups.emplace_back(&item, 0);
      ++groups.back().second;
    }
    if (item.verdict != Verdict::not_applicable) continue;
    std::vector<std::string> reasons;
    add_once(reasons, running_text(item.not_applicable_reason));
    for (const RecordLine* record : source.by_item[i]) {
      if (item.not_applicable_reason.empty() && reasons.size() < max_reasons) {
        add_once(reasons, running_text(record->reason));
      }
    }
    Record row = row_of(model, "excluded_items");
    row.set("layer", item.layer).set("control_point", item.control_point).set("code", item.code);
    row.set("text", item.text);
    row.set("reason", reasons.empty() ? "未登记原因" : breakable(join(reasons, "\n")));
    excluded.rows.push_back(std::move(row));
  }
  model.set("excluded_items", std::move(excluded));
  List extensions;
  for (const auto& [item, count] : groups) {
    Record row = row_of(model, "extension_indicators");
    row.set("extension", extension_name(item->extension)).set("layer", item->layer);
    row.set("control_point", item->control_point).set("count", std::to_string(count));
    extensions.rows.push_back(std::move(row));
  }
  model.set("extension_indicators", std::move(extensions));
}

}  // namespace dengce::report
