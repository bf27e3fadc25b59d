// SPDX-License-Identifier: Apache-2.0
// Scoring schemes (content/scheme/*.yaml): parameters, thresholds and every open point as a named
// switch. Only data; the arithmetic stands in assessment/score.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/content.h"
#include "base/rational.h"
#include "base/result.h"

namespace dengce::standard {

// An open point of the official material, decided by a default that a user may change.
struct Switch {
  std::string name;
  std::string value;
  std::vector<std::string> allowed;
  std::string confidence;  // certain, likely, unsure
  std::string note;
};

// First rule whose conditions all hold gives the conclusion; the last has no condition.
struct ConclusionRule {
  std::string name;                        // 优, 基本符合 …
  std::optional<Rational> minimum;         // of score or rate, 0..100
  bool inclusive = true;                   // value = minimum holds
  std::vector<std::string> without_risks;  // final risk grades that must not occur: 高, 中
  bool without_hazard = false;             // no 重大风险隐患 may count
  std::string clause;                      // the rule in words, for the derivation
};

struct Scheme {
  enum class Form : std::uint8_t { score, rate };
  // How the values of several objects of one item become the item's value.
  enum class MultiObject : std::uint8_t {
    discrete,  // all 1 → 1, all 0 → 0, otherwise the value of 部分符合
    mean,      // arithmetic mean
    worst,     // the lowest
  };
  enum class Unit : std::uint8_t { item, record };
  enum class Decide : std::uint8_t { exact, rounded };

  std::string id;                       // "2021"
  std::string title;                    // Chinese
  Rational technical_share;             // y; score only
  Rational partial_value;               // x of 部分符合 (符合 1, 不符合 0)
  std::string unnamed_weight = "一般";  // of an item a weights file leaves out
  std::map<std::string, Rational, std::less<>> weights;  // f of 一般, 重要, 关键; score only
  std::vector<ConclusionRule> conclusions;
  std::vector<Switch> switches;  // as decided, for the report and for --help
  int decimals = 2;              // shown
  Form form = Form::rate;
  MultiObject multi_object = MultiObject::discrete;
  Unit unit = Unit::item;                // what is counted; rate only
  Decide decide = Decide::exact;         // value the thresholds are compared with
  bool overall_changes_value = false;    // whether 整体测评 corrects x
  bool high_risk_items_are_key = false;  // heuristic, off unless chosen

  // Value of a switch; "" if there is none of that name.
  [[nodiscard]] std::string_view switch_value(std::string_view name) const;
};

using SwitchChoice = std::map<std::string, std::string, std::less<>>;

// Loads content/scheme/<id>.yaml; `choice` replaces defaults of switches. All problems at once.
Result<Scheme> load_scheme(const Content& content,
                           std::string_view id,
                           const SwitchChoice& choice = {});
// Ids of the schemes in the content, sorted.
std::vector<std::string> scheme_ids(const Content& content);

}  // namespace dengce::standard
