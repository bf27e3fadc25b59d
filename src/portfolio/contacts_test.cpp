// SPDX-License-Identifier: Apache-2.0
#include "portfolio/contacts.h"

#include "portfolio/system_store.h"
#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

using test::code;
using test::fields;
using test::noon;

class Contacts : public test::Both {
 protected:
  Result<Contact> make(const std::string& name,
                       std::optional<std::string> team_id,
                       std::optional<std::string> system_id,
                       const access::Actor& actor = manager()) {
    Contact contact;
    contact.party = "client";
    contact.organisation = "示例单位";
    contact.post = "安全员";
    contact.name = name;
    contact.phone = "021-5550 0100";
    contact.email = "someone@example.org";
    contact.team_id = std::move(team_id);
    contact.system_id = std::move(system_id);
    return create_contact(database_, actor, vault_, contact, noon);
  }

  Result<Page<Contact>> list(const access::Actor& actor,
                             const std::map<std::string, std::string, std::less<>>& filters = {}) {
    http::PageQuery query;
    query.sort = "organisation";
    query.filters = filters;
    db::Transaction read = database_.read().value();
    return select_contact_page(read, vault_, select_visible(read, actor).value(), query);
  }

  Vault vault_ = Vault::from_key(Secret(std::string(32, 'k'))).value();
};

TEST_P(Contacts, PersonsLieSealed) {
  const auto made = make("示例丁", std::nullopt, std::nullopt);
  ASSERT_TRUE(made) << made.error().text();
  const auto page = list(manager());
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(to_json(page->items.front()), to_json(*made));
  db::Transaction read = database_.read().value();
  const auto rows = read.query({"t.contact", "SELECT person FROM contact"}).value();
  const std::string sealed = rows.front().bytes(0);
  EXPECT_TRUE(vault_.holds(sealed));
  for (const char* part : {"示例丁", "5550", "someone"}) {
    EXPECT_EQ(sealed.find(part), std::string::npos);
    const auto entries =
        read.query({"t.audit", "SELECT object_name, detail FROM audit_entry"}).value();
    for (const db::Row& entry : entries) {
      EXPECT_EQ((entry.text(0) + entry.text(1)).find(part), std::string::npos);
    }
  }
  const Vault other = Vault::from_key(Secret(std::string(32, 'x'))).value();
  http::PageQuery query;
  query.sort = "post";
  EXPECT_EQ(code(select_contact_page(read, other, Visible{.everything = true}, query)),
            ErrorCode::data_corrupt);
}

TEST_P(Contacts, EverybodySeesTheContractsAndTheirOwn) {
  const auto common = make("示例丁", std::nullopt, std::nullopt);
  const auto theirs = make("示例戊", team(0), std::nullopt);
  ASSERT_TRUE(make("示例己", std::nullopt, system(1)));
  const access::Actor team_two = of_team(1);
  const auto own = make("示例庚", std::nullopt, system(8), team_two);
  ASSERT_TRUE(own) << own.error().text();
  EXPECT_EQ(list(manager())->total, 4);
  EXPECT_EQ(list(team_two)->total, 2);
  EXPECT_EQ(list(access::Actor{})->total, 1);
  EXPECT_EQ(list(team_two, {{"system", system(1)}})->total, 0);
  EXPECT_EQ(list(manager(), {{"team", team(0)}, {"party", "client"}, {"q", "安全"}})->total, 1);
  EXPECT_EQ(fields(make("x", std::nullopt, std::nullopt, team_two)),
            std::vector<std::string>{"system_id"});
  EXPECT_EQ(fields(make("x", team(0), std::nullopt, team_two)),
            std::vector<std::string>{"team_id"});
  EXPECT_EQ(fields(make("x", std::nullopt, system(1), team_two)),
            std::vector<std::string>{"system_id"});
  ContactPatch patch;
  patch.phone = "";
  EXPECT_EQ(code(change_contact(database_, team_two, vault_, theirs->id, 1, patch, noon)),
            ErrorCode::not_found);
  EXPECT_EQ(code(change_contact(database_, team_two, vault_, common->id, 1, patch, noon)),
            ErrorCode::permission_denied);
  const auto changed = change_contact(database_, team_two, vault_, own->id, 1, patch, noon);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->phone, "");
  EXPECT_EQ(changed->name, "示例庚");
  EXPECT_EQ(code(delete_contact(database_, team_two, vault_, own->id, 1, noon)),
            ErrorCode::conflict);
  EXPECT_TRUE(delete_contact(database_, team_two, vault_, own->id, 2, noon));
  EXPECT_EQ(list(team_two)->total, 1);
  EXPECT_EQ(audited(own->id), 3);
}

TEST_P(Contacts, WhatIsWrongIsNamedAtOnce) {
  Contact contact;
  contact.phone = "12ab";
  contact.email = "a@b@c";
  EXPECT_EQ(fields(create_contact(database_, manager(), vault_, contact, noon)),
            (std::vector<std::string>{"party", "organisation", "name", "phone", "email"}));
}

INSTANTIATE_TEST_SUITE_P(Both, Contacts, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::portfolio
