// SPDX-License-Identifier: Apache-2.0
// Chapter 3 by layer: what is in place, what is missing; and the evaluation of each layer.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "report/parts.h"

namespace dengce::report {
namespace {

using assessment::RecordLine;
using assessment::SecurityProblem;
using assessment::Snapshot;
using assessment::Verdict;
using assessment::VerdictCounts;
using office::List;
using office::Record;

constexpr std::size_t sentence_characters = 120;  // of one item; the whole stands in appendix D
constexpr std::size_t paragraph_characters = 700;
constexpr std::size_t named_objects = 3;

struct Scope {
  std::string_view layer;
  std::string_view object_class;  // empty = all

  [[nodiscard]] bool holds(const Snapshot& snapshot, std::size_t object) const {
    return object_class.empty() || snapshot.objects[object].object_class == object_class;
  }
};

// The sentence that most objects share for one item, with the objects it holds for.
struct Shared {
  std::string_view text;
  std::vector<std::size_t> objects;
};

Shared shared_sentence(const Source& source, std::size_t item, const Scope& scope) {
  std::vector<Shared> groups;
  for (const RecordLine* record : source.by_item[item]) {
    if (record->verdict != Verdict::compliant || !scope.holds(source.snapshot, record->object)) {
      continue;
    }
    const auto text = trim(record->text);
    if (text.empty()) continue;
    auto at = std::find_if(
        groups.begin(), groups.end(), [&](const Shared& each) { return each.text == text; });
    if (at == groups.end()) at = groups.insert(groups.end(), {text, {}});
    at->objects.push_back(record->object);
  }
  const auto largest =
      std::max_element(groups.begin(), groups.end(), [](const Shared& a, const Shared& b) {
        return a.objects.size() < b.objects.size();
      });
  return largest == groups.end() ? Shared{} : *largest;
}

std::size_t objects_in(const Source& source, const Scope& scope) {
  std::vector<std::size_t> seen;
  for (const auto& record : source.snapshot.records) {
    if (source.snapshot.items[record.item].layer != scope.layer) continue;
    if (!scope.holds(source.snapshot, record.object)) continue;
    if (std::find(seen.begin(), seen.end(), record.object) == seen.end()) {
      seen.push_back(record.object);
    }
  }
  return seen.size();
}

List measures_of(const Source& source, const Record& owner, const Scope& scope) {
  List measures;
  const bool several = objects_in(source, scope) > 1;
  std::string point;
  std::string text;
  const auto flush = [&] {
    if (text.empty()) return;
    Record row = row_of(owner, "measures");
    row.set("control_point", point).set("text", breakable(text));
    measures.rows.push_back(std::move(row));
    text.clear();
  };
  bool cut = false;
  std::string named;  // the objects of the sentence before
  for (std::size_t i = 0; i < source.snapshot.items.size(); ++i) {
    const auto& item = source.snapshot.items[i];
    if (item.layer != scope.layer) continue;
    if (item.control_point != point) {
      flush();
      point = item.control_point;
      cut = false;
      named.clear();
    }
    const Shared shared = shared_sentence(source, i, scope);
    if (shared.objects.empty() || cut) continue;
    const auto sentence = lead_sentences(running_text(shared.text), sentence_characters);
    cut = character_count(text) + character_count(sentence) > paragraph_characters;
    if (cut) {
      text += "其余措施见附录D。";
      continue;
    }
    auto names = names_of(source.snapshot, shared.objects, named_objects);
    if (several && names != named) text += names + "：";
    named = std::move(names);
    text += sentence;
  }
  flush();
  return measures;
}

List issues_of(const Source& source, const Record& owner, const Scope& scope) {
  List issues;
  for (const SecurityProblem& problem : source.snapshot.problems) {
    if (problem.layer != scope.layer) continue;
    std::vector<std::size_t> objects;
    for (const auto object : problem.objects) {
      if (object < source.snapshot.objects.size() && scope.holds(source.snapshot, object)) {
        objects.push_back(object);
      }
    }
    if (objects.empty() && !scope.object_class.empty()) continue;
    Record row = row_of(owner, "issues");
    row.set("number", problem.number).set("description", problem.description);
    row.set("objects", names_of(source.snapshot, objects));
    row.set("codes", or_nothing(join(problem.codes, "、"))).set("risk", risk_name(problem));
    row.set("verdict", std::string(assessment::name(problem.verdict)));
    issues.rows.push_back(std::move(row));
  }
  return issues;
}

// Classes that carry records of the layer, in the order of the objects.
std::vector<std::string> classes_of(const Source& source, std::string_view layer) {
  std::vector<std::string> classes;
  for (std::size_t i = 0; i < source.snapshot.objects.size(); ++i) {
    const auto& records = source.by_object[i];
    const bool here = std::any_of(records.begin(), records.end(), [&](const RecordLine* record) {
      return source.snapshot.items[record->item].layer == layer;
    });
    if (here) add_once(classes, source.snapshot.objects[i].object_class);
  }
  return classes;
}

List class_rows(const Source& source,
                const Record& owner,
                std::string_view layer,
                const std::string& number) {
  List rows;
  const auto classes = classes_of(source, layer);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const Scope scope{layer, classes[i]};
    std::vector<std::size_t> objects;
    for (std::size_t k = 0; k < source.snapshot.objects.size(); ++k) {
      if (!source.by_object[k].empty() && scope.holds(source.snapshot, k)) objects.push_back(k);
    }
    Record row = row_of(owner, "classes");
    row.set("number", number + "." + std::to_string(i + 1)).set("name", classes[i]);
    row.set("objects", names_of(source.snapshot, objects));
    row.set("measures", measures_of(source, row, scope));
    row.set("issues", issues_of(source, row, scope));
    rows.rows.push_back(std::move(row));
  }
  return rows;
}

std::string counts_text(const VerdictCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t count, const char* name) {
    if (count > 0) parts.push_back(fmt::format("{}{}项", name, count));
  };
  add(counts.compliant, "符合");
  add(counts.partial, "部分符合");
  add(counts.non_compliant, "不符合");
  add(counts.pending, "待确认");
  add(counts.not_applicable, "不适用");
  return join(parts, "、");
}

// Of the applicable items only.
std::string applicable_text(VerdictCounts counts) {
  counts.not_applicable = 0;
  return counts_text(counts);
}

std::string summary_of(const VerdictCounts& counts) {
  if (counts.total() == 0) return "本层面没有纳入本次测评的指标。";
  return fmt::format("本层面测评指标{}项，其中{}。", counts.total(), counts_text(counts));
}

// Control points of a layer whose result is the verdict.
std::vector<std::string> points_with(const Snapshot& snapshot,
                                     std::string_view layer,
                                     Verdict verdict) {
  std::vector<std::string> names;
  for (const auto& point : snapshot.control_points) {
    if (point.layer == layer && point.verdict == verdict) add_once(names, point.control_point);
  }
  return names;
}

std::string evaluation_of(const Source& source, const assessment::LayerResult& layer) {
  if (applicable(layer.items) == 0) return "没有适用的测评指标。";
  std::string out =
      fmt::format("适用指标{}项，{}", applicable(layer.items), applicable_text(layer.items));
  if (!layer.rate.empty()) out += "，符合率" + layer.rate + "%";
  out += "。";
  const auto good = points_with(source.snapshot, layer.layer, Verdict::compliant);
  if (!good.empty()) out += "在" + join(good, "、") + "方面措施到位。";
  const auto bad = points_with(source.snapshot, layer.layer, Verdict::non_compliant);
  if (!bad.empty()) out += "在" + join(bad, "、") + "方面未落实相应要求。";
  std::vector<const SecurityProblem*> problems;
  std::vector<std::string> main;
  for (const auto& problem : source.snapshot.problems) {
    if (problem.layer != layer.layer) continue;
    problems.push_back(&problem);
    const bool serious = problem.risk == "高" || problem.hazard;
    if (serious && main.size() < 5) {
      main.push_back(problem.description + "（" + problem.number + "）");
    }
  }
  if (!problems.empty()) {
    out += fmt::format("存在安全问题{}个：{}。", problems.size(), risk_counts(problems));
  }
  if (!main.empty()) out += "需优先处理：" + join(main, "；") + "。";
  if (layer.items.pending > 0)
    out += fmt::format("另有{}项待确认，未计入符合。", layer.items.pending);
  return out;
}

std::string overall_evaluation(const Source& source) {
  const auto& counts = source.result.counts;
  std::string out = fmt::format("“{}”适用测评指标{}项，其中{}",
                                fact(source.snapshot, "system_name"),
                                applicable(counts),
                                applicable_text(counts));
  if (counts.not_applicable > 0) {
    out += fmt::format("；另有{}项不适用，不计入", counts.not_applicable);
  }
  out += "。";
  std::vector<std::string> strong;
  std::vector<std::string> weak;
  for (const auto& layer : source.snapshot.layers) {
    if (layer.rate.empty()) continue;
    const bool full = layer.items.compliant * 10 >= applicable(layer.items) * 9;
    const bool poor = layer.items.compliant * 10 < applicable(layer.items) * 6;
    if (full) add_once(strong, layer.layer);
    if (poor) add_once(weak, layer.layer);
  }
  if (!strong.empty()) out += join(strong, "、") + "的符合率不低于90%。";
  if (!weak.empty()) out += join(weak, "、") + "的符合率低于60%，是整改的重点。";
  return out + "各层面的情况如下。";
}

const assessment::LayerResult* layer_result(const Snapshot& snapshot, std::string_view name) {
  for (const auto& layer : snapshot.layers) {
    if (layer.layer == name) return &layer;
  }
  return nullptr;
}

}  // namespace

void fill_layers(const Source& source, Record& model) {
  List rows;
  for (std::size_t i = 0; i < layer_names.size(); ++i) {
    const std::string name(layer_names[i]);
    const auto* found = layer_result(source.snapshot, name);
    const assessment::LayerResult layer = found ? *found : assessment::LayerResult{name, {}, {}};
    const std::string number = "3." + std::to_string(i + 1);
    const bool plain = name != computing_layer;
    Record row = row_of(model, "layers");
    set_counts(row, layer.items);
    row.set("rate", or_nothing(layer.rate)).set("number", number).set("name", name);
    row.set("summary", summary_of(layer.items)).set("evaluation", evaluation_of(source, layer));
    row.set_flag("plain", plain);
    if (layer.items.pending > 0) {
      row.set("pending_note",
              fmt::format("本层面另有{}个测评项待确认，清单见表3-7。", layer.items.pending));
    }
    if (plain) {
      row.set("measures", measures_of(source, row, {name, {}}));
      row.set("issues", issues_of(source, row, {name, {}}));
    } else {
      row.set("classes", class_rows(source, row, name, number));
    }
    rows.rows.push_back(std::move(row));
  }
  model.set("layers", std::move(rows)).set("overall_evaluation", overall_evaluation(source));
}

}  // namespace dengce::report
