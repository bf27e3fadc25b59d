// SPDX-License-Identifier: Apache-2.0
#include "assessment/problems.h"

#include "assessment/test_support.h"

namespace dengce::assessment {
namespace {

using test::real_knowledge;

// Three objects and the items they are judged on.
class Problems : public testing::Test {
 protected:
  Problems() {
    for (const char* id : {"s1", "s2", "s3"}) objects_.push_back({.id = id, .name = id});
  }

  std::size_t item(const std::string& code) {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].code == code) return i;
    }
    const standard::Item& found = **real_knowledge().standard.item(code);
    SnapshotItem shown;
    shown.code = found.code;
    shown.clause = found.clause;
    shown.layer = found.layer;
    shown.control_point = found.control_point;
    shown.text = found.text;
    items_.push_back(shown);
    return items_.size() - 1;
  }

  RecordLine& record(std::size_t object, const std::string& code, Verdict verdict) {
    RecordLine line;
    line.object = object;
    line.item = item(code);
    line.verdict = verdict;
    records_.push_back(line);
    return records_.back();
  }

  RiskJudgement& risk(const std::string& problem,
                      const std::string& code,
                      std::vector<std::string> objects,
                      const std::string& grade) {
    RiskJudgement judgement;
    judgement.problem = problem;
    judgement.code = code;
    judgement.objects = std::move(objects);
    judgement.risk = grade;
    judgement.change = "不变";
    judgements_.push_back(judgement);
    return judgements_.back();
  }

  std::vector<SecurityProblem> derive() {
    const Knowledge& knowledge = real_knowledge();
    return derive_problems(
        objects_, items_, records_, judgements_, knowledge.standard, knowledge.catalog);
  }

  std::vector<SnapshotObject> objects_;
  std::vector<SnapshotItem> items_;
  std::vector<RecordLine> records_;
  std::vector<RiskJudgement> judgements_;
};

TEST_F(Problems, OnlyNegativeRecordsAreProblems) {
  record(0, "L3-CES1-01", Verdict::compliant);
  record(0, "L3-CES1-02", Verdict::not_applicable);
  record(0, "L3-CES1-03", Verdict::pending);
  EXPECT_TRUE(derive().empty());
}

TEST_F(Problems, OneCauseOverItemsAndObjectsIsOneProblem) {
  record(1, "L3-CES1-02", Verdict::partial);
  record(0, "L3-CES1-01", Verdict::partial);
  record(1, "L3-CES1-01", Verdict::non_compliant);
  risk("口令策略缺失", "L3-CES1-01", {"s1", "s2"}, "低").threat = "身份冒用";
  risk("口令策略缺失", "L3-CES1-02", {"s2"}, "中").threat = "越权滥用";
  const auto problems = derive();
  ASSERT_EQ(problems.size(), 1U);
  const SecurityProblem& one = problems[0];
  EXPECT_EQ(one.number, "T001");
  EXPECT_EQ(one.description, "口令策略缺失");
  EXPECT_EQ(one.codes, (std::vector<std::string>{"L3-CES1-02", "L3-CES1-01"}));
  EXPECT_EQ(one.objects, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(one.verdict, Verdict::non_compliant) << "the worst of its records";
  EXPECT_EQ(one.risk, "中") << "the largest harm decides";
  EXPECT_NE(one.threat.find("身份冒用"), std::string::npos);
  EXPECT_NE(one.threat.find("越权滥用"), std::string::npos);
}

TEST_F(Problems, AJudgementSpeaksOfItsObjectsOnly) {
  record(0, "L3-CES1-01", Verdict::non_compliant);
  record(1, "L3-CES1-01", Verdict::non_compliant);
  record(2, "L3-CES1-01", Verdict::partial);
  risk("甲的原因", "L3-CES1-01", {"s1"}, "低");
  const auto problems = derive();
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].risk, "") << "unjudged ones come first";
  EXPECT_EQ(problems[0].objects, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(problems[1].objects, (std::vector<std::size_t>{0}));
}

TEST_F(Problems, UnjudgedOnesNameCandidateCasesAndAdvice) {
  RecordLine& line = record(0, "L3-CES1-01", Verdict::non_compliant);
  PointAnswer point{.point = 1, .status = PointStatus::fail, .check = "c"};
  point.advice = "设置口令";
  line.points = {point, point};
  const auto problems = derive();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].risk, "");
  EXPECT_FALSE(problems[0].hazard);
  EXPECT_EQ(problems[0].advice, "设置口令") << "once";
  EXPECT_NE(problems[0].description.find(items_[0].text), std::string::npos);
  const auto cases =
      real_knowledge().catalog.cases_of(**real_knowledge().standard.item("L3-CES1-01"));
  ASSERT_FALSE(cases.empty());
  for (const auto* one : cases) {
    EXPECT_NE(problems[0].analysis.find(one->number), std::string::npos) << one->number;
  }
}

TEST_F(Problems, OrderIsRiskThenItem) {
  for (const char* code : {"L3-PES1-01", "L3-CES1-01", "L3-CES1-02", "L3-CES1-03", "L3-CES1-05"}) {
    record(0, code, Verdict::non_compliant);
  }
  risk("低风险", "L3-PES1-01", {"s1"}, "低");
  risk("后面的高风险", "L3-CES1-05", {"s1"}, "高");
  risk("前面的高风险", "L3-CES1-01", {"s1"}, "高");
  risk("中风险", "L3-CES1-02", {"s1"}, "中");
  const auto problems = derive();
  std::vector<std::string> names;
  for (const SecurityProblem& one : problems) {
    EXPECT_EQ(one.number, fmt::format("T{:03}", names.size() + 1));
    names.push_back(one.risk.empty() ? "未判定" : one.description);
  }
  EXPECT_EQ(
      names,
      (std::vector<std::string>{"未判定", "前面的高风险", "后面的高风险", "中风险", "低风险"}));
}

TEST_F(Problems, EveryNegativeRecordBelongsToExactlyOne) {
  const std::array codes{"L3-CES1-01", "L3-CES1-02", "L3-CES1-03"};
  for (std::size_t object = 0; object < 3; ++object) {
    for (std::size_t i = 0; i < codes.size(); ++i) {
      record(object, codes[i], (object + i) % 3 == 0 ? Verdict::compliant : Verdict::partial);
    }
  }
  risk("原因一", "L3-CES1-01", {"s2", "s3"}, "中");
  risk("原因二", "L3-CES1-02", {"s1"}, "低");
  const auto problems = derive();
  for (const RecordLine& line : records_) {
    int in = 0;
    for (const SecurityProblem& one : problems) {
      const bool item_in =
          std::count(one.codes.begin(), one.codes.end(), items_[line.item].code) > 0;
      in += item_in && std::count(one.objects.begin(), one.objects.end(), line.object) > 0 ? 1 : 0;
    }
    EXPECT_EQ(in, line.verdict == Verdict::partial ? 1 : 0);
  }
}

TEST_F(Problems, HazardsHangOnItemsAndCountOnlyWhenSaid) {
  const auto& catalog = real_knowledge().catalog;
  const auto found =
      std::find_if(catalog.hazards().begin(), catalog.hazards().end(), [](const auto& one) {
        return one.codes[3].size() == 1 && one.codes[3][0].starts_with("L3-CES1-");
      });
  ASSERT_NE(found, catalog.hazards().end());
  record(0, found->codes[3][0], Verdict::non_compliant);
  auto problems = derive();
  auto triggers = derive_hazards(problems, real_knowledge().standard, catalog);
  ASSERT_EQ(triggers.size(), 32U);
  const auto index = static_cast<std::size_t>(found - catalog.hazards().begin());
  EXPECT_EQ(triggers[index].number, found->number);
  EXPECT_EQ(triggers[index].problems, std::vector<std::string>{"T001"});
  EXPECT_FALSE(triggers[index].triggered) << "a candidate, nobody has said so";
  EXPECT_TRUE(problems[0].hazards.empty());
  risk("已判定", found->codes[3][0], {"s1"}, "高").hazard = true;
  problems = derive();
  triggers = derive_hazards(problems, real_knowledge().standard, catalog);
  EXPECT_TRUE(triggers[index].triggered);
  EXPECT_TRUE(std::count(problems[0].hazards.begin(), problems[0].hazards.end(), found->number));
  const auto others = std::count_if(
      triggers.begin(), triggers.end(), [](const HazardTrigger& one) { return one.triggered; });
  EXPECT_EQ(static_cast<std::size_t>(others), problems[0].hazards.size());
}

}  // namespace
}  // namespace dengce::assessment
