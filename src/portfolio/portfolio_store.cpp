// SPDX-License-Identifier: Apache-2.0
#include "portfolio/portfolio_store.h"

namespace dengce::portfolio {
namespace {

constexpr db::Query find_contract{"contract.find", "SELECT id FROM contract WHERE name = $1"};
constexpr db::Query insert_contract{
    "contract.insert",
    "INSERT INTO contract (id, name, buyer, provider, signed_day, start_day, end_day, ceiling_fen,"
    " price_fen, terms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr db::Query list_contract{"contract.list",
                                  "SELECT id, name, buyer, provider, signed_day, start_day, "
                                  "end_day, ceiling_fen, price_fen, terms"
                                  " FROM contract ORDER BY id LIMIT 1"};
constexpr db::Query insert_team{
    "team.insert", "INSERT INTO team (id, contract_id, number, name) VALUES ($1, $2, $3, $4)"};
constexpr db::Query insert_system{
    "system.insert",
    "INSERT INTO information_system (id, contract_id, team_id, number, name, level)"
    " VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr db::Query list_systems{
    "system.list",
    "SELECT s.id, s.team_id, t.name, s.number, s.name, s.level FROM information_system s"
    " JOIN team t ON t.id = s.team_id ORDER BY s.number, s.id"};
constexpr db::Query find_system{
    "system.find",
    "SELECT s.id, s.team_id, t.name, s.number, s.name, s.level FROM information_system s"
    " JOIN team t ON t.id = s.team_id WHERE s.name = $1 OR s.id = $1"};

db::Value day_value(const std::optional<Day>& day) {
  return day ? db::Value{std::int64_t{day->number}} : db::Value{};
}

std::optional<Day> day_of(const db::Row& row, std::size_t column) {
  const auto number = row.optional_integer(column);
  return number ? std::optional(Day{static_cast<std::int32_t>(*number)}) : std::nullopt;
}

InformationSystem system_of(const db::Row& row) {
  return {row.text(0), row.text(1), row.text(2), row.integer(3), row.text(4), row.integer(5)};
}

}  // namespace

Result<> insert_portfolio(db::Transaction& transaction, const Portfolio& portfolio) {
  const Contract& contract = portfolio.contract;
  const std::vector<db::Value> name{contract.name};
  TRY_ASSIGN(const auto found, transaction.query(find_contract, name));
  if (!found.empty()) return fail(ErrorCode::already_exists, "合同已存在：" + contract.name);
  const std::vector<db::Value> row{
      contract.id,
      contract.name,
      contract.buyer,
      contract.provider ? db::Value{*contract.provider} : db::Value{},
      day_value(contract.signed_on),
      day_value(contract.start),
      day_value(contract.end),
      contract.ceiling_fen,
      contract.price_fen ? db::Value{*contract.price_fen} : db::Value{},
      contract.terms};
  TRY(transaction.execute(insert_contract, row));
  std::vector<db::Value> teams;
  for (const Team& team : portfolio.teams) {
    teams.insert(teams.end(), {team.id, contract.id, team.number, team.name});
  }
  TRY(transaction.insert_many(insert_team, 4, teams));
  std::vector<db::Value> systems;
  for (const InformationSystem& system : portfolio.systems) {
    systems.insert(
        systems.end(),
        {system.id, contract.id, system.team_id, system.number, system.name, system.level});
  }
  return transaction.insert_many(insert_system, 6, systems);
}

Result<std::vector<InformationSystem>> select_systems(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(list_systems));
  std::vector<InformationSystem> systems;
  systems.reserve(rows.size());
  for (const db::Row& row : rows) systems.push_back(system_of(row));
  return systems;
}

Result<InformationSystem> select_system(db::Transaction& transaction,
                                        const std::string& name_or_id) {
  const std::vector<db::Value> key{name_or_id};
  TRY_ASSIGN(const auto rows, transaction.query(find_system, key));
  if (rows.empty()) return fail(ErrorCode::not_found, "没有此系统：" + name_or_id);
  return system_of(rows.front());
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
  return contract;
}

}  // namespace dengce::portfolio
