// SPDX-License-Identifier: Apache-2.0
// Contacts of the parties, for the whole contract, a team or a system. Name, telephone and mail lie
// in the database sealed with the vault.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/bulk.h"
#include "portfolio/list_store.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

struct Contact {
  std::string id;
  std::string party;  // provider, client, centre
  std::string organisation;
  std::string post;
  std::string name;
  std::string phone;
  std::string email;
  std::optional<std::string> team_id;  // neither: of the whole contract, seen by everybody
  std::optional<std::string> system_id;
  std::string sealed_sm3;  // of the sealed person, as the store read or wrote it
  std::int64_t version = 1;
};

struct ContactPatch {
  std::optional<std::string> party;
  std::optional<std::string> organisation;
  std::optional<std::string> post;
  std::optional<std::string> name;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<std::optional<std::string>> team_id;
  std::optional<std::optional<std::string>> system_id;
};

// Team and system apart.
std::vector<Problem> contact_problems(const Contact& contact);

Result<Contact> create_contact(db::Database& database,
                               const access::Actor& actor,
                               const Vault& vault,
                               Contact contact,
                               Clock clock = system_now);
Result<Contact> change_contact(db::Database& database,
                               const access::Actor& actor,
                               const Vault& vault,
                               const std::string& id,
                               std::int64_t version,
                               const ContactPatch& patch,
                               Clock clock = system_now);
Result<> delete_contact(db::Database& database,
                        const access::Actor& actor,
                        const Vault& vault,
                        const std::string& id,
                        std::int64_t version,
                        Clock clock = system_now);
// The same as part of an edit.
Result<Contact> change_contact_in(Edit& edit,
                                  const Vault& vault,
                                  const BulkRow& row,
                                  const ContactPatch& patch);
Result<> delete_contact_in(Edit& edit, const Vault& vault, const BulkRow& row);

void write_contact(JsonWriter& json, const Contact& contact);
std::string to_json(const Contact& contact);
// The audit chain knows it without the person, by whose sealed form nothing can be guessed.
std::string audit_name(const Contact& contact);
std::string audit_state(const Contact& contact);

// The store (contact_store.cpp).

// In sight; not_found otherwise.
Result<Contact> select_contact(db::Transaction& transaction,
                               const Vault& vault,
                               const Visible& visible,
                               const std::string& id);
// q looks into organisation and post.
inline const http::PageRules contact_rules{{"organisation", "party", "post"},
                                           {"q", "party", "team", "system"}};
Result<Page<Contact>> select_contact_page(db::Transaction& transaction,
                                          const Vault& vault,
                                          const Visible& visible,
                                          const http::PageQuery& query);
// Both set its sealed_sm3.
Result<> insert_contact(db::Transaction& transaction,
                        const Vault& vault,
                        const std::string& contract_id,
                        Contact& contact);
// Counts its version up; conflict when it is stale.
Result<> update_contact(db::Transaction& transaction, const Vault& vault, Contact& contact);
Result<> remove_contact(db::Transaction& transaction, const std::string& id);

}  // namespace dengce::portfolio
