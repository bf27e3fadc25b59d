// SPDX-License-Identifier: Apache-2.0
#include "portfolio/data_items.h"

#include "portfolio/system_store.h"
#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

using test::code;
using test::fields;
using test::noon;

const Catalogue& catalogue() {
  static const Catalogue loaded = load_catalogue(test::real_content()).value();
  return loaded;
}

class DataItems : public test::Both {
 protected:
  Result<DataItem> make(const std::string& name,
                        std::size_t in_system,
                        const std::string& data_class = "一般",
                        const access::Actor& actor = manager()) {
    DataItem item;
    item.system_id = system(in_system);
    item.name = name;
    item.category = "业务数据";
    item.data_class = data_class;
    return create_data_item(database_, actor, catalogue(), item, noon);
  }

  std::int64_t total(const access::Actor& actor,
                     std::map<std::string, std::string, std::less<>> filters = {}) {
    http::PageQuery query;
    query.sort = "name";
    query.filters = std::move(filters);
    db::Transaction read = database_.read().value();
    return select_data_item_page(read, select_visible(read, actor).value(), query)->total;
  }
};

TEST_P(DataItems, MeasuresDifferByClassAndFollowIt) {
  const auto plain = make("公告", 1);
  ASSERT_TRUE(plain) << plain.error().text();
  EXPECT_NE(plain->measures, make("台账", 1, "重要")->measures);
  DataItemPatch patch;
  patch.data_class = "核心";
  patch.personal = "sensitive";
  patch.secret = true;
  const auto changed =
      change_data_item(database_, manager(), catalogue(), plain->id, 1, patch, noon);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->measures, measures_of(*changed, catalogue()));
  for (const char* id : {"核心", "personal", "sensitive", "secret"}) {
    for (const std::string& measure : catalogue().data_class(id)->measures) {
      EXPECT_NE(changed->measures.find(measure), std::string::npos) << measure;
    }
  }
  // What a person wrote stays.
  DataItemPatch own;
  own.measures = "只在离线介质保存";
  ASSERT_TRUE(change_data_item(database_, manager(), catalogue(), plain->id, 2, own, noon));
  DataItemPatch less;
  less.secret = false;
  EXPECT_EQ(change_data_item(database_, manager(), catalogue(), plain->id, 3, less, noon)->measures,
            *own.measures);
  EXPECT_EQ(audited(plain->id), 4);
}

TEST_P(DataItems, WhatIsWrongIsNamedAtOnce) {
  ASSERT_TRUE(make("公告", 1));
  EXPECT_EQ(fields(make("公告", 1)), std::vector<std::string>{"name"});
  EXPECT_TRUE(make("公告", 2));
  EXPECT_EQ(fields(make(" ", 1, "机密")),
            (std::vector<std::string>{"name", "data_class", "measures"}));
  DataItem item;
  item.system_id = "none";
  EXPECT_EQ(fields(create_data_item(database_, manager(), catalogue(), item, noon)),
            std::vector<std::string>{"system_id"});
}

TEST_P(DataItems, ATeamSeesItsOwn) {
  const auto theirs = make("甲", 1);
  const auto own = make("乙", 8, "重要");
  const access::Actor team_two = of_team(1);
  EXPECT_EQ(total(manager()), 2);
  EXPECT_EQ(total(team_two), 1);
  EXPECT_EQ(total(team_two, {{"system", system(1)}}), 0);
  EXPECT_EQ(total(manager(), {{"data_class", "重要"}, {"q", "业务"}, {"personal", "none"}}), 1);
  EXPECT_EQ(fields(make("丙", 1, "一般", team_two)), std::vector<std::string>{"system_id"});
  EXPECT_EQ(code(change_data_item(database_, team_two, catalogue(), theirs->id, 1, {}, noon)),
            ErrorCode::not_found);
  EXPECT_EQ(code(delete_data_item(database_, team_two, theirs->id, 1, noon)), ErrorCode::not_found);
  EXPECT_EQ(code(delete_data_item(database_, team_two, own->id, 2, noon)), ErrorCode::conflict);
  EXPECT_TRUE(delete_data_item(database_, team_two, own->id, 1, noon));
  EXPECT_EQ(total(manager()), 1);
}

INSTANTIATE_TEST_SUITE_P(Both, DataItems, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::portfolio
