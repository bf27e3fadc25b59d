// SPDX-License-Identifier: Apache-2.0
#include "portfolio/system_module_store.h"

#include "portfolio/list_store.h"

namespace dengce::portfolio {
namespace {

constexpr ListSource module_source{"system_module",
                                   "m.id, m.system_id, m.name, m.kind, m.in_scope, m.reason,"
                                   " m.version",
                                   7,
                                   "system_module m",
                                   "m.id",
                                   {}};

constexpr db::Query add_module{
    "system_module.insert",
    "INSERT INTO system_module (id, name, kind, in_scope, reason, system_id, version)"
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

// The id and what may change, as $1 to $5.
std::vector<db::Value> values_of(const SystemModule& module, db::Value last) {
  return {
      module.id, module.name, module.kind, flag(module.in_scope), module.reason, std::move(last)};
}

}  // namespace

Result<std::vector<SystemModule>> select_modules(db::Transaction& transaction,
                                                 const std::string& system_id) {
  Where where;
  where.add("m.system_id = ?", {system_id});
  TRY_ASSIGN(const auto rows, find_rows(transaction, module_source, where, "m.name, m.id"));
  std::vector<SystemModule> modules;
  modules.reserve(rows.size());
  for (const db::Row& row : rows) modules.push_back(module_of(row));
  return modules;
}

Result<SystemModule> select_module(db::Transaction& transaction,
                                   const Visible& visible,
                                   const std::string& id) {
  TRY_ASSIGN(const auto row, find_row(transaction, module_source, id));
  if (!row || !visible.covers(row->text(1))) return fail(ErrorCode::not_found, "没有此模块");
  return module_of(*row);
}

Result<> insert_module(db::Transaction& transaction, const SystemModule& module) {
  return execute(transaction, add_module, values_of(module, module.system_id));
}

Result<> update_module(db::Transaction& transaction, const SystemModule& module) {
  return execute_on_version(transaction, change_module_row, values_of(module, module.version));
}

Result<> remove_module(db::Transaction& transaction, const std::string& id) {
  return execute(transaction, delete_module_row, {id});
}

}  // namespace dengce::portfolio
