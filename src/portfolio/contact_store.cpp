// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <boost/json.hpp>

#include "base/digest.h"
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
    "contact", contact_columns, 8, "contact c", "c.id", contact_sorts};

constexpr db::Query add_contact{
    "contact.insert",
    "INSERT INTO contact (id, party, organisation, post, person, team_id, system_id, contract_id,"
    " version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)"};
constexpr db::Query change_contact_row{
    "contact.change",
    "UPDATE contact SET party = $2, organisation = $3, post = $4, person = $5, team_id = $6,"
    " system_id = $7, version = version + 1 WHERE id = $1 AND version = $8"};
constexpr db::Query delete_contact_row{"contact.delete", "DELETE FROM contact WHERE id = $1"};

std::string context_of(const std::string& id) {
  return "contact/" + id;
}

// The id and what may change, as $1 to $7; the person sealed, whose digest the contact gets.
Result<std::vector<db::Value>> values_of(const Vault& vault, Contact& contact, db::Value last) {
  std::string plain;
  JsonWriter json(plain);
  json.begin_object().member("name", contact.name).member("phone", contact.phone);
  json.member("email", contact.email).end_object();
  TRY_ASSIGN(std::string sealed, vault.seal(plain, context_of(contact.id)));
  contact.sealed_sm3 = sm3_hex(sealed);
  return std::vector<db::Value>{contact.id,
                                contact.party,
                                contact.organisation,
                                contact.post,
                                db::Blob{std::move(sealed)},
                                nullable(contact.team_id),
                                nullable(contact.system_id),
                                std::move(last)};
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
  const std::string sealed = row.bytes(4);
  contact.sealed_sm3 = sm3_hex(sealed);
  TRY_ASSIGN(const std::string plain, vault.open(sealed, context_of(contact.id)));
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
  TRY_ASSIGN(const auto row, find_row(transaction, contact_source, id));
  const auto missing = [] { return fail(ErrorCode::not_found, "没有此联系人"); };
  if (!row) return missing();
  TRY_ASSIGN(Contact contact, contact_of(vault, *row));
  if (!sees(visible, contact)) return missing();
  return contact;
}

Result<Page<Contact>> select_contact_page(db::Transaction& transaction,
                                          const Vault& vault,
                                          const Visible& visible,
                                          const http::PageQuery& query) {
  Where where;
  add_sight(where, visible);
  where.add_equal("c.party", query.filter("party"));
  where.add_equal("c.team_id", query.filter("team"));
  where.add_equal("c.system_id", query.filter("system"));
  where.add_contains("lower(c.organisation || ' ' || c.post)", query.filter("q"));
  TRY_ASSIGN(auto rows, select_page(transaction, contact_source, where, query));
  Page<Contact> page{{}, rows.total, std::move(rows.next)};
  page.items.reserve(rows.rows.size());
  for (const db::Row& row : rows.rows) {
    TRY_ASSIGN(Contact contact, contact_of(vault, row));
    page.items.push_back(std::move(contact));
  }
  return page;
}

Result<> insert_contact(db::Transaction& transaction,
                        const Vault& vault,
                        const std::string& contract_id,
                        Contact& contact) {
  TRY_ASSIGN(const auto values, values_of(vault, contact, contract_id));
  return execute(transaction, add_contact, values);
}

Result<> update_contact(db::Transaction& transaction, const Vault& vault, Contact& contact) {
  TRY_ASSIGN(const auto values, values_of(vault, contact, contact.version));
  return execute_on_version(transaction, change_contact_row, values);
}

Result<> remove_contact(db::Transaction& transaction, const std::string& id) {
  return execute(transaction, delete_contact_row, {id});
}

}  // namespace dengce::portfolio
