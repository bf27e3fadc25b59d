// SPDX-License-Identifier: Apache-2.0
#include "program/destroy.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/audit.h"
#include "access/audit_store.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "office/template.h"
#include "portfolio/portfolio_store.h"
#include "program/destroy_store.h"
#include "program/retention.h"

namespace dengce::program {
namespace {

namespace fs = std::filesystem;

constexpr const char* template_path = "template/destruction/template.docx";

const office::Shape& certificate_shape() {
  using office::Kind;
  static const office::Shape shape{{"number", Kind::text, nullptr},
                                   {"system", Kind::text, nullptr},
                                   {"reason", Kind::text, nullptr},
                                   {"approved_by", Kind::text, nullptr},
                                   {"operator", Kind::text, nullptr},
                                   {"time", Kind::text, nullptr},
                                   {"sequence", Kind::text, nullptr},
                                   {"digest", Kind::text, nullptr},
                                   {"things", Kind::table, nullptr},
                                   {"has_kept", Kind::flag, nullptr},
                                   {"kept", Kind::table, nullptr}};
  return shape;
}

office::Table table_of(const std::vector<DestroyedThing>& things, const char* last) {
  office::Table table;
  table.columns = {{"序号", 1, true}, {"类别", 2, true}, {"名称", 4}, {"摘要", 6}, {last, 4}};
  for (const DestroyedThing& thing : things) {
    table.rows.push_back(
        {std::to_string(table.rows.size() + 1), thing.kind, thing.name, thing.digest, thing.note});
  }
  return table;
}

// 2026-07-01T08:00:00Z as it is read in China.
std::string shanghai_time(Instant at) {
  constexpr std::int64_t offset = 8LL * 3'600'000;
  std::string text = format_instant({at.milliseconds + offset});
  std::replace(text.begin(), text.end(), 'T', ' ');
  if (text.ends_with('Z')) text.pop_back();
  return text + "（北京时间）";
}

Result<std::string> certificate_of(const Content& content,
                                   const DestructionOrder& order,
                                   const Destruction& done,
                                   const DestructionPlan& plan,
                                   const access::AuditHead& head,
                                   Instant now) {
  TRY_ASSIGN(const auto bytes, content.read(template_path));
  TRY_ASSIGN(const auto made, office::Template::compile(template_path, bytes, certificate_shape()));
  office::Record values(certificate_shape());
  values.set("number", done.number).set("system", done.system).set("reason", order.reason);
  values.set("approved_by", order.approved_by).set("operator", "命令行");
  values.set("time", shanghai_time(now)).set("sequence", std::to_string(head.sequence));
  values.set("digest", head.digest).set("things", table_of(plan.things, "说明"));
  values.set_flag("has_kept", !plan.kept.empty()).set("kept", table_of(plan.kept, "原因"));
  TRY_ASSIGN(auto document, made.render(values, {"测评数据销毁证明", "等测", now}));
  return std::move(document.bytes);
}

Result<> check_order(const DestructionOrder& order, const fs::path& certificate) {
  std::error_code error;
  if (fs::exists(certificate, error)) {
    return fail(ErrorCode::already_exists,
                "证明文件已存在",
                {Problem{certificate.string(), 0, {}, "不覆盖"}});
  }
  if (!order.reason.empty() && !order.approved_by.empty()) return {};
  return fail(ErrorCode::invalid_argument, "销毁须写明原因与批准人");
}

// What an order comes to, and what it did.
struct Work {
  std::vector<KeptThing> targets;
  std::string name;   // of the system, or of the whole
  std::string about;  // id of the system; empty: of several things
  DestructionPlan plan;
};

Result<Work> work_of(db::Transaction& transaction,
                     const Content& content,
                     const DestructionOrder& order,
                     Instant now) {
  Work work;
  if (!order.system.empty()) {
    TRY_ASSIGN(const auto system, portfolio::select_system(transaction, order.system));
    work.targets.push_back({KeptThing::Kind::system, system.id, system.name, {}, {}});
    work.name = system.name;
    work.about = system.id;
    return work;
  }
  TRY_ASSIGN(const access::Protection protection, access::Protection::load(content));
  TRY_ASSIGN(work.targets, list_due(transaction, protection, shanghai_day(now)));
  if (work.targets.empty()) {
    return fail(ErrorCode::failed_precondition, "没有到期的内容，未销毁任何数据");
  }
  work.name = fmt::format("保存期限已满的内容（截至 {}）", format_day(shanghai_day(now)));
  return work;
}

Result<> destroy_target(db::Transaction& transaction,
                        db::DatabaseKind kind,
                        const KeptThing& target,
                        bool names_system,
                        DestructionPlan& plan) {
  if (target.kind == KeptThing::Kind::import_file) {
    TRY_ASSIGN(DestroyedThing thing, plan_import(transaction, target.id));
    plan.things.push_back(std::move(thing));
    return destroy_import(transaction, kind, target.id);
  }
  TRY_ASSIGN(DestructionPlan part, plan_destruction(transaction, target.id));
  for (std::vector<DestroyedThing>* list : {&part.things, &part.kept}) {
    std::vector<DestroyedThing>& all = list == &part.things ? plan.things : plan.kept;
    all.reserve(all.size() + list->size());
    for (DestroyedThing& thing : *list) {
      if (names_system) thing.note = target.name + (thing.note.empty() ? "" : "：" + thing.note);
      all.push_back(std::move(thing));
    }
  }
  return destroy_of_system(transaction, kind, target.id);
}

// Evidence that the last system resting on it has taken along was not kept.
void drop_destroyed(DestructionPlan& plan) {
  std::erase_if(plan.kept, [&](const DestroyedThing& kept) {
    return std::any_of(plan.things.begin(), plan.things.end(), [&](const DestroyedThing& thing) {
      return thing.kind == kept.kind && thing.digest == kept.digest;
    });
  });
}

access::AuditEvent event_of(const DestructionOrder& order,
                            const Destruction& done,
                            const Work& work,
                            const std::string& certificate) {
  access::AuditEvent event;
  event.action = "evidence.destroy";
  event.object_type = work.about.empty() ? "evidence" : "system";
  event.object_id = work.about;
  event.object_name = work.name;
  event.after = sm3_hex(certificate);
  JsonWriter(event.detail)
      .begin_object()
      .member("certificate", done.number)
      .member("approved_by", order.approved_by)
      .member("things", static_cast<std::int64_t>(done.things))
      .end_object();
  return event;
}

}  // namespace

Result<Destruction> destroy(Installation& installation,
                            const Content& content,
                            const DestructionOrder& order,
                            const fs::path& certificate,
                            Clock clock) {
  TRY(check_order(order, certificate));
  const Instant now = clock();
  TRY_ASSIGN(db::Transaction transaction, installation.database.write());
  TRY_ASSIGN(Work work, work_of(transaction, content, order, now));
  // Locks the chain, so that its head is the one that the certificate names.
  TRY_ASSIGN(const access::AuditHead head, access::lock_head(transaction));
  const db::DatabaseKind kind = installation.database.kind();
  for (const KeptThing& target : work.targets) {
    TRY(destroy_target(transaction, kind, target, work.about.empty(), work.plan));
  }
  drop_destroyed(work.plan);
  if (work.plan.things.empty()) {
    return fail(ErrorCode::failed_precondition, "没有可销毁的测评数据：" + work.name);
  }
  Destruction done;
  done.number = fmt::format("XH-{}-{}", format_day(shanghai_day(now)), head.sequence + 1);
  done.system = work.name;
  done.things = work.plan.things.size();
  done.kept = work.plan.kept.size();
  TRY_ASSIGN(const std::string bytes, certificate_of(content, order, done, work.plan, head, now));
  TRY(append_audit(
      transaction, access::command_line_actor(), event_of(order, done, work, bytes), clock));
  // Before the commit: there is no destruction without its certificate.
  TRY(write_file(certificate, bytes));
  if (auto committed = transaction.commit(); !committed) {
    std::error_code ignored;
    fs::remove(certificate, ignored);
    return tl::make_unexpected(std::move(committed).error());
  }
  return done;
}

}  // namespace dengce::program
