// SPDX-License-Identifier: Apache-2.0
// Bulk calls change every row or none, on both databases.
#include "portfolio/bulk.h"

#include <gtest/gtest.h>

#include "portfolio/asset_store.h"
#include "portfolio/assets.h"
#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

using test::noon;

const Catalogue& catalogue() {
  static const Catalogue loaded = load_catalogue(test::real_content()).value();
  return loaded;
}

class Bulk : public test::Both {
 protected:
  Asset made(const std::string& name, const std::string& system) {
    Asset asset;
    asset.class_name = "服务器/存储设备";
    asset.name = name;
    asset.systems = {system};
    return create_asset(database_, manager(), catalogue(), asset, noon).value();
  }

  Asset kept(const std::string& id) {
    db::Transaction read = database_.read().value();
    return select_asset(read, {.everything = true}, id).value();
  }

  Result<> relocate(const std::vector<BulkRow>& rows, const access::Actor& actor) {
    AssetPatch patch;
    patch.location = "新机房";
    return edit_rows(
        database_,
        actor,
        rows,
        [&](Edit& edit, const BulkRow& row) -> Result<> {
          TRY(change_asset_in(edit, catalogue(), row, patch));
          return {};
        },
        noon);
  }
};

INSTANTIATE_TEST_SUITE_P(Both, Bulk, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST_P(Bulk, ChangesEveryRowWithItsOwnEntryOfTheChain) {
  const Asset one = made("甲", system(1));
  const Asset two = made("乙", system(2));
  ASSERT_TRUE(relocate({{one.id, 1}, {two.id, 1}}, manager()));
  for (const std::string& id : {one.id, two.id}) {
    EXPECT_EQ(kept(id).location, "新机房");
    EXPECT_EQ(kept(id).version, 2);
    EXPECT_EQ(audited(id), 2);
  }
}

TEST_P(Bulk, OneRefusedRowKeepsAllAsTheyWereAndEachIsNamed) {
  const Asset one = made("甲", system(1));
  const Asset two = made("乙", system(2));
  const auto done = relocate({{one.id, 1}, {two.id, 7}, {"none", 1}}, manager());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::invalid_argument);
  ASSERT_EQ(done.error().problems.size(), 2U);
  EXPECT_EQ(done.error().problems[0].line, 2);
  EXPECT_EQ(done.error().problems[1].line, 3);
  EXPECT_EQ(kept(one.id).location, "");
  EXPECT_EQ(kept(one.id).version, 1);
  EXPECT_EQ(audited(one.id), 1);
}

TEST_P(Bulk, RowsOutOfSightAreAsUnknown) {
  std::string foreign;
  std::string own;
  for (const auto& one : portfolio_.systems) (one.team_id == team(0) ? own : foreign) = one.id;
  const Asset mine = made("甲", own);
  const Asset theirs = made("乙", foreign);
  const auto done = relocate({{mine.id, 1}, {theirs.id, 1}}, of_team(0));
  ASSERT_FALSE(done);
  ASSERT_EQ(done.error().problems.size(), 1U);
  EXPECT_EQ(done.error().problems[0].line, 2);
  EXPECT_EQ(kept(mine.id).version, 1);
  EXPECT_EQ(kept(theirs.id).version, 1);
}

TEST_P(Bulk, DeletesAllOrNone) {
  const Asset one = made("甲", system(1));
  const Asset two = made("乙", system(2));
  const RowEdit remove = [](Edit& edit, const BulkRow& row) { return delete_asset_in(edit, row); };
  EXPECT_FALSE(edit_rows(database_, manager(), {{one.id, 1}, {two.id, 2}}, remove, noon));
  EXPECT_EQ(kept(one.id).name, "甲");
  ASSERT_TRUE(edit_rows(database_, manager(), {{one.id, 1}, {two.id, 1}}, remove, noon));
  db::Transaction read = database_.read().value();
  EXPECT_FALSE(select_asset(read, {.everything = true}, one.id));
}

}  // namespace
}  // namespace dengce::portfolio
