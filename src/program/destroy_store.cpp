// SPDX-License-Identifier: Apache-2.0
#include "program/destroy_store.h"

#include <array>

namespace dengce::program {
namespace {

// Which system holds which bundle: an assessed object rests on it, or it was handed in for it.
constexpr db::Query bundles_list{
    "destroy.bundles",
    "WITH held AS (SELECT assessment.system_id, assessment_object.bundle_sm3 FROM assessment_object"
    " JOIN assessment ON assessment.id = assessment_object.assessment_id"
    " WHERE assessment_object.bundle_sm3 IS NOT NULL"
    " UNION SELECT system_id, bundle_sm3 FROM collection)"
    " SELECT bundle.sm3, bundle.file_name, bundle.target, CASE WHEN EXISTS (SELECT 1 FROM held"
    " WHERE held.bundle_sm3 = bundle.sm3 AND held.system_id <> $1) THEN 1 ELSE 0 END"
    " FROM bundle WHERE bundle.sm3 IN (SELECT held.bundle_sm3 FROM held WHERE held.system_id = $1)"
    " ORDER BY bundle.sm3"};
constexpr db::Query assessments_list{
    "destroy.assessments",
    "SELECT id, round, (SELECT COUNT(*) FROM record WHERE record.assessment_id = assessment.id),"
    " (SELECT COUNT(*) FROM point_answer WHERE point_answer.assessment_id = assessment.id)"
    " FROM assessment WHERE system_id = $1 ORDER BY id"};
constexpr db::Query snapshots_list{"destroy.snapshots",
                                   "SELECT id, sha256 FROM snapshot WHERE assessment_id IN"
                                   " (SELECT id FROM assessment WHERE system_id = $1) ORDER BY id"};
constexpr db::Query files_list{"destroy.files",
                               "SELECT name, sm3, id FROM file WHERE system_id = $1 ORDER BY id"};
constexpr db::Query surveys_list{
    "destroy.surveys", "SELECT form_no FROM survey_answer WHERE system_id = $1 ORDER BY form_no"};
constexpr db::Query jobs_list{
    "destroy.jobs",
    "SELECT job_file.name FROM job_file JOIN job ON job.id = job_file.job_id"
    " WHERE job.system_id = $1 ORDER BY job.id"};

constexpr db::Query holders_list{
    "destroy.holders",
    "SELECT s.id, s.name FROM information_system s WHERE"
    " EXISTS (SELECT 1 FROM assessment WHERE assessment.system_id = s.id)"
    " OR EXISTS (SELECT 1 FROM file WHERE file.system_id = s.id)"
    " OR EXISTS (SELECT 1 FROM survey_answer WHERE survey_answer.system_id = s.id)"
    " OR EXISTS (SELECT 1 FROM job_file JOIN job ON job.id = job_file.job_id"
    " WHERE job.system_id = s.id) ORDER BY s.number, s.id"};
constexpr db::Query imports_list{"destroy.imports",
                                 "SELECT id, file_name, created_at FROM import_batch"
                                 " ORDER BY created_at, id"};
constexpr db::Query import_find{
    "destroy.import", "SELECT file_name, file_sm3, noun, login FROM import_batch WHERE id = $1"};
constexpr std::array<db::Query, 2> import_deletions{
    {{"destroy.import_content", "DELETE FROM import_content WHERE import_id = $1"},
     {"destroy.import_batch", "DELETE FROM import_batch WHERE id = $1"}}};

// In the order in which rows depend on each other. $1 is the system.
constexpr std::array<db::Query, 15> deletions{{
    {"destroy.record_text",
     "DELETE FROM record_text WHERE assessment_id IN"
     " (SELECT id FROM assessment WHERE system_id = $1)"},
    {"destroy.record",
     "DELETE FROM record WHERE assessment_id IN (SELECT id FROM assessment WHERE system_id = $1)"},
    {"destroy.answer",
     "DELETE FROM point_answer WHERE assessment_id IN"
     " (SELECT id FROM assessment WHERE system_id = $1)"},
    {"destroy.risk",
     "DELETE FROM risk_judgement WHERE assessment_id IN"
     " (SELECT id FROM assessment WHERE system_id = $1)"},
    {"destroy.table",
     "DELETE FROM assessment_table WHERE assessment_id IN"
     " (SELECT id FROM assessment WHERE system_id = $1)"},
    {"destroy.snapshot",
     "DELETE FROM snapshot WHERE assessment_id IN (SELECT id FROM assessment WHERE system_id = "
     "$1)"},
    {"destroy.object",
     "DELETE FROM assessment_object WHERE assessment_id IN"
     " (SELECT id FROM assessment WHERE system_id = $1)"},
    {"destroy.assessment", "DELETE FROM assessment WHERE system_id = $1"},
    {"destroy.collection", "DELETE FROM collection WHERE system_id = $1"},
    {"destroy.piece",
     "DELETE FROM file_piece WHERE file_id IN (SELECT id FROM file WHERE system_id = $1)"},
    // Their digests stay in product_event.
    {"destroy.signed_copy", "UPDATE system_product SET file_id = NULL WHERE system_id = $1"},
    {"destroy.file", "DELETE FROM file WHERE system_id = $1"},
    {"destroy.survey", "DELETE FROM survey_answer WHERE system_id = $1"},
    {"destroy.job_file",
     "DELETE FROM job_file WHERE job_id IN (SELECT id FROM job WHERE system_id = $1)"},
    {"destroy.job", "DELETE FROM job WHERE system_id = $1"},
}};
constexpr db::Query overwrite{"destroy.overwrite", "PRAGMA secure_delete = ON"};
constexpr db::Query bundle_delete{"destroy.bundle", "DELETE FROM bundle WHERE sm3 = $1"};

Result<std::vector<db::Row>> rows_of(db::Transaction& transaction,
                                     const db::Query& query,
                                     const std::string& system) {
  const std::array<db::Value, 1> values{system};
  return transaction.query(query, values);
}

// Of bundles_list: another system holds it too.
bool is_shared(const db::Row& row) {
  return row.integer(3) == 1;
}

}  // namespace

Result<std::vector<StoredThing>> select_evidence_holders(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(holders_list));
  std::vector<StoredThing> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back({row.text(0), row.text(1), {}});
  return out;
}

Result<std::vector<StoredThing>> select_import_files(db::Transaction& transaction) {
  TRY_ASSIGN(const auto rows, transaction.query(imports_list));
  std::vector<StoredThing> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back({row.text(0), row.text(1), {row.integer(2)}});
  return out;
}

Result<DestroyedThing> plan_import(db::Transaction& transaction, const std::string& id) {
  TRY_ASSIGN(const auto rows, rows_of(transaction, import_find, id));
  if (rows.empty()) return fail(ErrorCode::not_found, "没有此导入：" + id);
  const db::Row& row = rows.front();
  return DestroyedThing{
      "导入文件", row.text(0), "SM3 " + row.text(1), row.text(2) + "，由 " + row.text(3) + " 导入"};
}

Result<> destroy_import(db::Transaction& transaction,
                        db::DatabaseKind kind,
                        const std::string& id) {
  if (kind == db::DatabaseKind::sqlite) TRY(transaction.query(overwrite));
  const std::array<db::Value, 1> key{id};
  for (const db::Query& one : import_deletions) TRY(transaction.execute(one, key));
  return {};
}

Result<DestructionPlan> plan_destruction(db::Transaction& transaction, const std::string& system) {
  DestructionPlan plan;
  TRY_ASSIGN(const auto bundles, rows_of(transaction, bundles_list, system));
  for (const db::Row& row : bundles) {
    if (is_shared(row)) {
      plan.kept.push_back({"证据包", row.text(1), "SM3 " + row.text(0), "其他系统的测评以其为据"});
    } else {
      plan.things.push_back({"证据包", row.text(1), "SM3 " + row.text(0), row.text(2)});
    }
  }
  TRY_ASSIGN(const auto files, rows_of(transaction, files_list, system));
  for (const db::Row& row : files) {
    plan.things.push_back({"文件", row.text(0), "SM3 " + row.text(1), row.text(2)});
  }
  TRY_ASSIGN(const auto assessments, rows_of(transaction, assessments_list, system));
  for (const db::Row& row : assessments) {
    plan.things.push_back({"测评",
                           row.text(1).empty() ? row.text(0) : row.text(1),
                           {},
                           "记录 " + std::to_string(row.integer(2)) + " 条，人工答复 " +
                               std::to_string(row.integer(3)) + " 条"});
  }
  TRY_ASSIGN(const auto snapshots, rows_of(transaction, snapshots_list, system));
  for (const db::Row& row : snapshots) {
    plan.things.push_back({"快照", row.text(0), "SHA-256 " + row.text(1), {}});
  }
  TRY_ASSIGN(const auto surveys, rows_of(transaction, surveys_list, system));
  for (const db::Row& row : surveys) plan.things.push_back({"调研表", row.text(0), {}, {}});
  TRY_ASSIGN(const auto jobs, rows_of(transaction, jobs_list, system));
  for (const db::Row& row : jobs) plan.things.push_back({"生成的文档", row.text(0), {}, {}});
  return plan;
}

Result<> destroy_of_system(db::Transaction& transaction,
                           db::DatabaseKind kind,
                           const std::string& system) {
  if (kind == db::DatabaseKind::sqlite) TRY(transaction.query(overwrite));
  TRY_ASSIGN(const auto bundles, rows_of(transaction, bundles_list, system));
  const std::array<db::Value, 1> values{system};
  for (const db::Query& one : deletions) TRY(transaction.execute(one, values));
  for (const db::Row& row : bundles) {
    if (is_shared(row)) continue;
    const std::array<db::Value, 1> key{row.text(0)};
    TRY(transaction.execute(bundle_delete, key));
  }
  return {};
}

}  // namespace dengce::program
