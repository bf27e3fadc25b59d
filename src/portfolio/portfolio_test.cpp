// SPDX-License-Identifier: Apache-2.0
#include "portfolio/portfolio.h"

#include <gtest/gtest.h>

#include <map>

#include "portfolio/portfolio_store.h"

namespace dengce::portfolio {
namespace {

Content with(std::string path, std::string bytes) {
  Content content = Content::embedded();
  content.put(std::move(path), std::move(bytes));
  return content;
}

TEST(Portfolio, TheClientsThirtyNineSystems) {
  const auto portfolio = load_portfolio(Content::embedded());
  ASSERT_TRUE(portfolio) << portfolio.error().text();
  EXPECT_EQ(portfolio->systems.size(), 39U);
  std::map<std::int64_t, int> levels;
  std::map<std::string, int> teams;
  for (const InformationSystem& system : portfolio->systems) {
    ++levels[system.level];
    ++teams[system.team_id];
  }
  EXPECT_EQ(levels, (std::map<std::int64_t, int>{{2, 4}, {3, 35}}));
  std::vector<int> per_team;
  for (const Team& team : portfolio->teams) per_team.push_back(teams[team.id]);
  EXPECT_EQ(per_team, (std::vector<int>{5, 5, 6, 11, 6, 6}));
  // §2.1 prints the cells of no. 27 one column too far left.
  EXPECT_EQ(portfolio->systems[26].name, "市药品监管局公众服务大系统");
  EXPECT_EQ(portfolio->systems[26].level, 3);
  EXPECT_EQ(portfolio->systems[5].team, "国资委、科委和地方金融监管局团队");
  EXPECT_EQ(portfolio->systems[33].name, "上海市知识产权局数字知识产权一体化管理系统");
  EXPECT_EQ(portfolio->systems[33].level, 2);
}

TEST(Portfolio, TheContractAsWritten) {
  const auto portfolio = load_portfolio(Content::embedded());
  ASSERT_TRUE(portfolio);
  EXPECT_EQ(portfolio->contract.ceiling_fen, 718'061'200);
  EXPECT_FALSE(portfolio->contract.price_fen);
  EXPECT_FALSE(portfolio->contract.signed_on);
  EXPECT_EQ(format_day(portfolio->contract.end), "2026-12-31");
}

TEST(Portfolio, EveryBadRowIsNamed) {
  const auto bad = load_portfolio(with("portfolio/systems.csv",
                                       "no,team,name,level\n"
                                       "1,财政局团队,甲,3\n"
                                       "x,财政局团队,乙,3\n"
                                       "3,无此团队,丙,3\n"
                                       "4,财政局团队,甲,9\n"));
  ASSERT_FALSE(bad);
  std::vector<std::int64_t> lines;
  for (const Problem& problem : bad.error().problems) lines.push_back(problem.line);
  EXPECT_EQ(lines, (std::vector<std::int64_t>{3, 4, 5, 5}));
}

TEST(Portfolio, AnotherContractGivesOtherFigures) {
  const auto other =
      load_portfolio(with("portfolio/contract.yaml",
                          "name: A\nbuyer: B\nperiod: {signed: 2027-01-05, end: "
                          "2027-11-30}\nmoney: {ceiling_fen: 100, price_fen: 90}\n"));
  ASSERT_TRUE(other) << other.error().text();
  EXPECT_EQ(format_day(other->contract.end), "2027-11-30");
  EXPECT_EQ(other->contract.price_fen, 90);
  const auto dear = load_portfolio(with(
      "portfolio/contract.yaml",
      "name: A\nbuyer: B\nperiod: {end: 2027-13-30}\nmoney: {ceiling_fen: 100, price_fen: 101}\n"));
  ASSERT_FALSE(dear);
  EXPECT_EQ(dear.error().problems.size(), 2U) << dear.error().text();
}

TEST(PortfolioStore, ComesBackAndIsNotDoubled) {
  auto database = db::Database::open(":memory:");
  ASSERT_TRUE(db::migrate(*database, db::compiled_migrations()));
  const auto portfolio = load_portfolio(Content::embedded());
  {
    auto write = database->write();
    ASSERT_TRUE(insert_portfolio(*write, *portfolio));
    EXPECT_EQ(insert_portfolio(*write, *portfolio).error().code, ErrorCode::already_exists);
    ASSERT_TRUE(write->commit());
  }
  auto read = database->read();
  EXPECT_EQ(select_systems(*read)->size(), 39U);
  EXPECT_EQ(select_system(*read, "科技政务服务系统")->number, 8);
  EXPECT_EQ(select_system(*read, "没有").error().code, ErrorCode::not_found);
  EXPECT_EQ(select_contract(*read)->ceiling_fen, 718'061'200);
}

}  // namespace
}  // namespace dengce::portfolio
