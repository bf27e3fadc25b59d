// SPDX-License-Identifier: Apache-2.0
#include "assessment/snapshot_builder.h"

#include "assessment/test_support.h"

namespace dengce::assessment {
namespace {

using test::real_knowledge;

// An assessment whose items all comply on one object unless a test says otherwise.
struct Example {
  SnapshotInput input;

  explicit Example(const std::string& extensions = {}) {
    input.assessment.level = 3;
    input.assessment.sag = "S3A3";
    input.assessment.round = "初测";
    input.assessment.demo = true;
    input.assessment.extensions = extensions;
    input.system = test::real_portfolio().systems.front();
    for (const char* id : {"o1", "o2"}) {
      AssessmentObject object;
      object.id = id;
      object.reference = std::string("ref-") + id;
      object.object_class = "服务器";
      object.name = std::string("示例 ") + id;
      input.objects.push_back(object);
    }
    const auto grade = standard::parse_grade(3, "S3A3").value();
    const auto list = standard::parse_extensions(extensions).value();
    for (const standard::Item* item : real_knowledge().standard.select(grade, list)) {
      input.records.push_back(
          {"o1", item->code, item->clause, Verdict::compliant, "符合。", "", {}});
    }
  }

  StoredRecord& record(const std::string& code) {
    for (StoredRecord& one : input.records) {
      if (one.code == code) return one;
    }
    throw std::out_of_range(code);
  }

  void second(const std::string& code, Verdict verdict) {
    StoredRecord copy = record(code);
    copy.object_id = "o2";
    copy.verdict = verdict;
    input.records.push_back(copy);
  }

  [[nodiscard]] Snapshot build() const { return build_snapshot(real_knowledge(), input).value(); }
};

const SchemeResult& scheme(const Snapshot& snapshot, const std::string& id) {
  for (const SchemeResult& one : snapshot.schemes) {
    if (one.scheme == id) return one;
  }
  throw std::out_of_range(id);
}

VerdictCounts counted(const Snapshot& snapshot) {
  VerdictCounts counts;
  for (const SnapshotItem& item : snapshot.items) counts.add(item.verdict);
  return counts;
}

TEST(SnapshotBuilder, CountsOfAllPartsAgree) {
  Example example("cloud");
  example.record("L3-CES1-01").verdict = Verdict::non_compliant;
  example.record("L3-PES1-01").verdict = Verdict::partial;
  example.record("L3-CES1-02").verdict = Verdict::not_applicable;
  example.record("L3-CES1-02").reason = "无此功能";
  example.second("L3-CES1-03", Verdict::non_compliant);
  example.second("L3-CES1-05", Verdict::not_applicable);
  const Snapshot snapshot = example.build();
  const VerdictCounts counts = counted(snapshot);
  EXPECT_EQ(counts.non_compliant, 1);
  EXPECT_EQ(counts.partial, 2) << "L3-PES1-01, and L3-CES1-03 over its two objects";
  EXPECT_EQ(counts.not_applicable, 1);
  EXPECT_EQ(counts.pending, 0);
  for (const SchemeResult& one : snapshot.schemes) {
    EXPECT_EQ(one.counts, counts) << one.scheme;
    EXPECT_EQ(one.applicable, counts.total() - counts.not_applicable) << one.scheme;
    EXPECT_EQ(one.derivation.size(), snapshot.items.size()) << one.scheme;
  }
  VerdictCounts layers;
  for (const LayerResult& layer : snapshot.layers) {
    layers.compliant += layer.items.compliant;
    layers.partial += layer.items.partial;
    layers.non_compliant += layer.items.non_compliant;
    layers.not_applicable += layer.items.not_applicable;
  }
  EXPECT_EQ(layers, counts);
  std::int64_t in_points = 0;
  for (const ControlPointResult& one : snapshot.control_points) in_points += one.items.total();
  EXPECT_EQ(in_points, counts.total());
  EXPECT_EQ(snapshot.records.size(), example.input.records.size());
}

TEST(SnapshotBuilder, ItemsWithoutRecordsStayOpen) {
  Example example;
  example.input.records.pop_back();
  const Snapshot snapshot = example.build();
  EXPECT_EQ(counted(snapshot).pending, 1);
  EXPECT_FALSE(scheme(snapshot, "2025").complete);
  EXPECT_NE(scheme(snapshot, "2025").low, scheme(snapshot, "2025").high);
}

TEST(SnapshotBuilder, ANotApplicableItemSaysWhy) {
  Example example;
  example.record("L3-CES1-02").verdict = Verdict::not_applicable;
  example.record("L3-CES1-02").reason = "无远程管理";
  const Snapshot snapshot = example.build();
  for (const SnapshotItem& item : snapshot.items) {
    EXPECT_EQ(item.not_applicable_reason, item.code == "L3-CES1-02" ? "无远程管理" : "");
  }
}

TEST(SnapshotBuilder, AnUnjudgedProblemLeavesTheConclusionOpen) {
  Example example;
  const Snapshot clean = example.build();
  ASSERT_TRUE(scheme(clean, "2021").conclusion);
  EXPECT_EQ(*scheme(clean, "2021").conclusion, "优");
  EXPECT_EQ(*scheme(clean, "2025").conclusion, "符合");
  example.record("L3-CES1-01").verdict = Verdict::non_compliant;
  const Snapshot open = example.build();
  ASSERT_EQ(open.problems.size(), 1U);
  for (const SchemeResult& one : open.schemes) {
    EXPECT_FALSE(one.conclusion) << one.scheme << ": it could still be a high risk";
    EXPECT_FALSE(one.complete) << one.scheme;
    EXPECT_NE(one.conclusion_low, one.conclusion_high) << one.scheme;
  }
  RiskJudgement low;
  low.problem = "口令弱";
  low.code = "L3-CES1-01";
  low.objects = {"ref-o1"};
  low.risk = "低";
  low.change = "不变";
  example.input.risks = {low};
  const Snapshot judged = example.build();
  EXPECT_EQ(*scheme(judged, "2021").conclusion, "优");
  EXPECT_EQ(*scheme(judged, "2025").conclusion, "符合");
  example.input.risks[0].risk = "高";
  EXPECT_EQ(*scheme(example.build(), "2021").conclusion, "差");
  EXPECT_EQ(*scheme(example.build(), "2025").conclusion, "符合");
  example.input.risks[0].hazard = true;
  EXPECT_EQ(*scheme(example.build(), "2025").conclusion, "基本符合");
}

TEST(SnapshotBuilder, AnUnjudgedProblemDoesNotOpenWhatIsDecidedAnyway) {
  Example example;
  for (StoredRecord& one : example.input.records) one.verdict = Verdict::non_compliant;
  const Snapshot snapshot = example.build();
  EXPECT_EQ(snapshot.schemes.size(), 2U);
  EXPECT_EQ(scheme(snapshot, "2021").conclusion.value_or("open"), "差");
  EXPECT_EQ(scheme(snapshot, "2025").conclusion.value_or("open"), "不符合");
}

TEST(SnapshotBuilder, ARecordOfNobodyIsRefused) {
  Example example;
  example.input.records[0].object_id = "o9";
  const auto lost = build_snapshot(real_knowledge(), example.input);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::data_corrupt);
  Example other;
  other.input.records[0].code = "L2-PES1-01";
  EXPECT_EQ(build_snapshot(real_knowledge(), other.input).error().code, ErrorCode::data_corrupt);
}

TEST(SnapshotBuilder, TheSameInputGivesTheSameBytes) {
  Example example;
  example.record("L3-CES1-01").verdict = Verdict::partial;
  EXPECT_EQ(to_json(example.build()), to_json(example.build()));
  const Snapshot snapshot = example.build();
  EXPECT_TRUE(snapshot.demo);
  EXPECT_EQ(snapshot.facts.at("system_name"), example.input.system.name);
  EXPECT_EQ(snapshot.facts.at("level"), "第三级");
  EXPECT_EQ(snapshot.versions, real_knowledge().versions);
}

}  // namespace
}  // namespace dengce::assessment
