// SPDX-License-Identifier: Apache-2.0
// Risk notices: before an assessment the client is told what may happen to its data, what is
// done against it and to back up, and confirms it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/list_store.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

// Not changed any more once it is confirmed.
struct RiskNotice {
  std::string id;
  std::string system_id;
  std::string system;  // its name
  std::string risks;
  std::string measures;
  std::string backup_state;
  Day told;
  std::string confirmed_by;
  std::optional<Day> confirmed;
  std::int64_t version = 1;
};

struct RiskNoticePatch {
  std::optional<std::string> risks;
  std::optional<std::string> measures;
  std::optional<std::string> backup_state;
  std::optional<Day> told;
  std::optional<std::string> confirmed_by;
  std::optional<std::optional<Day>> confirmed;
};

// Its system apart.
std::vector<Problem> risk_notice_problems(const RiskNotice& notice, Day today);

Result<RiskNotice> create_risk_notice(db::Database& database,
                                      const access::Actor& actor,
                                      RiskNotice notice,
                                      Clock clock = system_now);
Result<RiskNotice> change_risk_notice(db::Database& database,
                                      const access::Actor& actor,
                                      const std::string& id,
                                      std::int64_t version,
                                      const RiskNoticePatch& patch,
                                      Clock clock = system_now);
Result<> delete_risk_notice(db::Database& database,
                            const access::Actor& actor,
                            const std::string& id,
                            std::int64_t version,
                            Clock clock = system_now);

void write_risk_notice(JsonWriter& json, const RiskNotice& notice);
std::string to_json(const RiskNotice& notice);
// A reader of the audit chain knows it by the system's name.
std::string audit_name(const RiskNotice& notice);

// The store (risk_notice_store.cpp).

// In sight; not_found otherwise.
Result<RiskNotice> select_risk_notice(db::Transaction& transaction,
                                      const Visible& visible,
                                      const std::string& id);
inline const http::PageRules risk_notice_rules{{"-told_day"}, {"system", "confirmed"}};
Result<Page<RiskNotice>> select_risk_notice_page(db::Transaction& transaction,
                                                 const Visible& visible,
                                                 const http::PageQuery& query);
// Systems in sight, present today, without a confirmed notice.
Result<std::int64_t> count_systems_untold(db::Transaction& transaction, const Visible& visible);
Result<> insert_risk_notice(db::Transaction& transaction, const RiskNotice& notice);
// Counts its version up; conflict when it is stale.
Result<> update_risk_notice(db::Transaction& transaction, const RiskNotice& notice);
Result<> remove_risk_notice(db::Transaction& transaction, const std::string& id);

}  // namespace dengce::portfolio
