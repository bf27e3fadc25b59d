// SPDX-License-Identifier: Apache-2.0
// Over all systems: where they stand, planning help, the calendar of people.
#include <algorithm>
#include <map>
#include <set>

#include "process/process_routes.h"
#include "process/sheet.h"

namespace dengce::process {
namespace {

using access::Actor;
using http::Request;
using http::Response;
using portfolio::write_day;

constexpr std::int32_t longest_calendar = 400;

const http::PageRules progress_rules{{"number", "name", "level", "stage", "due"},
                                     {"team", "level", "stage", "late", "person", "q"}};

void write_progress(JsonWriter& json, const ProgressRow& row, Day today) {
  json.begin_object().member("system_id", row.system_id).member("number", row.number);
  json.member("system", row.name).member("team_id", row.team_id).member("team", row.team);
  json.member("level", row.level).key("stage");
  row.standing.stage.empty() ? json.null() : json.string(row.standing.stage);
  write_day(json, "due", row.standing.due);
  json.member_boolean("late", row.standing.due && *row.standing.due < today);
  json.key("stages").begin_array();
  for (const StageRow& stage : row.stages) {
    json.begin_object();
    write_stage(json, stage, today);
    json.end_object();
  }
  json.end_array().end_object();
}

Result<Response> get_progress(const Routes& routes, const Actor& actor, const Request& request) {
  TRY_ASSIGN(const http::PageQuery query, http::page_query(request, progress_rules));
  TRY_ASSIGN(db::Transaction transaction, portfolio::read_today(routes.database, routes.clock));
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  const Day today = routes.today();
  TRY_ASSIGN(const auto page,
             select_progress_page(transaction, routes.process, visible, query, today));
  return portfolio::page_response(page, [today](JsonWriter& json, const ProgressRow& row) {
    write_progress(json, row, today);
  });
}

Result<Response> get_people(const Routes& routes, const Actor&, const Request&) {
  TRY_ASSIGN(db::Transaction transaction, routes.database.read());
  TRY_ASSIGN(const auto staff, select_staff(transaction, routes.staff_roles));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const Person& one : staff) {
    json.begin_object().member("account_id", one.account_id).member("name", one.name).end_object();
  }
  json.end_array().end_object();
  return response;
}

void write_plan(JsonWriter& json, const PlannedSystem& plan) {
  json.begin_object().member("system_id", plan.system_id).member("system", plan.system);
  json.key("stages").begin_array();
  for (const PlannedStage& one : plan.stages) {
    json.begin_object().member("stage", one.stage);
    write_day(json, "before_from", one.before.planned_from);
    write_day(json, "before_to", one.before.planned_to);
    write_day(json, "planned_from", one.after.planned_from);
    write_day(json, "planned_to", one.after.planned_to);
    json.end_object();
  }
  json.end_array().end_object();
}

Result<Response> post_plan(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  PlanOrder order;
  order.systems = body.ids("systems", 500);
  order.start = body.day("start_day");
  order.every = body.maybe_integer("every", 0, 60).value_or(0);
  order.apply = body.maybe_boolean("apply").value_or(false);
  if (order.systems.empty()) body.problem("systems", "至少选择一个系统");
  TRY(body.finish());
  TRY_ASSIGN(const auto plan,
             plan_progress(routes.database, routes.process, actor, order, routes.clock));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member_boolean("applied", order.apply);
  write_day(json, "days_off_known_until", routes.process.calendar.known_until());
  json.key("items").begin_array();
  for (const PlannedSystem& one : plan) write_plan(json, one);
  json.end_array().end_object();
  return response;
}

struct Days {
  Day from;
  Day to;
};

Result<Days> days_of(const Request& request) {
  std::map<std::string, std::optional<Day>, std::less<>> days;
  std::vector<Problem> problems;
  for (const auto& [name, value] : request.query) {
    if (name != "from" && name != "to") problems.push_back({{}, 0, name, "未知的查询参数"});
    days[name] = parse_day(value);
  }
  for (const char* name : {"from", "to"}) {
    if (!days[name]) problems.push_back({{}, 0, name, "应为日期 YYYY-MM-DD"});
  }
  if (problems.empty() && (*days["to"] < *days["from"] ||
                           days["to"]->number - days["from"]->number > longest_calendar)) {
    problems.push_back({{}, 0, "to", "应不早于起始日，且不超过 400 天"});
  }
  if (problems.empty()) return Days{*days["from"], *days["to"]};
  return fail(ErrorCode::invalid_argument, "查询参数无效", std::move(problems));
}

// Working days on which the duties of one person name more systems than the limit.
void write_crowded(JsonWriter& json,
                   const Process& process,
                   const std::vector<const Duty*>& duties,
                   const Days& days) {
  json.key("crowded").begin_array();
  for (Day day = days.from; day <= days.to; ++day.number) {
    if (!process.calendar.works(day)) continue;
    std::set<std::string_view> systems;
    for (const Duty* duty : duties) {
      if (duty->from <= day && day <= duty->to) systems.insert(duty->system_id);
    }
    const auto count = static_cast<std::int64_t>(systems.size());
    if (count <= process.person_systems_a_day) continue;
    json.begin_object();
    write_day(json, "day", day);
    json.member("systems", count).end_object();
  }
  json.end_array();
}

void write_person(JsonWriter& json,
                  const Process& process,
                  const std::vector<const Duty*>& duties,
                  const Days& days) {
  const Person& person = duties.front()->person;
  json.begin_object().member("account_id", person.account_id).member("name", person.name);
  json.key("duties").begin_array();
  for (const Duty* duty : duties) {
    json.begin_object().member("system_id", duty->system_id).member("system", duty->system);
    json.member("stage", duty->stage).member_boolean("lead", duty->lead);
    write_day(json, "from", duty->from);
    write_day(json, "to", duty->to);
    json.end_object();
  }
  json.end_array();
  write_crowded(json, process, duties, days);
  json.end_object();
}

Result<Response> get_calendar(const Routes& routes, const Actor& actor, const Request& request) {
  TRY_ASSIGN(const Days days, days_of(request));
  TRY_ASSIGN(db::Transaction transaction, portfolio::read_today(routes.database, routes.clock));
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY_ASSIGN(const auto duties,
             select_duties(transaction, visible, days.from, days.to, routes.today()));
  Response response;
  JsonWriter json(response.body);
  json.begin_object();
  write_day(json, "from", days.from);
  write_day(json, "to", days.to);
  json.member("limit", routes.process.person_systems_a_day).key("items").begin_array();
  std::vector<const Duty*> of_one;  // the rows come by person
  for (const Duty& duty : duties) {
    if (!of_one.empty() && of_one.front()->person.account_id != duty.person.account_id) {
      write_person(json, routes.process, of_one, days);
      of_one.clear();
    }
    of_one.push_back(&duty);
  }
  if (!of_one.empty()) write_person(json, routes.process, of_one, days);
  json.end_array().end_object();
  return response;
}

}  // namespace

void add_progress_routes(const Routes& routes) {
  routes.add("GET", "/api/progress", {"progress", "read"}, get_progress);
  routes.add("GET", "/api/progress/people", {"progress", "change"}, get_people);
  routes.add("POST", "/api/progress/plan", {"progress", "change"}, post_plan);
  routes.add("GET", "/api/people-calendar", {"progress", "read"}, get_calendar);
}

}  // namespace dengce::process
