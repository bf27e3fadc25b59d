// SPDX-License-Identifier: Apache-2.0
// Scores: records → item values → score or rate, with the range that open records leave. Pure
// functions, exact arithmetic; parameters come from the scheme (content/scheme).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assessment/snapshot.h"
#include "assessment/verdict.h"
#include "base/rational.h"
#include "standard/risk.h"
#include "standard/scheme.h"
#include "standard/standard.h"

namespace dengce::assessment {

struct ObjectVerdict {
  std::string object;
  Verdict verdict = Verdict::pending;
};

// One item of the set that is scored, with the records of all its objects.
struct ItemRecords {
  std::string code;
  std::string layer;
  std::string control_point;
  std::string extension = "general";
  bool technical = true;
  bool high_risk = false;              // a high-risk case names the item
  std::string weight;                  // 一般, 重要, 关键; empty = the scheme's default
  std::vector<ObjectVerdict> objects;  // none: nothing recorded, counts as 待确认
  std::optional<Rational> corrected;   // x after 整体测评, used if the scheme says so
};

// The item without records; the catalog tells whether a high-risk case names it.
ItemRecords item_records(const standard::Item& item, const standard::RiskCatalog& catalog);

// A problem after risk analysis: its final grade, and whether it counts as 重大风险隐患.
struct RiskLine {
  std::string problem;
  std::string risk;  // 高, 中, 低
  bool hazard = false;
};

// GB/T 28449-2018: not applicable ones drop out (all of them → 不适用); all 符合 → 符合; all 不符合
// → 不符合; else 部分符合. 待确认 unless no outcome of the pending ones could change it. Used over
// the objects of an item, the items of a control point and the control points of a layer.
Verdict combine_verdicts(std::span<const Verdict> verdicts);

Verdict verdict_of(const ItemRecords& item);

// One end of the range.
struct ScoreEnd {
  Rational value;
  Rational technical, management;  // Vt, Vm; score only
  std::int64_t count = 0;          // n: what the value was divided by
};

struct ScoreRange {
  // None when nothing applies: then there is no score.
  std::optional<ScoreEnd> low, high;
};

// The lowest and the highest value that any outcome of the open records gives, each of them 符合,
// 部分符合, 不符合 or 不适用; both exact. An item that turns out not to apply makes n smaller, so
// the lowest score is not always the one where every open item fails.
ScoreRange score_range(const standard::Scheme& scheme, const std::vector<ItemRecords>& items);

// The first rule whose conditions hold.
const standard::ConclusionRule& conclude(const standard::Scheme& scheme,
                                         const Rational& value,
                                         const std::vector<RiskLine>& risks);

// All of it for a report: value, range, conclusion with its clause, and one derivation line an
// item.
SchemeResult score(const standard::Scheme& scheme,
                   const std::vector<ItemRecords>& items,
                   const std::vector<RiskLine>& risks);

// Control points and layers in the order of their first item.
std::vector<ControlPointResult> control_point_results(const std::vector<ItemRecords>& items);
std::vector<LayerResult> layer_results(const std::vector<ItemRecords>& items);

}  // namespace dengce::assessment
