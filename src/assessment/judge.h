// SPDX-License-Identifier: Apache-2.0
// The judge: answers to test points → point status → verdict and text of a record. Pure rules.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assessment/snapshot.h"
#include "assessment/verdict.h"
#include "base/clock.h"
#include "base/result.h"
#include "standard/standard.h"

namespace dengce::assessment {

// What a check answered to one point.
struct MachineAnswer {
  std::string check;
  standard::MappingMode mode = standard::MappingMode::automatic;
  PointStatus status = PointStatus::unknown;
  std::string reason;
  std::string record;  // sentence for the record
  std::string advice;
  std::optional<SourceReference> source;
};

// What a person answered to one point.
struct HumanAnswer {
  PointStatus status = PointStatus::unknown;
  std::string text;
  std::string person;
};

struct PointAnswers {
  int number = 0;  // from 1
  std::string text;
  std::string method;
  std::vector<MachineAnswer> machine;
  std::optional<HumanAnswer> human;  // counts instead of the machine's, which stays beside it
};

// The answers of one point together: those not applicable drop out; all pass → pass; all fail →
// fail; partial, or pass beside fail → partial whatever is still open; else open (error before
// unknown). No answer at all is unknown.
PointStatus combine(std::span<const PointStatus> answers);

// The status of a point as far as machines can say: a check that only assists proves a failure; its
// pass leaves the point open, and so does a point where nothing but such checks does not apply.
PointStatus machine_status(const PointAnswers& point);

// A person's answer, else machine_status.
PointStatus point_status(const PointAnswers& point);

// The rule of an item over its points. Points not applicable drop out, all of them → 不适用. The
// verdict is fixed as soon as no answer to the open points could change it, else 待确认.
//   all     all pass → 符合, all fail → 不符合, else 部分符合
//   any     one pass → 符合, all fail → 不符合; partial as under single
//   single  all pass → 符合; a point that is partial is not positive: 不符合, or 部分符合 where the
//   item
//           allows that
Verdict item_verdict(standard::Rule rule,
                     bool partial_allowed,
                     std::span<const PointStatus> points);

struct Judgement {
  Verdict verdict = Verdict::pending;
  std::string text;                 // the record: what was seen, in the order of the points
  std::string reason;               // of 不适用: why; of 待确认: what is left to ask
  std::vector<PointAnswer> points;  // one a (point, check) and one a person's answer; a point
                                    // nobody answers has one entry
  std::vector<int> open;            // numbers of points left to ask
};

Judgement judge(const standard::Item& item, const std::vector<PointAnswers>& points);

// A person's own verdict on a record.
struct PersonRecord {
  Verdict verdict = Verdict::pending;
  std::string text;
  std::string reason;  // why the machine's verdict does not stand
  std::string person;
  Day day;
};

// Both judgements of one record, side by side.
struct JudgedRecord {
  Judgement machine;
  std::optional<PersonRecord> person;

  // The person's where there is one.
  [[nodiscard]] Verdict verdict() const;
  [[nodiscard]] const std::string& text() const;

  // invalid_argument without a name, a text, or with 待确认; failed_precondition when a fixed
  // verdict of the machine is changed without a reason.
  Result<> override_with(PersonRecord record);
};

}  // namespace dengce::assessment
