// SPDX-License-Identifier: Apache-2.0
#include "program/archive_store.h"

#include <fmt/format.h>

#include "base/csv.h"
#include "base/text.h"
#include "portfolio/import_values.h"

namespace dengce::program {
namespace {

constexpr std::string_view byte_order_mark =
    "\xEF\xBB\xBF";  // spreadsheets take CSV for GBK without it

std::string cell(const db::Row& row, std::size_t column) {
  if (const auto number = row.optional_integer(column)) return std::to_string(*number);
  return row.text(column);
}

}  // namespace

const std::vector<ArchiveTable>& archive_tables() {
  static const std::vector<ArchiveTable> tables{
      {"contract",
       "id,name,buyer,provider,signed_day,start_day,end_day,ceiling_fen,price_fen,terms",
       "id"},
      {"contract_amendment",
       "id,contract_id,effective_day,reason,before_text,after_text,recorded_by,recorded_at",
       "id"},
      {"team", "id,contract_id,number,name", "number, id"},
      {"information_system",
       "id,contract_id,team_id,number,name,level,sag,present,confirmed",
       "number, id"},
      {"system_event",
       "id,system_id,kind,effective_day,team_id,level,sag,name,reason,confirmed,confirmed_day,"
       "recorded_by,recorded_at",
       "id"},
      {"system_module", "id,system_id,name,kind,in_scope,reason", "id"},
      {"filing",
       "id,contract_id,number,name,level,filed_day,certificate_name,certificate_sm3,"
       "certificate_file",
       "id"},
      {"filing_system", "filing_id,system_id", "filing_id, system_id"},
      {"asset",
       "id,contract_id,class,name,importance,shared,location,addresses,attributes,origin,"
       "created_at,updated_at",
       "id"},
      {"asset_system", "asset_id,system_id", "asset_id, system_id"},
      {"data_item",
       "id,system_id,name,category,data_class,personal,secret,location,volume,measures",
       "id"},
      {"risk_notice",
       "id,system_id,risks,measures,backup_state,told_day,confirmed_by,confirmed_day",
       "id"},
      {"file", "id,system_id,kind,name,note,length,sha256,sm3,handed_in_by,handed_in_at", "id"},
      {"collection",
       "id,system_id,bundle_sm3,target,platform,collected_at,handed_in_by,handed_in_at",
       "id"},
      {"system_stage",
       "system_id,stage,planned_from,planned_to,actual_from,actual_to,note",
       "system_id, stage"},
      {"stage_person", "system_id,stage,account_id,is_lead", "system_id, stage, account_id"},
      {"system_product",
       "system_id,product,state,day,how,signed_by,file_id,drafted_by,note",
       "system_id, product"},
      {"product_event",
       "id,system_id,product,state,day,how,signed_by,file_name,file_sm3,note,recorded_by,"
       "recorded_at",
       "id"},
      {"internet_test",
       "id,system_id,targets,methods,planned_from,planned_to,approved_by,approved_day,tested_day,"
       "closed_day,data_deleted_day,reported_day,note",
       "id"},
      {"export_log", "sequence,class,system_id", "sequence"},
      {"account", "id,login,name,organisation,sign_in,external_name,disabled,created_at", "id"},
      {"account_role", "account_id,role", "account_id, role"},
      {"account_scope", "account_id,kind,target", "account_id, kind, target"},
      {"account_clearance",
       "account_id,kind,proven_day,proof,recorded_by,recorded_at",
       "account_id, kind"},
  };
  return tables;
}

const std::vector<OtherTable>& other_tables() {
  static const std::vector<OtherTable> tables{
      {"contact", "ledger/contact.csv, opened"},
      {"survey_answer", "ledger/survey, opened"},
      {"asset_text", "words of ledger/asset.csv, for search"},
      {"assessment", "assessments"},
      {"assessment_object", "assessments"},
      {"record", "assessments"},
      {"record_text", "assessments"},
      {"point_answer", "assessments"},
      {"risk_judgement", "assessments"},
      {"assessment_table", "assessments"},
      {"snapshot", "assessments"},
      {"bundle", "evidence"},
      {"file_piece", "files"},
      {"system_progress", "follows from ledger/system_stage.csv"},
      {"audit_head", "audit"},
      {"audit_entry", "audit"},
      {"audit_key", "audit: public halves"},
      {"audit_seal", "audit"},
      {"audit_forward", "a place in a queue"},
      {"account_password", "sign-in"},
      {"recovery_code", "sign-in"},
      {"session", "sign-in"},
      {"sign_in_flow", "sign-in"},
      {"api_token", "sign-in"},
      {"idempotency_key", "short-lived"},
      {"upload", "unfinished"},
      {"job", "work, not a result"},
      {"job_file", "made from the snapshots"},
      {"document_layout", "page numbers of documents"},
      {"import_batch", "work: its rows are in the ledger"},
      {"import_content", "work"},
      {"schema_migration", "of the program"},
  };
  return tables;
}

void append_row(std::string& csv, const std::vector<std::string>& cells) {
  if (csv.empty()) csv = byte_order_mark;
  std::vector<std::string> harmless;
  harmless.reserve(cells.size());
  for (const std::string& text : cells) harmless.push_back(portfolio::harmless_cell(text));
  append_csv_row(csv, harmless);
}

Result<std::string> table_csv(db::Transaction& transaction, const ArchiveTable& table) {
  const std::string sql =
      fmt::format("SELECT {} FROM {} ORDER BY {}", table.columns, table.name, table.order);
  TRY_ASSIGN(const auto rows, transaction.query({"archive.table", sql}));
  std::vector<std::string> cells;
  for (const std::string_view name : split(table.columns, ',')) cells.emplace_back(name);
  std::string out;
  append_row(out, cells);
  for (const db::Row& row : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = cell(row, i);
    append_row(out, cells);
  }
  return out;
}

Result<std::vector<std::string>> ids_of(db::Transaction& transaction, std::string_view table) {
  const std::string sql = fmt::format("SELECT id FROM {} ORDER BY id", table);
  TRY_ASSIGN(const auto rows, transaction.query({"archive.ids", sql}));
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back(row.text(0));
  return out;
}

}  // namespace dengce::program
