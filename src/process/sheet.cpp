// SPDX-License-Identifier: Apache-2.0
#include "process/sheet.h"

#include <fmt/format.h>

#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce::process {
namespace {

using portfolio::write_day;

void write_missing(JsonWriter& json, std::string_view key, const std::vector<Missing>& missing) {
  json.key(key).begin_array();
  for (const Missing& one : missing) {
    json.begin_object().member("kind", need_name(one.need.kind)).member("id", one.need.id);
    json.member("state", one.need.kind == NeedKind::product ? state_name(one.state) : "");
    json.member("text", one.text).end_object();
  }
  json.end_array();
}

void write_stages(JsonWriter& json, const Process& process, const Sheet& sheet, Day today) {
  json.key("stages").begin_array();
  for (const Stage& stage : process.stages) {
    const StageRow row = sheet.stage(stage.id);
    const Gate* gate = process.gate_before(stage.id);
    json.begin_object();
    write_stage(json, row, today);
    const bool closed = gate != nullptr && !row.dates.actual_from;
    write_missing(
        json, "missing", closed ? missing_of(process, *gate, sheet.facts) : std::vector<Missing>());
    write_missing(
        json,
        "unfinished",
        row.dates.actual_to ? std::vector<Missing>() : unfinished_products(stage, sheet.facts));
    json.end_object();
  }
  json.end_array();
}

}  // namespace

StageRow Sheet::stage(const std::string& id) const {
  const auto found = stages.find(id);
  if (found != stages.end()) return found->second;
  StageRow row;
  row.system_id = system.id;
  row.stage = id;
  return row;
}

ProductRow Sheet::product(const std::string& id) const {
  const auto found = products.find(id);
  if (found != products.end()) return found->second;
  ProductRow row;
  row.system_id = system.id;
  row.product = id;
  return row;
}

namespace {

Result<> fill(db::Transaction& transaction, const std::string& system_id, Sheet& sheet) {
  TRY_ASSIGN(auto stages, select_stages(transaction, {system_id}));
  for (StageRow& row : stages) {
    sheet.facts.stages.emplace(row.stage, row.dates);
    std::string id = row.stage;
    sheet.stages.emplace(std::move(id), std::move(row));
  }
  TRY_ASSIGN(auto products, select_products(transaction, system_id));
  for (ProductRow& row : products) {
    sheet.facts.products.emplace(row.product, row.fact);
    std::string id = row.product;
    sheet.products.emplace(std::move(id), std::move(row));
  }
  return select_approvals(transaction, system_id, sheet.facts);
}

}  // namespace

Result<Facts> select_facts(db::Transaction& transaction, const std::string& system_id) {
  Sheet sheet;
  TRY(fill(transaction, system_id, sheet));
  return std::move(sheet.facts);
}

Result<Sheet> select_sheet(db::Transaction& transaction,
                           const portfolio::Visible& visible,
                           const std::string& system_id) {
  Sheet sheet;
  TRY_ASSIGN(sheet.system, portfolio::select_visible_system(transaction, visible, system_id));
  TRY(fill(transaction, system_id, sheet));
  return sheet;
}

Result<> fail_if_missing(std::string message, const std::vector<Missing>& missing) {
  if (missing.empty()) return {};
  std::vector<Problem> problems;
  problems.reserve(missing.size());
  for (const Missing& one : missing) {
    problems.push_back({{},
                        0,
                        one.need.id.empty() ? std::string(need_name(one.need.kind)) : one.need.id,
                        one.text});
  }
  return fail(ErrorCode::failed_precondition, std::move(message), std::move(problems));
}

Result<> require_gate(db::Transaction& transaction,
                      const Process& process,
                      const std::string& system_id,
                      std::string_view gate) {
  const Gate* found = process.gate(gate);
  if (found == nullptr) return fail(ErrorCode::internal, "没有此门禁", std::string(gate));
  TRY_ASSIGN(const Facts facts, select_facts(transaction, system_id));
  return fail_if_missing(fmt::format("尚不能{}：{}", found->name.chinese, found->reason.chinese),
                         missing_of(process, *found, facts));
}

void write_stage(JsonWriter& json, const StageRow& row, Day today) {
  json.member("stage", row.stage).member("state", state_name(stage_state(row.dates, today)));
  write_day(json, "planned_from", row.dates.planned_from);
  write_day(json, "planned_to", row.dates.planned_to);
  write_day(json, "actual_from", row.dates.actual_from);
  write_day(json, "actual_to", row.dates.actual_to);
  json.key("people").begin_array();
  for (const StagePerson& one : row.people) {
    json.begin_object().member("account_id", one.person.account_id);
    json.member("name", one.person.name).member_boolean("lead", one.lead).end_object();
  }
  json.end_array().member("note", row.note).member("version", row.version);
}

void write_product(JsonWriter& json, const Process& process, const ProductRow& row) {
  const Product* product = process.product(row.product);
  json.begin_object().member("product", row.product);
  json.member("state", state_name(row.fact.state));
  write_day(json, "day", row.version == 0 ? std::nullopt : std::optional(row.fact.day));
  json.member("how", row.how).member("signed_by", row.signed_by).key("file_id");
  row.file_id ? json.string(*row.file_id) : json.null();
  json.member_boolean("final", product != nullptr && is_final(*product, row.fact.state));
  json.member("note", row.note).member("version", row.version).end_object();
}

void write_sheet(JsonWriter& json, const Process& process, const Sheet& sheet, Day today) {
  const Standing standing = standing_of(process, sheet.facts);
  json.begin_object().member("system_id", sheet.system.id).member("system", sheet.system.name);
  write_day(json, "today", today);
  json.key("stage");
  standing.stage.empty() ? json.null() : json.string(standing.stage);
  write_day(json, "due", standing.due);
  json.member_boolean("late", standing.due && *standing.due < today);
  write_stages(json, process, sheet, today);
  json.key("products").begin_array();
  for (const Stage& stage : process.stages) {
    for (const Product& product : stage.products) {
      write_product(json, process, sheet.product(product.id));
    }
  }
  json.end_array().key("gates").begin_array();
  for (const Gate& gate : process.gates) {
    const auto missing = missing_of(process, gate, sheet.facts);
    json.begin_object().member("gate", gate.id).member_boolean("open", missing.empty());
    write_missing(json, "missing", missing);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace dengce::process
