// SPDX-License-Identifier: Apache-2.0
#include "process/products.h"

#include <fmt/format.h>

#include "base/id.h"
#include "base/problems.h"
#include "base/text.h"
#include "portfolio/change.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"
#include "process/sheet.h"

namespace dengce::process {
namespace {

using portfolio::Edit;

std::string product_json(const Process& process, const ProductRow& row) {
  std::string out;
  JsonWriter json(out);
  write_product(json, process, row);
  return out;
}

std::string_view verb_of(ProductState to) {
  switch (to) {
    case ProductState::reviewed: return "product.review";
    case ProductState::signed_off: return "product.sign";
    case ProductState::returned: return "product.return";
    default: return "product.draft";
  }
}

std::vector<Problem> step_problems(const ProductRow& before,
                                   const ProductStep& step,
                                   const std::optional<Scan>& scan,
                                   Day today) {
  std::vector<Problem> problems;
  const auto add = [&](const char* field, const char* reason) {
    problems.push_back({{}, 0, field, reason});
  };
  const Day day = step.day.value_or(today);
  if (day > today) add("day", "不能晚于今天");
  if (before.version > 0 && day < before.fact.day) add("day", "早于上一步的日期");
  if (step.to == ProductState::returned && trim(step.note).empty()) add("note", "应写明退回原因");
  if (step.file_id && !scan) add("file_id", "此系统没有这个文件");
  if (step.file_id && trim(step.signed_by).empty()) add("signed_by", "应写明签字人");
  return problems;
}

// Nobody reviews what they drafted.
Result<> check_avoidance(const ProductRow& before,
                         const ProductStep& step,
                         const Product& product,
                         const access::Actor& actor) {
  if (step.to != ProductState::reviewed || before.drafted_by != actor.account) return {};
  return fail(ErrorCode::failed_precondition,
              fmt::format("《{}》由本人编制，须由他人审核", product.name.chinese));
}

ProductRow stepped(const ProductRow& before,
                   const ProductStep& step,
                   const access::Actor& actor,
                   Day today) {
  ProductRow after = before;
  after.fact = {step.to, step.day.value_or(today)};
  after.note = step.note;
  after.how.clear();
  after.signed_by.clear();
  after.file_id.reset();
  if (step.to == ProductState::drafting) after.drafted_by = actor.account;
  if (step.to == ProductState::signed_off) {
    after.how = step.file_id ? "scan" : "own";
    after.signed_by = step.file_id ? step.signed_by : actor.name;
    after.file_id = step.file_id;
  }
  return after;
}

ProductEvent event_of(const ProductRow& row,
                      const std::optional<Scan>& scan,
                      const access::Actor& actor,
                      Clock clock) {
  ProductEvent event;
  event.id = new_id(clock);
  event.fact = row.fact;
  event.how = row.how;
  event.signed_by = row.signed_by;
  if (scan) event.file_name = scan->name;
  if (scan) event.file_sm3 = scan->sm3;
  event.note = row.note;
  event.recorded_by = actor.login;
  event.recorded = clock();
  return event;
}

}  // namespace

Result<ProductRow> step_product(db::Database& database,
                                const Process& process,
                                const access::Actor& actor,
                                const std::string& system_id,
                                const std::string& product_id,
                                std::int64_t version,
                                const ProductStep& step,
                                Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY(portfolio::select_visible_system(edit.transaction, edit.visible, system_id));
  const Product* product = process.product(product_id);
  if (product == nullptr) return fail(ErrorCode::not_found, "没有此工作产品");
  TRY(lock_progress(edit.transaction, process, system_id));
  TRY_ASSIGN(const Sheet sheet, select_sheet(edit.transaction, edit.visible, system_id));
  TRY_ASSIGN(const ProductRow before,
             portfolio::of_version(Result<ProductRow>(sheet.product(product_id)), version));
  std::optional<Scan> scan;
  if (step.file_id) {
    TRY_ASSIGN(scan, select_scan(edit.transaction, system_id, *step.file_id));
  }
  TRY(fail_if_any("工作产品信息有误", step_problems(before, step, scan, edit.today)));
  if (auto reason = step_problem(*product, before.fact.state, step.to); !reason.empty()) {
    return fail(ErrorCode::failed_precondition, std::move(reason));
  }
  TRY(check_avoidance(before, step, *product, actor));
  ProductRow after = stepped(before, step, actor, edit.today);
  TRY(put_product(edit.transaction, after));
  TRY(insert_product_event(edit.transaction, after, event_of(after, scan, actor, clock)));
  ++after.version;
  TRY(edit.commit({std::string(verb_of(step.to)),
                   "product",
                   system_id,
                   sheet.system.name + "：" + product->name.chinese,
                   product_json(process, before),
                   product_json(process, after),
                   {}}));
  return after;
}

Result<std::vector<ProductEvent>> product_history(db::Database& database,
                                                  const Process& process,
                                                  const access::Actor& actor,
                                                  const std::string& system_id,
                                                  const std::string& product) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY(portfolio::select_visible_system(transaction, visible, system_id));
  if (process.product(product) == nullptr) return fail(ErrorCode::not_found, "没有此工作产品");
  return select_product_events(transaction, system_id, product);
}

void write_product_event(JsonWriter& json, const ProductEvent& event) {
  json.begin_object().member("id", event.id).member("state", state_name(event.fact.state));
  portfolio::write_day(json, "day", event.fact.day);
  json.member("how", event.how).member("signed_by", event.signed_by);
  json.member("file_name", event.file_name).member("file_sm3", event.file_sm3);
  json.member("note", event.note).member("recorded_by", event.recorded_by);
  json.member("recorded_at", format_instant(event.recorded)).end_object();
}

}  // namespace dengce::process
