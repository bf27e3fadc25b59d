// SPDX-License-Identifier: Apache-2.0
// All SQL of the list of exports.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/list_store.h"

namespace dengce::program {

struct ExportRow {
  std::int64_t sequence = 0;  // of the entry in the audit chain
  std::string class_id;
  std::string system_id;
  std::string system;  // its name; empty when it has gone
  std::int64_t at_ms = 0;
  std::string login;
  std::string address;
  std::string action;
  std::string object_type;
  std::string object_name;
  std::string sm3;  // of the file
  std::string purpose;
  std::string recipient;
};

// Who does not see everything sees the exports of systems in sight, and those of `account`.
struct ExportSight {
  portfolio::Visible visible;
  std::string account;
};

inline const http::PageRules export_rules{{"-sequence"}, {"class", "login", "from", "to"}};

// Filters of export_rules; from and to are days in Shanghai.
Result<portfolio::Page<ExportRow>> select_exports(db::Transaction& transaction,
                                                  const ExportSight& sight,
                                                  const http::PageQuery& query);

}  // namespace dengce::program
