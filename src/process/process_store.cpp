// SPDX-License-Identifier: Apache-2.0
#include "process/process_store.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include "http/conditional.h"

namespace dengce::process {
namespace {

using portfolio::day_of;
using portfolio::execute;
using portfolio::execute_on_version;
using portfolio::find_rows;
using portfolio::ListSource;
using portfolio::nullable;
using portfolio::Where;

constexpr ListSource stage_source{
    "process.stage",
    "g.system_id, g.stage, g.planned_from, g.planned_to, g.actual_from, g.actual_to, g.note,"
    " g.version",
    8,
    "system_stage g",
    "g.system_id, g.stage",
    {}};
constexpr ListSource person_source{"process.person",
                                   "x.system_id, x.stage, x.account_id, a.name, x.is_lead",
                                   5,
                                   "stage_person x JOIN account a ON a.id = x.account_id",
                                   "x.system_id, x.stage, x.is_lead DESC, a.name, x.account_id",
                                   {}};
constexpr ListSource product_source{
    "process.product",
    "system_id, product, state, day, how, signed_by, file_id, drafted_by, note, version",
    10,
    "system_product",
    "product",
    {}};

constexpr db::Query lock_row{
    "process.lock",
    "INSERT INTO system_progress (system_id, stage, due) VALUES ($1, $2, NULL)"
    " ON CONFLICT (system_id) DO UPDATE SET system_id = excluded.system_id"};
constexpr db::Query change_progress{
    "process.standing", "UPDATE system_progress SET stage = $2, due = $3 WHERE system_id = $1"};
constexpr db::Query add_stage{
    "process.stage_insert",
    "INSERT INTO system_stage (system_id, stage, planned_from, planned_to, actual_from, actual_to,"
    " note, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)"};
constexpr db::Query change_stage_row{
    "process.stage_change",
    "UPDATE system_stage SET planned_from = $3, planned_to = $4, actual_from = $5, actual_to = $6,"
    " note = $7, version = version + 1 WHERE system_id = $1 AND stage = $2 AND version = $8"};
constexpr db::Query remove_people{"process.people_delete",
                                  "DELETE FROM stage_person WHERE system_id = $1 AND stage = $2"};
constexpr db::Query add_person{
    "process.person_insert",
    "INSERT INTO stage_person (system_id, stage, account_id, is_lead) VALUES ($1, $2, $3, $4)"};
constexpr db::Query add_product{
    "process.product_insert",
    "INSERT INTO system_product (system_id, product, state, day, how, signed_by, file_id,"
    " drafted_by, note, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)"};
constexpr db::Query change_product{
    "process.product_change",
    "UPDATE system_product SET state = $3, day = $4, how = $5, signed_by = $6, file_id = $7,"
    " drafted_by = $8, note = $9, version = version + 1"
    " WHERE system_id = $1 AND product = $2 AND version = $10"};
constexpr db::Query add_event{
    "process.event_insert",
    "INSERT INTO product_event (id, system_id, product, state, day, how, signed_by, file_name,"
    " file_sm3, note, recorded_by, recorded_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};
constexpr db::Query list_events{
    "process.events",
    "SELECT id, state, day, how, signed_by, file_name, file_sm3, note, recorded_by, recorded_at"
    " FROM product_event WHERE system_id = $1 AND product = $2 ORDER BY id"};
constexpr db::Query find_scan{"process.scan",
                              "SELECT name, sm3 FROM file WHERE id = $1 AND system_id = $2"};
constexpr db::Query first_notice{"process.first_notice",
                                 "SELECT MIN(confirmed_day) FROM risk_notice WHERE system_id = $1"};
constexpr db::Query first_approval{
    "process.first_approval", "SELECT MIN(approved_day) FROM internet_test WHERE system_id = $1"};

// Systems without a plan come last when sorted by it.
constexpr std::int64_t never = 4'000'000;

Day day_at(const db::Row& row, std::size_t column) {
  return Day{static_cast<std::int32_t>(row.integer(column))};
}

StageRow stage_of(const db::Row& row) {
  StageRow out;
  out.system_id = row.text(0);
  out.stage = row.text(1);
  out.dates = {day_of(row, 2), day_of(row, 3), day_of(row, 4), day_of(row, 5)};
  out.note = row.text(6);
  out.version = row.integer(7);
  return out;
}

ProductRow product_of(const db::Row& row) {
  ProductRow out;
  out.system_id = row.text(0);
  out.product = row.text(1);
  out.fact.state = product_state_from(row.text(2)).value_or(ProductState::untouched);
  out.fact.day = day_at(row, 3);
  out.how = row.text(4);
  out.signed_by = row.text(5);
  out.file_id = row.optional_text(6);
  out.drafted_by = row.text(7);
  out.note = row.text(8);
  out.version = row.integer(9);
  return out;
}

ProgressRow progress_of(const db::Row& row) {
  ProgressRow out;
  out.system_id = row.text(0);
  out.number = row.integer(1);
  out.name = row.text(2);
  out.team_id = row.text(3);
  out.team = row.text(4);
  out.level = row.integer(5);
  out.standing = {row.text(6), day_of(row, 7)};
  return out;
}

std::vector<db::Value> values_of(const StageRow& row) {
  return {row.system_id,
          row.stage,
          nullable(row.dates.planned_from),
          nullable(row.dates.planned_to),
          nullable(row.dates.actual_from),
          nullable(row.dates.actual_to),
          row.note};
}

std::vector<db::Value> values_of(const ProductRow& row) {
  return {row.system_id,
          row.product,
          std::string(state_name(row.fact.state)),
          std::int64_t{row.fact.day.number},
          row.how,
          row.signed_by,
          nullable(row.file_id),
          row.drafted_by,
          row.note};
}

// An insert of version 1, or a change of the row that has this version.
Result<> put(db::Transaction& transaction,
             std::vector<db::Value> values,
             std::int64_t version,
             const db::Query& add,
             const db::Query& change) {
  if (version == 0) return execute(transaction, add, values);
  values.emplace_back(version);
  return execute_on_version(transaction, change, values);
}

}  // namespace

Result<> lock_progress(db::Transaction& transaction,
                       const Process& process,
                       const std::string& system_id) {
  return execute(transaction, lock_row, {system_id, process.stages.front().id});
}

Result<> update_progress(db::Transaction& transaction,
                         const std::string& system_id,
                         const Standing& standing) {
  return execute(transaction, change_progress, {system_id, standing.stage, nullable(standing.due)});
}

Result<std::vector<StageRow>> select_stages(db::Transaction& transaction,
                                            const std::vector<std::string>& system_ids) {
  Where where;
  where.add_in("g.system_id IN (?)", system_ids);
  TRY_ASSIGN(const auto rows, find_rows(transaction, stage_source, where));
  Where whose;
  whose.add_in("x.system_id IN (?)", system_ids);
  TRY_ASSIGN(const auto people, find_rows(transaction, person_source, whose));
  std::map<std::pair<std::string, std::string>, std::vector<StagePerson>> of_stage;
  for (const db::Row& row : people) {
    of_stage[{row.text(0), row.text(1)}].push_back(
        {{row.text(2), row.text(3)}, row.integer(4) != 0});
  }
  std::vector<StageRow> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) {
    StageRow one = stage_of(row);
    const auto found = of_stage.find({one.system_id, one.stage});
    if (found != of_stage.end()) one.people = std::move(found->second);
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<ProductRow>> select_products(db::Transaction& transaction,
                                                const std::string& system_id) {
  Where where;
  where.add("system_id = ?", {system_id});
  TRY_ASSIGN(const auto rows, find_rows(transaction, product_source, where));
  std::vector<ProductRow> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back(product_of(row));
  return out;
}

Result<> select_approvals(db::Transaction& transaction,
                          const std::string& system_id,
                          Facts& facts) {
  const std::vector<db::Value> key{system_id};
  TRY_ASSIGN(const auto notice, transaction.query(first_notice, key));
  facts.risk_confirmed = day_of(notice.front(), 0);
  TRY_ASSIGN(const auto approval, transaction.query(first_approval, key));
  facts.test_approved = day_of(approval.front(), 0);
  return {};
}

Result<> put_stage(db::Transaction& transaction, const StageRow& row) {
  TRY(put(transaction, values_of(row), row.version, add_stage, change_stage_row));
  TRY(execute(transaction, remove_people, {row.system_id, row.stage}));
  for (const StagePerson& one : row.people) {
    TRY(execute(transaction,
                add_person,
                {row.system_id, row.stage, one.person.account_id, portfolio::flag(one.lead)}));
  }
  return {};
}

Result<> put_product(db::Transaction& transaction, const ProductRow& row) {
  return put(transaction, values_of(row), row.version, add_product, change_product);
}

Result<> insert_product_event(db::Transaction& transaction,
                              const ProductRow& row,
                              const ProductEvent& event) {
  return execute(transaction,
                 add_event,
                 {event.id,
                  row.system_id,
                  row.product,
                  std::string(state_name(event.fact.state)),
                  std::int64_t{event.fact.day.number},
                  event.how,
                  event.signed_by,
                  event.file_name,
                  event.file_sm3,
                  event.note,
                  event.recorded_by,
                  event.recorded.milliseconds});
}

Result<std::vector<ProductEvent>> select_product_events(db::Transaction& transaction,
                                                        const std::string& system_id,
                                                        const std::string& product) {
  const std::vector<db::Value> key{system_id, product};
  TRY_ASSIGN(const auto rows, transaction.query(list_events, key));
  std::vector<ProductEvent> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) {
    out.push_back(
        {row.text(0),
         {product_state_from(row.text(1)).value_or(ProductState::untouched), day_at(row, 2)},
         row.text(3),
         row.text(4),
         row.text(5),
         row.text(6),
         row.text(7),
         row.text(8),
         {row.integer(9)}});
  }
  return out;
}

Result<std::optional<Scan>> select_scan(db::Transaction& transaction,
                                        const std::string& system_id,
                                        const std::string& file_id) {
  const std::vector<db::Value> key{file_id, system_id};
  TRY_ASSIGN(const auto rows, transaction.query(find_scan, key));
  if (rows.empty()) return std::nullopt;
  return Scan{rows.front().text(0), rows.front().text(1)};
}

Result<std::vector<Person>> select_staff(db::Transaction& transaction,
                                         const std::vector<std::string>& roles) {
  Where where;
  where.add("disabled = 0");
  where.add_in("id IN (SELECT account_id FROM account_role WHERE role IN (?))", roles);
  const std::string sql = "SELECT id, name FROM account" + where.sql() + " ORDER BY name, id";
  TRY_ASSIGN(const auto rows, transaction.query({"process.staff", sql}, where.values()));
  std::vector<Person> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back({row.text(0), row.text(1)});
  return out;
}

Result<portfolio::Page<ProgressRow>> select_progress_page(db::Transaction& transaction,
                                                          const Process& process,
                                                          const portfolio::Visible& visible,
                                                          const http::PageQuery& query,
                                                          Day today) {
  const std::string stage = fmt::format("COALESCE(p.stage, '{}')", process.stages.front().id);
  std::string order = "CASE " + stage;
  for (std::size_t i = 0; i < process.stages.size(); ++i) {
    order += fmt::format(" WHEN '{}' THEN {}", process.stages[i].id, i);
  }
  order += fmt::format(" ELSE {} END", process.stages.size());
  const std::string due = fmt::format("COALESCE(p.due, {})", never);
  const std::array<portfolio::SortColumn, 5> sorts{{{"number", "s.number", true},
                                                    {"name", "s.name", false},
                                                    {"level", "s.level", true},
                                                    {"stage", order, true},
                                                    {"due", due, true}}};
  const std::string columns =
      "s.id, s.number, s.name, s.team_id, t.name, s.level, " + stage + ", p.due";
  const ListSource source{"process.progress",
                          columns,
                          8,
                          "information_system s JOIN team t ON t.id = s.team_id"
                          " LEFT JOIN system_progress p ON p.system_id = s.id",
                          "s.id",
                          sorts};
  Where where;
  where.add("s.present = 1");
  where.add_visible("s.id IN (?)", visible);
  where.add_equal("s.team_id", query.filter("team"));
  where.add_number("s.level", query.filter("level"));
  if (const auto wanted = query.filter("stage"); !wanted.empty()) {
    where.add(stage + " = ?", {std::string(wanted == "finished" ? "" : wanted)});
  }
  if (const auto late = query.filter("late"); !late.empty()) {
    where.add(due + (late == "yes" ? " < ?" : " >= ?"), {std::int64_t{today.number}});
  }
  if (const auto person = query.filter("person"); !person.empty()) {
    where.add("s.id IN (SELECT system_id FROM stage_person WHERE account_id = ?)",
              {std::string(person)});
  }
  if (const auto text = query.filter("q"); !text.empty()) where.add_contains("lower(s.name)", text);
  TRY_ASSIGN(auto page,
             portfolio::page_of<ProgressRow>(
                 portfolio::select_page(transaction, source, where, query), progress_of));
  std::vector<std::string> ids;
  std::map<std::string, ProgressRow*, std::less<>> by_id;
  ids.reserve(page.items.size());
  for (ProgressRow& row : page.items) {
    ids.push_back(row.system_id);
    by_id.emplace(row.system_id, &row);
  }
  TRY_ASSIGN(auto stages, select_stages(transaction, ids));
  for (StageRow& one : stages) by_id.at(one.system_id)->stages.push_back(std::move(one));
  return page;
}

Result<std::vector<Duty>> select_duties(
    db::Transaction& transaction, const portfolio::Visible& visible, Day from, Day to, Day today) {
  // A stage under way lasts as planned, and until today at least.
  const std::string begin = "COALESCE(g.actual_from, g.planned_from)";
  const std::string end = fmt::format(
      "COALESCE(g.actual_to, CASE WHEN g.actual_from IS NOT NULL AND (g.planned_to IS NULL OR"
      " g.planned_to < {0}) THEN {0} ELSE g.planned_to END)",
      today.number);
  Where where;
  where.add("s.present = 1");
  where.add_visible("g.system_id IN (?)", visible);
  where.add(begin + " <= ?", {std::int64_t{to.number}});
  where.add(end + " >= ?", {std::int64_t{from.number}});
  const std::string sql = fmt::format(
      "SELECT x.account_id, a.name, x.is_lead, g.system_id, s.name, g.stage, {0}, {1}"
      " FROM stage_person x JOIN account a ON a.id = x.account_id"
      " JOIN system_stage g ON g.system_id = x.system_id AND g.stage = x.stage"
      " JOIN information_system s ON s.id = g.system_id{2}"
      " ORDER BY a.name, x.account_id, {0}, s.number, g.stage",
      begin,
      end,
      where.sql());
  TRY_ASSIGN(const auto rows, transaction.query({"process.duties", sql}, where.values()));
  std::vector<Duty> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) {
    out.push_back({{row.text(0), row.text(1)},
                   row.integer(2) != 0,
                   row.text(3),
                   row.text(4),
                   row.text(5),
                   day_at(row, 6),
                   day_at(row, 7)});
  }
  return out;
}

}  // namespace dengce::process
