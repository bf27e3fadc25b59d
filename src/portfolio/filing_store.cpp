// SPDX-License-Identifier: Apache-2.0
#include "portfolio/filing_store.h"

#include <array>
#include <map>

#include "base/text.h"

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
constexpr ListSource filing_source{
    "filing.page", filing_columns, 9, "filing f", "f.id", filing_sorts};

constexpr db::Query list_filings{
    "filing.list",
    "SELECT f.id, f.number, f.name, f.level, f.filed_day, f.certificate_name, f.certificate_sm3,"
    " f.version, (SELECT file.id FROM file WHERE file.id = f.certificate_file)"
    " FROM filing f ORDER BY f.number, f.id"};
constexpr db::Query list_links{"filing_system.list",
                               "SELECT filing_id, system_id FROM filing_system"};
constexpr db::Query find_filing{
    "filing.find",
    "SELECT f.id, f.number, f.name, f.level, f.filed_day, f.certificate_name, f.certificate_sm3,"
    " f.version, (SELECT file.id FROM file WHERE file.id = f.certificate_file)"
    " FROM filing f WHERE f.id = $1"};
constexpr db::Query find_links{"filing_system.find",
                               "SELECT system_id FROM filing_system WHERE filing_id = $1"};
constexpr db::Query add_filing{
    "filing.insert",
    "INSERT INTO filing (id, contract_id, number, name, level, filed_day, certificate_name,"
    " certificate_sm3, certificate_file, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)"};
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
  for (const std::string& system : filing.systems) {
    values.insert(values.end(), {filing.id, system});
  }
  return transaction.insert_many(add_link, 2, values);
}

// Fills in the systems of a page's filings.
Result<> take_links(db::Transaction& transaction, std::vector<Filing>& filings) {
  if (filings.empty()) return {};
  std::map<std::string, Filing*> by_id;
  std::vector<std::string> ids;
  for (Filing& filing : filings) {
    by_id.emplace(filing.id, &filing);
    ids.push_back(filing.id);
  }
  Where where;
  where.add_in("filing_id IN (?)", ids);
  const std::string sql = "SELECT filing_id, system_id FROM filing_system" + where.sql();
  TRY_ASSIGN(const auto rows, transaction.query({"filing_system.page", sql}, where.values()));
  for (const db::Row& row : rows) by_id.at(row.text(0))->systems.insert(row.text(1));
  return {};
}

}  // namespace

Result<std::vector<Filing>> select_filings(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(list_filings));
  std::vector<Filing> filings;
  std::map<std::string, std::size_t> place;
  for (const db::Row& row : rows) {
    place.emplace(row.text(0), filings.size());
    filings.push_back(filing_of(row));
  }
  TRY_ASSIGN(const auto links, transaction.query(list_links));
  for (const db::Row& row : links) filings[place.at(row.text(0))].systems.insert(row.text(1));
  return filings;
}

Result<Filing> select_filing(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY_ASSIGN(const auto rows, transaction.query(find_filing, key));
  if (rows.empty()) return fail(ErrorCode::not_found, "没有此备案");
  Filing filing = filing_of(rows.front());
  TRY_ASSIGN(const auto links, transaction.query(find_links, key));
  for (const db::Row& row : links) filing.systems.insert(row.text(0));
  return filing;
}

Result<Filing> select_visible_filing(db::Transaction& transaction,
                                     const Visible& visible,
                                     const std::string& id) {
  TRY_ASSIGN(Filing filing, select_filing(transaction, id));
  if (!visible.covers_any(filing.systems)) return fail(ErrorCode::not_found, "没有此备案");
  return shown(std::move(filing), visible);
}

Result<Page<Filing>> select_filing_page(db::Transaction& transaction,
                                        const Visible& visible,
                                        const http::PageQuery& query) {
  Where where;
  where.add_visible(of_visible, visible);
  if (const auto level = query.filter("level"); !level.empty()) {
    where.add("f.level = ?", {parse_int(level).value_or(0)});
  }
  if (const auto system = query.filter("system"); !system.empty()) {
    // A system out of sight has no filings.
    const std::string id(visible.covers(system) ? system : std::string_view());
    where.add("f.id IN (SELECT filing_id FROM filing_system WHERE system_id = ?)", {id});
  }
  if (const auto text = query.filter("q"); !text.empty()) {
    where.add_contains("lower(f.number || ' ' || f.name)", text);
  }
  TRY_ASSIGN(auto page,
             page_of<Filing>(select_page(transaction, filing_source, where, query), filing_of));
  TRY(take_links(transaction, page.items));
  for (Filing& filing : page.items) filing = shown(std::move(filing), visible);
  return page;
}

Result<> insert_filing(db::Transaction& transaction,
                       const std::string& contract_id,
                       const Filing& filing) {
  const std::vector<db::Value> values{filing.id,
                                      contract_id,
                                      filing.number,
                                      filing.name,
                                      filing.level,
                                      nullable(filing.filed),
                                      filing.certificate_name,
                                      filing.certificate_sm3,
                                      filing.certificate_file};
  TRY(transaction.execute(add_filing, values));
  return insert_links(transaction, filing);
}

Result<> update_filing(db::Transaction& transaction, const Filing& filing) {
  const std::vector<db::Value> values{filing.id,
                                      filing.number,
                                      filing.name,
                                      filing.level,
                                      nullable(filing.filed),
                                      filing.certificate_name,
                                      filing.certificate_sm3,
                                      filing.certificate_file,
                                      filing.version};
  TRY(changed_one(transaction.execute(change_filing_row, values)));
  const std::vector<db::Value> key{filing.id};
  TRY(transaction.execute(delete_links, key));
  return insert_links(transaction, filing);
}

Result<> remove_filing(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY(transaction.execute(delete_links, key));
  TRY(transaction.execute(delete_filing_row, key));
  return {};
}

}  // namespace dengce::portfolio
