// SPDX-License-Identifier: Apache-2.0
#include "assessment/assessment_store.h"

#include <array>

#include "assessment/sealed_texts.h"
#include "assessment/snapshot.h"
#include "base/text.h"

namespace dengce::assessment {
namespace {

constexpr db::Query assessment_insert{
    "assessment.insert",
    "INSERT INTO assessment (id, system_id, round, level, sag, extensions, demo, created_at, facts)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
constexpr db::Query assessment_list{
    "assessment.list",
    "SELECT id, system_id, round, level, sag, extensions, demo, created_at, facts FROM assessment"
    " WHERE system_id = $1 ORDER BY id DESC"};
constexpr db::Query object_insert{
    "object.insert",
    "INSERT INTO assessment_object (id, assessment_id, position, reference, object_class, name,"
    " asset_table, importance, attributes, selected, origin, bundle_sm3)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};
constexpr db::Query assessment_systems{"assessment.systems",
                                       "SELECT system_id FROM assessment WHERE id = $1"};
constexpr db::Query bundle_systems{
    "bundle.systems",
    "SELECT assessment.system_id FROM assessment_object"
    " JOIN assessment ON assessment.id = assessment_object.assessment_id"
    " WHERE assessment_object.bundle_sm3 = $1"
    " UNION SELECT system_id FROM collection WHERE bundle_sm3 = $1"};
constexpr db::Query object_list{
    "object.list",
    "SELECT id, reference, object_class, name, asset_table, importance, attributes, selected,"
    " origin, bundle_sm3 FROM assessment_object WHERE assessment_id = $1 ORDER BY position"};
constexpr db::Query bundle_insert{
    "bundle.insert",
    "INSERT INTO bundle (sm3, sha256, received_at, file_name, platform, target, archive, facts,"
    " fact_schema) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (sm3) DO NOTHING"};
constexpr db::Query bundle_find{
    "bundle.find",
    "SELECT sm3, sha256, received_at, file_name, platform, target, archive, facts, fact_schema"
    " FROM bundle WHERE sm3 = $1"};
constexpr db::Query answer_insert{
    "answer.insert",
    "INSERT INTO point_answer (assessment_id, object_id, code, point, status, answer, person,"
    " answered_day, sealed) VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8)"};
constexpr db::Query answer_list{
    "answer.list",
    "SELECT object_id, code, point, status, answer, person, answered_day, sealed FROM point_answer"
    " WHERE assessment_id = $1 ORDER BY object_id, code, point"};
constexpr db::Query risk_insert{
    "risk.insert",
    "INSERT INTO risk_judgement (assessment_id, position, problem, code, objects, threat, asset,"
    " analysis, high_risk_case, overall_change, risk, hazard, mitigation, advice, judged_by,"
    " sealed) VALUES ($1, $2, '', $3, $4, '', '', '', '', $5, $6, $7, '', '', $8, $9)"};
constexpr db::Query risk_list{
    "risk.list",
    "SELECT problem, code, objects, threat, asset, analysis, high_risk_case, overall_change, risk,"
    " hazard, mitigation, advice, judged_by, position, sealed FROM risk_judgement"
    " WHERE assessment_id = $1 ORDER BY position"};
constexpr db::Query table_insert{
    "table.insert",
    "INSERT INTO assessment_table (assessment_id, name, content, sealed) VALUES ($1, $2, '', $3)"};
constexpr db::Query table_list{
    "table.list",
    "SELECT name, content, sealed FROM assessment_table WHERE assessment_id = $1 ORDER BY name"};
constexpr db::Query bundle_keys{"bundle.keys", "SELECT sm3 FROM bundle ORDER BY sm3"};
constexpr db::Query assessment_keys{"assessment.keys", "SELECT id FROM assessment ORDER BY id"};
constexpr db::Query snapshot_keys{"snapshot.keys",
                                  "SELECT assessment_id, id FROM snapshot ORDER BY id"};
constexpr db::Query layout_insert{"layout.insert",
                                  "INSERT INTO document_layout (layout_key, pages) VALUES ($1, $2)"
                                  " ON CONFLICT (layout_key) DO NOTHING"};
constexpr db::Query layout_find{"layout.find",
                                "SELECT pages FROM document_layout WHERE layout_key = $1"};

std::int64_t number_of(bool flag) {
  return flag ? 1 : 0;
}

// The first column of a query with one parameter.
Result<std::vector<std::string>> texts_of(db::Transaction& transaction,
                                          const db::Query& query,
                                          const std::string& key) {
  const std::array<db::Value, 1> values{key};
  TRY_ASSIGN(const auto rows, transaction.query(query, values));
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back(row.text(0));
  return out;
}

// Rows of before hold their texts in clear.
Result<std::string> opened(const Vault& vault, std::string stored, const std::string& bound_to) {
  if (!is_sealed(stored)) return stored;
  return vault.open(stored, bound_to);
}

std::string answer_context(const std::string& assessment_id, const PersonAnswer& answer) {
  const std::string point = std::to_string(answer.point);
  return sealing_context({assessment_id, "answer", answer.object_id, answer.code, point});
}

std::string risk_context(const std::string& assessment_id, std::int64_t position) {
  return sealing_context({assessment_id, "risk", std::to_string(position)});
}

}  // namespace

Result<> insert_assessment(db::Transaction& transaction, const Assessment& assessment) {
  const std::vector<db::Value> row{assessment.id,
                                   assessment.system_id,
                                   assessment.round,
                                   std::int64_t{assessment.level},
                                   assessment.sag,
                                   assessment.extensions,
                                   number_of(assessment.demo),
                                   assessment.created.milliseconds,
                                   texts_to_json(assessment.facts)};
  TRY(transaction.execute(assessment_insert, row));
  return {};
}

Result<std::vector<Assessment>> select_assessments(db::Transaction& transaction,
                                                   const std::string& system_id) {
  const std::vector<db::Value> key{system_id};
  TRY_ASSIGN(const auto rows, transaction.query(assessment_list, key));
  std::vector<Assessment> out;
  for (const db::Row& row : rows) {
    TRY_ASSIGN(auto facts, texts_from_json(row.text(8)));
    out.push_back({row.text(0),
                   row.text(1),
                   row.text(2),
                   static_cast<int>(row.integer(3)),
                   row.text(4),
                   row.text(5),
                   row.integer(6) != 0,
                   Instant{row.integer(7)},
                   std::move(facts)});
  }
  return out;
}

Result<std::vector<std::string>> select_systems_of_assessment(db::Transaction& transaction,
                                                              const std::string& assessment_id) {
  return texts_of(transaction, assessment_systems, assessment_id);
}

Result<std::vector<std::string>> select_systems_of_bundle(db::Transaction& transaction,
                                                          const std::string& sm3) {
  return texts_of(transaction, bundle_systems, sm3);
}

Result<> insert_objects(db::Transaction& transaction,
                        const std::string& assessment_id,
                        const std::vector<AssessmentObject>& objects) {
  std::vector<db::Value> values;
  std::int64_t position = 0;
  for (const AssessmentObject& object : objects) {
    values.insert(values.end(),
                  {object.id,
                   assessment_id,
                   position++,
                   object.reference,
                   object.object_class,
                   object.name,
                   object.asset_table,
                   object.importance,
                   texts_to_json(object.attributes),
                   number_of(object.selected),
                   object.origin,
                   object.bundle_sm3.empty() ? db::Value{} : db::Value{object.bundle_sm3}});
  }
  return transaction.insert_many(object_insert, 12, values);
}

Result<std::vector<AssessmentObject>> select_objects(db::Transaction& transaction,
                                                     const std::string& assessment_id) {
  const std::vector<db::Value> key{assessment_id};
  TRY_ASSIGN(const auto rows, transaction.query(object_list, key));
  std::vector<AssessmentObject> out;
  for (const db::Row& row : rows) {
    TRY_ASSIGN(auto attributes, texts_from_json(row.text(6)));
    out.push_back({row.text(0),
                   row.text(1),
                   row.text(2),
                   row.text(3),
                   row.text(4),
                   row.text(5),
                   std::move(attributes),
                   row.integer(7) != 0,
                   row.text(8),
                   row.text(9)});
  }
  return out;
}

Result<> insert_bundle(db::Transaction& transaction,
                       const Vault& vault,
                       const StoredBundle& bundle) {
  TRY_ASSIGN(std::string archive,
             vault.seal(bundle.archive, sealing_context({"bundle", "archive", bundle.sm3})));
  TRY_ASSIGN(std::string facts,
             vault.seal(bundle.facts, sealing_context({"bundle", "facts", bundle.sm3})));
  const std::vector<db::Value> row{bundle.sm3,
                                   bundle.sha256,
                                   bundle.received.milliseconds,
                                   bundle.file_name,
                                   bundle.platform,
                                   bundle.target,
                                   db::Blob{std::move(archive)},
                                   db::Blob{std::move(facts)},
                                   std::int64_t{bundle.fact_schema}};
  TRY(transaction.execute(bundle_insert, row));
  return {};
}

Result<StoredBundle> select_bundle(db::Transaction& transaction,
                                   const Vault& vault,
                                   const std::string& sm3) {
  const std::vector<db::Value> key{sm3};
  TRY_ASSIGN(const auto rows, transaction.query(bundle_find, key));
  if (rows.empty()) return fail(ErrorCode::not_found, "没有此证据包：" + sm3);
  const db::Row& row = rows.front();
  TRY_ASSIGN(std::string archive,
             opened(vault, row.bytes(6), sealing_context({"bundle", "archive", row.text(0)})));
  TRY_ASSIGN(std::string facts,
             opened(vault, row.bytes(7), sealing_context({"bundle", "facts", row.text(0)})));
  return StoredBundle{row.text(0),
                      row.text(1),
                      Instant{row.integer(2)},
                      row.text(3),
                      row.text(4),
                      row.text(5),
                      std::move(archive),
                      std::move(facts),
                      static_cast<int>(row.integer(8))};
}

Result<> insert_answers(db::Transaction& transaction,
                        const Vault& vault,
                        const std::string& assessment_id,
                        const std::vector<PersonAnswer>& answers) {
  std::vector<db::Value> values;
  for (const PersonAnswer& answer : answers) {
    TRY_ASSIGN(db::Value sealed,
               seal_texts(vault, answer_context(assessment_id, answer), {answer.text}));
    values.insert(values.end(),
                  {assessment_id,
                   answer.object_id,
                   answer.code,
                   std::int64_t{answer.point},
                   std::string(name(answer.status)),
                   answer.person,
                   std::int64_t{answer.day.number},
                   std::move(sealed)});
  }
  return transaction.insert_many(answer_insert, 8, values);
}

Result<std::vector<PersonAnswer>> select_answers(db::Transaction& transaction,
                                                 const Vault& vault,
                                                 const std::string& assessment_id) {
  const std::vector<db::Value> key{assessment_id};
  TRY_ASSIGN(const auto rows, transaction.query(answer_list, key));
  std::vector<PersonAnswer> out;
  for (const db::Row& row : rows) {
    const auto status = point_status_from(row.text(3));
    if (!status) return fail(ErrorCode::data_corrupt, "数据库中的测评点状态无法识别", row.text(3));
    out.push_back({row.text(0),
                   row.text(1),
                   static_cast<int>(row.integer(2)),
                   *status,
                   row.text(4),
                   row.text(5),
                   Day{static_cast<std::int32_t>(row.integer(6))}});
    if (row.is_null(7)) continue;
    PersonAnswer& answer = out.back();
    TRY_ASSIGN(auto texts,
               open_texts(vault, answer_context(assessment_id, answer), row.bytes(7), 1));
    answer.text = std::move(texts.front());
  }
  return out;
}

Result<> insert_risks(db::Transaction& transaction,
                      const Vault& vault,
                      const std::string& assessment_id,
                      const std::vector<RiskJudgement>& risks) {
  std::vector<db::Value> values;
  std::int64_t position = 0;
  for (const RiskJudgement& risk : risks) {
    TRY_ASSIGN(db::Value sealed,
               seal_texts(vault,
                          risk_context(assessment_id, position),
                          {risk.problem,
                           risk.threat,
                           risk.asset,
                           risk.analysis,
                           risk.high_risk_case,
                           risk.mitigation,
                           risk.advice}));
    values.insert(values.end(),
                  {assessment_id,
                   position++,
                   risk.code,
                   join(risk.objects, " "),
                   risk.change,
                   risk.risk,
                   number_of(risk.hazard),
                   risk.person,
                   std::move(sealed)});
  }
  return transaction.insert_many(risk_insert, 9, values);
}

Result<std::vector<RiskJudgement>> select_risks(db::Transaction& transaction,
                                                const Vault& vault,
                                                const std::string& assessment_id) {
  const std::vector<db::Value> key{assessment_id};
  TRY_ASSIGN(const auto rows, transaction.query(risk_list, key));
  std::vector<RiskJudgement> out;
  for (const db::Row& row : rows) {
    const std::string objects = row.text(2);
    const auto references = words(objects);
    out.push_back({row.text(0),
                   row.text(1),
                   {references.begin(), references.end()},
                   row.text(3),
                   row.text(4),
                   row.text(5),
                   row.text(6),
                   row.text(7),
                   row.text(8),
                   row.integer(9) != 0,
                   row.text(10),
                   row.text(11),
                   row.text(12)});
    if (row.is_null(14)) continue;
    TRY_ASSIGN(auto texts,
               open_texts(vault, risk_context(assessment_id, row.integer(13)), row.bytes(14), 7));
    RiskJudgement& risk = out.back();
    risk.problem = std::move(texts[0]);
    risk.threat = std::move(texts[1]);
    risk.asset = std::move(texts[2]);
    risk.analysis = std::move(texts[3]);
    risk.high_risk_case = std::move(texts[4]);
    risk.mitigation = std::move(texts[5]);
    risk.advice = std::move(texts[6]);
  }
  return out;
}

Result<> insert_tables(db::Transaction& transaction,
                       const Vault& vault,
                       const std::string& assessment_id,
                       const std::map<std::string, Table>& tables) {
  std::vector<db::Value> values;
  for (const auto& [key, table] : tables) {
    TRY_ASSIGN(
        db::Value sealed,
        seal_texts(vault, sealing_context({assessment_id, "table", key}), {table_to_json(table)}));
    values.insert(values.end(), {assessment_id, key, std::move(sealed)});
  }
  return transaction.insert_many(table_insert, 3, values);
}

Result<std::map<std::string, Table>> select_tables(db::Transaction& transaction,
                                                   const Vault& vault,
                                                   const std::string& assessment_id) {
  const std::vector<db::Value> key{assessment_id};
  TRY_ASSIGN(const auto rows, transaction.query(table_list, key));
  std::map<std::string, Table> out;
  for (const db::Row& row : rows) {
    std::string json = row.text(1);
    if (!row.is_null(2)) {
      TRY_ASSIGN(
          auto texts,
          open_texts(
              vault, sealing_context({assessment_id, "table", row.text(0)}), row.bytes(2), 1));
      json = std::move(texts.front());
    }
    TRY_ASSIGN(out[row.text(0)], table_from_json(json));
  }
  return out;
}

Result<StoredKeys> select_stored_keys(db::Transaction& transaction) {
  StoredKeys out;
  TRY_ASSIGN(const auto bundles, transaction.query(bundle_keys));
  for (const db::Row& row : bundles) out.bundles.push_back(row.text(0));
  TRY_ASSIGN(const auto assessments, transaction.query(assessment_keys));
  for (const db::Row& row : assessments) out.assessments.push_back(row.text(0));
  TRY_ASSIGN(const auto snapshots, transaction.query(snapshot_keys));
  for (const db::Row& row : snapshots) out.snapshots.emplace_back(row.text(0), row.text(1));
  return out;
}

Result<> insert_layout(db::Transaction& transaction,
                       const std::string& key,
                       const std::string& pages) {
  const std::vector<db::Value> row{key, pages};
  TRY(transaction.execute(layout_insert, row));
  return {};
}

Result<std::string> select_layout(db::Transaction& transaction, const std::string& key) {
  const std::vector<db::Value> row{key};
  TRY_ASSIGN(const auto rows, transaction.query(layout_find, row));
  return rows.empty() ? std::string() : rows.front().text(0);
}

}  // namespace dengce::assessment
