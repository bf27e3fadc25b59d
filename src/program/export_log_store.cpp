// SPDX-License-Identifier: Apache-2.0
#include "program/export_log_store.h"

#include <array>

#include "access/export_log.h"
#include "base/clock.h"

namespace dengce::program {
namespace {

constexpr std::int64_t day_milliseconds = 86'400'000;
constexpr std::int64_t shanghai_milliseconds = 8LL * 3'600'000;

constexpr std::array<portfolio::SortColumn, 1> export_sorts{{{"sequence", "e.sequence", true}}};
constexpr portfolio::ListSource export_source{
    "export_log.page",
    "e.sequence, e.class, e.system_id, COALESCE(s.name, ''), a.at_ms, a.login, a.address,"
    " a.action, a.object_type, a.object_name, a.after_sm3, a.detail",
    12,
    "export_log e JOIN audit_entry a ON a.sequence = e.sequence"
    " LEFT JOIN information_system s ON s.id = e.system_id",
    "a.digest",
    export_sorts};

ExportRow export_of(const db::Row& row) {
  access::ExportNote note = access::export_note_of(row.text(11));
  return {row.integer(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.integer(4),
          row.text(5),
          row.text(6),
          row.text(7),
          row.text(8),
          row.text(9),
          row.text(10),
          std::move(note.purpose),
          std::move(note.recipient)};
}

Result<> add_days(portfolio::Where& where, const http::PageQuery& query) {
  std::vector<Problem> problems;
  const auto add = [&](std::string_view name, std::string_view condition, std::int64_t later) {
    const std::string_view text = query.filter(name);
    if (text.empty()) return;
    if (const auto day = parse_day(text)) {
      where.add(condition, {(day->number + later) * day_milliseconds - shanghai_milliseconds});
    } else {
      problems.push_back({{}, 0, std::string(name), "应为日期（2026-07-01）"});
    }
  };
  add("from", "a.at_ms >= ?", 0);
  add("to", "a.at_ms < ?", 1);
  if (problems.empty()) return {};
  return fail(ErrorCode::invalid_argument, "查询参数无效", std::move(problems));
}

void add_sight(portfolio::Where& where, const ExportSight& sight) {
  if (sight.visible.everything) return;
  std::string condition = "(a.account = ?";
  std::vector<db::Value> values{sight.account};
  values.reserve(sight.visible.systems.size() + 1);
  for (const std::string& id : sight.visible.systems) {
    condition += values.size() == 1 ? " OR e.system_id IN (?" : ", ?";
    values.emplace_back(id);
  }
  condition += values.size() == 1 ? ")" : "))";
  where.add(condition, values);
}

}  // namespace

Result<portfolio::Page<ExportRow>> select_exports(db::Transaction& transaction,
                                                  const ExportSight& sight,
                                                  const http::PageQuery& query) {
  portfolio::Where where;
  add_sight(where, sight);
  if (const auto id = query.filter("class"); !id.empty()) {
    where.add("e.class = ?", {std::string(id)});
  }
  if (const auto login = query.filter("login"); !login.empty()) {
    where.add("a.login = ?", {std::string(login)});
  }
  TRY(add_days(where, query));
  return portfolio::page_of<ExportRow>(
      portfolio::select_page(transaction, export_source, where, query), export_of);
}

}  // namespace dengce::program
