// SPDX-License-Identifier: Apache-2.0
#include "portfolio/contracts.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/id.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "http/conditional.h"
#include "portfolio/change.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce::portfolio {
namespace {

namespace json = boost::json;

json::object terms_of(const Contract& contract) {
  boost::system::error_code error;
  const json::value value = json::parse(contract.terms, error);
  return !error && value.is_object() ? value.get_object() : json::object{};
}

std::optional<std::int64_t> integer_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

// The same day of an earlier month, or that month's last day.
Day months_before(Day day, std::int64_t months) {
  const std::string text = format_day(day);
  const std::int64_t year = parse_int(text.substr(0, 4)).value_or(1970);
  const std::int64_t month = parse_int(text.substr(5, 2)).value_or(1);
  const std::int64_t index = year * 12 + month - 1 - months;
  const auto two = [](std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  for (std::int64_t date = parse_int(text.substr(8, 2)).value_or(1); date > 0; --date) {
    const auto found =
        parse_day(std::to_string(index / 12) + "-" + two(index % 12 + 1) + "-" + two(date));
    if (found) return *found;
  }
  return day;
}

// Percents of a list of terms: each from 0 to 100, together `sum` where that is asked for.
void check_percents(const json::object& terms,
                    std::string_view list,
                    std::optional<std::int64_t> sum,
                    std::vector<Problem>& problems) {
  const std::string field = "terms." + std::string(list);
  const json::array* rows = array_at(terms, list);
  if (rows == nullptr) return;
  std::int64_t total = 0;
  for (const json::value& row : *rows) {
    const auto percent = row.is_object() ? integer_at(row.get_object(), "percent") : std::nullopt;
    if (!percent || *percent < 0 || *percent > 100) {
      problems.push_back({{}, 0, field, "percent 应为 0 到 100 的整数"});
      return;
    }
    total += *percent;
  }
  if (sum && total != *sum) problems.push_back({{}, 0, field, "各期比例之和应为 100%"});
}

void take_patch(Contract& contract, const ContractPatch& patch) {
  if (patch.provider) contract.provider = *patch.provider;
  if (patch.signed_on) contract.signed_on = *patch.signed_on;
  if (patch.start) contract.start = *patch.start;
  if (patch.end) contract.end = *patch.end;
  if (patch.ceiling_fen) contract.ceiling_fen = *patch.ceiling_fen;
  if (patch.price_fen) contract.price_fen = *patch.price_fen;
  if (patch.terms) contract.terms = *patch.terms;
}

// Contract and teams are kept by who sees everything.
Result<Edit> begin_whole(db::Database& database, const access::Actor& actor, Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  if (edit.visible.everything) return edit;
  return fail(ErrorCode::permission_denied, "合同与团队由可见全部系统的人员维护");
}

Result<> check_team_name(const std::vector<Team>& teams, const Team& team) {
  const bool taken = std::any_of(teams.begin(), teams.end(), [&](const Team& other) {
    return other.id != team.id && other.name == team.name;
  });
  if (taken) return bad_field("name", "已有同名团队");
  return {};
}

}  // namespace

std::optional<std::int64_t> minimum_systems(const Contract& contract) {
  const json::object terms = terms_of(contract);
  const json::object* scope = object_at(terms, "scope");
  return scope == nullptr ? std::nullopt : integer_at(*scope, "systems_at_least");
}

Derived derive(const Contract& contract) {
  Derived derived;
  derived.first_day = contract.start ? contract.start : contract.signed_on;
  if (derived.first_day) {
    const std::int32_t days = contract.end.number - derived.first_day->number + 1;
    derived.half_time = Day{derived.first_day->number + days / 2};
  }
  const json::object terms = terms_of(contract);
  if (const json::object* reporting = object_at(terms, "reporting")) {
    if (const auto months = integer_at(*reporting, "materials_months_before_end")) {
      derived.materials_due = months_before(contract.end, *months);
    }
  }
  const json::array* payments = array_at(terms, "payments");
  if (!contract.price_fen || payments == nullptr) return derived;
  std::int64_t rest = *contract.price_fen;
  for (const json::value& value : *payments) {
    if (!value.is_object()) continue;
    Payment payment;
    payment.number = integer_at(value.get_object(), "number").value_or(0);
    payment.percent = integer_at(value.get_object(), "percent").value_or(0);
    // The last payment takes what rounding left.
    payment.amount_fen =
        &value == &payments->back() ? rest : *contract.price_fen * payment.percent / 100;
    rest -= payment.amount_fen;
    derived.payments.push_back(payment);
  }
  return derived;
}

Result<> check_contract(const Contract& contract) {
  std::vector<Problem> problems;
  const auto first = contract.start ? contract.start : contract.signed_on;
  if (first && *first > contract.end) {
    problems.push_back({{}, 0, "end_day", "结束日早于开始日或签订日"});
  }
  if (contract.start && contract.signed_on && *contract.start < *contract.signed_on) {
    problems.push_back({{}, 0, "start_day", "开始日早于签订日"});
  }
  if (contract.price_fen.value_or(0) > contract.ceiling_fen) {
    problems.push_back({{}, 0, "price_fen", "合同价高于最高限价"});
  }
  const json::object terms = terms_of(contract);
  if (terms.empty()) problems.push_back({{}, 0, "terms", "应为 JSON 对象且不为空"});
  check_percents(terms, "payments", 100, problems);
  check_percents(terms, "settlement", std::nullopt, problems);
  return fail_if_any("合同有误", std::move(problems));
}

Result<Contract> change_contract(db::Database& database,
                                 const access::Actor& actor,
                                 std::int64_t version,
                                 const ContractPatch& patch,
                                 Clock clock) {
  TRY_ASSIGN(Edit edit, begin_whole(database, actor, clock));
  TRY_ASSIGN(const Contract before, of_version(select_contract(edit.transaction), version));
  if (trim(patch.reason).empty()) return bad_field("reason", "须说明变更依据");
  Contract after = before;
  take_patch(after, patch);
  TRY(check_contract(after));
  TRY(update_contract(edit.transaction, after));
  TRY_ASSIGN(after, select_contract(edit.transaction));
  Amendment amendment;
  amendment.id = new_id(clock);
  amendment.effective = patch.effective.value_or(edit.today);
  amendment.reason = patch.reason;
  amendment.before = to_json(before);
  amendment.after = to_json(after);
  amendment.recorded_by = actor.login;
  amendment.recorded = clock();
  TRY(insert_amendment(edit.transaction, after.id, amendment));
  TRY(edit.commit({"contract.change",
                   "contract",
                   after.id,
                   after.name,
                   amendment.before,
                   amendment.after,
                   {}}));
  return after;
}

Result<Team> create_team(db::Database& database,
                         const access::Actor& actor,
                         Team team,
                         Clock clock) {
  TRY_ASSIGN(Edit edit, begin_whole(database, actor, clock));
  TRY_ASSIGN(const Contract contract, select_contract(edit.transaction));
  TRY_ASSIGN(const auto teams, select_teams(edit.transaction, edit.visible));
  TRY(check_team_name(teams, team));
  std::int64_t highest = 0;
  for (const Team& other : teams) highest = std::max(highest, other.number);
  team.id = new_id(clock);
  if (team.number == 0) team.number = highest + 1;
  TRY(insert_team(edit.transaction, contract.id, team));
  return edit.commit_created("team", std::move(team));
}

Result<Team> change_team(db::Database& database,
                         const access::Actor& actor,
                         const Team& team,
                         Clock clock) {
  TRY_ASSIGN(Edit edit, begin_whole(database, actor, clock));
  TRY_ASSIGN(const auto teams, select_teams(edit.transaction, edit.visible));
  const auto before = std::find_if(
      teams.begin(), teams.end(), [&](const Team& other) { return other.id == team.id; });
  if (before == teams.end()) return fail(ErrorCode::not_found, "没有此团队");
  if (before->version != team.version) return http::stale_version();
  TRY(check_team_name(teams, team));
  TRY(update_team(edit.transaction, team));
  return edit.commit_changed("team", *before, team);
}

std::string to_json(const Contract& contract) {
  std::string out;
  JsonWriter writer(out);
  const auto text = [&](const char* key, const std::optional<std::string>& value) {
    writer.key(key);
    value ? writer.string(*value) : writer.null();
  };
  writer.begin_object().member("id", contract.id).member("name", contract.name);
  writer.member("buyer", contract.buyer);
  text("provider", contract.provider);
  write_day(writer, "signed_day", contract.signed_on);
  write_day(writer, "start_day", contract.start);
  write_day(writer, "end_day", contract.end);
  writer.member("ceiling_fen", contract.ceiling_fen).key("price_fen");
  contract.price_fen ? writer.integer(*contract.price_fen) : writer.null();
  writer.key("terms").raw_number(contract.terms);
  writer.member("version", contract.version).end_object();
  return out;
}

std::string to_json(const Team& team) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object().member("id", team.id).member("number", team.number);
  writer.member("name", team.name).member("version", team.version).end_object();
  return out;
}

}  // namespace dengce::portfolio
