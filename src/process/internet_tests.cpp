// SPDX-License-Identifier: Apache-2.0
#include "process/internet_tests.h"

#include <array>

#include "base/id.h"
#include "base/problems.h"
#include "base/text.h"
#include "portfolio/change.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"
#include "process/process_store.h"
#include "process/sheet.h"

namespace dengce::process {
namespace {

using portfolio::Edit;
using portfolio::of_version;
using portfolio::write_day;

struct Step {
  const char* field;
  std::string_view name;
  const char* text;
  std::optional<Day> InternetTest::*day;
};

constexpr std::array<Step, 5> steps{
    {{"approved_day", "approved", "批准", &InternetTest::approved},
     {"tested_day", "tested", "测试", &InternetTest::tested},
     {"closed_day", "closed", "关闭", &InternetTest::closed},
     {"data_deleted_day", "data_deleted", "测试数据删除", &InternetTest::data_deleted},
     {"reported_day", "reported", "报告", &InternetTest::reported}}};

void check_steps(const InternetTest& test, Day today, std::vector<Problem>& problems) {
  const Step* before = nullptr;
  for (const Step& step : steps) {
    const auto& day = test.*step.day;
    const auto add = [&](std::string reason) {
      problems.push_back({{}, 0, step.field, std::move(reason)});
    };
    if (day && *day > today) add("不能晚于今天");
    if (day && before != nullptr && !(test.*before->day)) {
      add(std::string("尚无") + before->text + "日期");
    } else if (day && before != nullptr && *day < *(test.*before->day)) {
      add(std::string("早于") + before->text + "日期");
    }
    before = &step;
  }
}

Result<> check_test(const InternetTest& test, Day today) {
  return fail_if_any("互联网侧测试有误", internet_test_problems(test, today));
}

void take_patch(InternetTest& test, const InternetTestPatch& patch) {
  if (patch.targets) test.targets = *patch.targets;
  if (patch.methods) test.methods = *patch.methods;
  if (patch.planned_from) test.planned_from = *patch.planned_from;
  if (patch.planned_to) test.planned_to = *patch.planned_to;
  if (patch.tested) test.tested = *patch.tested;
  if (patch.closed) test.closed = *patch.closed;
  if (patch.data_deleted) test.data_deleted = *patch.data_deleted;
  if (patch.reported) test.reported = *patch.reported;
  if (patch.note) test.note = *patch.note;
}

// As the change was made from; its system's other writers wait.
Result<InternetTest> find(Edit& edit,
                          const Process& process,
                          const std::string& id,
                          std::int64_t version) {
  TRY_ASSIGN(const InternetTest seen, select_internet_test(edit.transaction, edit.visible, id));
  TRY(lock_progress(edit.transaction, process, seen.system_id));
  return of_version(select_internet_test(edit.transaction, edit.visible, id), version);
}

Result<InternetTest> write_change(Edit& edit,
                                  const InternetTest& before,
                                  InternetTest after,
                                  const char* verb) {
  TRY(check_test(after, edit.today));
  TRY(update_internet_test(edit.transaction, after));
  return edit.commit_changed("internet_test", before, std::move(after), verb);
}

void write_fields(JsonWriter& json, const InternetTest& test) {
  json.member("id", test.id).member("system_id", test.system_id).member("system", test.system);
  json.member("targets", test.targets).member("methods", test.methods);
  write_day(json, "planned_from", test.planned_from);
  write_day(json, "planned_to", test.planned_to);
  json.member("approved_by", test.approved_by);
  for (const Step& step : steps) write_day(json, step.field, test.*step.day);
  json.member("note", test.note).member("version", test.version);
}

}  // namespace

std::string_view step_of(const InternetTest& test) {
  std::string_view out = "planned";
  for (const Step& step : steps) {
    if (test.*step.day) out = step.name;
  }
  return out;
}

std::string_view overdue_step(const Process& process, const InternetTest& test, Day today) {
  if (!test.approved || test.reported) return {};
  const auto passed = [&](Day day, std::int64_t within) {
    return today.number > day.number + within;
  };
  if (!test.closed) return passed(test.planned_to, process.close_within_days) ? "closed" : "";
  return passed(*test.closed, process.report_within_days) ? "reported" : "";
}

std::vector<Problem> internet_test_problems(const InternetTest& test, Day today) {
  std::vector<Problem> problems;
  const auto add = [&](const char* field, const char* reason) {
    problems.push_back({{}, 0, field, reason});
  };
  if (trim(test.targets).empty()) add("targets", "应写明测试目标");
  if (trim(test.methods).empty()) add("methods", "应写明测试方法");
  if (test.planned_to < test.planned_from) add("planned_to", "早于计划开始日期");
  check_steps(test, today, problems);
  if (test.tested && (*test.tested < test.planned_from || *test.tested > test.planned_to)) {
    add("tested_day", "不在批准的时间范围内");
  }
  return problems;
}

Result<InternetTest> create_internet_test(db::Database& database,
                                          const Process& process,
                                          const access::Actor& actor,
                                          InternetTest test,
                                          Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY(portfolio::check_system(edit.transaction, edit.visible, test.system_id));
  TRY(check_test(test, edit.today));
  TRY(lock_progress(edit.transaction, process, test.system_id));
  test.id = new_id(clock);
  TRY(insert_internet_test(edit.transaction, test));
  TRY_ASSIGN(test, select_internet_test(edit.transaction, edit.visible, test.id));
  return edit.commit_created("internet_test", std::move(test));
}

Result<InternetTest> change_internet_test(db::Database& database,
                                          const Process& process,
                                          const access::Actor& actor,
                                          const std::string& id,
                                          std::int64_t version,
                                          const InternetTestPatch& patch,
                                          Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const InternetTest before, find(edit, process, id, version));
  if (before.approved && patch.changes_order()) {
    return fail(ErrorCode::failed_precondition,
                "已批准的测试不再改动目标、方法和时间，如有变化请另行申请");
  }
  InternetTest after = before;
  take_patch(after, patch);
  TRY(check_test(after, edit.today));
  if (after.tested && after.tested != before.tested) {
    TRY(require_gate(edit.transaction, process, before.system_id, "internet_tests"));
  }
  return write_change(edit, before, std::move(after), "change");
}

Result<InternetTest> approve_internet_test(db::Database& database,
                                           const Process& process,
                                           const access::Actor& actor,
                                           const std::string& id,
                                           std::int64_t version,
                                           Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const InternetTest before, find(edit, process, id, version));
  if (before.approved) return fail(ErrorCode::failed_precondition, "此测试已经批准");
  if (before.planned_to < edit.today) {
    return fail(ErrorCode::failed_precondition, "计划的测试时间已过，不能事后批准");
  }
  InternetTest after = before;
  after.approved = edit.today;
  after.approved_by = actor.name;
  return write_change(edit, before, std::move(after), "approve");
}

Result<> delete_internet_test(db::Database& database,
                              const access::Actor& actor,
                              const std::string& id,
                              std::int64_t version,
                              Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const InternetTest before,
             of_version(select_internet_test(edit.transaction, edit.visible, id), version));
  if (before.tested) return fail(ErrorCode::failed_precondition, "已开展的测试不能删除");
  TRY(remove_internet_test(edit.transaction, id));
  return edit.commit_deleted("internet_test", before);
}

void write_internet_test(JsonWriter& json,
                         const Process& process,
                         const InternetTest& test,
                         Day today) {
  json.begin_object();
  write_fields(json, test);
  json.member("step", step_of(test)).member("overdue", overdue_step(process, test, today));
  json.end_object();
}

std::string audit_state(const InternetTest& test) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_fields(json, test);
  json.end_object();
  return out;
}

std::string audit_name(const InternetTest& test) {
  return test.system;
}

}  // namespace dengce::process
