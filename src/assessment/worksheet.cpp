// SPDX-License-Identifier: Apache-2.0
#include "assessment/worksheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/problems.h"

namespace dengce::assessment {
namespace {

ItemQuestion question_of(const standard::Standard& standard,
                         const standard::Item& item,
                         const standard::ObjectClass& object_class,
                         std::string_view platform) {
  ItemQuestion out;
  out.item = &item;
  for (int number = 1; number <= item.points; ++number) {
    PointQuestion point;
    point.number = number;
    for (const standard::TestPoint& test : item.test_points) {
      if (test.number != number) continue;
      point.text = test.text;
      point.method = test.method;
    }
    out.points.push_back(std::move(point));
  }
  for (const standard::Mapping* mapping : standard.mappings(item, platform, object_class)) {
    if (mapping->point < 1 || mapping->point > item.points) continue;
    out.points[static_cast<std::size_t>(mapping->point) - 1].checks.push_back(mapping);
  }
  return out;
}

MachineAnswer answer_of(const standard::Mapping& mapping,
                        const check::Check& check,
                        const check::Finding& finding,
                        const evidence::FactSet& facts,
                        const std::string& bundle) {
  MachineAnswer out;
  out.check = mapping.check;
  out.mode = mapping.mode;
  out.status = finding.status;
  out.reason = finding.reason;
  out.record = finding.record;
  out.advice = check.advice;
  if (finding.source) {
    if (const auto source = facts.source(*finding.source)) {
      out.source = SourceReference{bundle, std::string(source->path), source->line, {}};
    }
  }
  return out;
}

}  // namespace

std::vector<ItemQuestion> questions(const standard::Standard& standard,
                                    const standard::Grade& grade,
                                    const std::vector<standard::Extension>& extensions,
                                    const standard::ObjectClass& object_class,
                                    std::string_view platform) {
  std::vector<ItemQuestion> out;
  for (const standard::Item* item : standard.select(grade, extensions)) {
    const auto answer = standard.applicability(object_class, *item);
    if (answer.value == standard::Applicability::no) continue;
    out.push_back(question_of(standard, *item, object_class, platform));
    if (answer.value == standard::Applicability::conditional) out.back().condition = answer.note;
  }
  return out;
}

Result<> hold_mapping(const standard::Standard& standard, const check::CheckSet& checks) {
  std::vector<Problem> problems;
  for (const standard::Mapping& mapping : standard.mappings()) {
    const std::string field = fmt::format("{} {}", mapping.code, mapping.point);
    const check::Check* check = checks.find(mapping.check);
    if (check == nullptr) {
      problems.push_back(
          {mapping.path, mapping.line, field, fmt::format("没有检查 {}", mapping.check)});
    } else if (!check->on_platform(mapping.platform)) {
      problems.push_back({mapping.path,
                          mapping.line,
                          field,
                          fmt::format("检查 {} 不用于平台 {}", mapping.check, mapping.platform)});
    }
  }
  return fail_if_any("测评点与检查的对应关系有误", std::move(problems));
}

std::vector<std::vector<PointAnswers>> answers(const std::vector<ItemQuestion>& items,
                                               check::CheckEngine& engine,
                                               const std::string& bundle) {
  std::map<std::string, check::Finding, std::less<>> findings;
  std::vector<std::vector<PointAnswers>> out;
  for (const ItemQuestion& item : items) {
    std::vector<PointAnswers> points = unanswered(item);
    for (std::size_t i = 0; i < item.points.size(); ++i) {
      for (const standard::Mapping* mapping : item.points[i].checks) {
        const int index = engine.checks().index(mapping->check);
        if (index < 0) continue;  // hold_mapping has refused such content
        auto found = findings.find(mapping->check);
        if (found == findings.end()) {
          found = findings.emplace(mapping->check, engine.run(index)).first;
        }
        const check::Check& check = engine.checks().checks()[static_cast<std::size_t>(index)];
        points[i].machine.push_back(
            answer_of(*mapping, check, found->second, *engine.facts(), bundle));
      }
    }
    out.push_back(std::move(points));
  }
  return out;
}

std::vector<PointAnswers> unanswered(const ItemQuestion& item) {
  std::vector<PointAnswers> out;
  out.reserve(item.points.size());
  for (const PointQuestion& point : item.points) {
    out.push_back({point.number, point.text, point.method, {}, std::nullopt});
  }
  return out;
}

}  // namespace dengce::assessment
