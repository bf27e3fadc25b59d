// SPDX-License-Identifier: Apache-2.0
#include "assessment/snapshot.h"

#include <gtest/gtest.h>

namespace dengce::assessment {
namespace {

Snapshot small() {
  Snapshot snapshot;
  snapshot.id = "s1";
  snapshot.taken = {1'700'000'000'000};
  snapshot.demo = true;
  snapshot.versions["standard"] = "abc";
  snapshot.facts["system_name"] = "示例\"系统\"";
  snapshot.objects.push_back(
      {.id = "o1", .object_class = "服务器", .name = "甲", .attributes = {{"备注", "无"}}});
  snapshot.items.push_back({.code = "L3-CES1-01", .verdict = Verdict::partial});
  PointAnswer answered{.point = 2, .status = PointStatus::fail, .check = "c"};
  answered.source = SourceReference{"sm3", "/etc/passwd", 7, "x\ty"};
  snapshot.records.push_back({.object = 0,
                              .item = 0,
                              .verdict = Verdict::partial,
                              .text = "t",
                              .points = {PointAnswer{.point = 1}, answered}});
  SecurityProblem problem{.number = "T001", .codes = {"L3-CES1-01"}, .objects = {0}};
  snapshot.problems.push_back(problem);
  SchemeResult scheme{.scheme = "2025", .value = "70.00"};
  scheme.conclusion = "基本符合";
  scheme.derivation.push_back({.code = "L3-CES1-01", .objects = {"甲"}});
  snapshot.schemes.push_back(scheme);
  snapshot.schemes.push_back({.scheme = "2021"});
  snapshot.tables["tools"] = {"tools", {"a"}, {{{"b"}}}};
  return snapshot;
}

TEST(Snapshot, ReadsBackToTheSameBytes) {
  const std::string text = to_json(small());
  const auto back = snapshot_from_json(text);
  ASSERT_TRUE(back) << back.error().text() << back.error().detail;
  EXPECT_EQ(to_json(*back), text);
  EXPECT_EQ(back->records[0].points[1].source->line, 7);
  EXPECT_FALSE(back->records[0].points[0].source);
  EXPECT_FALSE(back->schemes[1].conclusion);
}

TEST(Snapshot, RefusesMissingFieldsAndIndexesOutside) {
  std::string text = to_json(small());
  Snapshot outside = small();
  outside.records[0].object = 1;
  EXPECT_FALSE(snapshot_from_json(to_json(outside)));
  const auto at = text.find("\"versions\"");
  text.replace(at, 10, "\"version_\"");
  EXPECT_EQ(snapshot_from_json(text).error().detail, "field versions");
  EXPECT_EQ(snapshot_from_json("{").error().code, ErrorCode::data_corrupt);
}

}  // namespace
}  // namespace dengce::assessment
