// SPDX-License-Identifier: Apache-2.0
// The worksheet of one object: the items that apply to it, their points and the checks that answer
// them; and the answers of a host's facts to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assessment/judge.h"
#include "base/result.h"
#include "check/check_engine.h"
#include "evidence/fact_set.h"
#include "standard/standard.h"

namespace dengce::assessment {

struct PointQuestion {
  int number = 0;  // from 1
  std::string text;
  std::string method;
  std::vector<const standard::Mapping*> checks;  // in the order of the mapping
};

struct ItemQuestion {
  const standard::Item* item = nullptr;
  std::string_view condition;  // when it applies only to some objects of the class: on what
  std::vector<PointQuestion> points;
};

// Always the same for a grade, extensions, class and platform. Points to the standard.
std::vector<ItemQuestion> questions(const standard::Standard& standard,
                                    const standard::Grade& grade,
                                    const std::vector<standard::Extension>& extensions,
                                    const standard::ObjectClass& object_class,
                                    std::string_view platform);

// Fails with every row of the mapping that names no check, or one of another platform.
Result<> hold_mapping(const standard::Standard& standard, const check::CheckSet& checks);

// What the facts bound to the engine answer; one list of points an item. A check that stands at
// several points runs once. `bundle` is the digest that source references carry.
std::vector<std::vector<PointAnswers>> answers(const std::vector<ItemQuestion>& items,
                                               check::CheckEngine& engine,
                                               const std::string& bundle = {});

// The points without answers, to be given by persons.
std::vector<PointAnswers> unanswered(const ItemQuestion& item);

}  // namespace dengce::assessment
