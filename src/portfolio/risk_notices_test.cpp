// SPDX-License-Identifier: Apache-2.0
#include "portfolio/risk_notices.h"

#include "portfolio/system_store.h"
#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

using test::code;
using test::day;
using test::fields;
using test::noon;

class RiskNotices : public test::Both {
 protected:
  Result<RiskNotice> make(std::size_t in_system, const access::Actor& actor = manager()) {
    RiskNotice notice;
    notice.system_id = system(in_system);
    notice.risks = "扫描可能影响业务";
    notice.measures = "避开业务高峰";
    notice.backup_state = "已提醒，当日全量备份";
    notice.told = day("2026-07-18");
    return create_risk_notice(database_, actor, notice, noon);
  }

  std::int64_t untold(const access::Actor& actor) {
    db::Transaction read = database_.read().value();
    return count_systems_untold(read, select_visible(read, actor).value()).value();
  }

  std::int64_t total(const access::Actor& actor,
                     std::map<std::string, std::string, std::less<>> filters = {}) {
    http::PageQuery query;
    query.sort = "told_day";
    query.descending = true;
    query.filters = std::move(filters);
    db::Transaction read = database_.read().value();
    return select_risk_notice_page(read, select_visible(read, actor).value(), query)->total;
  }
};

TEST_P(RiskNotices, ConfirmedOnceAndKept) {
  const auto made = make(8);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(untold(manager()), 39);
  RiskNoticePatch patch;
  patch.confirmed_by = "示例乙";
  EXPECT_EQ(fields(change_risk_notice(database_, of_team(1), made->id, 1, patch, noon)),
            std::vector<std::string>{"confirmed_day"});
  patch.confirmed = day("2026-07-17");
  EXPECT_EQ(fields(change_risk_notice(database_, of_team(1), made->id, 1, patch, noon)),
            std::vector<std::string>{"confirmed_day"});
  patch.confirmed = day("2026-07-19");
  const auto confirmed = change_risk_notice(database_, of_team(1), made->id, 1, patch, noon);
  ASSERT_TRUE(confirmed) << confirmed.error().text();
  EXPECT_EQ(untold(manager()), 38);
  EXPECT_EQ(untold(of_team(1)), 4);
  EXPECT_EQ(untold(of_team(0)), 5);
  patch.risks = "别的";
  EXPECT_EQ(code(change_risk_notice(database_, manager(), made->id, 2, patch, noon)),
            ErrorCode::failed_precondition);
  EXPECT_EQ(code(delete_risk_notice(database_, manager(), made->id, 2, noon)),
            ErrorCode::failed_precondition);
  EXPECT_EQ(total(manager(), {{"confirmed", "yes"}}), 1);
  EXPECT_EQ(total(manager(), {{"confirmed", "no"}}), 0);
  EXPECT_EQ(audited(made->id), 2);
}

TEST_P(RiskNotices, ATeamSeesItsOwn) {
  const auto theirs = make(1);
  EXPECT_EQ(fields(make(1, of_team(1))), std::vector<std::string>{"system_id"});
  ASSERT_TRUE(make(8, of_team(1)));
  EXPECT_EQ(total(of_team(1)), 1);
  EXPECT_EQ(total(of_team(1), {{"system", system(1)}}), 0);
  EXPECT_EQ(total(manager()), 2);
  EXPECT_EQ(code(change_risk_notice(database_, of_team(1), theirs->id, 1, {}, noon)),
            ErrorCode::not_found);
  EXPECT_TRUE(delete_risk_notice(database_, manager(), theirs->id, 1, noon));
  EXPECT_EQ(total(manager()), 1);
}

TEST_P(RiskNotices, WhatIsWrongIsNamedAtOnce) {
  RiskNotice notice;
  notice.system_id = system(1);
  notice.told = day("2026-07-21");
  notice.confirmed = day("2026-07-22");
  EXPECT_EQ(fields(create_risk_notice(database_, manager(), notice, noon)),
            (std::vector<std::string>{
                "risks", "measures", "backup_state", "told_day", "confirmed_by", "confirmed_day"}));
}

INSTANTIATE_TEST_SUITE_P(Both, RiskNotices, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::portfolio
