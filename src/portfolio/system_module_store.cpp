// SPDX-License-Identifier: Apache-2.0
#include "portfolio/system_module_store.h"

#include "portfolio/list_store.h"

namespace dengce::portfolio {
namespace {

constexpr db::Query list_modules{
    "system_module.list",
    "SELECT id, system_id, name, kind, in_scope, reason, version FROM system_module"
    " WHERE system_id = $1 ORDER BY name, id"};
constexpr db::Query find_module{
    "system_module.find",
    "SELECT id, system_id, name, kind, in_scope, reason, version FROM system_module WHERE id = $1"};
constexpr db::Query add_module{
    "system_module.insert",
    "INSERT INTO system_module (id, system_id, name, kind, in_scope, reason, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, 1)"};
constexpr db::Query change_module_row{
    "system_module.change",
    "UPDATE system_module SET name = $2, kind = $3, in_scope = $4, reason = $5,"
    " version = version + 1 WHERE id = $1 AND version = $6"};
constexpr db::Query delete_module_row{"system_module.delete",
                                      "DELETE FROM system_module WHERE id = $1"};

SystemModule module_of(const db::Row& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.integer(4) != 0,
          row.text(5),
          row.integer(6)};
}

}  // namespace

Result<std::vector<SystemModule>> select_modules(db::Transaction& transaction,
                                                 const std::string& system_id) {
  const std::vector<db::Value> key{system_id};
  TRY_ASSIGN(const auto rows, transaction.query(list_modules, key));
  std::vector<SystemModule> modules;
  modules.reserve(rows.size());
  for (const db::Row& row : rows) modules.push_back(module_of(row));
  return modules;
}

Result<SystemModule> select_module(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY_ASSIGN(const auto rows, transaction.query(find_module, key));
  if (rows.empty()) return fail(ErrorCode::not_found, "没有此模块");
  return module_of(rows.front());
}

Result<> insert_module(db::Transaction& transaction, const SystemModule& module) {
  const std::vector<db::Value> values{module.id,
                                      module.system_id,
                                      module.name,
                                      module.kind,
                                      std::int64_t{module.in_scope ? 1 : 0},
                                      module.reason};
  TRY(transaction.execute(add_module, values));
  return {};
}

Result<> update_module(db::Transaction& transaction, const SystemModule& module) {
  const std::vector<db::Value> values{module.id,
                                      module.name,
                                      module.kind,
                                      std::int64_t{module.in_scope ? 1 : 0},
                                      module.reason,
                                      module.version};
  return changed_one(transaction.execute(change_module_row, values));
}

Result<> remove_module(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY(transaction.execute(delete_module_row, key));
  return {};
}

}  // namespace dengce::portfolio
