// SPDX-License-Identifier: Apache-2.0
#include "portfolio/system_modules.h"

#include "base/id.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "http/conditional.h"
#include "portfolio/change.h"
#include "portfolio/system_module_store.h"
#include "portfolio/system_store.h"

namespace dengce::portfolio {
namespace {

// The module of a system in sight; not_found otherwise.
Result<SystemModule> find_module(db::Transaction& transaction,
                                 const access::Actor& actor,
                                 const std::string& id) {
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY_ASSIGN(SystemModule module, select_module(transaction, id));
  if (!visible.covers(module.system_id)) return fail(ErrorCode::not_found, "没有此模块");
  return module;
}

}  // namespace

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
  if (problems.empty()) return {};
  return fail(ErrorCode::invalid_argument, "输入有误", std::move(problems));
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
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY(select_visible_system(transaction, visible, module.system_id));
  TRY_ASSIGN(const auto others, select_modules(transaction, module.system_id));
  module.id = new_id(clock);
  TRY(check_module(module, others));
  TRY(insert_module(transaction, module));
  TRY(commit_change(transaction,
                    actor,
                    {"module.create", "module", module.id, module.name, {}, to_json(module), {}},
                    clock));
  return module;
}

Result<SystemModule> change_module(db::Database& database,
                                   const access::Actor& actor,
                                   const std::string& id,
                                   std::int64_t version,
                                   const ModulePatch& patch,
                                   Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const SystemModule before, find_module(transaction, actor, id));
  if (before.version != version) return http::stale_version();
  SystemModule after = before;
  if (patch.name) after.name = *patch.name;
  if (patch.kind) after.kind = *patch.kind;
  if (patch.in_scope) after.in_scope = *patch.in_scope;
  if (patch.reason) after.reason = *patch.reason;
  TRY_ASSIGN(const auto others, select_modules(transaction, before.system_id));
  TRY(check_module(after, others));
  TRY(update_module(transaction, after));
  ++after.version;
  TRY(commit_change(
      transaction,
      actor,
      {"module.change", "module", id, after.name, to_json(before), to_json(after), {}},
      clock));
  return after;
}

Result<> delete_module(db::Database& database,
                       const access::Actor& actor,
                       const std::string& id,
                       std::int64_t version,
                       Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const SystemModule before, find_module(transaction, actor, id));
  if (before.version != version) return http::stale_version();
  TRY(remove_module(transaction, id));
  return commit_change(transaction,
                       actor,
                       {"module.delete", "module", id, before.name, to_json(before), {}, {}},
                       clock);
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
