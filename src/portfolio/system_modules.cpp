// SPDX-License-Identifier: Apache-2.0
#include "portfolio/system_modules.h"

#include "base/id.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "portfolio/change.h"
#include "portfolio/system_module_store.h"
#include "portfolio/system_store.h"

namespace dengce::portfolio {
Result<> check_module(const SystemModule& module, const std::vector<SystemModule>& others) {
  std::vector<Problem> problems;
  if (!module.in_scope && trim(module.reason).empty()) {
    problems.push_back({{}, 0, "reason", "不纳入测评的模块或域名须说明原因"});
  }
  for (const SystemModule& other : others) {
    if (other.id != module.id && other.name == module.name) {
      problems.push_back({{}, 0, "name", "此系统已有同名模块或域名"});
    }
  }
  return fail_if_any("输入有误", std::move(problems));
}

Result<std::vector<SystemModule>> modules_of(db::Database& database,
                                             const access::Actor& actor,
                                             const std::string& system_id) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY(select_visible_system(transaction, visible, system_id));
  return select_modules(transaction, system_id);
}

Result<SystemModule> create_module(db::Database& database,
                                   const access::Actor& actor,
                                   SystemModule module,
                                   Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY(select_visible_system(edit.transaction, edit.visible, module.system_id));
  TRY_ASSIGN(const auto others, select_modules(edit.transaction, module.system_id));
  module.id = new_id(clock);
  TRY(check_module(module, others));
  TRY(insert_module(edit.transaction, module));
  return edit.commit_created("module", std::move(module));
}

Result<SystemModule> change_module(db::Database& database,
                                   const access::Actor& actor,
                                   const std::string& id,
                                   std::int64_t version,
                                   const ModulePatch& patch,
                                   Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const SystemModule before,
             of_version(select_module(edit.transaction, edit.visible, id), version));
  SystemModule after = before;
  if (patch.name) after.name = *patch.name;
  if (patch.kind) after.kind = *patch.kind;
  if (patch.in_scope) after.in_scope = *patch.in_scope;
  if (patch.reason) after.reason = *patch.reason;
  TRY_ASSIGN(const auto others, select_modules(edit.transaction, before.system_id));
  TRY(check_module(after, others));
  TRY(update_module(edit.transaction, after));
  return edit.commit_changed("module", before, std::move(after));
}

Result<> delete_module(db::Database& database,
                       const access::Actor& actor,
                       const std::string& id,
                       std::int64_t version,
                       Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const SystemModule before,
             of_version(select_module(edit.transaction, edit.visible, id), version));
  TRY(remove_module(edit.transaction, id));
  return edit.commit_deleted("module", before);
}

std::string to_json(const SystemModule& module) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("id", module.id).member("system_id", module.system_id);
  json.member("name", module.name).member("kind", module.kind);
  json.member_boolean("in_scope", module.in_scope).member("reason", module.reason);
  json.member("version", module.version).end_object();
  return out;
}

}  // namespace dengce::portfolio
