// SPDX-License-Identifier: Apache-2.0
#include "assessment/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace dengce::assessment {
namespace {

constexpr std::array<std::string_view, 4> risk_order{"", "高", "中", "低"};

int risk_rank(std::string_view risk) {
  const auto found = std::find(risk_order.begin(), risk_order.end(), risk);
  return static_cast<int>(found - risk_order.begin());
}

bool negative(Verdict verdict) {
  return verdict == Verdict::partial || verdict == Verdict::non_compliant;
}

// Gathers the records of one cause.
struct Group {
  SecurityProblem problem;
  std::size_t first_item = 0;
};

void add_text(std::string& target, const std::string& more) {
  if (more.empty() || target.find(more) != std::string::npos) return;
  if (!target.empty()) target += "；";
  target += more;
}

void take_judgement(SecurityProblem& problem, const RiskJudgement& judgement) {
  problem.description = judgement.problem;
  add_text(problem.threat, judgement.threat);
  add_text(problem.asset, judgement.asset);
  add_text(problem.analysis, judgement.analysis);
  add_text(problem.mitigation, judgement.mitigation);
  add_text(problem.advice, judgement.advice);
  if (problem.high_risk_case.empty()) problem.high_risk_case = judgement.high_risk_case;
  // The largest harm decides.
  if (problem.risk.empty() || risk_rank(judgement.risk) < risk_rank(problem.risk)) {
    problem.risk = judgement.risk;
  }
  problem.hazard = problem.hazard || judgement.hazard;
  if (problem.overall_change.empty() || problem.overall_change == "不变") {
    problem.overall_change = judgement.change;
    problem.overall_argument = judgement.change == "不变" ? "" : judgement.mitigation;
  }
}

// What is known without a person: the cases that may match, the advice of the checks.
void describe_unjudged(SecurityProblem& problem,
                       const SnapshotItem& item,
                       const RecordLine& record,
                       const standard::Standard& standard,
                       const standard::RiskCatalog& catalog) {
  problem.description = fmt::format("{}：未满足“{}”", item.control_point, item.text);
  for (const PointAnswer& point : record.points) add_text(problem.advice, point.advice);
  const auto found = standard.item(item.code, item.clause);
  if (!found) return;
  for (const standard::HighRiskCase* one : catalog.cases_of(**found)) {
    add_text(problem.analysis,
             fmt::format("待判定：可能符合高风险判例 {}（{}）", one->number, one->title));
  }
}

}  // namespace

std::vector<SecurityProblem> derive_problems(const std::vector<SnapshotObject>& objects,
                                             const std::vector<SnapshotItem>& items,
                                             const std::vector<RecordLine>& records,
                                             const std::vector<RiskJudgement>& judgements,
                                             const standard::Standard& standard,
                                             const standard::RiskCatalog& catalog) {
  std::map<std::pair<std::string, std::string>, const RiskJudgement*> by_record;
  for (const RiskJudgement& judgement : judgements) {
    for (const std::string& object : judgement.objects) {
      by_record.emplace(std::pair{judgement.code, object}, &judgement);
    }
  }
  std::map<std::string, Group> groups;
  for (const RecordLine& record : records) {
    if (!negative(record.verdict)) continue;
    const SnapshotItem& item = items[record.item];
    const auto judged = by_record.find({item.code, objects[record.object].id});
    const RiskJudgement* judgement = judged == by_record.end() ? nullptr : judged->second;
    const std::string cause =
        judgement == nullptr ? "item " + item.clause + item.code : "cause " + judgement->problem;
    auto [at, fresh] = groups.try_emplace(cause);
    Group& group = at->second;
    SecurityProblem& problem = group.problem;
    if (fresh) {
      group.first_item = record.item;
      problem.layer = item.layer;
      problem.control_point = item.control_point;
      problem.verdict = record.verdict;
    }
    if (judgement != nullptr) {
      take_judgement(problem, *judgement);
    } else {
      describe_unjudged(problem, item, record, standard, catalog);
    }
    if (record.verdict == Verdict::non_compliant) problem.verdict = Verdict::non_compliant;
    group.first_item = std::min(group.first_item, record.item);
    if (std::find(problem.codes.begin(), problem.codes.end(), item.code) == problem.codes.end()) {
      problem.codes.push_back(item.code);
    }
    if (std::find(problem.objects.begin(), problem.objects.end(), record.object) ==
        problem.objects.end()) {
      problem.objects.push_back(record.object);
    }
  }
  std::vector<Group> ordered;
  ordered.reserve(groups.size());
  for (auto& [cause, group] : groups) ordered.push_back(std::move(group));
  std::sort(ordered.begin(), ordered.end(), [](const Group& a, const Group& b) {
    const int left = risk_rank(a.problem.risk);
    const int right = risk_rank(b.problem.risk);
    if (left != right) return left < right;
    if (a.first_item != b.first_item) return a.first_item < b.first_item;
    return a.problem.description < b.problem.description;
  });
  std::vector<SecurityProblem> out;
  for (Group& group : ordered) {
    group.problem.number = fmt::format("T{:03}", out.size() + 1);
    std::sort(group.problem.objects.begin(), group.problem.objects.end());
    out.push_back(std::move(group.problem));
  }
  return out;
}

std::vector<HazardTrigger> derive_hazards(std::vector<SecurityProblem>& problems,
                                          const standard::Standard& standard,
                                          const standard::RiskCatalog& catalog) {
  std::vector<HazardTrigger> out;
  out.reserve(catalog.hazards().size());
  for (const standard::MajorHazard& hazard : catalog.hazards()) {
    out.push_back({hazard.number,
                   hazard.title,
                   hazard.layer,
                   hazard.control_point,
                   hazard.manifestation,
                   false,
                   {}});
  }
  for (SecurityProblem& problem : problems) {
    for (const std::string& code : problem.codes) {
      for (const standard::Item* item : standard.find(code)) {
        for (const standard::MajorHazard* hazard : catalog.hazards_of(*item)) {
          const auto index = static_cast<std::size_t>(hazard - catalog.hazards().data());
          HazardTrigger& trigger = out[index];
          if (std::find(trigger.problems.begin(), trigger.problems.end(), problem.number) !=
              trigger.problems.end()) {
            continue;
          }
          trigger.problems.push_back(problem.number);
          trigger.triggered = trigger.triggered || problem.hazard;
          if (problem.hazard) problem.hazards.push_back(hazard->number);
        }
      }
    }
  }
  return out;
}

}  // namespace dengce::assessment
