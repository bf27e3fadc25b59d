// SPDX-License-Identifier: Apache-2.0
#include "portfolio/systems.h"

#include "portfolio/contracts.h"
#include "portfolio/system_modules.h"
#include "portfolio/system_store.h"
#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

using test::code;
using test::day;
using test::fields;
using test::noon;

Instant august() {
  return *parse_instant("2026-08-01T00:00:00Z");
}

class Systems : public test::Both {
 protected:
  NewSystem july_system() {
    NewSystem input;
    input.team_id = team(2);
    input.name = "示例新划转系统";
    input.level = 3;
    input.sag = "S3A2";
    input.from = day("2026-07-01");
    input.reason = "七月划转，补录";
    input.confirmed_day = day("2026-07-15");
    return input;
  }

  std::int64_t total_on(const access::Actor& actor, const char* text) {
    return coverage_on(database_, actor, day(text))->all.total;
  }
};

TEST_P(Systems, OneOfJulyChangesTheDenominatorsFromJulyOn) {
  EXPECT_EQ(total_on(manager(), "2026-06-30"), 39);
  const auto created = create_system(database_, manager(), july_system(), noon);
  ASSERT_TRUE(created) << created.error().text();
  EXPECT_EQ(created->number, 40);
  EXPECT_TRUE(created->present);
  EXPECT_EQ(total_on(manager(), "2026-06-30"), 39);
  EXPECT_EQ(total_on(manager(), "2026-07-01"), 40);
  EXPECT_EQ(total_on(manager(), "2026-12-31"), 40);
  // Confirmed on the 15th.
  EXPECT_EQ(coverage_on(database_, manager(), day("2026-07-14"))->all.confirmed, 39);
  const auto later = coverage_on(database_, manager(), day("2026-07-15"));
  EXPECT_EQ(later->all.confirmed, 40);
  EXPECT_EQ(later->by_level.at(3).total, 36);
  EXPECT_EQ(later->by_team.at(team(2)).total, 7);
  EXPECT_EQ(audited(created->id), 1);
}

TEST_P(Systems, FewerThanTheMinimumWarns) {
  EXPECT_TRUE(coverage_on(database_, manager(), day("2026-07-20"))->warning.empty());
  SystemEvent retire;
  retire.kind = EventKind::retire;
  retire.effective = day("2026-07-10");
  retire.reason = "下线";
  const auto gone = record_event(database_, manager(), system(8), retire, noon);
  ASSERT_TRUE(gone) << gone.error().text();
  EXPECT_FALSE(gone->present);
  EXPECT_TRUE(coverage_on(database_, manager(), day("2026-07-09"))->warning.empty());
  EXPECT_FALSE(coverage_on(database_, manager(), day("2026-07-10"))->warning.empty());
  // Who sees a part cannot judge the whole.
  EXPECT_FALSE(coverage_on(database_, of_team(1), day("2026-07-10"))->minimum);
}

TEST_P(Systems, HistoryIsAddedToAndNeverRewritten) {
  SystemEvent transfer;
  transfer.kind = EventKind::transfer;
  transfer.effective = day("2026-06-01");
  transfer.team_id = team(3);
  EXPECT_EQ(fields(record_event(database_, manager(), system(1), transfer, noon)),
            std::vector<std::string>{"reason"});
  transfer.reason = "团队调整，补录";
  const auto moved = record_event(database_, manager(), system(1), transfer, noon);
  ASSERT_TRUE(moved) << moved.error().text();
  EXPECT_EQ(moved->team_id, team(3));
  EXPECT_EQ(moved->version, 2);
  transfer.team_id = team(0);
  transfer.reason = "更正";
  EXPECT_EQ(record_event(database_, manager(), system(1), transfer, noon)->team_id, team(0));
  const auto history = system_history(database_, manager(), system(1));
  ASSERT_EQ(history->size(), 3U);
  EXPECT_FALSE(history->front().effective);
  EXPECT_EQ(history->at(1).team_id, team(3));
  EXPECT_EQ(coverage_on(database_, manager(), day("2026-05-31"))->by_team.at(team(0)).total, 5);
  SystemEvent odd = transfer;
  odd.level = 2;
  EXPECT_EQ(fields(record_event(database_, manager(), system(1), odd, noon)),
            std::vector<std::string>{"level"});
}

TEST_P(Systems, AnEventOfALaterDayTakesEffectOnThatDay) {
  SystemEvent level;
  level.kind = EventKind::level;
  level.effective = day("2026-08-01");
  level.level = 2;
  level.sag = "S2A2";
  level.reason = "重新定级";
  const auto now = record_event(database_, manager(), system(3), level, noon);
  ASSERT_TRUE(now) << now.error().text();
  EXPECT_EQ(now->level, 3);
  EXPECT_EQ(now->next_change, day("2026-08-01"));
  {
    db::Transaction read = read_today(database_, noon).value();
    EXPECT_EQ(select_system(read, system(3))->level, 3);
  }
  db::Transaction read = read_today(database_, august).value();
  const auto then = select_system(read, system(3));
  EXPECT_EQ(then->level, 2);
  EXPECT_EQ(then->sag, "S2A2");
  EXPECT_FALSE(then->next_change);
}

TEST_P(Systems, ASystemOfATomorrowIsNotThereYet) {
  NewSystem input = july_system();
  input.from = day("2026-08-01");
  const auto created = create_system(database_, manager(), input, noon);
  ASSERT_TRUE(created);
  EXPECT_FALSE(created->present);
  EXPECT_EQ(created->name, input.name);
  EXPECT_EQ(total_on(manager(), "2026-07-31"), 39);
  EXPECT_EQ(total_on(manager(), "2026-08-01"), 40);
  ASSERT_TRUE(apply_due_events(database_, august));
  db::Transaction read = database_.read().value();
  EXPECT_TRUE(select_system(read, created->id)->present);
}

TEST_P(Systems, ATeamSeesItsOwnAndNothingElse) {
  const access::Actor team_two = of_team(1);
  EXPECT_EQ(total_on(team_two, "2026-07-20"), 5);
  EXPECT_TRUE(system_history(database_, team_two, system(8)));
  const auto hidden = system_history(database_, team_two, system(1));
  const auto absent = system_history(database_, team_two, "00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(code(hidden), ErrorCode::not_found);
  EXPECT_EQ(hidden.error().text(), absent.error().text());
  // By name neither.
  EXPECT_EQ(code(system_history(database_, team_two, "上海市发改委门户网站")),
            ErrorCode::not_found);
  db::Transaction read = database_.read().value();
  const Visible visible = select_visible(read, team_two).value();
  http::PageQuery query;
  query.sort = "number";
  const auto page = select_system_page(read, visible, query);
  ASSERT_TRUE(page) << page.error().text();
  EXPECT_EQ(page->total, 5);
  EXPECT_EQ(page->items.front().number, 6);
  EXPECT_EQ(select_teams(read, visible)->size(), 1U);
  access::Actor nobody;
  EXPECT_EQ(select_system_page(read, select_visible(read, nobody).value(), query)->total, 0);
}

TEST_P(Systems, ATeamCannotProbeForOthers) {
  SystemEvent transfer;
  transfer.kind = EventKind::transfer;
  transfer.effective = day("2026-07-20");
  transfer.team_id = team(0);
  transfer.reason = "x";
  const auto hidden = record_event(database_, of_team(1), system(8), transfer, noon);
  transfer.team_id = "no-such-team";
  const auto absent = record_event(database_, of_team(1), system(8), transfer, noon);
  EXPECT_EQ(hidden.error().text(), absent.error().text());
  SystemPatch patch;
  patch.reason = "x";
  patch.name = "上海市发改委门户网站";  // another team's
  const auto taken = change_system(database_, of_team(1), system(8), 1, patch, noon);
  patch.name = "无此系统";
  const auto free = change_system(database_, of_team(1), system(8), 1, patch, noon);
  EXPECT_EQ(code(taken), ErrorCode::permission_denied);
  EXPECT_EQ(taken.error().text(), free.error().text());
}

TEST_P(Systems, TwoEditorsOfOneRow) {
  SystemPatch patch;
  patch.number = 108;
  ASSERT_TRUE(change_system(database_, manager(), system(8), 1, patch, noon));
  patch.number = 109;
  EXPECT_EQ(code(change_system(database_, manager(), system(8), 1, patch, noon)),
            ErrorCode::conflict);
  patch.name = "更名后的系统";
  patch.reason = "更名";
  const auto renamed = change_system(database_, manager(), system(8), 2, patch, noon);
  ASSERT_TRUE(renamed) << renamed.error().text();
  EXPECT_EQ(renamed->name, "更名后的系统");
  EXPECT_EQ(renamed->number, 109);
  EXPECT_EQ(system_history(database_, manager(), system(8))->size(), 2U);
}

TEST_P(Systems, ListsPageByKeyFilterAndSort) {
  db::Transaction read = database_.read().value();
  const Visible visible = select_visible(read, manager()).value();
  http::PageQuery query;
  query.sort = "name";
  query.descending = true;
  query.limit = 7;
  std::vector<std::string> names;
  for (;;) {
    const auto page = select_system_page(read, visible, query);
    ASSERT_TRUE(page) << page.error().text();
    EXPECT_EQ(page->total, 39);
    for (const auto& system : page->items) names.push_back(system.name);
    if (!page->next) break;
    const auto& last = page->items.back();
    query.after = {last.name, last.id};
  }
  EXPECT_EQ(names.size(), 39U);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 39U);
  query = {};
  query.sort = "number";
  query.filters["level"] = "2";
  EXPECT_EQ(select_system_page(read, visible, query)->total, 4);
  query.filters = {{"q", "门户网站"}, {"team", team(0)}};
  EXPECT_EQ(select_system_page(read, visible, query)->total, 2);
  query.filters = {{"q", "%"}};
  EXPECT_EQ(select_system_page(read, visible, query)->total, 0);
  query.after = {std::string("x"), std::string("y")};
  EXPECT_EQ(fields(select_system_page(read, visible, query)), std::vector<std::string>{"after"});
}

TEST_P(Systems, ModulesInAndOutOfScope) {
  SystemModule module{{}, system(8), "门户域", "domain", true, {}, 1};
  const auto portal = create_module(database_, manager(), module, noon);
  ASSERT_TRUE(portal) << portal.error().text();
  module.name = "归档域";
  module.in_scope = false;
  EXPECT_EQ(fields(create_module(database_, manager(), module, noon)),
            std::vector<std::string>{"reason"});
  module.reason = "已停用";
  ASSERT_TRUE(create_module(database_, manager(), module, noon));
  EXPECT_EQ(fields(create_module(database_, manager(), module, noon)),
            std::vector<std::string>{"name"});
  module.name = "办理域";
  module.in_scope = true;
  ASSERT_TRUE(create_module(database_, manager(), module, noon));
  EXPECT_EQ(modules_of(database_, of_team(1), system(8))->size(), 3U);
  EXPECT_EQ(code(modules_of(database_, of_team(0), system(8))), ErrorCode::not_found);
  ModulePatch patch;
  patch.in_scope = false;
  EXPECT_EQ(code(change_module(database_, of_team(0), portal->id, 1, patch, noon)),
            ErrorCode::not_found);
  EXPECT_EQ(fields(change_module(database_, manager(), portal->id, 1, patch, noon)),
            std::vector<std::string>{"reason"});
  patch.reason = "并入办理域";
  EXPECT_EQ(change_module(database_, manager(), portal->id, 1, patch, noon)->version, 2);
  EXPECT_EQ(code(delete_module(database_, manager(), portal->id, 1, noon)), ErrorCode::conflict);
  EXPECT_TRUE(delete_module(database_, manager(), portal->id, 2, noon));
  EXPECT_EQ(audited(portal->id), 3);
}

TEST_P(Systems, TheContractChangesByAmendment) {
  ContractPatch patch;
  patch.price_fen = 600'000'001;
  patch.signed_on = day("2026-03-02");
  EXPECT_EQ(fields(change_contract(database_, manager(), 1, patch, noon)),
            std::vector<std::string>{"reason"});
  patch.reason = "签订";
  EXPECT_EQ(code(change_contract(database_, of_team(1), 1, patch, noon)),
            ErrorCode::permission_denied);
  const auto signed_contract = change_contract(database_, manager(), 1, patch, noon);
  ASSERT_TRUE(signed_contract) << signed_contract.error().text();
  const Derived derived = derive(*signed_contract);
  EXPECT_EQ(derived.half_time, day("2026-08-01"));
  EXPECT_EQ(derived.materials_due, day("2026-10-31"));
  ASSERT_EQ(derived.payments.size(), 2U);
  EXPECT_EQ(derived.payments[0].amount_fen, 420'000'000);
  EXPECT_EQ(derived.payments[1].amount_fen, 180'000'001);
  patch.price_fen = 999'999'999;
  patch.end = day("2026-01-01");
  EXPECT_EQ(fields(change_contract(database_, manager(), 2, patch, noon)),
            (std::vector<std::string>{"end_day", "price_fen"}));
  ContractPatch shares;
  shares.reason = "补充协议";
  shares.terms = R"({"payments":[{"number":1,"percent":60},{"number":2,"percent":30}]})";
  EXPECT_EQ(fields(change_contract(database_, manager(), 2, shares, noon)),
            std::vector<std::string>{"terms.payments"});
  shares.terms = R"({"payments":[{"number":1,"percent":60},{"number":2,"percent":40}],)"
                 R"("scope":{"systems_at_least":45}})";
  ASSERT_TRUE(change_contract(database_, manager(), 2, shares, noon));
  EXPECT_EQ(coverage_on(database_, manager(), day("2026-07-20"))->minimum, 45);
  db::Transaction read = database_.read().value();
  const auto contract = select_contract(read);
  EXPECT_EQ(select_amendments(read, contract->id)->size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Both, Systems, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST(Derived, AmountsAndDatesFollowFromTheContract) {
  const Portfolio portfolio = load_portfolio(test::real_content()).value();
  Contract contract = portfolio.contract;
  EXPECT_FALSE(derive(contract).half_time);
  EXPECT_TRUE(derive(contract).payments.empty());
  contract.price_fen = 718'061'200;
  EXPECT_EQ(derive(contract).payments[0].amount_fen, 502'642'840);
  EXPECT_EQ(derive(contract).payments[1].amount_fen, 215'418'360);
  contract.end = test::day("2027-04-30");
  EXPECT_EQ(derive(contract).materials_due, test::day("2027-02-28"));
}

}  // namespace
}  // namespace dengce::portfolio
