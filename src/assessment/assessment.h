// SPDX-License-Identifier: Apache-2.0
// The nouns of one assessment as they are stored: objects, evidence, people's answers, records.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assessment/snapshot.h"
#include "assessment/verdict.h"
#include "base/clock.h"

namespace dengce::assessment {

struct Assessment {
  std::string id;
  std::string system_id;
  std::string round;  // 初测, 复测1 …
  int level = 3;
  std::string sag;         // S3A3
  std::string extensions;  // "cloud,mobile" or empty
  bool demo = false;
  Instant created;
  std::map<std::string, std::string> facts;  // see Snapshot::facts
};

struct AssessmentObject {
  std::string id;
  std::string reference;  // short stable name inside the assessment: server-live
  std::string object_class;
  std::string name;
  std::string asset_table;
  std::string importance;
  std::map<std::string, std::string> attributes;
  bool selected = true;
  std::string origin;      // live, bundle, people
  std::string bundle_sm3;  // empty without evidence
};

// A bundle with its parsed facts; both immutable, addressed by the SM3 of the archive.
struct StoredBundle {
  std::string sm3;
  std::string sha256;
  Instant received;
  std::string file_name;
  std::string platform;
  std::string target;
  std::string archive;  // the bytes as received
  std::string facts;    // evidence::FactSet::serialize()
  int fact_schema = 0;
};

// A person's answer to one test point of one object.
struct PersonAnswer {
  std::string object_id;
  std::string code;
  int point = 0;
  PointStatus status = PointStatus::unknown;
  std::string text;
  std::string person;
  Day day;
};

// A person's judgement of one problem on one item: the cause is named by `problem`, and equal names
// on several items are one problem.
struct RiskJudgement {
  std::string problem;
  std::string code;
  std::vector<std::string> objects;  // references; a judgement speaks of these only
  std::string threat, asset, analysis;
  std::string high_risk_case;  // number of the case that matches, or empty
  std::string change;          // 升高, 降低, 不变: whole-system assessment
  std::string risk;            // 高, 中, 低: final
  bool hazard = false;         // counts as 重大风险隐患
  std::string mitigation;
  std::string advice;
  std::string person;
};

struct StoredRecord {
  std::string object_id;
  std::string code;
  std::string clause;
  Verdict verdict = Verdict::pending;
  std::string text;
  std::string reason;
  std::vector<PointAnswer> points;
};

struct SnapshotHead {
  std::string id;
  Instant taken;
  std::string sha256;
};

}  // namespace dengce::assessment
