// SPDX-License-Identifier: Apache-2.0
// Survey forms and the help for grading.
#include <algorithm>

#include "base/text.h"
#include "portfolio/api_support.h"
#include "portfolio/portfolio_routes.h"
#include "portfolio/surveys.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

Response get_forms(const Routes& routes, const Actor&, const Request&) {
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const SurveyForm& form : routes.catalogue.survey_forms) write_survey_form(json, form);
  json.end_array().end_object();
  return response;
}

// Every form of the catalogue with how far it is answered.
Result<Response> get_surveys(const Routes& routes, const Actor& actor, const Request& request) {
  TRY_ASSIGN(const auto answers, surveys_of(routes.database, actor, path_id(request)));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const SurveyForm& form : routes.catalogue.survey_forms) {
    const auto found = std::find_if(answers.begin(), answers.end(), [&](const SurveyAnswer& one) {
      return one.form_no == form.number;
    });
    json.begin_object().member("form_no", form.number).member("name", form.name);
    json.member_boolean("answered", found != answers.end());
    json.member("changed_by", found == answers.end() ? std::string() : found->changed_by);
    json.key("changed_at");
    found == answers.end() ? json.null() : json.string(format_instant(found->changed));
    json.member("version", found == answers.end() ? 0 : found->version).end_object();
  }
  json.end_array().end_object();
  return response;
}

Result<Response> put_survey(const Routes& routes, const Actor& actor, const Request& request) {
  http::JsonBody body(request.body);
  SurveyAnswer answer;
  answer.system_id = path_id(request);
  answer.form_no = path_id(request, "form_no");
  for (http::JsonObject& row : body.objects("rows", 5000)) {
    SurveyRow& fields = answer.rows.emplace_back();
    for (const std::string& field : row.names()) fields[field] = row.lines(field);
  }
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    answer.version = version;
    return noun_result(answer_survey(
        routes.database, actor, routes.vault, routes.catalogue, answer, routes.clock));
  });
}

void write_names(JsonWriter& json, std::string_view key, const std::vector<std::string>& names) {
  json.key(key).begin_array();
  for (const std::string& name : names) json.string(name);
  json.end_array();
}

std::vector<std::string> words_of(const Catalogue& catalogue, std::string GradingCell::*word) {
  std::vector<std::string> words;
  for (const GradingCell& cell : catalogue.grading) {
    if (std::find(words.begin(), words.end(), cell.*word) == words.end()) {
      words.push_back(cell.*word);
    }
  }
  return words;
}

Response get_matrix(const Routes& routes, const Actor&, const Request&) {
  const Catalogue& catalogue = routes.catalogue;
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member("standard", "GB/T 22240-2020");
  write_names(json, "objects", words_of(catalogue, &GradingCell::object));
  write_names(json, "degrees", words_of(catalogue, &GradingCell::degree));
  json.key("items").begin_array();
  for (const GradingCell& cell : catalogue.grading) {
    json.begin_object().member("object", cell.object).member("degree", cell.degree);
    json.member("level", cell.level).end_object();
  }
  json.end_array().end_object();
  return response;
}

Result<Response> get_level(const Routes& routes, const Actor&, const Request& request) {
  const Catalogue& catalogue = routes.catalogue;
  std::vector<Problem> problems;
  std::string object;
  std::string degree;
  for (const auto& [name, value] : request.query) {
    if (name == "object") {
      object = value;
    } else if (name == "degree") {
      degree = value;
    } else {
      problems.push_back({{}, 0, name, "未知的查询参数"});
    }
  }
  const auto check = [&](const char* name, const std::string& value, auto word) {
    const auto known = words_of(catalogue, word);
    if (std::find(known.begin(), known.end(), value) != known.end()) return;
    problems.push_back({{}, 0, name, "应为" + join(known, "；")});
  };
  check("object", object, &GradingCell::object);
  check("degree", degree, &GradingCell::degree);
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "查询参数无效", std::move(problems));
  }
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member("object", object).member("degree", degree).key("level");
  const auto level = catalogue.level_of(object, degree);
  level ? json.integer(*level) : json.null();
  json.end_object();
  return response;
}

Result<Response> get_survey(const Routes& routes, const Actor& actor, const Request& request) {
  return noun_result(survey_of(routes.database,
                               actor,
                               routes.vault,
                               routes.catalogue,
                               path_id(request),
                               path_id(request, "form_no")));
}

}  // namespace

void add_survey_routes(const Routes& routes) {
  routes.add("GET", "/api/survey-forms", {"survey", "read"}, get_forms);
  routes.add("GET", "/api/systems/{id}/survey", {"survey", "read"}, get_surveys);
  routes.add("GET", "/api/systems/{id}/survey/{form_no}", {"survey", "read"}, get_survey);
  routes.add("PUT", "/api/systems/{id}/survey/{form_no}", {"survey", "change"}, put_survey);
  routes.add("GET", "/api/grading-matrix", {"system", "read"}, get_matrix);
  routes.add("GET", "/api/grading", {"system", "read"}, get_level);
}

}  // namespace dengce::portfolio
