// SPDX-License-Identifier: Apache-2.0
// Collections of the hosts of a system: handed in one after another, compared with each other
// and looked at for what they expose.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "assessment/assessment.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"
#include "evidence/collection_difference.h"
#include "evidence/exposure.h"
#include "http/page_query.h"
#include "portfolio/list_store.h"
#include "portfolio/visible.h"

namespace dengce::assessment {

struct Collection {
  std::string id;
  std::string system_id;
  std::string bundle_sm3;
  std::string target;  // name of the host, as the collector saw it
  std::string platform;
  Instant collected;
  std::string handed_in_by;  // login
  Instant handed_in;
};

// What the reviews go by: content/comparison and content/exposure.
struct ReviewContent {
  evidence::Comparison comparison;
  evidence::KnownServices services;

  static Result<ReviewContent> load(const Content& content);
};

// A bundle, verified and parsed, on its way into the database.
struct PreparedCollection {
  StoredBundle bundle;
  Instant collected;
  std::string told;  // JSON: what is worth telling of the bundle
};

// Stores nothing. Errors name the file and the entry.
Result<PreparedCollection> prepare_collection(const std::string& file_name,
                                              std::string archive,
                                              Clock clock = system_now);

// Keeps the bundle, and the collection of this system. The same bundle again gives the collection
// there is. The caller commits, and has looked after the right to hand evidence in.
Result<Collection> keep_collection(db::Transaction& transaction,
                                   const Vault& vault,
                                   const access::Actor& actor,
                                   const std::string& system_id,
                                   const PreparedCollection& prepared,
                                   Clock clock = system_now);

// JSON of what has changed from one collection to another; failed_precondition when they are not of
// one host. Looking is an entry of the audit chain, as is every look at evidence.
Result<std::string> compare(db::Database& database,
                            const Vault& vault,
                            const ReviewContent& content,
                            const access::Actor& actor,
                            const std::string& before,
                            const std::string& after,
                            Clock clock = system_now);

// JSON of what the newest collection of each host of a system exposes.
Result<std::string> expose(db::Database& database,
                           const Vault& vault,
                           const ReviewContent& content,
                           const access::Actor& actor,
                           const std::string& system_id,
                           Clock clock = system_now);

void write_collection(JsonWriter& json, const Collection& collection);

// The store (collection_store.cpp).

Result<> insert_collection(db::Transaction& transaction, const Collection& collection);
// In sight; not_found otherwise.
Result<Collection> select_collection(db::Transaction& transaction,
                                     const portfolio::Visible& visible,
                                     const std::string& id);
// None: the system has no collection of this bundle.
Result<std::optional<Collection>> select_collection_of(db::Transaction& transaction,
                                                       const std::string& system_id,
                                                       const std::string& bundle_sm3);
// Of each host the newest, by name.
Result<std::vector<Collection>> select_newest_collections(db::Transaction& transaction,
                                                          const std::string& system_id);
// Filters system, target; sorts collected, target.
const http::PageRules& collection_page_rules();
Result<portfolio::Page<Collection>> select_collection_page(db::Transaction& transaction,
                                                           const portfolio::Visible& visible,
                                                           const http::PageQuery& query);

}  // namespace dengce::assessment
