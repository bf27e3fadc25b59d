// SPDX-License-Identifier: Apache-2.0
// The seeded example assessment under content/demo: read, validated, nothing stored.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "assessment/assessment.h"
#include "base/content.h"
#include "base/result.h"
#include "standard/standard.h"

namespace dengce::assessment {

struct DemoContent {
  std::int64_t system_number = 0;         // in the portfolio
  Assessment assessment;                  // id and system are still empty
  std::vector<AssessmentObject> objects;  // ids are set
  std::vector<PersonAnswer> answers;
  std::vector<RiskJudgement> risks;
  std::map<std::string, Table> tables;
  // Objects judged by the machine: reference → path of the bundle in the content; "" = this
  // machine.
  std::map<std::string, std::string> bundles;
};

// Every problem of every file comes back together. References, item codes, points, classes and
// words are checked against the standard and each other.
Result<DemoContent> load_demo(const Content& content, const standard::Standard& standard);

}  // namespace dengce::assessment
