// SPDX-License-Identifier: Apache-2.0
#include "assessment/snapshot_builder.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "assessment/problems.h"
#include "assessment/score.h"

namespace dengce::assessment {
namespace {

constexpr std::array<std::string_view, 5> level_names{"", "第一级", "第二级", "第三级", "第四级"};

SnapshotObject shown(AssessmentObject&& object, const standard::Standard& standard) {
  const auto* object_class = standard.object_class(object.object_class);
  const bool one_layer = object_class != nullptr && object_class->layers.size() == 1;
  SnapshotObject out;
  out.id = std::move(object.reference);
  out.object_class = std::move(object.object_class);
  out.name = std::move(object.name);
  out.layer = one_layer ? object_class->layers.front() : std::string();
  out.asset_table = std::move(object.asset_table);
  out.importance = std::move(object.importance);
  out.attributes = std::move(object.attributes);
  out.selected = object.selected;
  out.origin = std::move(object.origin);
  out.bundle = std::move(object.bundle_sm3);
  return out;
}

SnapshotItem shown(const standard::Item& item) {
  return {.code = item.code,
          .clause = item.clause,
          .letter = item.letter,
          .layer = item.layer,
          .control_point = item.control_point,
          .extension = std::string(name(item.extension)),
          .sag = std::string(name(item.sag)),
          .text = item.text,
          .rule = std::string(name(item.rule))};
}

// A result whose conclusion holds however the problems that nobody has judged turn out.
SchemeResult scheme_result(const standard::Scheme& scheme,
                           const std::vector<ItemRecords>& items,
                           const std::vector<SecurityProblem>& problems) {
  std::vector<RiskLine> judged;
  std::vector<RiskLine> worst;
  for (const SecurityProblem& problem : problems) {
    if (problem.risk.empty()) {
      worst.push_back({problem.number, "高", true});
    } else {
      judged.push_back({problem.number, problem.risk, problem.hazard});
    }
  }
  SchemeResult result = score(scheme, items, judged);
  if (worst.empty()) return result;
  worst.insert(worst.end(), judged.begin(), judged.end());
  const SchemeResult pessimist = score(scheme, items, worst);
  result.conclusion_low = pessimist.conclusion_low;
  if (result.conclusion != pessimist.conclusion) {
    result.conclusion.reset();
    result.clause = "尚有安全问题未判定风险等级";
    result.complete = false;
  }
  return result;
}

// Puts the parts together; the indexes of objects and items are the backbone.
class Builder {
 public:
  Builder(const Knowledge& knowledge, SnapshotInput input)
      : knowledge_(knowledge), input_(std::move(input)) {}

  Result<Snapshot> build() {
    TRY(select_items());
    for (AssessmentObject& object : input_.objects) {
      object_index_[object.id] = snapshot_.objects.size();
      snapshot_.objects.push_back(shown(std::move(object), knowledge_.standard));
    }
    TRY(take_records());
    finish_items();
    const auto& standard = knowledge_.standard;
    const auto& catalog = knowledge_.catalog;
    snapshot_.control_points = control_point_results(scored_);
    snapshot_.layers = layer_results(scored_);
    snapshot_.problems = derive_problems(
        snapshot_.objects, snapshot_.items, snapshot_.records, input_.risks, standard, catalog);
    snapshot_.hazards = derive_hazards(snapshot_.problems, standard, catalog);
    for (const standard::Scheme& scheme : knowledge_.schemes) {
      snapshot_.schemes.push_back(scheme_result(scheme, scored_, snapshot_.problems));
    }
    take_facts();
    snapshot_.tables = std::move(input_.tables);
    return std::move(snapshot_);
  }

 private:
  Result<> select_items() {
    const Assessment& assessment = input_.assessment;
    TRY_ASSIGN(const auto grade, standard::parse_grade(assessment.level, assessment.sag));
    TRY_ASSIGN(const auto extensions, standard::parse_extensions(assessment.extensions));
    for (const standard::Item* item : knowledge_.standard.select(grade, extensions)) {
      item_index_[item->clause + item->code] = snapshot_.items.size();
      snapshot_.items.push_back(shown(*item));
      scored_.push_back(item_records(*item, knowledge_.catalog));
    }
    return {};
  }

  Result<> take_records() {
    for (StoredRecord& record : input_.records) {
      const auto object = object_index_.find(record.object_id);
      const auto item = item_index_.find(record.clause + record.code);
      if (object == object_index_.end() || item == item_index_.end()) {
        return fail(ErrorCode::data_corrupt, "记录所指的对象或测评项不存在：" + record.code);
      }
      scored_[item->second].objects.push_back(
          {snapshot_.objects[object->second].name, record.verdict});
      snapshot_.records.push_back({object->second,
                                   item->second,
                                   record.verdict,
                                   std::move(record.text),
                                   std::move(record.reason),
                                   std::move(record.points)});
    }
    return {};
  }

  void finish_items() {
    for (std::size_t i = 0; i < scored_.size(); ++i) {
      snapshot_.items[i].verdict = verdict_of(scored_[i]);
    }
    for (const RecordLine& record : snapshot_.records) {
      SnapshotItem& item = snapshot_.items[record.item];
      if (item.verdict == Verdict::not_applicable && item.not_applicable_reason.empty()) {
        item.not_applicable_reason = record.reason;
      }
    }
  }

  void take_facts() {
    const Assessment& assessment = input_.assessment;
    snapshot_.demo = assessment.demo;
    snapshot_.versions = knowledge_.versions;
    snapshot_.facts = assessment.facts;
    auto& facts = snapshot_.facts;
    facts["system_name"] = input_.system.name;
    facts["team"] = input_.system.team;
    facts["level"] = level_names[static_cast<std::size_t>(std::clamp(assessment.level, 0, 4))];
    facts["sag"] = assessment.sag;
    facts["round"] = assessment.round;
  }

  const Knowledge& knowledge_;
  SnapshotInput input_;
  Snapshot snapshot_;
  std::vector<ItemRecords> scored_;
  std::unordered_map<std::string, std::size_t> object_index_;
  std::unordered_map<std::string, std::size_t> item_index_;
};

}  // namespace

Result<Snapshot> build_snapshot(const Knowledge& knowledge, SnapshotInput input) {
  return Builder(knowledge, std::move(input)).build();
}

}  // namespace dengce::assessment
