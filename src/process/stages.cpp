// SPDX-License-Identifier: Apache-2.0
#include "process/stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "access/audit.h"
#include "base/digest.h"
#include "base/problems.h"
#include "portfolio/change.h"
#include "portfolio/system_store.h"
#include "process/sheet.h"

namespace dengce::process {
namespace {

using portfolio::Edit;

std::string stage_json(const StageRow& row, Day today) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_stage(json, row, today);
  json.end_object();
  return out;
}

void take_dates(StageDates& dates, const StagePatch& patch) {
  if (patch.planned_from) dates.planned_from = *patch.planned_from;
  if (patch.planned_to) dates.planned_to = *patch.planned_to;
  if (patch.actual_from) dates.actual_from = *patch.actual_from;
  if (patch.actual_to) dates.actual_to = *patch.actual_to;
}

// Who was there already may stay, even without the role.
class Staff {
 public:
  Staff(std::vector<Person> staff, const std::vector<StagePerson>& before)
      : people_(std::move(staff)) {
    for (const StagePerson& one : before) people_.push_back(one.person);
  }

  void take(const std::string& account,
            bool lead,
            const char* field,
            std::vector<StagePerson>& out,
            std::vector<Problem>& problems) const {
    const auto taken = [&](const StagePerson& one) { return one.person.account_id == account; };
    if (std::any_of(out.begin(), out.end(), taken)) return;
    const auto found = std::find_if(people_.begin(), people_.end(), [&](const Person& one) {
      return one.account_id == account;
    });
    if (found == people_.end()) {
      problems.push_back({{}, 0, field, "不是可指派的测评人员"});
    } else {
      out.push_back({*found, lead});
    }
  }

 private:
  std::vector<Person> people_;
};

Result<> take_people(Edit& edit,
                     const StaffRoles& staff_roles,
                     const StagePatch& patch,
                     StageRow& row,
                     std::vector<Problem>& problems) {
  if (!patch.lead && !patch.members) return {};
  std::optional<std::string> lead;
  std::vector<std::string> members;
  for (const StagePerson& one : row.people) {
    if (one.lead) lead = one.person.account_id;
    if (!one.lead) members.push_back(one.person.account_id);
  }
  if (patch.lead) lead = *patch.lead;
  if (patch.members) members = *patch.members;
  TRY_ASSIGN(auto known, select_staff(edit.transaction, staff_roles));
  const Staff staff(std::move(known), row.people);
  row.people.clear();
  if (lead) staff.take(*lead, true, "lead", row.people, problems);
  for (const std::string& one : members) staff.take(one, false, "members", row.people, problems);
  return {};
}

// Whether this stage may begin and end as `after` says.
Result<> check_course(const Process& process,
                      const Stage& stage,
                      const StageDates& before,
                      const StageDates& after,
                      const Facts& facts) {
  const Gate* gate = process.gate_before(stage.id);
  if (gate != nullptr && after.actual_from && after.actual_from != before.actual_from) {
    TRY(fail_if_missing(
        fmt::format("「{}」尚不能开始：{}", stage.name.chinese, gate->reason.chinese),
        missing_of(process, *gate, facts)));
  }
  if (after.actual_to && after.actual_to != before.actual_to) {
    TRY(fail_if_missing(fmt::format("「{}」尚不能完成：工作产品未齐备", stage.name.chinese),
                        unfinished_products(stage, facts)));
  }
  return {};
}

}  // namespace

Result<StageRow> change_stage(db::Database& database,
                              const Process& process,
                              const StaffRoles& staff_roles,
                              const access::Actor& actor,
                              const std::string& system_id,
                              const std::string& stage_id,
                              std::int64_t version,
                              const StagePatch& patch,
                              Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY(portfolio::select_visible_system(edit.transaction, edit.visible, system_id));
  const Stage* stage = process.stage(stage_id);
  if (stage == nullptr) return fail(ErrorCode::not_found, "没有此阶段");
  TRY(lock_progress(edit.transaction, process, system_id));
  TRY_ASSIGN(Sheet sheet, select_sheet(edit.transaction, edit.visible, system_id));
  TRY_ASSIGN(const StageRow before,
             portfolio::of_version(Result<StageRow>(sheet.stage(stage_id)), version));
  StageRow after = before;
  take_dates(after.dates, patch);
  if (patch.note) after.note = *patch.note;
  sheet.facts.stages[stage_id] = after.dates;
  auto problems = date_problems(process, sheet.facts, stage_id, before.dates, edit.today);
  TRY(take_people(edit, staff_roles, patch, after, problems));
  TRY(fail_if_any("阶段信息有误", std::move(problems)));
  TRY(check_course(process, *stage, before.dates, after.dates, sheet.facts));
  TRY(put_stage(edit.transaction, after));
  TRY(update_progress(edit.transaction, system_id, standing_of(process, sheet.facts)));
  ++after.version;
  TRY(edit.commit({"stage.change",
                   "stage",
                   system_id,
                   sheet.system.name + "：" + stage->name.chinese,
                   stage_json(before, edit.today),
                   stage_json(after, edit.today),
                   {}}));
  return after;
}

namespace {

// The stages of one system with their planned dates changed.
PlannedSystem plan_of(const Process& process, const Sheet& sheet, Day start) {
  PlannedSystem out{sheet.system.id, sheet.system.name, {}};
  auto planned = plan_stages(process, sheet.facts, start);
  for (const Stage& stage : process.stages) {
    const auto found = planned.find(stage.id);
    if (found == planned.end()) continue;
    out.stages.push_back({stage.id, sheet.facts.dates(stage.id), found->second});
  }
  return out;
}

Result<> apply_plan(Edit& edit, const Process& process, Sheet sheet, const PlannedSystem& plan) {
  std::string before;
  std::string after;
  for (const PlannedStage& one : plan.stages) {
    StageRow row = sheet.stage(one.stage);
    before += stage_json(row, edit.today);
    row.dates = one.after;
    TRY(put_stage(edit.transaction, row));
    ++row.version;
    after += stage_json(row, edit.today);
    sheet.facts.stages[one.stage] = one.after;
  }
  TRY(update_progress(edit.transaction, plan.system_id, standing_of(process, sheet.facts)));
  access::AuditEvent event;
  event.action = "stage.plan";
  event.object_type = "stage";
  event.object_id = plan.system_id;
  event.object_name = plan.system;
  event.before = sm3_hex(before);
  event.after = sm3_hex(after);
  return access::append_audit(edit.transaction, edit.actor, event, edit.clock);
}

// In the order of their ids, so that two orders never wait for each other crosswise.
Result<> lock_all(Edit& edit, const Process& process, const PlanOrder& order) {
  const std::set<std::string> ids(order.systems.begin(), order.systems.end());
  for (const std::string& id : ids) TRY(lock_progress(edit.transaction, process, id));
  return {};
}

}  // namespace

Result<std::vector<PlannedSystem>> plan_progress(db::Database& database,
                                                 const Process& process,
                                                 const access::Actor& actor,
                                                 const PlanOrder& order,
                                                 Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY(portfolio::check_links(
      edit.transaction, edit.visible, {order.systems.begin(), order.systems.end()}));
  if (order.apply) TRY(lock_all(edit, process, order));
  std::vector<PlannedSystem> out;
  out.reserve(order.systems.size());
  Day start = order.start;
  for (const std::string& id : order.systems) {
    TRY_ASSIGN(Sheet sheet, select_sheet(edit.transaction, edit.visible, id));
    out.push_back(plan_of(process, sheet, start));
    if (order.apply) TRY(apply_plan(edit, process, std::move(sheet), out.back()));
    start = process.calendar.end_of(start, order.every + 1);
  }
  if (order.apply) TRY(edit.transaction.commit());
  return out;
}

}  // namespace dengce::process
