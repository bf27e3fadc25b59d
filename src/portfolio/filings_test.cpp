// SPDX-License-Identifier: Apache-2.0
#include "portfolio/filings.h"

#include "portfolio/filing_store.h"
#include "portfolio/system_store.h"
#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

using test::code;
using test::fields;
using test::noon;

class Filings : public test::Both {
 protected:
  Filing make(const std::string& number, IdSet systems) {
    Filing filing;
    filing.number = number;
    filing.name = "科技政务服务系统";
    filing.level = 3;
    filing.filed = test::day("2026-03-01");
    filing.systems = std::move(systems);
    auto made = create_filing(database_, manager(), filing, noon);
    EXPECT_TRUE(made) << made.error().text();
    return made.value_or(Filing{});
  }

  Page<Filing> list(const access::Actor& actor, http::PageQuery query = {}) {
    if (query.sort.empty()) query.sort = "number";
    db::Transaction read = database_.read().value();
    return select_filing_page(read, select_visible(read, actor).value(), query).value();
  }
};

TEST_P(Filings, ManyToManyAndBack) {
  const Filing one = make("31010000001-26001", {system(1), system(8)});
  const Filing two = make("31010000001-26002", {system(8)});
  EXPECT_EQ(list(manager()).total, 2);
  FilingPatch patch;
  patch.systems = IdSet{system(1)};
  patch.filed = std::optional<Day>{};
  patch.certificate = FilingPatch::Certificate{"备案证明.pdf", std::string(64, 'a')};
  const auto changed = change_filing(database_, manager(), one.id, 1, patch, noon);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->systems, IdSet{system(1)});
  db::Transaction read = database_.read().value();
  const auto stored = select_filing(read, Visible{.everything = true}, one.id);
  EXPECT_EQ(stored->systems, IdSet{system(1)});
  EXPECT_FALSE(stored->filed);
  EXPECT_EQ(stored->certificate_name, "备案证明.pdf");
  EXPECT_EQ(stored->version, 2);
  EXPECT_EQ(select_filings(read)->back().systems, IdSet{system(8)});
  EXPECT_EQ(audited(two.id), 1);
}

TEST_P(Filings, WhatIsWrongIsNamedAtOnce) {
  Filing filing;
  filing.name = " ";
  filing.level = 5;
  filing.filed = test::day("2026-07-21");
  filing.certificate_sm3 = "12";
  EXPECT_EQ(fields(create_filing(database_, manager(), filing, noon)),
            (std::vector<std::string>{"number", "name", "level", "filed_day", "certificate"}));
  filing.systems = {system(1), "none"};
  EXPECT_EQ(fields(create_filing(database_, manager(), filing, noon)),
            std::vector<std::string>{"systems"});
}

TEST_P(Filings, ATeamSeesItsOwnLinksAndLeavesTheOthersAlone) {
  const Filing shared = make("1", {system(1), system(8)});
  make("2", {system(1)});
  make("3", {});
  const access::Actor team_two = of_team(1);
  const auto page = list(team_two);
  ASSERT_EQ(page.total, 1);
  EXPECT_EQ(page.items.front().systems, IdSet{system(8)});
  http::PageQuery query;
  query.filters["system"] = system(1);
  EXPECT_EQ(list(team_two, query).total, 0);
  EXPECT_EQ(list(manager(), query).total, 2);
  FilingPatch patch;
  patch.systems = IdSet{system(1)};
  EXPECT_EQ(fields(change_filing(database_, team_two, shared.id, 1, patch, noon)),
            std::vector<std::string>{"systems"});
  patch.systems = IdSet{system(7)};
  const auto changed = change_filing(database_, team_two, shared.id, 1, patch, noon);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->systems, IdSet{system(7)});
  {
    db::Transaction read = database_.read().value();
    EXPECT_EQ(select_filing(read, Visible{.everything = true}, shared.id)->systems,
              (IdSet{system(1), system(7)}));
  }
  EXPECT_EQ(code(delete_filing(database_, team_two, shared.id, 2, noon)),
            ErrorCode::permission_denied);
  EXPECT_EQ(code(change_filing(database_, of_team(2), shared.id, 2, patch, noon)),
            ErrorCode::not_found);
  Filing unlinked;
  unlinked.number = "4";
  unlinked.name = "x";
  unlinked.level = 2;
  EXPECT_EQ(fields(create_filing(database_, team_two, unlinked, noon)),
            std::vector<std::string>{"systems"});
}

TEST_P(Filings, AStaleVersionAndAnEnd) {
  const Filing one = make("1", {system(1)});
  FilingPatch patch;
  patch.level = 2;
  ASSERT_TRUE(change_filing(database_, manager(), one.id, 1, patch, noon));
  EXPECT_EQ(code(change_filing(database_, manager(), one.id, 1, patch, noon)), ErrorCode::conflict);
  EXPECT_EQ(code(delete_filing(database_, manager(), one.id, 1, noon)), ErrorCode::conflict);
  EXPECT_TRUE(delete_filing(database_, manager(), one.id, 2, noon));
  EXPECT_EQ(code(delete_filing(database_, manager(), one.id, 2, noon)), ErrorCode::not_found);
  EXPECT_EQ(list(manager()).total, 0);
  EXPECT_EQ(audited(one.id), 3);
}

TEST_P(Filings, ListsFilterAndPage) {
  for (int i = 0; i < 9; ++i) make("A-" + std::to_string(i), {system(8)});
  http::PageQuery query;
  query.sort = "number";
  query.limit = 4;
  const auto first = list(manager(), query);
  EXPECT_EQ(first.items.size(), 4U);
  EXPECT_EQ(first.total, 9);
  ASSERT_TRUE(first.next);
  query.after = {first.items.back().number, first.items.back().id};
  EXPECT_EQ(list(manager(), query).items.front().number, "A-4");
  query = {};
  query.filters["q"] = "a-7";
  EXPECT_EQ(list(manager(), query).total, 1);
  query.filters = {{"level", "2"}};
  EXPECT_EQ(list(manager(), query).total, 0);
}

INSTANTIATE_TEST_SUITE_P(Both, Filings, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::portfolio
