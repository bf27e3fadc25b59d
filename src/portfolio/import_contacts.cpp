// SPDX-License-Identifier: Apache-2.0
#include "portfolio/contacts.h"
#include "portfolio/import_parts.h"

namespace dengce::portfolio {
namespace {

Values values_of(const Contact& contact) {
  Values values;
  set_value(values, "party", contact.party);
  set_value(values, "organisation", contact.organisation);
  set_value(values, "post", contact.post);
  set_value(values, "name", contact.name);
  set_value(values, "phone", contact.phone);
  set_value(values, "email", contact.email);
  set_value(values, "team", contact.team_id.value_or(""));
  set_value(values, "system", contact.system_id.value_or(""));
  return values;
}

void take_values(Contact& contact, const Values& values) {
  contact.party = value_of(values, "party");
  contact.organisation = value_of(values, "organisation");
  contact.post = value_of(values, "post");
  contact.name = value_of(values, "name");
  contact.phone = value_of(values, "phone");
  contact.email = value_of(values, "email");
  const auto optional = [&](std::string_view id) {
    const std::string value = value_of(values, id);
    return value.empty() ? std::nullopt : std::optional(value);
  };
  contact.team_id = optional("team");
  contact.system_id = optional("system");
}

FieldFaults contact_faults(const Contact& contact,
                           const ExistingRow* before,
                           const Visible& visible) {
  FieldFaults faults = faults_of(contact_problems(contact));
  if (visible.everything) return faults;
  if (!contact.team_id && !contact.system_id) {
    faults.emplace_back("system", "须填写团队或系统");
  } else if (before != nullptr && !before->values.contains("team") &&
             !before->values.contains("system")) {
    faults.emplace_back("", "全项目的联系人由可见全部系统的人员维护");
  }
  return faults;
}

}  // namespace

std::unique_ptr<ImportNoun> contact_import(const Vault& vault) {
  return import_of<Contact>({
      .rules = contact_rules,
      .page =
          [&vault](
              db::Transaction& transaction, const Visible& visible, const http::PageQuery& query) {
            return select_contact_page(transaction, vault, visible, query);
          },
      .find =
          [&vault](db::Transaction& transaction, const Visible& visible, const std::string& id) {
            return select_contact(transaction, vault, visible, id);
          },
      .values = values_of,
      .take = take_values,
      .faults =
          [](const Contact& contact, const ExistingRow* before, const Visible& visible, Day) {
            return contact_faults(contact, before, visible);
          },
      .insert = [&vault](const ImportWriter& writer, std::span<Contact> contacts) -> Result<> {
        for (Contact& contact : contacts) {
          TRY(insert_contact(writer.transaction, vault, writer.contract_id, contact));
        }
        return {};
      },
      .update =
          [&vault](const ImportWriter& writer, Contact& contact) {
            return update_contact(writer.transaction, vault, contact);
          },
      .remove = remove_contact,
  });
}

}  // namespace dengce::portfolio
