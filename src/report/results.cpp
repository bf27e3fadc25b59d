// SPDX-License-Identifier: Apache-2.0
// Statistics, charts, problems, hazards and the records of appendices C and D.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "base/text.h"
#include "report/parts.h"

namespace dengce::report {
namespace {

using assessment::RecordLine;
using assessment::SecurityProblem;
using assessment::VerdictCounts;
using office::Chart;
using office::List;
using office::Record;

constexpr std::size_t short_list = 3;   // objects named where table 3-9 has them all
constexpr std::size_t max_sources = 6;  // shown in appendix D; the workbook has all

// "command: sshd -T:3" and "derived:programs:1" as a reader of the report says it.
std::string place_name(const std::string& place) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kinds{
      {{"command:", "命令"}, {"derived:", "采集表"}}};
  for (const auto& [prefix, name] : kinds) {
    if (place.rfind(prefix, 0) != 0) continue;
    const auto colon = place.rfind(':');
    const bool numbered = colon >= prefix.size() && parse_int(place.substr(colon + 1)).has_value();
    const auto what = std::string(
        trim(place.substr(prefix.size(), numbered ? colon - prefix.size() : std::string::npos)));
    return std::string(name) + "“" + what + "”" +
           (numbered ? "第" + place.substr(colon + 1) + "行" : "");
  }
  return place;
}

Chart rate_chart(const Source& source) {
  Chart chart;
  chart.title = "各安全层面符合率（%）";
  chart.series = "符合率（%）";
  chart.maximum = 100;
  chart.width_cm = 15.5;
  chart.height_cm = 7.5;
  for (const auto layer : layer_names) {
    for (const auto& result : source.snapshot.layers) {
      if (result.layer != layer || result.rate.empty()) continue;
      // "安全" in front of every name only takes room on the axis.
      chart.points.push_back({std::string(layer.substr(std::string_view("安全").size())),
                              std::strtod(result.rate.c_str(), nullptr),
                              ""});
    }
  }
  return chart;
}

Chart verdict_chart(const Source& source) {
  const auto& counts = source.result.counts;
  Chart chart;
  chart.type = Chart::Type::doughnut;
  chart.title = "测评项结果分布（项）";
  chart.series = "项数";
  chart.number_format = "0";
  chart.width_cm = 12;
  chart.height_cm = 7;
  const auto add = [&](const char* name, std::int64_t count, const char* color) {
    if (count > 0) chart.points.push_back({name, static_cast<double>(count), color});
  };
  add("符合", counts.compliant, "70AD47");
  add("部分符合", counts.partial, "FFC000");
  add("不符合", counts.non_compliant, "C00000");
  add("待确认", counts.pending, "5B9BD5");
  add("不适用", counts.not_applicable, "A5A5A5");
  return chart;
}

VerdictCounts counts_of(const std::vector<const RecordLine*>& records) {
  VerdictCounts counts;
  for (const RecordLine* record : records) {
    switch (record->verdict) {
      case assessment::Verdict::compliant: ++counts.compliant; break;
      case assessment::Verdict::partial: ++counts.partial; break;
      case assessment::Verdict::non_compliant: ++counts.non_compliant; break;
      case assessment::Verdict::not_applicable: ++counts.not_applicable; break;
      case assessment::Verdict::pending: ++counts.pending; break;
    }
  }
  return counts;
}

// Texts of several records were joined with "；" behind their full stops.
std::string joined(const std::string& text) {
  constexpr std::string_view doubled = "。；";
  std::string out;
  std::size_t done = 0;
  for (auto at = text.find(doubled); at != std::string::npos; at = text.find(doubled, done)) {
    out += text.substr(done, at - done) + "；";
    done = at + doubled.size();
  }
  return breakable(or_nothing(out + text.substr(done)));
}

Record problem_row(const Source& source,
                   const Record& model,
                   std::string_view list,
                   const SecurityProblem& problem) {
  Record row = row_of(model, list);
  const auto objects = names_of(source.snapshot, problem.objects);
  row.set("number", problem.number).set("description", problem.description);
  row.set("layer", problem.layer).set("control_point", problem.control_point);
  row.set("codes", or_nothing(join(problem.codes, "\n"))).set("objects", objects);
  row.set("objects_short", names_of(source.snapshot, problem.objects, short_list));
  row.set("verdict", std::string(assessment::name(problem.verdict)));
  row.set("threat", or_nothing(problem.threat));
  row.set("asset", problem.asset.empty() ? objects : problem.asset);
  row.set("analysis", joined(problem.analysis)).set("risk", risk_name(problem));
  row.set("change", or_nothing(problem.overall_change));
  row.set("argument", joined(problem.overall_argument));
  row.set("case", or_nothing(problem.high_risk_case));
  row.set("mitigation", joined(problem.mitigation));
  row.set("hazards", or_nothing(join(problem.hazards, "、")));
  row.set("advice", joined(problem.advice));
  return row;
}

template <class Wanted>
void set_problems(const Source& source, Record& model, const char* list, Wanted wanted) {
  List rows;
  for (const auto& problem : source.snapshot.problems) {
    if (wanted(problem)) rows.rows.push_back(problem_row(source, model, list, problem));
  }
  model.set(list, std::move(rows));
}

void fill_hazards(const Source& source, Record& model) {
  List all;
  List triggered;
  for (const auto& hazard : source.snapshot.hazards) {
    Record row = row_of(model, "hazards");
    row.set("number", hazard.number).set("title", hazard.title).set("layer", hazard.layer);
    row.set("control_point", hazard.control_point).set("manifestation", hazard.manifestation);
    row.set("triggered", hazard.triggered ? "是" : "否");
    row.set("problems", breakable(or_nothing(join(hazard.problems, "、"))));
    if (hazard.triggered) triggered.rows.push_back(row);
    all.rows.push_back(std::move(row));
  }
  model.set("hazards", std::move(all)).set("triggered_hazards", std::move(triggered));
}

void fill_extensions(const Source& source, Record& model) {
  std::vector<std::pair<std::string, VerdictCounts>> groups;
  for (const auto& item : source.snapshot.items) {
    if (is_general(item)) continue;
    auto at = std::find_if(groups.begin(), groups.end(), [&](const auto& each) {
      return each.first == item.extension;
    });
    if (at == groups.end()) at = groups.insert(groups.end(), {item.extension, {}});
    const RecordLine as_record{0, 0, item.verdict, {}, {}, {}};
    const auto one = counts_of({&as_record});
    at->second.compliant += one.compliant;
    at->second.partial += one.partial;
    at->second.non_compliant += one.non_compliant;
    at->second.not_applicable += one.not_applicable;
    at->second.pending += one.pending;
  }
  List rows;
  for (const auto& [extension, counts] : groups) {
    Record row = row_of(model, "extension_results");
    row.set("name", extension_name(extension));
    set_counts(row, counts);
    rows.rows.push_back(std::move(row));
  }
  model.set("extension_results", std::move(rows));
}

// Objects that get a table in appendix D.
bool is_recorded(const Source& source, std::size_t object) {
  if (!source.by_object[object].empty()) return true;
  return source.snapshot.objects[object].selected &&
         !carries_no_records(source.snapshot.objects[object]);
}

void fill_summaries(const Source& source, Record& model) {
  List layers;
  for (const auto layer : layer_names) {
    std::vector<std::pair<std::string, std::vector<const RecordLine*>>> points;
    for (std::size_t i = 0; i < source.snapshot.items.size(); ++i) {
      const auto& item = source.snapshot.items[i];
      if (item.layer != layer || source.by_item[i].empty()) continue;
      if (points.empty() || points.back().first != item.control_point) {
        points.emplace_back(item.control_point, std::vector<const RecordLine*>{});
      }
      auto& records = points.back().second;
      records.insert(records.end(), source.by_item[i].begin(), source.by_item[i].end());
    }
    if (points.empty()) continue;
    Record row = row_of(model, "summaries");
    row.set("number", std::to_string(layers.rows.size() + 1)).set("layer", std::string(layer));
    List lines;
    for (const auto& [point, records] : points) {
      std::vector<std::size_t> objects;
      objects.reserve(records.size());
      for (const RecordLine* record : records) objects.push_back(record->object);
      std::sort(objects.begin(), objects.end());
      objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
      Record line = row_of(row, "points");
      line.set("control_point", point).set("objects", std::to_string(objects.size()));
      set_counts(line, counts_of(records));
      lines.rows.push_back(std::move(line));
    }
    row.set("points", std::move(lines));
    layers.rows.push_back(std::move(row));
  }
  model.set("summaries", std::move(layers));
}

List record_rows(const Source& source, const Record& owner, std::size_t object) {
  List rows;
  rows.rows.reserve(source.by_object[object].size());
  for (const RecordLine* record : source.by_object[object]) {
    const auto& item = source.snapshot.items[record->item];
    auto evidence = evidence_of(*record);
    for (auto& place : evidence) place = place_name(place);
    const auto count = evidence.size();
    if (count > max_sources) evidence.resize(max_sources);
    std::string text = numbered_lines(record_text(*record));
    if (count > 0) text += "\n证据：" + join(evidence, "、");
    if (count > max_sources) text += fmt::format("等{}处", count);
    Record row = row_of(owner, "records");
    row.set("index", std::to_string(rows.rows.size() + 1));
    row.set("control_point", item.control_point).set("code", item.code).set("item", item.text);
    row.set("record", breakable(text));
    row.set("verdict", std::string(assessment::name(record->verdict)));
    rows.rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

void fill_results(const Source& source, Record& model) {
  fill_extensions(source, model);
  fill_summaries(source, model);
  fill_hazards(source, model);
  List points;
  for (const auto& point : source.snapshot.control_points) {
    Record row = row_of(model, "control_points");
    const bool general = point.extension.empty() || point.extension == "general";
    row.set("layer", point.layer);
    row.set("control_point",
            general ? point.control_point
                    : point.control_point + "（" + extension_name(point.extension) + "）");
    row.set("compliant", std::to_string(point.items.compliant));
    row.set("partial", std::to_string(point.items.partial));
    row.set("non_compliant", std::to_string(point.items.non_compliant));
    row.set("not_applicable", std::to_string(point.items.not_applicable));
    row.set("pending", std::to_string(point.items.pending));
    row.set("verdict", std::string(assessment::name(point.verdict)));
    points.rows.push_back(std::move(row));
  }
  model.set("control_points", std::move(points));
  model.set("chart_rates", rate_chart(source)).set("chart_verdicts", verdict_chart(source));
}

void fill_problems(const Source& source, Record& model) {
  set_problems(source, model, "problems", [](const auto&) { return true; });
  const auto changed = [](const SecurityProblem& problem) {
    return problem.overall_change == "升高" || problem.overall_change == "降低" ||
           !problem.overall_argument.empty();
  };
  set_problems(source, model, "changed_problems", changed);
  const auto& problems = source.snapshot.problems;
  const auto count = std::count_if(problems.begin(), problems.end(), changed);
  const auto unchanged = static_cast<std::ptrdiff_t>(problems.size()) - count;
  if (unchanged > 0) {
    model.set("unchanged_note",
              fmt::format("{}{}个安全问题没有可以弥补其不足或加重其后果的因素，严重程度不变。",
                          count > 0 ? "其余" : "",
                          unchanged));
  }
  set_problems(source, model, "main_problems", [](const auto& problem) {
    return problem.risk == "高" || problem.risk == "中";
  });
  set_problems(
      source, model, "general_problems", [](const auto& problem) { return !problem.hazard; });
  set_problems(
      source, model, "hazard_problems", [](const auto& problem) { return problem.hazard; });
}

void fill_records(const Source& source, Record& model) {
  List results;
  List objects;
  for (std::size_t i = 0; i < source.snapshot.objects.size(); ++i) {
    if (!is_recorded(source, i)) continue;
    const auto& object = source.snapshot.objects[i];
    const auto counts = counts_of(source.by_object[i]);
    Record row = row_of(model, "record_objects");
    row.set("number", std::to_string(objects.rows.size() + 1)).set("name", object.name);
    row.set("object_class", object.object_class).set("importance", or_nothing(object.importance));
    row.set("origin", origin_name(object.origin));
    if (!object.bundle.empty()) {
      row.set("summary", "证据包摘要（SM3）：" + object.bundle + "。");
    }
    row.set("records", record_rows(source, row, i));
    objects.rows.push_back(std::move(row));
    Record result = row_of(model, "object_results");
    result.set("number", std::to_string(objects.rows.size())).set("name", object.name);
    result.set("object_class", object.object_class);
    set_counts(result, counts);
    results.rows.push_back(std::move(result));
  }
  model.set("record_objects", std::move(objects)).set("object_results", std::move(results));
}

}  // namespace dengce::report
