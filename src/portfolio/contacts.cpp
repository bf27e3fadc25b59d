// SPDX-License-Identifier: Apache-2.0
#include "portfolio/contacts.h"

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "portfolio/change.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"

namespace dengce::portfolio {
namespace {

bool is_phone(std::string_view text) {
  constexpr std::string_view allowed = "0123456789+-() /,;转分机";
  const auto digits =
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits >= 5 && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(" ,;<>") == std::string_view::npos &&
         text.find('.', at) != std::string_view::npos;
}

// What concerns everybody is kept by who sees everything.
Result<> check_place(db::Transaction& transaction, const Visible& visible, const Contact& contact) {
  if (!contact.team_id && !contact.system_id && !visible.everything) {
    return bad_field("system_id", "须选择团队或系统");
  }
  if (contact.system_id) TRY(check_system(transaction, visible, *contact.system_id));
  if (contact.team_id) {
    TRY_ASSIGN(const auto teams, select_teams(transaction, visible));
    const bool there = std::any_of(
        teams.begin(), teams.end(), [&](const Team& team) { return team.id == *contact.team_id; });
    if (!there) return bad_field("team_id", "没有此团队");
  }
  return {};
}

Result<> check_contact(const Contact& contact) {
  return fail_if_any("联系人有误", contact_problems(contact));
}

// As the change was made from; what concerns everybody is changed by who sees everything.
Result<Contact> find_changeable(Edit& edit,
                                const Vault& vault,
                                const std::string& id,
                                std::int64_t version) {
  TRY_ASSIGN(Contact contact, select_contact(edit.transaction, vault, edit.visible, id));
  if (!edit.visible.everything && !contact.team_id && !contact.system_id) {
    return fail(ErrorCode::permission_denied, "全项目的联系人由可见全部系统的人员维护");
  }
  return of_version<Contact>(std::move(contact), version);
}

void take_patch(Contact& contact, const ContactPatch& patch) {
  if (patch.party) contact.party = *patch.party;
  if (patch.organisation) contact.organisation = *patch.organisation;
  if (patch.post) contact.post = *patch.post;
  if (patch.name) contact.name = *patch.name;
  if (patch.phone) contact.phone = *patch.phone;
  if (patch.email) contact.email = *patch.email;
  if (patch.team_id) contact.team_id = *patch.team_id;
  if (patch.system_id) contact.system_id = *patch.system_id;
}

}  // namespace

std::vector<Problem> contact_problems(const Contact& contact) {
  std::vector<Problem> problems;
  const auto add = [&](const char* field, const char* reason) {
    problems.push_back({{}, 0, field, reason});
  };
  if (contact.party != "provider" && contact.party != "client" && contact.party != "centre") {
    add("party", "应为 provider、client 或 centre");
  }
  if (trim(contact.organisation).empty()) add("organisation", "应填写单位");
  if (trim(contact.name).empty()) add("name", "应填写姓名");
  if (!contact.phone.empty() && !is_phone(contact.phone)) add("phone", "不是电话号码");
  if (!contact.email.empty() && !is_email(contact.email)) add("email", "不是邮箱地址");
  return problems;
}

Result<Contact> create_contact(db::Database& database,
                               const access::Actor& actor,
                               const Vault& vault,
                               Contact contact,
                               Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const Contract contract, select_contract(edit.transaction));
  TRY(check_contact(contact));
  TRY(check_place(edit.transaction, edit.visible, contact));
  contact.id = new_id(clock);
  contact.version = 1;
  TRY(insert_contact(edit.transaction, vault, contract.id, contact));
  return edit.commit_created("contact", std::move(contact));
}

Result<Contact> change_contact_in(Edit& edit,
                                  const Vault& vault,
                                  const BulkRow& row,
                                  const ContactPatch& patch) {
  TRY_ASSIGN(const Contact before, find_changeable(edit, vault, row.id, row.version));
  Contact after = before;
  take_patch(after, patch);
  TRY(check_contact(after));
  TRY(check_place(edit.transaction, edit.visible, after));
  TRY(update_contact(edit.transaction, vault, after));
  return edit.commit_changed("contact", before, std::move(after));
}

Result<Contact> change_contact(db::Database& database,
                               const access::Actor& actor,
                               const Vault& vault,
                               const std::string& id,
                               std::int64_t version,
                               const ContactPatch& patch,
                               Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  return change_contact_in(edit, vault, {id, version}, patch);
}

Result<> delete_contact_in(Edit& edit, const Vault& vault, const BulkRow& row) {
  TRY_ASSIGN(const Contact before, find_changeable(edit, vault, row.id, row.version));
  TRY(remove_contact(edit.transaction, row.id));
  return edit.commit_deleted("contact", before);
}

Result<> delete_contact(db::Database& database,
                        const access::Actor& actor,
                        const Vault& vault,
                        const std::string& id,
                        std::int64_t version,
                        Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  return delete_contact_in(edit, vault, {id, version});
}

void write_contact(JsonWriter& json, const Contact& contact) {
  const auto id = [&](const char* key, const std::optional<std::string>& value) {
    json.key(key);
    value ? json.string(*value) : json.null();
  };
  json.begin_object().member("id", contact.id).member("party", contact.party);
  json.member("organisation", contact.organisation).member("post", contact.post);
  json.member("name", contact.name).member("phone", contact.phone);
  json.member("email", contact.email);
  id("team_id", contact.team_id);
  id("system_id", contact.system_id);
  json.member("version", contact.version).end_object();
}

std::string to_json(const Contact& contact) {
  return json_text(write_contact, contact);
}

std::string audit_name(const Contact& contact) {
  return contact.post.empty() ? contact.organisation : contact.organisation + " " + contact.post;
}

std::string audit_state(const Contact& contact) {
  Contact plain = contact;
  plain.name = contact.sealed_sm3;
  plain.phone.clear();
  plain.email.clear();
  return to_json(plain);
}

}  // namespace dengce::portfolio
