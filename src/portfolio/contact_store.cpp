// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "portfolio/contacts.h"

namespace dengce::portfolio {
namespace {

constexpr std::string_view contact_columns =
    "c.id, c.party, c.organisation, c.post, c.person, c.team_id, c.system_id, c.version";
constexpr std::array<SortColumn, 3> contact_sorts{{
    {"organisation", "c.organisation"},
    {"party", "c.party"},
    {"post", "c.post"},
}};
constexpr ListSource contact_source{
    "contact.page", contact_columns, 8, "contact c", "c.id", contact_sorts};

constexpr db::Query find_contact{
    "contact.find",
    "SELECT c.id, c.party, c.organisation, c.post, c.person, c.team_id, c.system_id, c.version"
    " FROM contact c WHERE c.id = $1"};
constexpr db::Query add_contact{
    "contact.insert",
    "INSERT INTO contact (id, contract_id, party, organisation, post, person, team_id, system_id,"
    " version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)"};
constexpr db::Query change_contact_row{
    "contact.change",
    "UPDATE contact SET party = $2, organisation = $3, post = $4, person = $5, team_id = $6,"
    " system_id = $7, version = version + 1 WHERE id = $1 AND version = $8"};
constexpr db::Query delete_contact_row{"contact.delete", "DELETE FROM contact WHERE id = $1"};

std::string context_of(const std::string& id) {
  return "contact/" + id;
}

Result<std::string> seal_person(const Vault& vault, const Contact& contact) {
  std::string plain;
  JsonWriter json(plain);
  json.begin_object().member("name", contact.name).member("phone", contact.phone);
  json.member("email", contact.email).end_object();
  return vault.seal(plain, context_of(contact.id));
}

Result<Contact> contact_of(const Vault& vault, const db::Row& row) {
  Contact contact;
  contact.id = row.text(0);
  contact.party = row.text(1);
  contact.organisation = row.text(2);
  contact.post = row.text(3);
  contact.team_id = row.optional_text(5);
  contact.system_id = row.optional_text(6);
  contact.version = row.integer(7);
  TRY_ASSIGN(const std::string plain, vault.open(row.bytes(4), context_of(contact.id)));
  boost::system::error_code error;
  const boost::json::value person = boost::json::parse(plain, error);
  if (error || !person.is_object()) return fail(ErrorCode::data_corrupt, "联系人数据损坏");
  const auto text = [&](std::string_view key) {
    const auto* value = person.get_object().if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
  };
  contact.name = text("name");
  contact.phone = text("phone");
  contact.email = text("email");
  return contact;
}

bool sees(const Visible& visible, const Contact& contact) {
  if (contact.system_id) return visible.covers(*contact.system_id);
  return !contact.team_id || visible.covers_team(*contact.team_id);
}

void add_sight(Where& where, const Visible& visible) {
  if (visible.everything) return;
  std::vector<db::Value> values;
  const auto list = [&](const IdSet& ids) {
    std::string text = "NULL";
    for (const std::string& id : ids) {
      text += ", ?";
      values.emplace_back(id);
    }
    return text;
  };
  std::string condition = "(c.system_id IN (" + list(visible.systems) + ")";
  condition += " OR (c.system_id IS NULL AND c.team_id IN (" + list(visible.teams) + "))";
  condition += " OR (c.system_id IS NULL AND c.team_id IS NULL))";
  where.add(condition, values);
}

}  // namespace

Result<Contact> select_contact(db::Transaction& transaction,
                               const Vault& vault,
                               const Visible& visible,
                               const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY_ASSIGN(const auto rows, transaction.query(find_contact, key));
  const auto missing = [] { return fail(ErrorCode::not_found, "没有此联系人"); };
  if (rows.empty()) return missing();
  TRY_ASSIGN(Contact contact, contact_of(vault, rows.front()));
  if (!sees(visible, contact)) return missing();
  return contact;
}

Result<Page<Contact>> select_contact_page(db::Transaction& transaction,
                                          const Vault& vault,
                                          const Visible& visible,
                                          const http::PageQuery& query) {
  Where where;
  add_sight(where, visible);
  for (const auto& [filter, column] : {std::pair{"party", "c.party = ?"},
                                       std::pair{"team", "c.team_id = ?"},
                                       std::pair{"system", "c.system_id = ?"}}) {
    const auto wanted = query.filter(filter);
    if (!wanted.empty()) where.add(column, {std::string(wanted)});
  }
  if (const auto text = query.filter("q"); !text.empty()) {
    where.add_contains("lower(c.organisation || ' ' || c.post)", text);
  }
  TRY_ASSIGN(auto rows, select_page(transaction, contact_source, where, query));
  Page<Contact> page{{}, rows.total, std::move(rows.next)};
  for (const db::Row& row : rows.rows) {
    TRY_ASSIGN(Contact contact, contact_of(vault, row));
    page.items.push_back(std::move(contact));
  }
  return page;
}

Result<std::string> insert_contact(db::Transaction& transaction,
                                   const Vault& vault,
                                   const std::string& contract_id,
                                   const Contact& contact) {
  TRY_ASSIGN(std::string person, seal_person(vault, contact));
  const std::vector<db::Value> values{contact.id,
                                      contract_id,
                                      contact.party,
                                      contact.organisation,
                                      contact.post,
                                      db::Blob{person},
                                      nullable(contact.team_id),
                                      nullable(contact.system_id)};
  TRY(transaction.execute(add_contact, values));
  return person;
}

Result<std::string> update_contact(db::Transaction& transaction,
                                   const Vault& vault,
                                   const Contact& contact) {
  TRY_ASSIGN(std::string person, seal_person(vault, contact));
  const std::vector<db::Value> values{contact.id,
                                      contact.party,
                                      contact.organisation,
                                      contact.post,
                                      db::Blob{person},
                                      nullable(contact.team_id),
                                      nullable(contact.system_id),
                                      contact.version};
  TRY(changed_one(transaction.execute(change_contact_row, values)));
  return person;
}

Result<> remove_contact(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY(transaction.execute(delete_contact_row, key));
  return {};
}

}  // namespace dengce::portfolio
