// SPDX-License-Identifier: Apache-2.0
#include "portfolio/surveys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "portfolio/change.h"
#include "portfolio/system_store.h"

namespace dengce::portfolio {
namespace {

constexpr std::size_t max_rows = 5000;
constexpr std::size_t max_answer_bytes = 8000;

Result<const SurveyForm*> form_of(const Catalogue& catalogue, const std::string& number) {
  const SurveyForm* form = catalogue.survey_form(number);
  if (form == nullptr) return fail(ErrorCode::not_found, "没有此调研表");
  return form;
}

// Digests of states in the audit chain go over sealed bytes: forms name persons.
std::string audit_state(const SurveyAnswer& answer, const std::string& sealed) {
  return fmt::format(
      "{} {} {} {}", answer.system_id, answer.form_no, answer.version, sm3_hex(sealed));
}

}  // namespace

void tidy(SurveyAnswer& answer) {
  for (SurveyRow& row : answer.rows) {
    for (auto it = row.begin(); it != row.end();) {
      it->second = trim(it->second);
      it = it->second.empty() ? row.erase(it) : std::next(it);
    }
  }
  std::erase_if(answer.rows, [](const SurveyRow& row) { return row.empty(); });
}

std::vector<Problem> survey_problems(const SurveyAnswer& answer, const SurveyForm& form) {
  std::vector<Problem> problems;
  if (form.kind == FormKind::form && answer.rows.size() > 1) {
    problems.push_back({{}, 0, "rows", "此表只填一份"});
  }
  if (answer.rows.size() > max_rows) {
    problems.push_back({{}, 0, "rows", fmt::format("最多 {} 行", max_rows)});
  }
  for (std::size_t i = 0; i < answer.rows.size(); ++i) {
    for (const auto& [field, value] : answer.rows[i]) {
      const bool known =
          std::find(form.fields.begin(), form.fields.end(), field) != form.fields.end();
      if (known && value.size() <= max_answer_bytes) continue;
      problems.push_back(
          {{}, 0, fmt::format("rows.{}.{}", i, field), known ? "内容过长" : "此表没有这一栏"});
    }
  }
  return problems;
}

Result<SurveyAnswer> survey_of(db::Database& database,
                               const access::Actor& actor,
                               const Vault& vault,
                               const Catalogue& catalogue,
                               const std::string& system_id,
                               const std::string& form_no) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY(select_visible_system(transaction, visible, system_id));
  TRY(form_of(catalogue, form_no));
  return select_survey(transaction, vault, system_id, form_no);
}

Result<std::vector<SurveyAnswer>> surveys_of(db::Database& database,
                                             const access::Actor& actor,
                                             const std::string& system_id) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY(select_visible_system(transaction, visible, system_id));
  return select_survey_heads(transaction, system_id);
}

Result<SurveyAnswer> answer_survey(db::Database& database,
                                   const access::Actor& actor,
                                   const Vault& vault,
                                   const Catalogue& catalogue,
                                   SurveyAnswer answer,
                                   Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const auto system,
             select_visible_system(edit.transaction, edit.visible, answer.system_id));
  TRY_ASSIGN(const SurveyForm* form, form_of(catalogue, answer.form_no));
  TRY(of_version(select_survey(edit.transaction, vault, answer.system_id, answer.form_no),
                 answer.version));
  tidy(answer);
  TRY(fail_if_any("调研表有误", survey_problems(answer, *form)));
  answer.changed_by = actor.login;
  answer.changed = clock();
  TRY_ASSIGN(const std::string sealed, store_survey(edit.transaction, vault, answer));
  ++answer.version;
  TRY(edit.commit({"survey.answer",
                   "survey",
                   answer.system_id + "/" + answer.form_no,
                   system.name + " " + form->number + " " + form->name,
                   {},
                   audit_state(answer, sealed),
                   {}}));
  return answer;
}

void write_survey_form(JsonWriter& json, const SurveyForm& form) {
  json.begin_object().member("number", form.number).member("name", form.name);
  json.member("kind", form.kind == FormKind::form ? "form" : "table");
  json.key("fields").begin_array();
  for (const std::string& field : form.fields) json.string(field);
  json.end_array().end_object();
}

std::string to_json(const SurveyAnswer& answer) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("system_id", answer.system_id).member("form_no", answer.form_no);
  json.key("rows").begin_array();
  for (const SurveyRow& row : answer.rows) {
    json.begin_object();
    for (const auto& [field, value] : row) json.member(field, value);
    json.end_object();
  }
  json.end_array().member("changed_by", answer.changed_by).key("changed_at");
  answer.version == 0 ? json.null() : json.string(format_instant(answer.changed));
  json.member("version", answer.version).end_object();
  return out;
}

}  // namespace dengce::portfolio
