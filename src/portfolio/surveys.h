// SPDX-License-Identifier: Apache-2.0
// The survey before an assessment: the forms of the catalogue, answered per system. Answers lie in
// the database sealed with the vault, for some forms name persons.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"
#include "portfolio/catalogue.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

using SurveyRow = std::map<std::string, std::string>;  // field → answer; no empty answers

struct SurveyAnswer {
  std::string system_id;
  std::string form_no;
  std::vector<SurveyRow> rows;  // a form has at most one
  std::string changed_by;       // login; empty: not answered yet
  Instant changed;
  std::int64_t version = 0;  // 0: not answered yet
};

// Trims answers, drops empty ones and empty rows.
void tidy(SurveyAnswer& answer);
// Fields are those of the API: "rows.2.设备名称".
std::vector<Problem> survey_problems(const SurveyAnswer& answer, const SurveyForm& form);

// Not answered yet: version 0, no rows.
Result<SurveyAnswer> survey_of(db::Database& database,
                               const access::Actor& actor,
                               const Vault& vault,
                               const Catalogue& catalogue,
                               const std::string& system_id,
                               const std::string& form_no);
// The heads of all answers of a system, by form number; their rows are left out.
Result<std::vector<SurveyAnswer>> surveys_of(db::Database& database,
                                             const access::Actor& actor,
                                             const std::string& system_id);
// `answer` names the version it was made from.
Result<SurveyAnswer> answer_survey(db::Database& database,
                                   const access::Actor& actor,
                                   const Vault& vault,
                                   const Catalogue& catalogue,
                                   SurveyAnswer answer,
                                   Clock clock = system_now);

void write_survey_form(JsonWriter& json, const SurveyForm& form);
std::string to_json(const SurveyAnswer& answer);

// The store (survey_store.cpp).
Result<SurveyAnswer> select_survey(db::Transaction& transaction,
                                   const Vault& vault,
                                   const std::string& system_id,
                                   const std::string& form_no);
Result<std::vector<SurveyAnswer>> select_survey_heads(db::Transaction& transaction,
                                                      const std::string& system_id);
// Adds or replaces; gives the sealed bytes as written; conflict when the version is stale.
Result<std::string> store_survey(db::Transaction& transaction,
                                 const Vault& vault,
                                 const SurveyAnswer& answer);

}  // namespace dengce::portfolio
