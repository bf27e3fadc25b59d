// SPDX-License-Identifier: Apache-2.0
// The log of exports on both databases: who sees which of them.
#include "access/export_log.h"

#include <gtest/gtest.h>

#include "base/content.h"
#include "db/testing/test_databases.h"
#include "portfolio/portfolio_store.h"
#include "program/export_log_store.h"

namespace dengce::program {
namespace {

Instant july() {
  return *parse_instant("2026-07-20T04:00:00Z");
}

class ExportLog : public testing::TestWithParam<std::string> {
 protected:
  ExportLog() {
    const Content content = Content::embedded();
    const auto all = portfolio::load_portfolio(content).value();
    protection_ = access::Protection::load(content).value();
    first_ = all.systems[0].id;
    second_ = all.systems[1].id;
    auto transaction = database_.write().value();
    EXPECT_TRUE(portfolio::insert_portfolio(transaction, all));
    EXPECT_TRUE(transaction.commit());
  }

  void take_out(const std::string& account,
                std::string_view class_id,
                const std::string& system,
                const std::string& name) {
    access::Actor actor;
    actor.account = actor.login = account;
    auto transaction = database_.write().value();
    access::Export out{protection_.of(class_id), system, {"验收", "示例甲"}, {}};
    out.event = {"document.export", "document", "d", name, {}, "digest", R"({"rows":3})"};
    ASSERT_TRUE(append_export(transaction, actor, out, july));
    ASSERT_TRUE(transaction.commit());
  }

  std::vector<std::string> names(const ExportSight& sight,
                                 std::map<std::string, std::string, std::less<>> filters = {}) {
    http::PageQuery query;
    query.sort = "sequence";
    query.descending = true;
    query.filters = std::move(filters);
    auto transaction = database_.read().value();
    const auto page = select_exports(transaction, sight, query);
    std::vector<std::string> out;
    if (!page) return {"refused"};
    EXPECT_EQ(page->total, static_cast<std::int64_t>(page->items.size()));
    for (const ExportRow& row : page->items) out.push_back(row.object_name);
    return out;
  }

  using Names = std::vector<std::string>;

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  access::Protection protection_;
  std::string first_;
  std::string second_;
};

INSTANTIATE_TEST_SUITE_P(Both, ExportLog, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST_P(ExportLog, SaysWhoWhatWhyAndForWhom) {
  take_out("manager", access::protected_class::document, first_, "报告");
  http::PageQuery query;
  query.sort = "sequence";
  auto transaction = database_.read().value();
  const auto page = select_exports(transaction, {{true, {}, {}}, {}}, query).value();
  ASSERT_EQ(page.items.size(), 1U);
  const ExportRow& row = page.items.front();
  EXPECT_EQ(row.sequence, 1);
  EXPECT_EQ(row.class_id, "document");
  EXPECT_EQ(row.login, "manager");
  EXPECT_EQ(row.sm3, "digest");
  EXPECT_EQ(row.purpose, "验收");
  EXPECT_EQ(row.recipient, "示例甲");
  EXPECT_FALSE(row.system.empty());
  EXPECT_EQ(row.at_ms, july().milliseconds);
}

TEST_P(ExportLog, AScopeSeesItsSystemsAndItsOwn) {
  take_out("manager", access::protected_class::document, first_, "甲");
  take_out("manager", access::protected_class::document, second_, "乙");
  take_out("manager", access::protected_class::ledger, "", "总表");
  take_out("team", access::protected_class::ledger, "", "自己的");
  EXPECT_EQ(names({{true, {}, {}}, {}}), (Names{"自己的", "总表", "乙", "甲"}));
  EXPECT_EQ(names({{false, {first_}, {}}, "team"}), (Names{"自己的", "甲"}));
  EXPECT_EQ(names({{false, {}, {}}, "team"}), (Names{"自己的"}));
  EXPECT_EQ(names({{false, {}, {}}, "nobody"}), Names{});
}

TEST_P(ExportLog, FiltersByClassPersonAndDay) {
  take_out("a", access::protected_class::document, first_, "甲");
  take_out("b", access::protected_class::ledger, "", "乙");
  const ExportSight all{{true, {}, {}}, {}};
  EXPECT_EQ(names(all, {{"class", "ledger"}}), (Names{"乙"}));
  EXPECT_EQ(names(all, {{"login", "a"}}), (Names{"甲"}));
  EXPECT_EQ(names(all, {{"from", "2026-07-20"}, {"to", "2026-07-20"}}), (Names{"乙", "甲"}));
  EXPECT_EQ(names(all, {{"from", "2026-07-21"}}), Names{});
  EXPECT_EQ(names(all, {{"to", "2026-07-19"}}), Names{});
  EXPECT_EQ(names(all, {{"to", "yesterday"}}), (Names{"refused"}));
}

TEST_P(ExportLog, AnExportWithoutPurposeIsRefusedWhereTheClassAsks) {
  const auto refused =
      check_export_note({"", ""}, protection_.of(access::protected_class::document));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().problems.size(), 2U);
  EXPECT_TRUE(check_export_note({"", ""}, protection_.of(access::protected_class::import)));
}

}  // namespace
}  // namespace dengce::program
