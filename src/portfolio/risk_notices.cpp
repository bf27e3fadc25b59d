// SPDX-License-Identifier: Apache-2.0
#include "portfolio/risk_notices.h"

#include "base/id.h"
#include "base/text.h"
#include "http/conditional.h"
#include "portfolio/change.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce::portfolio {
namespace {

Result<> check_notice(const RiskNotice& notice, Day today) {
  auto problems = risk_notice_problems(notice, today);
  if (problems.empty()) return {};
  return fail(ErrorCode::invalid_argument, "风险告知有误", std::move(problems));
}

Result<> check_open(const RiskNotice& notice) {
  if (!notice.confirmed) return {};
  return fail(ErrorCode::failed_precondition, "已确认的风险告知不再修改，如有变化请另行告知");
}

void take_patch(RiskNotice& notice, const RiskNoticePatch& patch) {
  if (patch.risks) notice.risks = *patch.risks;
  if (patch.measures) notice.measures = *patch.measures;
  if (patch.backup_state) notice.backup_state = *patch.backup_state;
  if (patch.told) notice.told = *patch.told;
  if (patch.confirmed_by) notice.confirmed_by = *patch.confirmed_by;
  if (patch.confirmed) notice.confirmed = *patch.confirmed;
}

// As a reader of the audit chain knows it: by the system's name.
Result<std::string> shown_name(db::Transaction& transaction,
                               const Visible& visible,
                               const RiskNotice& notice) {
  TRY_ASSIGN(const auto system, select_visible_system(transaction, visible, notice.system_id));
  return system.name;
}

}  // namespace

std::vector<Problem> risk_notice_problems(const RiskNotice& notice, Day today) {
  std::vector<Problem> problems;
  const auto add = [&](const char* field, const char* reason) {
    problems.push_back({{}, 0, field, reason});
  };
  if (trim(notice.risks).empty()) add("risks", "应写明风险");
  if (trim(notice.measures).empty()) add("measures", "应写明应对措施");
  if (trim(notice.backup_state).empty()) add("backup_state", "应写明备份情况");
  if (notice.told > today) add("told_day", "告知日期不能晚于今天");
  const bool named = !trim(notice.confirmed_by).empty();
  if (named != notice.confirmed.has_value()) {
    add(named ? "confirmed_day" : "confirmed_by", "确认人与确认日期须同时填写");
  }
  if (notice.confirmed && *notice.confirmed < notice.told) {
    add("confirmed_day", "确认日期早于告知日期");
  }
  if (notice.confirmed && *notice.confirmed > today) {
    add("confirmed_day", "确认日期不能晚于今天");
  }
  return problems;
}

Result<RiskNotice> create_risk_notice(db::Database& database,
                                      const access::Actor& actor,
                                      RiskNotice notice,
                                      Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY(check_system(transaction, visible, notice.system_id));
  TRY(check_notice(notice, shanghai_day(clock())));
  notice.id = new_id(clock);
  notice.version = 1;
  TRY(insert_risk_notice(transaction, notice));
  TRY_ASSIGN(const std::string name, shown_name(transaction, visible, notice));
  TRY(commit_change(transaction,
                    actor,
                    {"risk_notice.create", "risk_notice", notice.id, name, {}, to_json(notice), {}},
                    clock));
  return notice;
}

Result<RiskNotice> change_risk_notice(db::Database& database,
                                      const access::Actor& actor,
                                      const std::string& id,
                                      std::int64_t version,
                                      const RiskNoticePatch& patch,
                                      Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY_ASSIGN(const RiskNotice before, select_risk_notice(transaction, visible, id));
  if (before.version != version) return http::stale_version();
  TRY(check_open(before));
  RiskNotice after = before;
  take_patch(after, patch);
  TRY(check_notice(after, shanghai_day(clock())));
  TRY(update_risk_notice(transaction, after));
  ++after.version;
  TRY_ASSIGN(const std::string name, shown_name(transaction, visible, after));
  const char* action = after.confirmed ? "risk_notice.confirm" : "risk_notice.change";
  TRY(commit_change(transaction,
                    actor,
                    {action, "risk_notice", id, name, to_json(before), to_json(after), {}},
                    clock));
  return after;
}

Result<> delete_risk_notice(db::Database& database,
                            const access::Actor& actor,
                            const std::string& id,
                            std::int64_t version,
                            Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY_ASSIGN(const RiskNotice before, select_risk_notice(transaction, visible, id));
  if (before.version != version) return http::stale_version();
  TRY(check_open(before));
  TRY(remove_risk_notice(transaction, id));
  TRY_ASSIGN(const std::string name, shown_name(transaction, visible, before));
  return commit_change(transaction,
                       actor,
                       {"risk_notice.delete", "risk_notice", id, name, to_json(before), {}, {}},
                       clock);
}

void write_risk_notice(JsonWriter& json, const RiskNotice& notice) {
  json.begin_object().member("id", notice.id).member("system_id", notice.system_id);
  json.member("risks", notice.risks).member("measures", notice.measures);
  json.member("backup_state", notice.backup_state);
  write_day(json, "told_day", notice.told);
  json.member("confirmed_by", notice.confirmed_by);
  write_day(json, "confirmed_day", notice.confirmed);
  json.member("version", notice.version).end_object();
}

std::string to_json(const RiskNotice& notice) {
  std::string out;
  JsonWriter json(out);
  write_risk_notice(json, notice);
  return out;
}

}  // namespace dengce::portfolio
