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
    "import", import_columns, 14, "import_batch i", "i.id", import_sorts};

constexpr db::Query add_import{
    "import.insert",
    "INSERT INTO import_batch (id, noun, file_name, file_sm3, state, row_count, mapping, defaults,"
    " preview, result, account, login, created_at, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)"};
constexpr db::Query change_import{
    "import.change",
    "UPDATE import_batch SET state = $2, mapping = $3, defaults = $4, preview = $5, result = $6,"
    " version = version + 1 WHERE id = $1 AND version = $7"};
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

constexpr std::array<Reference, 11> system_references{{
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
    {{"import.used_by_collection", "SELECT 1 FROM collection WHERE system_id = $1 LIMIT 1"},
     "采集"},
    {{"import.used_by_file", "SELECT 1 FROM file WHERE system_id = $1 LIMIT 1"}, "文件"},
    {{"import.used_by_progress", "SELECT 1 FROM system_progress WHERE system_id = $1 LIMIT 1"},
     "进度"},
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
  return execute(transaction,
                 add_import,
                 {row.id,
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
                  row.created.milliseconds});
}

Result<> update_import(db::Transaction& transaction, const ImportRow& row) {
  return execute_on_version(
      transaction,
      change_import,
      {row.id, row.state, row.mapping, row.defaults, row.preview, row.result, row.version});
}

Result<ImportRow> select_import(db::Transaction& transaction,
                                const access::Actor& actor,
                                bool everything,
                                const std::string& id) {
  TRY_ASSIGN(const auto row, find_row(transaction, import_source, id));
  if (row) {
    ImportRow found = import_of(*row);
    if (everything || found.account == actor.account) return found;
  }
  return fail(ErrorCode::not_found, "没有此导入");
}

Result<Page<ImportRow>> select_import_page(db::Transaction& transaction,
                                           const access::Actor& actor,
                                           bool everything,
                                           const http::PageQuery& query) {
  Where where;
  if (!everything) where.add("i.account = ?", {actor.account});
  where.add_equal("i.noun", query.filter("noun"));
  where.add_equal("i.state", query.filter("state"));
  return page_of<ImportRow>(select_page(transaction, import_source, where, query), import_of);
}

Result<> write_import_part(db::Transaction& transaction,
                           const Vault& vault,
                           const std::string& id,
                           std::string_view part,
                           std::string_view text) {
  TRY_ASSIGN(std::string sealed, vault.seal(text, context_of(id, part)));
  return execute(transaction, put_part, {id, std::string(part), db::Blob{std::move(sealed)}});
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
  TRY(execute(transaction, remove_event_rows, {id}));
  return execute(transaction, remove_system_row, {id});
}

}  // namespace dengce::portfolio
