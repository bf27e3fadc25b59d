// SPDX-License-Identifier: Apache-2.0
#include "portfolio/systems.h"

#include <fmt/format.h>

#include "base/id.h"
#include "portfolio/change.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"

namespace dengce::portfolio {
namespace {

Result<> refresh(db::Transaction& transaction, const std::string& id, Day today) {
  TRY_ASSIGN(InformationSystem system, select_system(transaction, id));
  TRY_ASSIGN(const auto events, select_events(transaction, id));
  take_state(system, events, today);
  return update_system(transaction, system);
}

// Names are unique over all systems, so only who sees all of them may give one: a refusal would
// tell of a system out of sight.
Result<> check_new_name(db::Transaction& transaction,
                        const Visible& visible,
                        const std::string& name,
                        const std::string& except_id) {
  if (!visible.everything) {
    return fail(ErrorCode::permission_denied, "系统的登记与更名由可见全部系统的人员办理");
  }
  TRY_ASSIGN(const bool taken, is_system_name_taken(transaction, name, except_id));
  if (taken) return bad_field("name", "此名称不可用：清单中已有同名系统");
  return {};
}

// Adds the event, refreshes the row, gives the system as it is then.
Result<InformationSystem> append_event(db::Transaction& transaction,
                                       const Visible& visible,
                                       const std::string& system_id,
                                       const SystemEvent& event,
                                       Day today) {
  TRY_ASSIGN(const auto events, select_events(transaction, system_id));
  TRY(check_event(events, event, today));
  if (event.kind == EventKind::rename || event.kind == EventKind::join) {
    TRY(check_new_name(transaction, visible, *event.name, system_id));
  }
  TRY(insert_events(transaction, {event}));
  TRY(refresh(transaction, system_id, today));
  return select_system(transaction, system_id);
}

void sign(SystemEvent& event,
          const access::Actor& actor,
          const std::string& system_id,
          Clock clock) {
  event.id = new_id(clock);
  event.system_id = system_id;
  event.confirmed = event.confirmed_day.has_value();
  event.recorded_by = actor.login;
  event.recorded = clock();
}

// Who sees all or the team may put a system there.
Result<> check_team(db::Transaction& transaction,
                    const Visible& visible,
                    const std::string& team_id) {
  TRY_ASSIGN(const auto teams, select_teams(transaction, visible));
  for (const Team& team : teams) {
    if (team.id == team_id) return {};
  }
  return bad_field("team_id", "没有此团队");
}

// A field that the kind does not take is refused, so that nothing is dropped in silence.
Result<> check_fields(const SystemEvent& event) {
  std::vector<Problem> problems;
  const auto only = [&](bool given, bool allowed, const char* field) {
    if (given && !allowed) problems.push_back({{}, 0, field, "此类事项不带该字段"});
  };
  const EventKind kind = event.kind;
  const bool joins = kind == EventKind::join;
  only(event.team_id.has_value(), joins || kind == EventKind::transfer, "team_id");
  only(event.level.has_value(), joins || kind == EventKind::level, "level");
  only(event.sag.has_value(), joins || kind == EventKind::level, "sag");
  only(event.name.has_value(), joins || kind == EventKind::rename, "name");
  return fail_if_any("事项有误", std::move(problems));
}

// A system that comes back does so as it left, where nothing else is said.
void fill_join(SystemEvent& event, const InformationSystem& system) {
  if (event.kind != EventKind::join) return;
  if (!event.team_id) event.team_id = system.team_id;
  if (!event.name) event.name = system.name;
  if (!event.level) {
    event.level = system.level;
    if (!event.sag) event.sag = system.sag;
  }
}

std::string detail_of(const SystemEvent& event) {
  return json_text(write_event, event);
}

}  // namespace

void take_state(InformationSystem& system, const std::vector<SystemEvent>& events, Day today) {
  SystemState state = state_on(events, today);
  const bool before_first = state.name.empty();
  if (before_first && !events.empty() && events.front().effective) {
    state = state_on(events, *events.front().effective);
    state.present = false;
    state.confirmed = false;
  }
  system.team_id = state.team_id;
  system.name = state.name;
  system.level = state.level;
  system.sag = state.sag;
  system.present = state.present;
  system.confirmed = state.confirmed;
  system.next_change = next_change(events, today);
}

Result<InformationSystem> create_system(db::Database& database,
                                        const access::Actor& actor,
                                        const NewSystem& input,
                                        Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const Contract contract, select_contract(edit.transaction));
  TRY(check_team(edit.transaction, edit.visible, input.team_id));
  SystemEvent join;
  join.effective = input.from;
  join.team_id = input.team_id;
  join.level = input.level;
  join.sag = input.sag;
  join.name = input.name;
  join.reason = input.reason;
  join.confirmed_day = input.confirmed_day;
  InformationSystem system;
  system.id = new_id(clock);
  sign(join, actor, system.id, clock);
  TRY(check_event({}, join, edit.today));
  TRY(check_new_name(edit.transaction, edit.visible, input.name, system.id));
  TRY_ASSIGN(const std::int64_t next, select_next_system_number(edit.transaction));
  system.number = input.number.value_or(next);
  take_state(system, {join}, edit.today);
  TRY(insert_systems(edit.transaction, contract.id, {system}));
  TRY(insert_events(edit.transaction, {join}));
  TRY_ASSIGN(system, select_system(edit.transaction, system.id));
  TRY(edit.commit(
      {"system.create", "system", system.id, system.name, {}, to_json(system), detail_of(join)}));
  return system;
}

Result<InformationSystem> record_event(db::Database& database,
                                       const access::Actor& actor,
                                       const std::string& system_id,
                                       SystemEvent event,
                                       Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const InformationSystem before,
             select_visible_system(edit.transaction, edit.visible, system_id));
  TRY(check_fields(event));
  if (event.team_id) TRY(check_team(edit.transaction, edit.visible, *event.team_id));
  fill_join(event, before);
  sign(event, actor, system_id, clock);
  TRY_ASSIGN(const InformationSystem after,
             append_event(edit.transaction, edit.visible, system_id, event, edit.today));
  const std::string action = fmt::format("system.{}", name(event.kind));
  TRY(edit.commit({action,
                   "system",
                   system_id,
                   after.name,
                   to_json(before),
                   to_json(after),
                   detail_of(event)}));
  return after;
}

Result<InformationSystem> change_system(db::Database& database,
                                        const access::Actor& actor,
                                        const std::string& system_id,
                                        std::int64_t version,
                                        const SystemPatch& patch,
                                        Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const InformationSystem before,
             of_version(select_visible_system(edit.transaction, edit.visible, system_id), version));
  InformationSystem after = before;
  if (patch.number && *patch.number != before.number) {
    after.number = *patch.number;
    TRY(update_system(edit.transaction, after));
  }
  SystemEvent event;
  event.effective = edit.today;
  event.reason = patch.reason;
  if (patch.name && *patch.name != before.name) {
    SystemEvent rename = event;
    rename.kind = EventKind::rename;
    rename.name = patch.name;
    sign(rename, actor, system_id, clock);
    TRY_ASSIGN(after, append_event(edit.transaction, edit.visible, system_id, rename, edit.today));
  }
  if (patch.sag && *patch.sag != before.sag) {
    SystemEvent grade = event;
    grade.kind = EventKind::level;
    grade.level = before.level;
    grade.sag = patch.sag;
    sign(grade, actor, system_id, clock);
    TRY_ASSIGN(after, append_event(edit.transaction, edit.visible, system_id, grade, edit.today));
  }
  TRY_ASSIGN(after, select_system(edit.transaction, system_id));
  TRY(edit.commit(
      {"system.change", "system", system_id, after.name, to_json(before), to_json(after), {}}));
  return after;
}

Result<std::vector<SystemEvent>> system_history(db::Database& database,
                                                const access::Actor& actor,
                                                const std::string& system_id) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY_ASSIGN(const InformationSystem system,
             select_visible_system(transaction, visible, system_id));
  return select_events(transaction, system.id);
}

Result<Coverage> coverage_on(db::Database& database, const access::Actor& actor, Day day) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY_ASSIGN(const auto systems, select_systems_on(transaction, visible, day));
  std::optional<std::int64_t> minimum;
  if (visible.everything) {
    TRY_ASSIGN(const Contract contract, select_contract(transaction));
    minimum = minimum_systems(contract);
  }
  return count_coverage(systems, minimum, day);
}

Result<> apply_due_events(db::Database& database, Clock clock) {
  const Day today = shanghai_day(clock());
  {
    TRY_ASSIGN(db::Transaction transaction, database.read());
    TRY_ASSIGN(const auto due, select_due_systems(transaction, today));
    if (due.empty()) return {};
  }
  TRY_ASSIGN(db::Transaction transaction, database.write());
  // Asked again: another server may have been faster.
  TRY_ASSIGN(const auto due, select_due_systems(transaction, today));
  for (const std::string& id : due) TRY(refresh(transaction, id, today));
  return transaction.commit();
}

Result<db::Transaction> read_today(db::Database& database, Clock clock) {
  TRY(apply_due_events(database, clock));
  return database.read();
}

void write_day(JsonWriter& json, std::string_view key, const std::optional<Day>& day) {
  json.key(key);
  if (day) {
    json.string(format_day(*day));
  } else {
    json.null();
  }
}

void write_system(JsonWriter& json, const InformationSystem& system) {
  json.begin_object().member("id", system.id).member("number", system.number);
  json.member("name", system.name).member("team_id", system.team_id).member("team", system.team);
  json.member("level", system.level).member("sag", system.sag);
  json.member_boolean("present", system.present).member_boolean("confirmed", system.confirmed);
  write_day(json, "next_change", system.next_change);
  json.member("version", system.version).end_object();
}

std::string to_json(const InformationSystem& system) {
  return json_text(write_system, system);
}

void write_event(JsonWriter& json, const SystemEvent& event) {
  json.begin_object().member("id", event.id).member("kind", name(event.kind));
  write_day(json, "effective_day", event.effective);
  const auto text = [&](const char* key, const std::optional<std::string>& value) {
    json.key(key);
    value ? json.string(*value) : json.null();
  };
  text("team_id", event.team_id);
  json.key("level");
  event.level ? json.integer(*event.level) : json.null();
  text("sag", event.sag);
  text("name", event.name);
  json.member("reason", event.reason).member_boolean("confirmed", event.confirmed);
  write_day(json, "confirmed_day", event.confirmed_day);
  json.member("recorded_by", event.recorded_by);
  json.member("recorded_at", format_instant(event.recorded)).end_object();
}

}  // namespace dengce::portfolio
