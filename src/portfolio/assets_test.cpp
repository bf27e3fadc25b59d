// SPDX-License-Identifier: Apache-2.0
#include "portfolio/assets.h"

#include "portfolio/asset_store.h"
#include "portfolio/portfolio_store.h"
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

Asset server(const std::string& name, IdSet systems) {
  Asset asset;
  asset.class_name = "服务器/存储设备";
  asset.name = name;
  asset.importance = "重要";
  asset.location = "示例机房";
  asset.addresses = {"192.0.2.7"};
  asset.attributes = {{"操作系统及版本", "Linux 5.10"}, {"备注", " "}};
  asset.systems = std::move(systems);
  asset.origin = "page";
  return asset;
}

class Assets : public test::Both {
 protected:
  Result<Asset> make(Asset asset, const access::Actor& actor = manager()) {
    return create_asset(database_, actor, catalogue(), std::move(asset), noon);
  }

  Result<Asset> change(const std::string& id,
                       std::int64_t version,
                       const AssetPatch& patch,
                       const access::Actor& actor = manager()) {
    return change_asset(database_, actor, catalogue(), id, version, patch, noon);
  }

  Page<Asset> list(const access::Actor& actor,
                   std::map<std::string, std::string, std::less<>> filters = {}) {
    http::PageQuery query;
    query.sort = "name";
    query.filters = std::move(filters);
    db::Transaction read = database_.read().value();
    return select_asset_page(read, select_visible(read, actor).value(), query).value();
  }

  std::int64_t total(const access::Actor& actor,
                     std::map<std::string, std::string, std::less<>> filters = {}) {
    return list(actor, std::move(filters)).total;
  }
};

TEST_P(Assets, ComesBackAsEntered) {
  const auto made = make(server("示例主机-1", {system(1), system(2)}));
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_TRUE(made->shared);
  db::Transaction read = database_.read().value();
  const auto stored = select_asset(read, Visible{.everything = true}, made->id);
  ASSERT_TRUE(stored);
  EXPECT_EQ(to_json(*stored), to_json(*made));
  EXPECT_EQ(stored->attributes,
            (std::map<std::string, std::string>{{"操作系统及版本", "Linux 5.10"}}));
  EXPECT_EQ(stored->systems, (IdSet{system(1), system(2)}));
  EXPECT_EQ(stored->updated, noon());
  EXPECT_EQ(audited(made->id), 1);
}

TEST_P(Assets, OneThingIsEnteredOnce) {
  const auto first = make(server("示例主机 Ａ", {system(1)}));
  ASSERT_TRUE(first);
  EXPECT_EQ(code(make(server("示例主机a", {system(8)}))), ErrorCode::already_exists);
  // The other team does not learn of it.
  EXPECT_TRUE(make(server("示例主机a", {system(8)}), of_team(1)));
  Asset other = server("示例主机a", {system(1)});
  other.addresses = {"192.0.2.8"};
  const auto second = make(other);
  ASSERT_TRUE(second);
  AssetPatch patch;
  patch.addresses = std::vector<std::string>{"192.0.2.7"};
  EXPECT_EQ(code(change(second->id, 1, patch)), ErrorCode::already_exists);
  patch.addresses = std::vector<std::string>{"192.0.2.9", "192.0.2.9", " 192.0.2.8"};
  const auto changed = change(second->id, 1, patch);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->addresses, (std::vector<std::string>{"192.0.2.9", "192.0.2.8"}));
}

TEST_P(Assets, WhatIsWrongIsNamedAtOnce) {
  Asset asset = server("", {system(1)});
  asset.importance = "很高";
  asset.addresses = {"192.0.2.300", "192.0.2.0/24", "host"};
  asset.attributes["颜色"] = "红";
  EXPECT_EQ(fields(make(asset)),
            (std::vector<std::string>{
                "name", "importance", "addresses", "addresses", "attributes.颜色"}));
  asset = server("x", {system(1)});
  asset.class_name = "飞机";
  EXPECT_EQ(fields(make(asset)), std::vector<std::string>{"class"});
  EXPECT_EQ(fields(make(server("x", {"none"}))), std::vector<std::string>{"systems"});
  EXPECT_EQ(fields(make(server("x", {}), of_team(1))), std::vector<std::string>{"systems"});
  EXPECT_EQ(total(manager()), 0);
}

TEST_P(Assets, ATeamSeesItsOwnAndLeavesTheOthersAlone) {
  const auto both = make(server("共用", {system(1), system(8)}));
  const auto theirs = make(server("他人", {system(1)}));
  ASSERT_TRUE(make(server("无主", {})));
  const access::Actor team_two = of_team(1);
  const auto page = list(team_two);
  ASSERT_EQ(page.total, 1);
  EXPECT_EQ(page.items.front().systems, IdSet{system(8)});
  EXPECT_EQ(total(team_two, {{"system", system(1)}}), 0);
  // What serves another team as well is not told by asking for that team.
  EXPECT_EQ(total(team_two, {{"team", team(0)}}), 0);
  EXPECT_EQ(total(team_two, {{"team", team(1)}}), 1);
  EXPECT_EQ(total(manager(), {{"team", team(0)}}), 2);
  AssetPatch patch;
  patch.location = "新机房";
  patch.systems = IdSet{system(7)};
  EXPECT_EQ(code(change(theirs->id, 1, patch, team_two)), ErrorCode::not_found);
  const auto changed = change(both->id, 1, patch, team_two);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->systems, IdSet{system(7)});
  EXPECT_EQ(code(delete_asset(database_, team_two, theirs->id, 1, noon)), ErrorCode::not_found);
  EXPECT_EQ(code(delete_asset(database_, team_two, both->id, 2, noon)),
            ErrorCode::permission_denied);
  db::Transaction read = database_.read().value();
  EXPECT_EQ(select_asset(read, Visible{.everything = true}, both->id)->systems,
            (IdSet{system(1), system(7)}));
  const auto counts = count_assets(read, select_visible(read, team_two).value());
  ASSERT_EQ(counts->size(), 1U);
  EXPECT_EQ(counts->front().second, 1);
}

TEST_P(Assets, AStaleVersionAndAnEnd) {
  const auto made = make(server("示例", {system(1)}));
  AssetPatch patch;
  patch.attributes = std::map<std::string, std::string>{{"备注", "迁移"}};
  patch.importance = "";
  const auto changed = change(made->id, 1, patch);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->attributes, *patch.attributes);
  EXPECT_EQ(code(change(made->id, 1, patch)), ErrorCode::conflict);
  EXPECT_EQ(code(delete_asset(database_, manager(), made->id, 1, noon)), ErrorCode::conflict);
  EXPECT_TRUE(delete_asset(database_, manager(), made->id, 2, noon));
  EXPECT_EQ(total(manager()), 0);
  EXPECT_EQ(audited(made->id), 3);
}

TEST_P(Assets, ManyAtOnceAndTheirLists) {
  std::vector<Asset> assets;
  for (int i = 0; i < 700; ++i) {
    Asset asset =
        server("主机-" + std::to_string(1000 + i), {system(1 + static_cast<std::size_t>(i) % 39)});
    asset.id = "a" + std::to_string(1000 + i);
    asset.class_name = i % 7 == 0 ? "网络设备" : asset.class_name;
    asset.attributes = i == 33 ? std::map<std::string, std::string>{{"备注", "Special 50%"}}
                               : std::map<std::string, std::string>{};
    assets.push_back(asset);
  }
  {
    db::Transaction write = database_.write().value();
    const std::string contract = select_contract(write)->id;
    ASSERT_TRUE(insert_assets(write, contract, assets));
    ASSERT_TRUE(write.commit());
  }
  EXPECT_EQ(total(manager(), {{"class", "网络设备"}}), 100);
  EXPECT_EQ(total(manager(), {{"q", "special 50%"}}), 1);
  EXPECT_EQ(total(manager(), {{"q", "主机-10_1"}}), 0);
  EXPECT_EQ(total(manager(), {{"system", system(1)}}), 18);
  EXPECT_EQ(total(manager(), {{"shared", "yes"}}), 0);
  db::Transaction read = database_.read().value();
  const Visible all{.everything = true};
  EXPECT_EQ(
      select_assets_by_key(read, all, {dedupe_key(assets[5]), dedupe_key(assets[6]), "x"})->size(),
      2U);
  for (const char* sort : {"name", "class", "updated"}) {
    http::PageQuery query;
    query.sort = sort;
    query.descending = true;
    query.limit = 300;
    std::set<std::string> seen;
    for (int pages = 0; pages < 5; ++pages) {
      const auto page = select_asset_page(read, all, query);
      ASSERT_TRUE(page) << page.error().text();
      for (const Asset& asset : page->items) seen.insert(asset.id);
      if (!page->next) break;
      const Asset& last = page->items.back();
      http::CursorValue key = last.updated.milliseconds;
      if (query.sort == "name") key = last.name;
      if (query.sort == "class") key = last.class_name;
      query.after = {key, last.id};
    }
    EXPECT_EQ(seen.size(), 700U) << sort;
  }
}

INSTANTIATE_TEST_SUITE_P(Both, Assets, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST(AssetRules, AddressesNetworksAndRanges) {
  for (const char* good :
       {"192.0.2.1", "192.0.2.0/24", "192.0.2.1-192.0.2.9", "2001:db8::1", "2001:db8::/32"}) {
    EXPECT_TRUE(is_asset_address(good)) << good;
  }
  for (const char* bad : {"",
                          "192.0.2",
                          "192.0.2.0/33",
                          "192.0.2.0/",
                          "192.0.2.0/+8",
                          "192.0.2.1-9",
                          "192.0.2.1-2001:db8::1",
                          "2001:db8::/129",
                          "host"}) {
    EXPECT_FALSE(is_asset_address(bad)) << bad;
  }
}

TEST(AssetRules, WhatIsOneThing) {
  Asset one = server("示例 主机", {});
  Asset other = server("示例主机", {});
  other.location = "别处";
  EXPECT_EQ(dedupe_key(one), dedupe_key(other));
  one.addresses.clear();
  other.addresses.clear();
  EXPECT_NE(dedupe_key(one), dedupe_key(other));
  other.location = one.location;
  EXPECT_EQ(dedupe_key(one), dedupe_key(other));
  other.class_name = "网络设备";
  EXPECT_NE(dedupe_key(one), dedupe_key(other));
}

}  // namespace
}  // namespace dengce::portfolio
