// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "portfolio/risk_notices.h"

namespace dengce::portfolio {
namespace {

constexpr std::string_view notice_columns =
    "n.id, n.system_id, n.risks, n.measures, n.backup_state, n.told_day, n.confirmed_by,"
    " n.confirmed_day, n.version, s.name";
constexpr std::string_view notice_tables =
    "risk_notice n JOIN information_system s ON s.id = n.system_id";
constexpr std::array<SortColumn, 1> notice_sorts{{{"told_day", "n.told_day", true}}};
constexpr ListSource notice_source{
    "risk_notice", notice_columns, 10, notice_tables, "n.id", notice_sorts};

constexpr db::Query add_notice{
    "risk_notice.insert",
    "INSERT INTO risk_notice (id, risks, measures, backup_state, told_day, confirmed_by,"
    " confirmed_day, system_id, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)"};
constexpr db::Query change_notice{
    "risk_notice.change",
    "UPDATE risk_notice SET risks = $2, measures = $3, backup_state = $4, told_day = $5,"
    " confirmed_by = $6, confirmed_day = $7, version = version + 1"
    " WHERE id = $1 AND version = $8"};
constexpr db::Query delete_notice{"risk_notice.delete", "DELETE FROM risk_notice WHERE id = $1"};

RiskNotice notice_of(const db::Row& row) {
  RiskNotice notice;
  notice.id = row.text(0);
  notice.system_id = row.text(1);
  notice.risks = row.text(2);
  notice.measures = row.text(3);
  notice.backup_state = row.text(4);
  notice.told = day_of(row, 5).value_or(Day{});
  notice.confirmed_by = row.text(6);
  notice.confirmed = day_of(row, 7);
  notice.version = row.integer(8);
  notice.system = row.text(9);
  return notice;
}

// The id and what may change, as $1 to $7.
std::vector<db::Value> values_of(const RiskNotice& notice, db::Value last) {
  return {notice.id,
          notice.risks,
          notice.measures,
          notice.backup_state,
          std::int64_t{notice.told.number},
          notice.confirmed_by,
          nullable(notice.confirmed),
          std::move(last)};
}

}  // namespace

Result<RiskNotice> select_risk_notice(db::Transaction& transaction,
                                      const Visible& visible,
                                      const std::string& id) {
  TRY_ASSIGN(const auto row, find_row(transaction, notice_source, id));
  if (!row || !visible.covers(row->text(1))) return fail(ErrorCode::not_found, "没有此风险告知");
  return notice_of(*row);
}

Result<Page<RiskNotice>> select_risk_notice_page(db::Transaction& transaction,
                                                 const Visible& visible,
                                                 const http::PageQuery& query) {
  Where where;
  where.add_visible("n.system_id IN (?)", visible);
  where.add_equal("n.system_id", query.filter("system"));
  if (const auto confirmed = query.filter("confirmed"); !confirmed.empty()) {
    where.add(confirmed == "yes" ? "n.confirmed_day IS NOT NULL" : "n.confirmed_day IS NULL");
  }
  return page_of<RiskNotice>(select_page(transaction, notice_source, where, query), notice_of);
}

Result<std::int64_t> count_systems_untold(db::Transaction& transaction, const Visible& visible) {
  Where where;
  where.add("s.present = 1");
  where.add(
      "NOT EXISTS (SELECT 1 FROM risk_notice n WHERE n.system_id = s.id"
      " AND n.confirmed_day IS NOT NULL)");
  where.add_visible("s.id IN (?)", visible);
  const std::string sql = "SELECT COUNT(*) FROM information_system s" + where.sql();
  TRY_ASSIGN(const auto rows, transaction.query({"risk_notice.untold", sql}, where.values()));
  return rows.front().integer(0);
}

Result<> insert_risk_notice(db::Transaction& transaction, const RiskNotice& notice) {
  return execute(transaction, add_notice, values_of(notice, notice.system_id));
}

Result<> update_risk_notice(db::Transaction& transaction, const RiskNotice& notice) {
  return execute_on_version(transaction, change_notice, values_of(notice, notice.version));
}

Result<> remove_risk_notice(db::Transaction& transaction, const std::string& id) {
  return execute(transaction, delete_notice, {id});
}

}  // namespace dengce::portfolio
