// SPDX-License-Identifier: Apache-2.0
#include "portfolio/portfolio_store.h"

#include "base/id.h"
#include "portfolio/list_store.h"
#include "portfolio/system_store.h"

namespace dengce::portfolio {
namespace {

constexpr db::Query find_contract{"contract.find", "SELECT id FROM contract WHERE name = $1"};
constexpr db::Query add_contract{
    "contract.insert",
    "INSERT INTO contract (id, name, buyer, provider, signed_day, start_day, end_day, ceiling_fen,"
    " price_fen, terms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr db::Query list_contract{"contract.list",
                                  "SELECT id, name, buyer, provider, signed_day, start_day, "
                                  "end_day, ceiling_fen, price_fen, terms, version"
                                  " FROM contract ORDER BY id LIMIT 1"};
constexpr db::Query add_team{
    "team.insert", "INSERT INTO team (id, contract_id, number, name) VALUES ($1, $2, $3, $4)"};

constexpr db::Query change_contract_row{
    "contract.change",
    "UPDATE contract SET provider = $2, signed_day = $3, start_day = $4, end_day = $5,"
    " ceiling_fen = $6, price_fen = $7, terms = $8, version = version + 1"
    " WHERE id = $1 AND version = $9"};
constexpr db::Query add_amendment{
    "contract_amendment.insert",
    "INSERT INTO contract_amendment (id, contract_id, effective_day, reason, before_text,"
    " after_text, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr db::Query list_amendments{
    "contract_amendment.list",
    "SELECT id, effective_day, reason, before_text, after_text, recorded_by, recorded_at"
    " FROM contract_amendment WHERE contract_id = $1 ORDER BY id"};
constexpr db::Query list_teams{"team.list",
                               "SELECT id, number, name, version FROM team ORDER BY number, id"};
constexpr db::Query change_team_row{"team.change",
                                    "UPDATE team SET number = $2, name = $3, version = version + 1"
                                    " WHERE id = $1 AND version = $4"};

// A system of the client's own list is there, and confirmed, since the contract's first day.
SystemEvent listed(const InformationSystem& system) {
  SystemEvent event;
  event.id = new_id();
  event.system_id = system.id;
  event.team_id = system.team_id;
  event.level = system.level;
  event.sag = system.sag;
  event.name = system.name;
  event.reason = "合同清单";
  event.confirmed = true;
  event.recorded_by = "命令行";
  event.recorded = system_now();
  return event;
}

}  // namespace

Result<> insert_portfolio(db::Transaction& transaction, const Portfolio& portfolio) {
  const Contract& contract = portfolio.contract;
  const std::vector<db::Value> name{contract.name};
  TRY_ASSIGN(const auto found, transaction.query(find_contract, name));
  if (!found.empty()) return fail(ErrorCode::already_exists, "合同已存在：" + contract.name);
  const std::vector<db::Value> row{contract.id,
                                   contract.name,
                                   contract.buyer,
                                   nullable(contract.provider),
                                   nullable(contract.signed_on),
                                   nullable(contract.start),
                                   std::int64_t{contract.end.number},
                                   contract.ceiling_fen,
                                   nullable(contract.price_fen),
                                   contract.terms};
  TRY(transaction.execute(add_contract, row));
  std::vector<db::Value> teams;
  teams.reserve(portfolio.teams.size() * 4);
  for (const Team& team : portfolio.teams) {
    teams.insert(teams.end(), {team.id, contract.id, team.number, team.name});
  }
  TRY(transaction.insert_many(add_team, 4, teams));
  TRY(insert_systems(transaction, contract.id, portfolio.systems));
  std::vector<SystemEvent> events;
  events.reserve(portfolio.systems.size());
  for (const InformationSystem& system : portfolio.systems) events.push_back(listed(system));
  return insert_events(transaction, events);
}

Result<Contract> select_contract(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(list_contract));
  if (rows.empty()) return fail(ErrorCode::not_found, "尚未装入合同");
  const db::Row& row = rows.front();
  Contract contract;
  contract.id = row.text(0);
  contract.name = row.text(1);
  contract.buyer = row.text(2);
  contract.provider = row.optional_text(3);
  contract.signed_on = day_of(row, 4);
  contract.start = day_of(row, 5);
  contract.end = day_of(row, 6).value_or(Day{});
  contract.ceiling_fen = row.integer(7);
  contract.price_fen = row.optional_integer(8);
  contract.terms = row.text(9);
  contract.version = row.integer(10);
  return contract;
}

Result<> update_contract(db::Transaction& transaction, const Contract& contract) {
  const std::vector<db::Value> values{contract.id,
                                      nullable(contract.provider),
                                      nullable(contract.signed_on),
                                      nullable(contract.start),
                                      std::int64_t{contract.end.number},
                                      contract.ceiling_fen,
                                      nullable(contract.price_fen),
                                      contract.terms,
                                      contract.version};
  return execute_on_version(transaction, change_contract_row, values);
}

Result<> insert_amendment(db::Transaction& transaction,
                          const std::string& contract_id,
                          const Amendment& amendment) {
  return execute(transaction,
                 add_amendment,
                 {amendment.id,
                  contract_id,
                  std::int64_t{amendment.effective.number},
                  amendment.reason,
                  amendment.before,
                  amendment.after,
                  amendment.recorded_by,
                  amendment.recorded.milliseconds});
}

Result<std::vector<Amendment>> select_amendments(db::Transaction& transaction,
                                                 const std::string& contract_id) {
  const std::vector<db::Value> key{contract_id};
  TRY_ASSIGN(const auto rows, transaction.query(list_amendments, key));
  std::vector<Amendment> amendments;
  amendments.reserve(rows.size());
  for (const db::Row& row : rows) {
    amendments.push_back({row.text(0),
                          day_of(row, 1).value_or(Day{}),
                          row.text(2),
                          row.text(3),
                          row.text(4),
                          row.text(5),
                          {row.integer(6)}});
  }
  return amendments;
}

Result<std::vector<Team>> select_teams(db::Transaction& transaction, const Visible& visible) {
  TRY_ASSIGN(const auto rows, transaction.query(list_teams));
  std::vector<Team> teams;
  for (const db::Row& row : rows) {
    if (!visible.covers_team(row.text(0))) continue;
    teams.push_back({row.text(0), row.integer(1), row.text(2), row.integer(3)});
  }
  return teams;
}

Result<> insert_team(db::Transaction& transaction,
                     const std::string& contract_id,
                     const Team& team) {
  return execute(transaction, add_team, {team.id, contract_id, team.number, team.name});
}

Result<> update_team(db::Transaction& transaction, const Team& team) {
  return execute_on_version(
      transaction, change_team_row, {team.id, team.number, team.name, team.version});
}

}  // namespace dengce::portfolio
