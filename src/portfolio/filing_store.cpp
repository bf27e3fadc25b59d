// SPDX-License-Identifier: Apache-2.0
#include "portfolio/filing_store.h"

#include <array>

namespace dengce::portfolio {
namespace {

constexpr std::string_view filing_columns =
    "f.id, f.number, f.name, f.level, f.filed_day, f.certificate_name, f.certificate_sm3,"
    " f.version, (SELECT file.id FROM file WHERE file.id = f.certificate_file)";
constexpr std::array<SortColumn, 3> filing_sorts{{
    {"number", "f.number"},
    {"name", "f.name"},
    {"level", "f.level", true},
}};
constexpr ListSource filing_source{"filing", filing_columns, 9, "filing f", "f.id", filing_sorts};

constexpr LinkTable filing_links{"filing_system", "filing_id"};

constexpr db::Query add_filing{
    "filing.insert",
    "INSERT INTO filing (id, number, name, level, filed_day, certificate_name, certificate_sm3,"
    " certificate_file, contract_id, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)"};
constexpr db::Query add_link{"filing_system.insert",
                             "INSERT INTO filing_system (filing_id, system_id) VALUES ($1, $2)"};
constexpr db::Query change_filing_row{
    "filing.change",
    "UPDATE filing SET number = $2, name = $3, level = $4, filed_day = $5, certificate_name = $6,"
    " certificate_sm3 = $7, certificate_file = $8, version = version + 1"
    " WHERE id = $1 AND version = $9"};
constexpr db::Query delete_links{"filing_system.delete",
                                 "DELETE FROM filing_system WHERE filing_id = $1"};
constexpr db::Query delete_filing_row{"filing.delete", "DELETE FROM filing WHERE id = $1"};
constexpr std::string_view of_visible =
    "f.id IN (SELECT filing_id FROM filing_system WHERE system_id IN (?))";

Filing filing_of(const db::Row& row) {
  Filing filing;
  filing.id = row.text(0);
  filing.number = row.text(1);
  filing.name = row.text(2);
  filing.level = row.integer(3);
  filing.filed = day_of(row, 4);
  filing.certificate_name = row.text(5);
  filing.certificate_sm3 = row.text(6);
  filing.version = row.integer(7);
  filing.certificate_file = row.text(8);
  return filing;
}

Result<> insert_links(db::Transaction& transaction, const Filing& filing) {
  if (filing.systems.empty()) return {};
  std::vector<db::Value> values;
  values.reserve(filing.systems.size() * 2);
  for (const std::string& system : filing.systems) {
    values.insert(values.end(), {filing.id, system});
  }
  return transaction.insert_many(add_link, 2, values);
}

// The id and what may change, as $1 to $8.
std::vector<db::Value> values_of(const Filing& filing, db::Value last) {
  return {filing.id,
          filing.number,
          filing.name,
          filing.level,
          nullable(filing.filed),
          filing.certificate_name,
          filing.certificate_sm3,
          filing.certificate_file,
          std::move(last)};
}

// With all their systems.
Result<std::vector<Filing>> filings_of(db::Transaction& transaction,
                                       const std::vector<db::Row>& rows) {
  std::vector<Filing> filings;
  filings.reserve(rows.size());
  for (const db::Row& row : rows) filings.push_back(filing_of(row));
  TRY(take_links(transaction, filing_links, filings));
  return filings;
}

}  // namespace

Result<std::vector<Filing>> select_filings(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, find_rows(transaction, filing_source, {}, "f.number, f.id"));
  return filings_of(transaction, rows);
}

Result<Filing> select_filing(db::Transaction& transaction,
                             const Visible& visible,
                             const std::string& id) {
  Where where;
  where.add("f.id = ?", {id});
  TRY_ASSIGN(const auto rows, find_rows(transaction, filing_source, where));
  TRY_ASSIGN(auto filings, filings_of(transaction, rows));
  if (filings.empty() || !visible.covers_any(filings.front().systems)) {
    return fail(ErrorCode::not_found, "没有此备案");
  }
  return std::move(filings.front());
}

Result<Filing> select_visible_filing(db::Transaction& transaction,
                                     const Visible& visible,
                                     const std::string& id) {
  TRY_ASSIGN(Filing filing, select_filing(transaction, visible, id));
  return shown(std::move(filing), visible);
}

Result<Page<Filing>> select_filing_page(db::Transaction& transaction,
                                        const Visible& visible,
                                        const http::PageQuery& query) {
  Where where;
  where.add_visible(of_visible, visible);
  where.add_number("f.level", query.filter("level"));
  if (const auto system = query.filter("system"); !system.empty()) {
    // A system out of sight has no filings.
    const std::string id(visible.covers(system) ? system : std::string_view());
    where.add("f.id IN (SELECT filing_id FROM filing_system WHERE system_id = ?)", {id});
  }
  where.add_contains("lower(f.number || ' ' || f.name)", query.filter("q"));
  TRY_ASSIGN(auto page,
             page_of<Filing>(select_page(transaction, filing_source, where, query), filing_of));
  TRY(take_links(transaction, filing_links, page.items));
  for (Filing& filing : page.items) filing = shown(std::move(filing), visible);
  return page;
}

Result<> insert_filing(db::Transaction& transaction,
                       const std::string& contract_id,
                       const Filing& filing) {
  TRY(execute(transaction, add_filing, values_of(filing, contract_id)));
  return insert_links(transaction, filing);
}

Result<> update_filing(db::Transaction& transaction, const Filing& filing) {
  TRY(execute_on_version(transaction, change_filing_row, values_of(filing, filing.version)));
  TRY(execute(transaction, delete_links, {filing.id}));
  return insert_links(transaction, filing);
}

Result<> remove_filing(db::Transaction& transaction, const std::string& id) {
  TRY(execute(transaction, delete_links, {id}));
  return execute(transaction, delete_filing_row, {id});
}

}  // namespace dengce::portfolio
