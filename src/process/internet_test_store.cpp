// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "process/internet_tests.h"

namespace dengce::process {
namespace {

using portfolio::day_of;
using portfolio::nullable;

constexpr std::array<portfolio::SortColumn, 1> test_sorts{
    {{"planned_from", "i.planned_from", true}}};
constexpr portfolio::ListSource test_source{
    "internet_test",
    "i.id, i.system_id, s.name, i.targets, i.methods, i.planned_from, i.planned_to, i.approved_by,"
    " i.approved_day, i.tested_day, i.closed_day, i.data_deleted_day, i.reported_day, i.note,"
    " i.version",
    15,
    "internet_test i JOIN information_system s ON s.id = i.system_id",
    "i.id",
    test_sorts};

constexpr db::Query add_test{
    "internet_test.insert",
    "INSERT INTO internet_test (id, targets, methods, planned_from, planned_to, approved_by,"
    " approved_day, tested_day, closed_day, data_deleted_day, reported_day, note, system_id,"
    " version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)"};
constexpr db::Query change_test{
    "internet_test.change",
    "UPDATE internet_test SET targets = $2, methods = $3, planned_from = $4, planned_to = $5,"
    " approved_by = $6, approved_day = $7, tested_day = $8, closed_day = $9,"
    " data_deleted_day = $10, reported_day = $11, note = $12, version = version + 1"
    " WHERE id = $1 AND version = $13"};
constexpr db::Query delete_test{"internet_test.delete", "DELETE FROM internet_test WHERE id = $1"};

InternetTest test_of(const db::Row& row) {
  InternetTest out;
  out.id = row.text(0);
  out.system_id = row.text(1);
  out.system = row.text(2);
  out.targets = row.text(3);
  out.methods = row.text(4);
  out.planned_from = day_of(row, 5).value_or(Day{});
  out.planned_to = day_of(row, 6).value_or(Day{});
  out.approved_by = row.text(7);
  out.approved = day_of(row, 8);
  out.tested = day_of(row, 9);
  out.closed = day_of(row, 10);
  out.data_deleted = day_of(row, 11);
  out.reported = day_of(row, 12);
  out.note = row.text(13);
  out.version = row.integer(14);
  return out;
}

// The id and what may change, as $1 to $12.
std::vector<db::Value> values_of(const InternetTest& test, db::Value last) {
  return {test.id,
          test.targets,
          test.methods,
          std::int64_t{test.planned_from.number},
          std::int64_t{test.planned_to.number},
          test.approved_by,
          nullable(test.approved),
          nullable(test.tested),
          nullable(test.closed),
          nullable(test.data_deleted),
          nullable(test.reported),
          test.note,
          std::move(last)};
}

}  // namespace

Result<InternetTest> select_internet_test(db::Transaction& transaction,
                                          const portfolio::Visible& visible,
                                          const std::string& id) {
  TRY_ASSIGN(const auto row, portfolio::find_row(transaction, test_source, id));
  if (!row || !visible.covers(row->text(1))) {
    return fail(ErrorCode::not_found, "没有此互联网侧测试");
  }
  return test_of(*row);
}

Result<portfolio::Page<InternetTest>> select_internet_test_page(db::Transaction& transaction,
                                                                const portfolio::Visible& visible,
                                                                const http::PageQuery& query) {
  portfolio::Where where;
  where.add_visible("i.system_id IN (?)", visible);
  where.add_equal("i.system_id", query.filter("system"));
  if (const auto approved = query.filter("approved"); !approved.empty()) {
    where.add(approved == "yes" ? "i.approved_day IS NOT NULL" : "i.approved_day IS NULL");
  }
  if (const auto reported = query.filter("reported"); !reported.empty()) {
    where.add(reported == "yes" ? "i.reported_day IS NOT NULL" : "i.reported_day IS NULL");
  }
  return portfolio::page_of<InternetTest>(
      portfolio::select_page(transaction, test_source, where, query), test_of);
}

Result<> insert_internet_test(db::Transaction& transaction, const InternetTest& test) {
  return portfolio::execute(transaction, add_test, values_of(test, test.system_id));
}

Result<> update_internet_test(db::Transaction& transaction, const InternetTest& test) {
  return portfolio::execute_on_version(transaction, change_test, values_of(test, test.version));
}

Result<> remove_internet_test(db::Transaction& transaction, const std::string& id) {
  return portfolio::execute(transaction, delete_test, {id});
}

}  // namespace dengce::process
