// SPDX-License-Identifier: Apache-2.0
// Tests from the internet: approved by the centre or the client, carried out in the approved
// window, closed, their data deleted, reported; each with its day.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/list_store.h"
#include "portfolio/visible.h"
#include "process/process.h"

namespace dengce::process {

struct InternetTest {
  std::string id;
  std::string system_id;
  std::string system;  // its name
  std::string targets;
  std::string methods;
  Day planned_from;
  Day planned_to;
  std::string approved_by;
  std::optional<Day> approved;
  std::optional<Day> tested;
  std::optional<Day> closed;
  std::optional<Day> data_deleted;
  std::optional<Day> reported;
  std::string note;
  std::int64_t version = 1;
};

// Targets, methods and window stay as approved.
struct InternetTestPatch {
  std::optional<std::string> targets;
  std::optional<std::string> methods;
  std::optional<Day> planned_from;
  std::optional<Day> planned_to;
  std::optional<std::optional<Day>> tested;
  std::optional<std::optional<Day>> closed;
  std::optional<std::optional<Day>> data_deleted;
  std::optional<std::optional<Day>> reported;
  std::optional<std::string> note;

  [[nodiscard]] bool changes_order() const {
    return targets || methods || planned_from || planned_to;
  }
};

// planned, approved, tested, closed, data_deleted, reported: the last step taken.
std::string_view step_of(const InternetTest& test);
// What should have been done by now: closed, reported; empty: nothing.
std::string_view overdue_step(const Process& process, const InternetTest& test, Day today);

// Steps only in their order, none in the future; its system apart.
std::vector<Problem> internet_test_problems(const InternetTest& test, Day today);

Result<InternetTest> create_internet_test(db::Database& database,
                                          const Process& process,
                                          const access::Actor& actor,
                                          InternetTest test,
                                          Clock clock = system_now);
// The day of the test asks for the gate internet_tests.
Result<InternetTest> change_internet_test(db::Database& database,
                                          const Process& process,
                                          const access::Actor& actor,
                                          const std::string& id,
                                          std::int64_t version,
                                          const InternetTestPatch& patch,
                                          Clock clock = system_now);
// By the actor, today.
Result<InternetTest> approve_internet_test(db::Database& database,
                                           const Process& process,
                                           const access::Actor& actor,
                                           const std::string& id,
                                           std::int64_t version,
                                           Clock clock = system_now);
// Not once it was carried out.
Result<> delete_internet_test(db::Database& database,
                              const access::Actor& actor,
                              const std::string& id,
                              std::int64_t version,
                              Clock clock = system_now);

void write_internet_test(JsonWriter& json,
                         const Process& process,
                         const InternetTest& test,
                         Day today);
// For the audit chain: without what depends on the day it is read.
std::string audit_state(const InternetTest& test);
std::string audit_name(const InternetTest& test);

// The store (internet_test_store.cpp).

// In sight; not_found otherwise.
Result<InternetTest> select_internet_test(db::Transaction& transaction,
                                          const portfolio::Visible& visible,
                                          const std::string& id);
inline const http::PageRules internet_test_rules{{"-planned_from"},
                                                 {"system", "approved", "reported"}};
Result<portfolio::Page<InternetTest>> select_internet_test_page(db::Transaction& transaction,
                                                                const portfolio::Visible& visible,
                                                                const http::PageQuery& query);
Result<> insert_internet_test(db::Transaction& transaction, const InternetTest& test);
// Counts its version up; conflict when it is stale.
Result<> update_internet_test(db::Transaction& transaction, const InternetTest& test);
Result<> remove_internet_test(db::Transaction& transaction, const std::string& id);

}  // namespace dengce::process
