// SPDX-License-Identifier: Apache-2.0
#include "portfolio/system_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "portfolio/change.h"
#include "portfolio/portfolio_store.h"

namespace dengce::portfolio {
namespace {

constexpr std::string_view system_columns =
    "s.id, s.team_id, t.name, s.number, s.name, s.level, s.sag, s.present, s.confirmed,"
    " s.next_day, s.version";
constexpr std::string_view system_tables = "information_system s JOIN team t ON t.id = s.team_id";
constexpr std::array<SortColumn, 4> system_sorts{{
    {"number", "s.number", true},
    {"name", "s.name"},
    {"level", "s.level", true},
    {"team", "t.number", true},
}};
constexpr ListSource system_source{
    "system", system_columns, 11, system_tables, "s.id", system_sorts};

constexpr db::Query insert_system{
    "system.insert",
    "INSERT INTO information_system (id, contract_id, team_id, number, name, level, sag, present,"
    " confirmed, next_day, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr db::Query change_system{
    "system.change",
    "UPDATE information_system SET team_id = $2, number = $3, name = $4, level = $5, sag = $6,"
    " present = $7, confirmed = $8, next_day = $9, version = version + 1"
    " WHERE id = $1 AND version = $10"};
constexpr db::Query list_due{"system.due",
                             "SELECT id FROM information_system WHERE next_day <= $1 ORDER BY id"};
constexpr db::Query find_name{
    "system.name", "SELECT 1 FROM information_system WHERE name = $1 AND id <> $2 LIMIT 1"};
constexpr db::Query highest_number{"system.number", "SELECT MAX(number) FROM information_system"};
constexpr db::Query insert_event{
    "system_event.insert",
    "INSERT INTO system_event (id, system_id, kind, effective_day, team_id, level, sag, name,"
    " reason, confirmed, confirmed_day, recorded_by, recorded_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};
constexpr db::Query list_events{
    "system_event.list",
    "SELECT id, system_id, kind, effective_day, team_id, level, sag, name, reason, confirmed,"
    " confirmed_day, recorded_by, recorded_at FROM system_event WHERE system_id = $1"};
constexpr std::string_view events_until =
    "SELECT e.id, e.system_id, e.kind, e.effective_day, e.team_id, e.level, e.sag, e.name,"
    " e.reason, e.confirmed, e.confirmed_day, e.recorded_by, e.recorded_at, s.number"
    " FROM system_event e JOIN information_system s ON s.id = e.system_id";
constexpr db::Query list_scope{
    "system.scope", "SELECT id, team_id, contract_id FROM information_system ORDER BY id"};
constexpr db::Query list_team_scope{"team.scope", "SELECT id, contract_id FROM team"};
constexpr db::Query list_contracts{"contract.ids", "SELECT id FROM contract"};

InformationSystem system_of(const db::Row& row) {
  InformationSystem system;
  system.id = row.text(0);
  system.team_id = row.text(1);
  system.team = row.text(2);
  system.number = row.integer(3);
  system.name = row.text(4);
  system.level = row.integer(5);
  system.sag = row.text(6);
  system.present = row.integer(7) != 0;
  system.confirmed = row.integer(8) != 0;
  system.next_change = day_of(row, 9);
  system.version = row.integer(10);
  return system;
}

SystemEvent event_of(const db::Row& row) {
  SystemEvent event;
  event.id = row.text(0);
  event.system_id = row.text(1);
  event.kind = parse_event_kind(row.text(2)).value_or(EventKind::confirm);
  event.effective = day_of(row, 3);
  event.team_id = row.optional_text(4);
  event.level = row.optional_integer(5);
  event.sag = row.optional_text(6);
  event.name = row.optional_text(7);
  event.reason = row.text(8);
  event.confirmed = row.integer(9) != 0;
  event.confirmed_day = day_of(row, 10);
  event.recorded_by = row.text(11);
  event.recorded = {row.integer(12)};
  return event;
}

// Whether the scope covers every contract there is; then nothing needs to be listed.
Result<bool> sees_all(db::Transaction& transaction, const access::Scope& scope) {
  if (scope.everything) return true;
  if (scope.contracts.empty()) return false;
  TRY_ASSIGN(const auto rows, transaction.query(list_contracts));
  return !rows.empty() && std::all_of(rows.begin(), rows.end(), [&](const db::Row& row) {
    return scope.contracts.contains(row.text(0));
  });
}

}  // namespace

Result<Visible> select_visible(db::Transaction& transaction, const access::Actor& actor) {
  Visible visible;
  TRY_ASSIGN(visible.everything, sees_all(transaction, actor.scope));
  if (visible.everything) return visible;
  TRY_ASSIGN(const auto rows, transaction.query(list_scope));
  for (const db::Row& row : rows) {
    if (!actor.scope.covers(row.text(2), row.text(1), row.text(0))) continue;
    visible.systems.insert(row.text(0));
    visible.teams.insert(row.text(1));
  }
  TRY_ASSIGN(const auto teams, transaction.query(list_team_scope));
  for (const db::Row& row : teams) {
    const bool named =
        actor.scope.teams.contains(row.text(0)) || actor.scope.contracts.contains(row.text(1));
    if (named) visible.teams.insert(row.text(0));
  }
  return visible;
}

Result<InformationSystem> select_visible_system(db::Transaction& transaction,
                                                const Visible& visible,
                                                const std::string& id) {
  // select_system takes names too; an address of the API holds ids only.
  TRY_ASSIGN(const auto row, find_row(transaction, system_source, id));
  if (!row || !visible.covers(id)) return fail(ErrorCode::not_found, "没有此系统");
  return system_of(*row);
}

Result<> check_links(db::Transaction& transaction, const Visible& visible, const IdSet& systems) {
  if (systems.empty() && !visible.everything) {
    return bad_field("systems", "至少选择一个系统");
  }
  if (systems.empty()) return {};
  Where where;
  where.add_in("id IN (?)", {systems.begin(), systems.end()});
  where.add_visible("id IN (?)", visible);
  const std::string sql = "SELECT COUNT(*) FROM information_system" + where.sql();
  TRY_ASSIGN(const auto rows, transaction.query({"system.links", sql}, where.values()));
  if (rows.front().integer(0) == static_cast<std::int64_t>(systems.size())) return {};
  return bad_field("systems", "有不存在的系统");
}

Result<> check_system(db::Transaction& transaction,
                      const Visible& visible,
                      const std::string& system_id) {
  const auto system = select_visible_system(transaction, visible, system_id);
  if (system) return {};
  if (system.error().code != ErrorCode::not_found) return tl::make_unexpected(system.error());
  return bad_field("system_id", "没有此系统");
}

Result<Page<InformationSystem>> select_system_page(db::Transaction& transaction,
                                                   const Visible& visible,
                                                   const http::PageQuery& query) {
  Where where;
  where.add_visible("s.id IN (?)", visible);
  where.add_equal("s.team_id", query.filter("team"));
  where.add_number("s.level", query.filter("level"));
  where.add_flag("s.present", query.filter("present"));
  where.add_contains("lower(s.name)", query.filter("q"));
  return page_of<InformationSystem>(select_page(transaction, system_source, where, query),
                                    system_of);
}

Result<std::vector<InformationSystem>> select_systems(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, find_rows(transaction, system_source, {}, "s.number, s.id"));
  std::vector<InformationSystem> systems;
  systems.reserve(rows.size());
  for (const db::Row& row : rows) systems.push_back(system_of(row));
  return systems;
}

Result<InformationSystem> select_system(db::Transaction& transaction,
                                        const std::string& name_or_id) {
  Where where;
  where.add("(s.name = ? OR s.id = ?)", {name_or_id, name_or_id});
  TRY_ASSIGN(const auto rows, find_rows(transaction, system_source, where));
  if (rows.empty()) return fail(ErrorCode::not_found, "没有此系统：" + name_or_id);
  return system_of(rows.front());
}

Result<> insert_systems(db::Transaction& transaction,
                        const std::string& contract_id,
                        const std::vector<InformationSystem>& systems) {
  std::vector<db::Value> values;
  values.reserve(systems.size() * 11);
  for (const InformationSystem& system : systems) {
    values.insert(values.end(),
                  {system.id,
                   contract_id,
                   system.team_id,
                   system.number,
                   system.name,
                   system.level,
                   system.sag,
                   flag(system.present),
                   flag(system.confirmed),
                   nullable(system.next_change),
                   std::int64_t{1}});
  }
  return transaction.insert_many(insert_system, 11, values);
}

Result<> insert_events(db::Transaction& transaction, const std::vector<SystemEvent>& events) {
  std::vector<db::Value> values;
  values.reserve(events.size() * 13);
  for (const SystemEvent& event : events) {
    values.insert(values.end(),
                  {event.id,
                   event.system_id,
                   std::string(name(event.kind)),
                   nullable(event.effective),
                   nullable(event.team_id),
                   nullable(event.level),
                   nullable(event.sag),
                   nullable(event.name),
                   event.reason,
                   flag(event.confirmed),
                   nullable(event.confirmed_day),
                   event.recorded_by,
                   event.recorded.milliseconds});
  }
  return transaction.insert_many(insert_event, 13, values);
}

Result<std::vector<SystemEvent>> select_events(db::Transaction& transaction,
                                               const std::string& system_id) {
  const std::vector<db::Value> key{system_id};
  TRY_ASSIGN(const auto rows, transaction.query(list_events, key));
  std::vector<SystemEvent> events;
  events.reserve(rows.size());
  for (const db::Row& row : rows) events.push_back(event_of(row));
  sort_events(events);
  return events;
}

Result<std::vector<SystemOnDay>> select_systems_on(db::Transaction& transaction,
                                                   const Visible& visible,
                                                   Day day) {
  Where where;
  where.add("(e.effective_day IS NULL OR e.effective_day <= ?)", {std::int64_t{day.number}});
  where.add_visible("e.system_id IN (?)", visible);
  const std::string sql = std::string(events_until) + where.sql();
  TRY_ASSIGN(const auto rows, transaction.query({"system_event.until", sql}, where.values()));
  std::map<std::pair<std::int64_t, std::string>, std::vector<SystemEvent>> by_system;
  for (const db::Row& row : rows) {
    by_system[{row.integer(13), row.text(1)}].push_back(event_of(row));
  }
  std::vector<SystemOnDay> out;
  for (auto& [key, events] : by_system) {
    sort_events(events);
    SystemOnDay system{key.second, key.first, state_on(events, day)};
    if (system.state.present) out.push_back(std::move(system));
  }
  return out;
}

Result<> update_system(db::Transaction& transaction, const InformationSystem& system) {
  const std::vector<db::Value> values{system.id,
                                      system.team_id,
                                      system.number,
                                      system.name,
                                      system.level,
                                      system.sag,
                                      flag(system.present),
                                      flag(system.confirmed),
                                      nullable(system.next_change),
                                      system.version};
  return execute_on_version(transaction, change_system, values);
}

Result<std::vector<std::string>> select_due_systems(db::Transaction& transaction, Day today) {
  const std::vector<db::Value> key{std::int64_t{today.number}};
  TRY_ASSIGN(const auto rows, transaction.query(list_due, key));
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const db::Row& row : rows) ids.push_back(row.text(0));
  return ids;
}

Result<bool> is_system_name_taken(db::Transaction& transaction,
                                  const std::string& name,
                                  const std::string& except_id) {
  const std::vector<db::Value> key{name, except_id};
  TRY_ASSIGN(const auto rows, transaction.query(find_name, key));
  return !rows.empty();
}

Result<std::int64_t> select_next_system_number(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(highest_number));
  return rows.empty() ? 1 : rows.front().integer(0) + 1;
}

}  // namespace dengce::portfolio
