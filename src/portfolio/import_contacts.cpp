// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"
#include "base/id.h"
#include "portfolio/contacts.h"
#include "portfolio/import_noun.h"

namespace dengce::portfolio {
namespace {

const http::PageRules contact_rules{{"organisation", "party", "post"},
                                    {"q", "party", "team", "system"}};

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

// As with single changes: a digest of the sealed person, from which nothing can be guessed.
std::string audit_state(const Contact& contact, const std::string& person) {
  Contact plain = contact;
  plain.name = person.empty() ? std::string() : sm3_hex(person);
  plain.phone.clear();
  plain.email.clear();
  return to_json(plain);
}

// How records name it: without the person.
std::string shown_name(const Contact& contact) {
  return contact.post.empty() ? contact.organisation : contact.organisation + " " + contact.post;
}

class Contacts : public ImportNoun {
 public:
  explicit Contacts(const Vault& vault) : vault_(vault) {}

  [[nodiscard]] const http::PageRules& rules() const override { return contact_rules; }

  Result<> read(db::Transaction& transaction,
                const Visible& visible,
                const http::PageQuery& query,
                const RowSink& sink) const override {
    return walk_pages(
        query,
        contact_rules,
        [&](const http::PageQuery& part) {
          return select_contact_page(transaction, vault_, visible, part);
        },
        [&](const Contact& contact) {
          return sink({contact.id, contact.version, values_of(contact)});
        });
  }

  FieldFaults check(Values& values,
                    const ExistingRow* before,
                    const Visible& visible,
                    Day /*today*/) const override {
    Contact contact;
    take_values(contact, values);
    FieldFaults faults = faults_of(contact_problems(contact));
    const auto of_all = [](const Values& one) {
      return !one.contains("team") && !one.contains("system");
    };
    if (!visible.everything && of_all(values)) {
      faults.emplace_back("system", "须填写团队或系统");
    } else if (!visible.everything && before != nullptr && of_all(before->values)) {
      faults.emplace_back("", "全项目的联系人由可见全部系统的人员维护");
    }
    return faults;
  }

  Result<std::vector<WrittenRow>> create(const ImportWriter& writer,
                                         std::span<const Values> rows) const override {
    std::vector<WrittenRow> written;
    for (const Values& values : rows) {
      Contact contact;
      contact.id = new_id(writer.clock);
      take_values(contact, values);
      TRY_ASSIGN(const std::string person,
                 insert_contact(writer.transaction, vault_, writer.contract_id, contact));
      written.push_back(
          {contact.id, shown_name(contact), contact.version, {}, audit_state(contact, person)});
    }
    return written;
  }

  Result<WrittenRow> change(const ImportWriter& writer,
                            const ExistingRow& before,
                            const Values& after) const override {
    TRY_ASSIGN(const Contact old,
               select_contact(writer.transaction, vault_, writer.visible, before.id));
    Contact contact = old;
    take_values(contact, after);
    contact.version = before.version;
    TRY_ASSIGN(const std::string person, update_contact(writer.transaction, vault_, contact));
    ++contact.version;
    return WrittenRow{contact.id,
                      shown_name(contact),
                      contact.version,
                      audit_state(old, {}),
                      audit_state(contact, person)};
  }

  Result<WrittenRow> remove(const ImportWriter& writer, const ExistingRow& before) const override {
    TRY_ASSIGN(const Contact old,
               select_contact(writer.transaction, vault_, writer.visible, before.id));
    TRY(remove_contact(writer.transaction, old.id));
    return WrittenRow{old.id, shown_name(old), old.version, audit_state(old, {}), {}};
  }

 private:
  const Vault& vault_;
};

}  // namespace

std::unique_ptr<ImportNoun> contact_import(const Vault& vault) {
  return std::make_unique<Contacts>(vault);
}

}  // namespace dengce::portfolio
