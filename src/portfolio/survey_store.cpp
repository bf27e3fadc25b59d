// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "http/conditional.h"
#include "portfolio/list_store.h"
#include "portfolio/surveys.h"

namespace dengce::portfolio {
namespace {

constexpr db::Query find_answer{
    "survey_answer.find",
    "SELECT system_id, form_no, changed_by, changed_at, version, content FROM survey_answer"
    " WHERE system_id = $1 AND form_no = $2"};
constexpr db::Query list_heads{
    "survey_answer.heads",
    "SELECT system_id, form_no, changed_by, changed_at, version FROM survey_answer"
    " WHERE system_id = $1 ORDER BY form_no"};
constexpr db::Query add_answer{
    "survey_answer.insert",
    "INSERT INTO survey_answer (system_id, form_no, content, changed_by, changed_at, version)"
    " VALUES ($1, $2, $3, $4, $5, 1)"};
constexpr db::Query change_answer{
    "survey_answer.change",
    "UPDATE survey_answer SET content = $3, changed_by = $4, changed_at = $5,"
    " version = version + 1 WHERE system_id = $1 AND form_no = $2 AND version = $6"};

std::string context_of(const SurveyAnswer& answer) {
  return "survey/" + answer.system_id + "/" + answer.form_no;
}

SurveyAnswer head_of(const db::Row& row) {
  SurveyAnswer answer;
  answer.system_id = row.text(0);
  answer.form_no = row.text(1);
  answer.changed_by = row.text(2);
  answer.changed = {row.integer(3)};
  answer.version = row.integer(4);
  return answer;
}

std::string text_of(const std::vector<SurveyRow>& rows) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (const SurveyRow& row : rows) {
    json.begin_object();
    for (const auto& [field, value] : row) json.member(field, value);
    json.end_object();
  }
  json.end_array();
  return out;
}

Result<std::vector<SurveyRow>> rows_of(const std::string& text) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_array()) return fail(ErrorCode::data_corrupt, "调研表数据损坏");
  std::vector<SurveyRow> rows;
  for (const boost::json::value& item : value.get_array()) {
    SurveyRow& row = rows.emplace_back();
    if (!item.is_object()) continue;
    for (const auto& member : item.get_object()) {
      if (member.value().is_string()) {
        row.emplace(member.key(), std::string(member.value().get_string()));
      }
    }
  }
  return rows;
}

}  // namespace

Result<SurveyAnswer> select_survey(db::Transaction& transaction,
                                   const Vault& vault,
                                   const std::string& system_id,
                                   const std::string& form_no) {
  const std::vector<db::Value> key{system_id, form_no};
  TRY_ASSIGN(const auto rows, transaction.query(find_answer, key));
  SurveyAnswer answer;
  answer.system_id = system_id;
  answer.form_no = form_no;
  if (rows.empty()) return answer;
  answer = head_of(rows.front());
  TRY_ASSIGN(const std::string plain, vault.open(rows.front().bytes(5), context_of(answer)));
  TRY_ASSIGN(answer.rows, rows_of(plain));
  return answer;
}

Result<std::vector<SurveyAnswer>> select_survey_heads(db::Transaction& transaction,
                                                      const std::string& system_id) {
  const std::vector<db::Value> key{system_id};
  TRY_ASSIGN(const auto rows, transaction.query(list_heads, key));
  std::vector<SurveyAnswer> answers;
  answers.reserve(rows.size());
  for (const db::Row& row : rows) answers.push_back(head_of(row));
  return answers;
}

Result<std::string> store_survey(db::Transaction& transaction,
                                 const Vault& vault,
                                 const SurveyAnswer& answer) {
  TRY_ASSIGN(std::string sealed, vault.seal(text_of(answer.rows), context_of(answer)));
  std::vector<db::Value> values{answer.system_id,
                                answer.form_no,
                                db::Blob{sealed},
                                answer.changed_by,
                                answer.changed.milliseconds};
  if (answer.version == 0) {
    const auto added = transaction.execute(add_answer, values);
    // Somebody else answered first.
    if (!added && added.error().code == ErrorCode::already_exists) return http::stale_version();
    if (!added) return tl::make_unexpected(added.error());
    return sealed;
  }
  values.emplace_back(answer.version);
  TRY(execute_on_version(transaction, change_answer, values));
  return sealed;
}

}  // namespace dengce::portfolio
