// SPDX-License-Identifier: Apache-2.0
// All SQL about stages, products and where systems stand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/list_store.h"
#include "portfolio/visible.h"
#include "process/stage_rules.h"

namespace dengce::process {

struct Person {
  std::string account_id;
  std::string name;
};

struct StagePerson {
  Person person;
  bool lead = false;
};

struct StageRow {
  std::string system_id;
  std::string stage;
  StageDates dates;
  std::vector<StagePerson> people;  // the lead first
  std::string note;
  std::int64_t version = 0;  // 0: not touched yet
};

struct ProductRow {
  std::string system_id;
  std::string product;
  ProductFact fact;
  std::string how;  // own, scan; empty: not signed
  std::string signed_by;
  std::optional<std::string> file_id;
  std::string drafted_by;  // account id
  std::string note;
  std::int64_t version = 0;
};

struct ProductEvent {
  std::string id;
  ProductFact fact;
  std::string how;
  std::string signed_by;
  std::string file_name;
  std::string file_sm3;
  std::string note;
  std::string recorded_by;  // login
  Instant recorded;
};

// Makes the row of a system that its writers wait for: no other one changes the system's stages,
// products or tests until the end of the transaction.
Result<> lock_progress(db::Transaction& transaction,
                       const Process& process,
                       const std::string& system_id);
Result<> update_progress(db::Transaction& transaction,
                         const std::string& system_id,
                         const Standing& standing);

// With their people; those that were not touched are left out.
Result<std::vector<StageRow>> select_stages(db::Transaction& transaction,
                                            const std::vector<std::string>& system_ids);
Result<std::vector<ProductRow>> select_products(db::Transaction& transaction,
                                                const std::string& system_id);
// The days of the first confirmed risk notice and the first approved internet-side test.
Result<> select_approvals(db::Transaction& transaction, const std::string& system_id, Facts& facts);

// Inserts version 1 or counts the version up; conflict when it is stale. People are replaced.
Result<> put_stage(db::Transaction& transaction, const StageRow& row);
Result<> put_product(db::Transaction& transaction, const ProductRow& row);
Result<> insert_product_event(db::Transaction& transaction,
                              const ProductRow& row,
                              const ProductEvent& event);
// Oldest first.
Result<std::vector<ProductEvent>> select_product_events(db::Transaction& transaction,
                                                        const std::string& system_id,
                                                        const std::string& product);

struct Scan {
  std::string name;
  std::string sm3;
};

// A file that belongs to the system.
Result<std::optional<Scan>> select_scan(db::Transaction& transaction,
                                        const std::string& system_id,
                                        const std::string& file_id);

// Accounts that are not disabled and hold one of the roles, by name.
Result<std::vector<Person>> select_staff(db::Transaction& transaction,
                                         const std::vector<std::string>& roles);

// A system of the list of progress.
struct ProgressRow {
  std::string system_id;
  std::int64_t number = 0;
  std::string name;
  std::string team_id;
  std::string team;
  std::int64_t level = 0;
  Standing standing;
  std::vector<StageRow> stages;
};

// `late` counts from `today`.
Result<portfolio::Page<ProgressRow>> select_progress_page(db::Transaction& transaction,
                                                          const Process& process,
                                                          const portfolio::Visible& visible,
                                                          const http::PageQuery& query,
                                                          Day today);

// A person's stage of a system, on its actual days as far as they are known, else as planned.
struct Duty {
  Person person;
  bool lead = false;
  std::string system_id;
  std::string system;
  std::string stage;
  Day from;
  Day to;
};

// Those that touch the days from..to, by person and day.
Result<std::vector<Duty>> select_duties(
    db::Transaction& transaction, const portfolio::Visible& visible, Day from, Day to, Day today);

}  // namespace dengce::process
