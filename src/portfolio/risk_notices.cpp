// SPDX-License-Identifier: Apache-2.0
#include "portfolio/risk_notices.h"

#include "base/id.h"
#include "base/text.h"
#include "portfolio/change.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce::portfolio {
namespace {

Result<> check_notice(const RiskNotice& notice, Day today) {
  return fail_if_any("风险告知有误", risk_notice_problems(notice, today));
}

void take_patch(RiskNotice& notice, const RiskNoticePatch& patch) {
  if (patch.risks) notice.risks = *patch.risks;
  if (patch.measures) notice.measures = *patch.measures;
  if (patch.backup_state) notice.backup_state = *patch.backup_state;
  if (patch.told) notice.told = *patch.told;
  if (patch.confirmed_by) notice.confirmed_by = *patch.confirmed_by;
  if (patch.confirmed) notice.confirmed = *patch.confirmed;
}

// As the change was made from, and not confirmed yet.
Result<RiskNotice> find_open(Edit& edit, const std::string& id, std::int64_t version) {
  TRY_ASSIGN(RiskNotice notice,
             of_version(select_risk_notice(edit.transaction, edit.visible, id), version));
  if (!notice.confirmed) return notice;
  return fail(ErrorCode::failed_precondition, "已确认的风险告知不再修改，如有变化请另行告知");
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
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY(check_system(edit.transaction, edit.visible, notice.system_id));
  TRY(check_notice(notice, edit.today));
  notice.id = new_id(clock);
  TRY(insert_risk_notice(edit.transaction, notice));
  TRY_ASSIGN(notice, select_risk_notice(edit.transaction, edit.visible, notice.id));
  return edit.commit_created("risk_notice", std::move(notice));
}

Result<RiskNotice> change_risk_notice(db::Database& database,
                                      const access::Actor& actor,
                                      const std::string& id,
                                      std::int64_t version,
                                      const RiskNoticePatch& patch,
                                      Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const RiskNotice before, find_open(edit, id, version));
  RiskNotice after = before;
  take_patch(after, patch);
  TRY(check_notice(after, edit.today));
  TRY(update_risk_notice(edit.transaction, after));
  const char* verb = after.confirmed ? "confirm" : "change";
  return edit.commit_changed("risk_notice", before, std::move(after), verb);
}

Result<> delete_risk_notice(db::Database& database,
                            const access::Actor& actor,
                            const std::string& id,
                            std::int64_t version,
                            Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const RiskNotice before, find_open(edit, id, version));
  TRY(remove_risk_notice(edit.transaction, id));
  return edit.commit_deleted("risk_notice", before);
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
  return json_text(write_risk_notice, notice);
}

std::string audit_name(const RiskNotice& notice) {
  return notice.system;
}

}  // namespace dengce::portfolio
