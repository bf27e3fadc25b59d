// SPDX-License-Identifier: Apache-2.0
#include "portfolio/import_store.h"

#include <array>

namespace dengce::portfolio {
namespace {

constexpr std::string_view import_columns =
    "i.id, i.noun, i.file_name, i.file_sm3, i.state, i.row_count, i.mapping, i.defaults,"
    " i.preview, i.result, i.account, i.login, i.created_at, i.version";
constexpr std::array<SortColumn, 1> import_sorts{{{"created", "i.created_at", true}}};
constexpr ListSource import_source{
    "import.page", import_columns, 14, "import_batch i", "i.id", import_sorts};

constexpr db::Query add_import{
    "import.insert",
    "INSERT INTO import_batch (id, noun, file_name, file_sm3, state, row_count, mapping, defaults,"
    " preview, result, account, login, created_at, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)"};
constexpr db::Query change_import{
    "import.change",
    "UPDATE import_batch SET state = $2, mapping = $3, defaults = $4, preview = $5, result = $6,"
    " version = version + 1 WHERE id = $1 AND version = $7"};
constexpr db::Query find_import{
    "import.find",
    "SELECT id, noun, file_name, file_sm3, state, row_count, mapping, defaults, preview, result,"
    " account, login, created_at, version FROM import_batch WHERE id = $1"};
constexpr db::Query put_part{
    "import_content.put",
    "INSERT INTO import_content (import_id, part, content) VALUES ($1, $2, $3)"
    " ON CONFLICT (import_id, part) DO UPDATE SET content = excluded.content"};
constexpr db::Query find_part{
    "import_content.find", "SELECT content FROM import_content WHERE import_id = $1 AND part = $2"};
constexpr std::string_view abandoned =
    "SELECT id FROM import_batch WHERE state IN ('mapping', 'preview') AND created_at < $1";
constexpr db::Query remove_event_rows{"import.remove_system_events",
                                      "DELETE FROM system_event WHERE system_id = $1"};
constexpr db::Query remove_system_row{"import.remove_system",
                                      "DELETE FROM information_system WHERE id = $1"};

struct Reference {
  db::Query query;
  const char* name;
};

constexpr std::array<Reference, 9> system_references{{
    {{"import.used_by_assessment", "SELECT 1 FROM assessment WHERE system_id = $1 LIMIT 1"},
     "测评"},
    {{"import.used_by_module", "SELECT 1 FROM system_module WHERE system_id = $1 LIMIT 1"}, "模块"},
    {{"import.used_by_filing", "SELECT 1 FROM filing_system WHERE system_id = $1 LIMIT 1"}, "备案"},
    {{"import.used_by_asset", "SELECT 1 FROM asset_system WHERE system_id = $1 LIMIT 1"}, "资产"},
    {{"import.used_by_data", "SELECT 1 FROM data_item WHERE system_id = $1 LIMIT 1"}, "数据"},
    {{"import.used_by_contact", "SELECT 1 FROM contact WHERE system_id = $1 LIMIT 1"}, "联系人"},
    {{"import.used_by_notice", "SELECT 1 FROM risk_notice WHERE system_id = $1 LIMIT 1"},
     "风险告知"},
    {{"import.used_by_survey", "SELECT 1 FROM survey_answer WHERE system_id = $1 LIMIT 1"},
     "调查表"},
    {{"import.used_by_file", "SELECT 1 FROM file WHERE system_id = $1 LIMIT 1"}, "文件"},
}};

ImportRow import_of(const db::Row& row) {
  ImportRow out;
  out.id = row.text(0);
  out.noun = row.text(1);
  out.file_name = row.text(2);
  out.file_sm3 = row.text(3);
  out.state = row.text(4);
  out.rows = row.integer(5);
  out.mapping = row.text(6);
  out.defaults = row.text(7);
  out.preview = row.text(8);
  out.result = row.text(9);
  out.account = row.text(10);
  out.login = row.text(11);
  out.created = {row.integer(12)};
  out.version = row.integer(13);
  return out;
}

std::string context_of(const std::string& id, std::string_view part) {
  return "import/" + id + "/" + std::string(part);
}

}  // namespace

Result<> insert_import(db::Transaction& transaction, const ImportRow& row) {
  const std::vector<db::Value> values{row.id,
                                      row.noun,
                                      row.file_name,
                                      row.file_sm3,
                                      row.state,
                                      row.rows,
                                      row.mapping,
                                      row.defaults,
                                      row.preview,
                                      row.result,
                                      row.account,
                                      row.login,
                                      row.created.milliseconds};
  TRY(transaction.execute(add_import, values));
  return {};
}

Result<> update_import(db::Transaction& transaction, const ImportRow& row) {
  const std::vector<db::Value> values{
      row.id, row.state, row.mapping, row.defaults, row.preview, row.result, row.version};
  return changed_one(transaction.execute(change_import, values));
}

Result<ImportRow> select_import(db::Transaction& transaction,
                                const access::Actor& actor,
                                bool everything,
                                const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY_ASSIGN(const auto rows, transaction.query(find_import, key));
  if (!rows.empty()) {
    ImportRow row = import_of(rows.front());
    if (everything || row.account == actor.account) return row;
  }
  return fail(ErrorCode::not_found, "没有此导入");
}

Result<Page<ImportRow>> select_import_page(db::Transaction& transaction,
                                           const access::Actor& actor,
                                           bool everything,
                                           const http::PageQuery& query) {
  Where where;
  if (!everything) where.add("i.account = ?", {actor.account});
  for (const auto& [filter, condition] :
       {std::pair{"noun", "i.noun = ?"}, {"state", "i.state = ?"}}) {
    const auto value = query.filter(filter);
    if (!value.empty()) where.add(condition, {std::string(value)});
  }
  return page_of<ImportRow>(select_page(transaction, import_source, where, query), import_of);
}

Result<> write_import_part(db::Transaction& transaction,
                           const Vault& vault,
                           const std::string& id,
                           std::string_view part,
                           std::string_view text) {
  TRY_ASSIGN(std::string sealed, vault.seal(text, context_of(id, part)));
  const std::vector<db::Value> values{id, std::string(part), db::Blob{std::move(sealed)}};
  TRY(transaction.execute(put_part, values));
  return {};
}

Result<std::string> read_import_part(db::Transaction& transaction,
                                     const Vault& vault,
                                     const std::string& id,
                                     std::string_view part) {
  const std::vector<db::Value> key{id, std::string(part)};
  TRY_ASSIGN(const auto rows, transaction.query(find_part, key));
  if (rows.empty()) return std::string();
  return vault.open(rows.front().bytes(0), context_of(id, part));
}

Result<> remove_abandoned_imports(db::Transaction& transaction, Instant before) {
  const std::vector<db::Value> key{before.milliseconds};
  const std::string parts =
      "DELETE FROM import_content WHERE import_id IN (" + std::string(abandoned) + ")";
  const std::string rows =
      "DELETE FROM import_batch WHERE state IN ('mapping', 'preview') AND created_at < $1";
  TRY(transaction.execute({"import.remove_abandoned_parts", parts}, key));
  TRY(transaction.execute({"import.remove_abandoned", rows}, key));
  return {};
}

Result<std::string> system_used_by(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  for (const Reference& reference : system_references) {
    TRY_ASSIGN(const auto rows, transaction.query(reference.query, key));
    if (!rows.empty()) return std::string("已有") + reference.name + "与之关联";
  }
  return std::string();
}

Result<> remove_system(db::Transaction& transaction, const std::string& id) {
  const std::vector<db::Value> key{id};
  TRY(transaction.execute(remove_event_rows, key));
  TRY(transaction.execute(remove_system_row, key));
  return {};
}

}  // namespace dengce::portfolio
