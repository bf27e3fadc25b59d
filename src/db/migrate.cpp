// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "base/clock.h"
#include "base/content.h"
#include "base/digest.h"
#include "base/text.h"
#include "db/database.h"

namespace dengce::db {
namespace {

constexpr std::string_view folder = "migrations/";

constexpr Query create_table{
    "migration.create",
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    "id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)"};
constexpr Query select_applied{"migration.list", "SELECT id, sha256 FROM schema_migration"};
constexpr Query insert_applied{
    "migration.add", "INSERT INTO schema_migration (id, sha256, applied_at) VALUES ($1, $2, $3)"};

// The statements of a file: cut at semicolons that end a line. Comments run to the line's end.
std::vector<std::string> statements_of(std::string_view sql) {
  std::vector<std::string> out;
  std::string current;
  Lines lines(sql);
  while (const auto line = lines.next()) {
    const std::string_view text = trim(line->text);
    if (text.empty() || text.starts_with("--")) continue;
    current += std::string(line->text) + "\n";
    if (text.ends_with(';')) {
      out.push_back(std::move(current));
      current.clear();
    }
  }
  if (!trim(current).empty()) out.push_back(std::move(current));
  return out;
}

Result<> apply(Transaction& transaction, const Migration& migration) {
  for (const std::string& statement : statements_of(migration.sql)) {
    TRY(transaction.execute({migration.id, statement}));
  }
  const std::vector<Value> values{
      std::string(migration.id), sha256_hex(migration.sql), system_now().milliseconds};
  TRY(transaction.execute(insert_applied, values));
  return {};
}

// Problems of a database whose past does not fit this program.
std::vector<Problem> history_problems(const std::map<std::string, std::string>& applied,
                                      std::span<const Migration> migrations) {
  std::vector<Problem> problems;
  for (const auto& [id, digest] : applied) {
    const auto known = std::find_if(
        migrations.begin(), migrations.end(), [&](const Migration& step) { return step.id == id; });
    if (known == migrations.end()) {
      problems.push_back({id, 0, {}, "本程序不认识此升级步骤：数据由更新的版本建立"});
    } else if (sha256_hex(known->sql) != digest) {
      problems.push_back({id, 0, {}, "已执行的升级步骤内容被改动"});
    }
  }
  return problems;
}

// Steps that are not applied yet, in order.
Result<std::vector<const Migration*>> missing(Transaction& transaction,
                                              std::span<const Migration> migrations) {
  TRY_ASSIGN(const auto rows, transaction.query(select_applied));
  std::map<std::string, std::string> applied;
  for (const Row& row : rows) applied[row.text(0)] = row.text(1);
  auto problems = history_problems(applied, migrations);
  if (!problems.empty()) {
    return fail(ErrorCode::failed_precondition, "数据库与程序版本不符", std::move(problems));
  }
  std::vector<const Migration*> out;
  for (const Migration& step : migrations) {
    if (!applied.contains(std::string(step.id))) out.push_back(&step);
  }
  return out;
}

}  // namespace

Result<> migrate(Database& database, std::span<const Migration> migrations) {
  for (;;) {
    TRY_ASSIGN(Transaction transaction, database.begin_migration());
    TRY(transaction.execute(create_table));
    TRY_ASSIGN(const auto steps, missing(transaction, migrations));
    if (!steps.empty()) TRY(apply(transaction, *steps.front()));
    TRY(transaction.commit());
    if (steps.size() <= 1) return {};
  }
}

Result<std::vector<std::string>> pending_migrations(Database& database,
                                                    std::span<const Migration> migrations) {
  TRY_ASSIGN(Transaction transaction, database.read());
  std::vector<std::string> out;
  TRY_ASSIGN(const bool begun, transaction.has_table("schema_migration"));
  if (!begun) {
    for (const Migration& step : migrations) out.emplace_back(step.id);
    return out;
  }
  TRY_ASSIGN(const auto steps, missing(transaction, migrations));
  for (const Migration* step : steps) out.emplace_back(step->id);
  return out;
}

std::vector<Migration> compiled_migrations() {
  std::vector<Migration> out;
  for (const std::string_view path : compiled_in_list(folder)) {
    if (path.ends_with(".sql")) out.push_back({path.substr(folder.size()), compiled_in(path)});
  }
  return out;
}

}  // namespace dengce::db
