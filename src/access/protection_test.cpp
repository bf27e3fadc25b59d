// SPDX-License-Identifier: Apache-2.0
#include "access/protection.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace dengce::access {
namespace {

// The embedded file with one text replaced.
Result<Protection> altered(std::string_view from, std::string_view to) {
  Content content = Content::embedded();
  std::string text(content.read("access/protection.yaml").value());
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  content.put("access/protection.yaml", text);
  return Protection::load(content);
}

std::string due_text(const ProtectionClass& kept, const char* begin) {
  const auto due = kept.due(parse_day(begin));
  return due ? format_day(*due) : "never";
}

TEST(Protection, EveryClassSaysWhyAndWhatThen) {
  const Protection loaded = Protection::load(Content::embedded()).value();
  std::set<std::string> ids;
  for (const ProtectionClass& one : loaded.classes()) {
    ids.insert(one.id);
    EXPECT_FALSE(one.reason.empty() || one.reason_en.empty() || one.level.empty()) << one.id;
    EXPECT_EQ(one.then == AfterRetention::destroy, one.from != RetentionFrom::none) << one.id;
  }
  EXPECT_EQ(ids,
            (std::set<std::string>{
                "evidence", "document", "ledger", "export", "audit", "import", "upload"}));
  for (const std::string_view id :
       {protected_class::evidence, protected_class::document, protected_class::exported}) {
    EXPECT_TRUE(loaded.of(id).asks_purpose) << id;
    EXPECT_EQ(loaded.of(id).level, "敏感") << id;
  }
}

TEST(Protection, NothingIsDueBeforeItsMonthsHavePassed) {
  ProtectionClass kept;
  EXPECT_EQ(due_text(kept, "2026-12-31"), "never");
  kept.from = RetentionFrom::contract_end;
  kept.months = 6;
  EXPECT_EQ(due_text(kept, "2026-12-31"), "2027-07-01");
  EXPECT_EQ(due_text(kept, "2026-08-31"), "2027-03-01");
  EXPECT_EQ(due_text(kept, "2026-01-15"), "2026-07-16");
  EXPECT_FALSE(kept.due(std::nullopt));
}

TEST(Protection, NamesEveryMistakeWithItsLine) {
  const auto bad = altered("retention: {from: contract_end, months: 6}",
                           "retention: {from: contract_end, months: 0}\n    colour: red");
  ASSERT_FALSE(bad);
  ASSERT_EQ(bad.error().problems.size(), 2U);
  for (const Problem& problem : bad.error().problems) EXPECT_GT(problem.line, 10) << problem.field;
  EXPECT_FALSE(altered("- id: upload", "- id: import"));
  EXPECT_FALSE(altered("- id: upload", "- id: somewhere"));
  EXPECT_FALSE(altered("level: sensitive", "level: unheard"));
  EXPECT_FALSE(altered("{purpose: asked", "{purpose: perhaps"));
  EXPECT_FALSE(altered("    then: destroy", "    then: keep"));
}

TEST(Protection, TheAuditIsKeptForSixMonthsAtLeast) {
  const std::string_view kept = "retention: {from: none}\n    reason: 网络安全法";
  const auto audit = [&](const std::string& months) {
    Content content = Content::embedded();
    std::string text(content.read("access/protection.yaml").value());
    const auto at = text.find(kept);
    const auto then = text.find("then: keep", at);
    text.replace(then, 10, "then: destroy");
    text.replace(at, 23, "retention: {from: made, months: " + months + "}");
    content.put("access/protection.yaml", text);
    return Protection::load(content);
  };
  EXPECT_TRUE(audit("6"));
  ASSERT_FALSE(audit("5"));
  EXPECT_EQ(audit("5").error().problems.front().reason, "审计记录至少保存六个月");
}

}  // namespace
}  // namespace dengce::access
