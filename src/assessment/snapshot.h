// SPDX-License-Identifier: Apache-2.0
// A snapshot: everything a report or a page shows of one assessment, frozen under one id. Plain
// data; every figure of a document comes from here and nowhere else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assessment/verdict.h"
#include "base/clock.h"
#include "base/result.h"

namespace dengce::assessment {

// Where an answer was seen: a line of a file or command output of a bundle.
struct SourceReference {
  std::string bundle;  // digest (SM3) of the bundle
  std::string path;    // file on the host, or "command: sshd -T"
  std::int64_t line = 0;
  std::string excerpt;  // the line itself, cut to 200 characters
};

struct PointAnswer {
  int point = 0;     // from 1
  std::string text;  // what is examined
  std::string method;
  PointStatus status = PointStatus::unknown;
  std::string check;   // empty: answered by a person or not at all
  std::string person;  // empty: answered by a machine or not at all
  std::string reason;  // observed, or what is left to ask
  std::string advice;  // of a finding
  std::optional<SourceReference> source;
};

struct RecordLine {
  std::size_t object = 0;  // index into Snapshot::objects
  std::size_t item = 0;    // index into Snapshot::items
  Verdict verdict = Verdict::pending;
  std::string text;    // the record sentence(s)
  std::string reason;  // of 不适用 and 待确认
  std::vector<PointAnswer> points;
};

struct SnapshotObject {
  std::string id;
  std::string object_class;  // 服务器, 物理机房, 管理文档 …
  std::string name;
  std::string layer;                              // layer whose items it carries, empty if several
  std::string asset_table;                        // 服务器/存储设备 …: table of appendix A
  std::string importance;                         // 关键, 重要, 一般
  std::map<std::string, std::string> attributes;  // columns of the asset table
  bool selected = true;  // an assessment object (chapter 2.3), not only an asset
  std::string origin;    // live, bundle, people
  std::string bundle;    // digest, empty without one
};

struct SnapshotItem {
  std::string code, clause, letter, layer, control_point, extension, sag, text, rule;
  Verdict verdict = Verdict::pending;  // over all objects
  std::string not_applicable_reason;
};

struct VerdictCounts {
  std::int64_t compliant = 0, partial = 0, non_compliant = 0, not_applicable = 0, pending = 0;

  [[nodiscard]] std::int64_t total() const {
    return compliant + partial + non_compliant + not_applicable + pending;
  }

  void add(Verdict verdict);
  bool operator==(const VerdictCounts&) const = default;
};

struct ControlPointResult {
  std::string layer, control_point, extension;
  VerdictCounts items;  // by item
  Verdict verdict = Verdict::pending;
};

struct LayerResult {
  std::string layer;
  VerdictCounts items;
  std::string
      rate;  // 符合率 in percent with two decimals (by item, N/A left out); empty if none counts
};

// A problem: one cause over several objects (primer §3.4), numbered T001 … by risk, then layer.

struct SecurityProblem {
  std::string number;       // T001
  std::string description;  // what is wrong
  std::string layer, control_point;
  std::vector<std::string> codes;
  std::vector<std::size_t> objects;
  Verdict verdict = Verdict::non_compliant;  // worst of its records
  std::string threat, asset, analysis;
  std::string risk;            // 高, 中, 低 (final); empty = not yet judged
  std::string overall_change;  // 升高, 降低, 不变 of the whole-system assessment
  std::string overall_argument;
  std::string high_risk_case;  // case number, empty if none matches
  std::string mitigation;
  std::vector<std::string> hazards;  // A-01 … triggered
  bool hazard = false;               // counts as 重大风险隐患
  std::string advice;
};

struct HazardTrigger {
  std::string number, title, layer, control_point, manifestation;
  bool triggered = false;
  std::vector<std::string> problems;  // T numbers
};

struct DerivationLine {
  std::string code;
  std::string layer;
  std::string x;                     // "1", "0.5", "0", "-" (not applicable), "?" (pending)
  std::string weight;                // 一般, 重要, 关键
  std::string lost;                  // points lost, two decimals; 2025: share of the rate
  std::vector<std::string> objects;  // names that decided
};

struct SchemeResult {
  std::string scheme;  // "2021" or "2025"
  std::string value;   // score or rate, two decimals (the low end while pending)
  std::string low, high;
  std::optional<std::string> conclusion;
  std::string conclusion_low, conclusion_high;
  std::string clause;  // rule that decided, in words
  bool complete = false;
  std::int64_t applicable = 0;
  VerdictCounts counts;
  std::string technical, management;  // 2021: Vt, Vm
  std::vector<DerivationLine> derivation;
};

struct NamedRow {
  std::vector<std::string> cells;
};

struct Table {  // small tables taken over as they are: process, tools, threats, scans
  std::string name;
  std::vector<std::string> columns;
  std::vector<NamedRow> rows;
};

struct Snapshot {
  std::string id;
  Instant taken;
  std::map<std::string, std::string>
      versions;       // standard, checks, scheme, program → digest or version
  bool demo = false;  // 演示数据 stands on every page

  // Identity fields shown on the cover and in the basic information table. Keys:
  // report_number, system_name, level ("第三级"), sag ("S3A3"), filing_number, system_form,
  // client_name, client_address, client_postcode, client_head, client_contact, client_phone,
  // client_credit_code, team, assessor_name, assessor_code, assessor_address, assessor_contact,
  // assessor_phone, author, author_date, reviewer, reviewer_date, approver, approver_date,
  // report_date, site_begin, site_end, round, extensions, industry_standards, business,
  // network_description, grading_description. Missing keys are shown as "—".
  std::map<std::string, std::string> facts;

  std::vector<SnapshotObject> objects;
  std::vector<SnapshotItem> items;  // all items of level, S/A/G and extensions, N/A ones too
  std::vector<RecordLine> records;  // ordered by object, then item
  std::vector<ControlPointResult> control_points;
  std::vector<LayerResult> layers;
  std::vector<SecurityProblem> problems;
  std::vector<HazardTrigger> hazards;
  std::vector<SchemeResult> schemes;
  std::map<std::string, Table> tables;  // process, tools, threats, scan, pentest, previous
};

// JSON both ways; the same snapshot gives the same bytes.
std::string to_json(const Snapshot& snapshot);
Result<Snapshot> snapshot_from_json(std::string_view json);

// Parts of it, as they are kept beside a row.
std::string points_to_json(const std::vector<PointAnswer>& points);
Result<std::vector<PointAnswer>> points_from_json(std::string_view json);
std::string texts_to_json(const std::map<std::string, std::string>& texts);
Result<std::map<std::string, std::string>> texts_from_json(std::string_view json);
std::string table_to_json(const Table& table);
Result<Table> table_from_json(std::string_view json);

}  // namespace dengce::assessment
