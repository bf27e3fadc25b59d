// SPDX-License-Identifier: Apache-2.0
// The portfolio's routes as a browser meets them, on both databases.
#include "portfolio/portfolio_api.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "access/testing/desk.h"
#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

namespace json = boost::json;
using access::test::Browser;

class PortfolioApi : public test::Both {
 protected:
  PortfolioApi() {
    access::test::set_desk_clock(test::noon());
    add_portfolio_routes(doors_, database_, catalogue_, vault_, access::test::desk_now);
    manager_ = browser("project_manager", {.everything = true});
  }

  Browser browser(const std::string& role, const access::Scope& scope) {
    return desk_.sign_in(desk_.add_account(role + std::to_string(++accounts_), {role}, scope));
  }

  http::Response send(Browser& browser,
                      const std::string& method,
                      const std::string& path,
                      const std::string& body = {},
                      int version = -1) {
    std::map<std::string, std::string> headers;
    if (version >= 0) headers["if-match"] = fmt::format("\"{}\"", version);
    return browser.send(router_, method, path, body, headers);
  }

  // The answer's body; the status must be the one given.
  json::value told(Browser& browser,
                   int status,
                   const std::string& method,
                   const std::string& path,
                   const std::string& body = {},
                   int version = -1) {
    const auto response = send(browser, method, path, body, version);
    EXPECT_EQ(response.status, status) << method << " " << path << " " << response.body;
    boost::system::error_code error;
    auto value = json::parse(response.body, error);
    EXPECT_FALSE(error) << response.body;
    return value;
  }

  std::string id_of(const json::value& value) { return value.at("id").as_string().c_str(); }

  // Fields of the problems of a 400.
  std::string faults(Browser& browser, const std::string& path, const std::string& body) {
    std::string out;
    const auto value = told(browser, 400, "POST", path, body);
    for (const auto& problem : value.at("problems").as_array()) {
      out += std::string(out.empty() ? "" : " ") + problem.at("field").as_string().c_str();
    }
    return out;
  }

  Catalogue catalogue_ = load_catalogue(test::real_content()).value();
  Vault vault_ = Vault::from_key(Secret(std::string(32, 'k'))).value();
  access::test::Desk desk_{database_};
  http::Router router_;
  access::Doors doors_{router_, database_, desk_.rights(), access::test::desk_now};
  Browser manager_;
  int accounts_ = 0;
};

TEST_P(PortfolioApi, EveryDoorLetsInWhoTheTableSays) {
  for (const std::string& fault : access::test::check_every_door(desk_, doors_, router_)) {
    ADD_FAILURE() << fault;
  }
}

TEST_P(PortfolioApi, WhatAPatchLeavesOutStaysAndNullEmpties) {
  const auto made = told(manager_,
                         201,
                         "POST",
                         "/api/filings",
                         R"({"number":"F-9","name":"甲","level":3,"filed_day":"2026-03-01"})");
  const std::string path = "/api/filings/" + id_of(made);
  EXPECT_EQ(told(manager_, 200, "PATCH", path, R"({"name":"乙"})", 1).at("filed_day"),
            "2026-03-01");
  EXPECT_TRUE(
      told(manager_, 200, "PATCH", path, R"({"filed_day":null})", 2).at("filed_day").is_null());
}

TEST_P(PortfolioApi, SystemsAndTheirHistory) {
  const auto page = told(manager_, 200, "GET", "/api/systems?limit=2&sort=-number&level=3");
  EXPECT_EQ(page.at("total"), 35);
  EXPECT_EQ(page.at("items").as_array().size(), 2U);
  EXPECT_TRUE(page.at("next").is_string());
  const auto rest = told(manager_,
                         200,
                         "GET",
                         fmt::format("/api/systems?limit=2&sort=-number&level=3&after={}",
                                     page.at("next").as_string().c_str()));
  EXPECT_LT(rest.at("items").at(0).at("number").as_int64(),
            page.at("items").at(1).at("number").as_int64());
  const std::string id = system(8);
  const auto moved = told(
      manager_,
      201,
      "POST",
      "/api/systems/" + id + "/events",
      fmt::format(
          R"({{"kind":"transfer","effective_day":"2026-07-20","team_id":"{}","reason":"调整"}})",
          team(0)));
  EXPECT_EQ(id_of(moved), id);
  EXPECT_EQ(moved.at("version"), 2);
  EXPECT_EQ(
      told(manager_, 200, "GET", "/api/systems/" + id + "/history").at("items").as_array().size(),
      2U);
  EXPECT_EQ(told(manager_, 428, "PATCH", "/api/systems/" + id, R"({"number":3})").at("code"),
            "precondition_required");
  EXPECT_EQ(told(manager_, 412, "PATCH", "/api/systems/" + id, R"({"number":3})", 1).at("code"),
            "precondition_failed");
  const auto response =
      send(manager_, "PATCH", "/api/systems/" + id, R"({"sag":"S3A3","reason":"定级报告"})", 2);
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(told(manager_, 200, "GET", "/api/contract/coverage?day=2026-07-20").at("minimum"), 39);
  EXPECT_EQ(faults(manager_, "/api/systems", R"({"name":"","colour":1})"),
            "team_id name level from colour");
}

TEST_P(PortfolioApi, FilingsWithLinksAndConflicts) {
  const auto made = told(
      manager_,
      201,
      "POST",
      "/api/filings",
      R"({"number":"31010000001-26001","name":"科技政务服务","level":2,"filed_day":"2026-03-01"})");
  EXPECT_TRUE(made.at("certificate").is_null());
  const std::string path = "/api/filings/" + id_of(made);
  const auto linked = told(manager_,
                           200,
                           "PUT",
                           path + "/systems",
                           fmt::format(R"({{"systems":["{}"]}})", system(8)),
                           1);
  EXPECT_EQ(linked.at("version"), 2);
  EXPECT_EQ(linked.at("systems").at(0).as_string(), system(8));
  const auto conflicts = told(manager_, 200, "GET", "/api/filings/conflicts");
  EXPECT_EQ(conflicts.at("total"), 40);  // no filing: 38, level, name
  Browser team_two = browser("client_team", {.teams = {team(1)}});
  const auto own = told(team_two, 200, "GET", "/api/filings/conflicts");
  EXPECT_EQ(own.at("total"), 6);
  EXPECT_EQ(own.at("items").at(1).at("kind"), "no_filing");
  Browser team_one = browser("client_team", {.teams = {team(0)}});
  EXPECT_EQ(told(team_one, 200, "GET", "/api/filings").at("total"), 0);
  EXPECT_EQ(json::serialize(told(team_one, 404, "GET", path)),
            json::serialize(told(team_one, 404, "GET", "/api/filings/none")));
  EXPECT_EQ(send(manager_, "DELETE", path, {}, 2).status, 204);
}

TEST_P(PortfolioApi, AssetsByTheColumnsOfTheirClass) {
  const auto classes = told(manager_, 200, "GET", "/api/asset-classes");
  EXPECT_EQ(classes.at("items").as_array().size(), 12U);
  EXPECT_EQ(classes.at("importances").at(0), "关键");
  const std::string body = fmt::format(
      R"({{"class":"网络设备","name":"示例交换机","importance":null,"addresses":["192.0.2.1"],)"
      R"("attributes":{{"用途":"汇聚","备注":""}},"systems":["{}"]}})",
      system(8));
  const auto made = told(manager_, 201, "POST", "/api/assets", body);
  EXPECT_EQ(json::serialize(made.at("attributes")), R"({"用途":"汇聚"})");
  EXPECT_EQ(told(manager_, 409, "POST", "/api/assets", body).at("problems").at(0).at("field"),
            "name");
  const std::string path = "/api/assets/" + id_of(made);
  const auto changed = told(manager_,
                            200,
                            "PATCH",
                            path,
                            R"({"location":"示例机房","attributes":{"用途":"核心"},"shared":true})",
                            1);
  EXPECT_EQ(changed.at("shared"), true);
  EXPECT_EQ(told(manager_, 200, "PATCH", path, R"({"location":""})", 2).at("location"), "");
  EXPECT_EQ(
      told(manager_, 400, "PATCH", path, R"({"attributes":{"颜色":"红"},"addresses":["x"]})", 3)
          .at("problems")
          .as_array()
          .size(),
      2U);
  Browser team_one = browser("client_team", {.teams = {team(0)}});
  EXPECT_EQ(told(team_one, 404, "GET", path).at("title"),
            told(team_one, 404, "GET", "/api/assets/none").at("title"));
  const auto overview = told(manager_, 200, "GET", "/api/overview");
  EXPECT_EQ(overview.at("assets").at("total"), 1);
  EXPECT_EQ(overview.at("filings").at("conflicts").at("total"), 39);
  EXPECT_EQ(overview.at("coverage").at("total"), 39);
  EXPECT_EQ(overview.at("systems_untold"), 39);
  const auto theirs = told(team_one, 200, "GET", "/api/overview");
  EXPECT_EQ(theirs.at("assets").at("total"), 0);
  EXPECT_EQ(theirs.at("coverage").at("by_team").as_array().size(), 1U);
  EXPECT_TRUE(theirs.at("coverage").at("minimum").is_null());
  Browser finance = browser("client_acceptance", {.everything = true});
  EXPECT_TRUE(told(finance, 200, "GET", "/api/overview").at("assets").is_null());
}

TEST_P(PortfolioApi, DataContactsAndNotices) {
  const auto item = told(
      manager_,
      201,
      "POST",
      "/api/data-items",
      fmt::format(
          R"({{"system_id":"{}","name":"申报材料","data_class":"重要","personal":"personal"}})",
          system(8)));
  EXPECT_FALSE(item.at("measures").as_string().empty());
  EXPECT_EQ(told(manager_, 200, "GET", "/api/data-items?system=" + system(8)).at("total"), 1);
  EXPECT_EQ(told(manager_, 200, "GET", "/api/data-classes").at("items").as_array().size(), 6U);
  const auto contact = told(
      manager_,
      201,
      "POST",
      "/api/contacts",
      R"({"party":"centre","organisation":"示例单位","name":"示例丁","phone":"021-55500100"})");
  EXPECT_EQ(contact.at("phone"), "021-55500100");
  const auto cleared = told(manager_,
                            200,
                            "PATCH",
                            "/api/contacts/" + id_of(contact),
                            R"({"phone":"","team_id":null})",
                            1);
  EXPECT_EQ(cleared.at("phone"), "");
  const auto notice = told(
      manager_,
      201,
      "POST",
      "/api/risk-notices",
      fmt::format(
          R"({{"system_id":"{}","risks":"a","measures":"b","backup_state":"c","told_day":"2026-07-19"}})",
          system(8)));
  EXPECT_TRUE(notice.at("confirmed_day").is_null());
  Browser client = browser("client_team", {.teams = {team(1)}});
  told(client,
       200,
       "PATCH",
       "/api/risk-notices/" + id_of(notice),
       R"({"confirmed_by":"示例乙","confirmed_day":"2026-07-20"})",
       1);
  EXPECT_EQ(told(manager_, 200, "GET", "/api/overview").at("systems_untold"), 38);
  const auto refused =
      told(manager_, 422, "PATCH", "/api/risk-notices/" + id_of(notice), R"({"risks":"x"})", 2);
  EXPECT_EQ(refused.at("code"), "failed_precondition");
}

TEST_P(PortfolioApi, SurveyAnswersLieSealedAndKnowTheirForm) {
  EXPECT_EQ(told(manager_, 200, "GET", "/api/survey-forms").at("items").as_array().size(), 20U);
  const std::string path = "/api/systems/" + system(8) + "/survey";
  const auto empty = told(manager_, 200, "GET", path + "/1-17");
  EXPECT_EQ(empty.at("version"), 0);
  EXPECT_TRUE(empty.at("rows").as_array().empty());
  const std::string body = R"({"rows":[{"姓名":"示例丁","联系方式":" "},{}]})";
  const auto answer = told(manager_, 200, "PUT", path + "/1-17", body, 0);
  EXPECT_EQ(json::serialize(answer.at("rows")), R"([{"姓名":"示例丁"}])");
  told(manager_, 412, "PUT", path + "/1-17", body, 0);
  EXPECT_EQ(told(manager_, 200, "PUT", path + "/1-17", R"({"rows":[]})", 1).at("version"), 2);
  told(manager_, 200, "PUT", path + "/1-17", body, 2);
  EXPECT_EQ(json::serialize(told(manager_, 200, "GET", path + "/1-17").at("rows")),
            R"([{"姓名":"示例丁"}])");
  const auto bad =
      told(manager_, 400, "PUT", path + "/1-1", R"({"rows":[{"单位全称":"甲"},{"颜色":"红"}]})", 0);
  EXPECT_EQ(bad.at("problems").at(0).at("field"), "rows");
  EXPECT_EQ(bad.at("problems").at(1).at("field"), "rows.1.颜色");
  told(manager_, 404, "GET", path + "/9-9");
  Browser team_one = browser("client_team", {.teams = {team(0)}});
  told(team_one, 404, "GET", path + "/1-17");
  told(team_one, 404, "PUT", path + "/1-17", body, 3);
  const auto heads = told(manager_, 200, "GET", path).at("items");
  EXPECT_EQ(heads.as_array().size(), 20U);
  EXPECT_EQ(heads.at(16).at("answered"), true);
  EXPECT_EQ(heads.at(0).at("answered"), false);
  db::Transaction read = database_.read().value();
  const auto rows = read.query({"t.survey", "SELECT content FROM survey_answer"}).value();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(vault_.holds(rows.front().bytes(0)));
  EXPECT_EQ(audited(system(8) + "/1-17"), 3);
}

TEST_P(PortfolioApi, GradingHelp) {
  const auto matrix = told(manager_, 200, "GET", "/api/grading-matrix");
  EXPECT_EQ(matrix.at("objects").as_array().size(), 3U);
  EXPECT_EQ(matrix.at("degrees").as_array().size(), 3U);
  EXPECT_EQ(matrix.at("items").as_array().size(), 9U);
  const auto level = told(manager_,
                          200,
                          "GET",
                          "/api/"
                          "grading?object=%E5%9B%BD%E5%AE%B6%E5%AE%89%E5%85%A8&degree=%E4%B8%A5%E9%"
                          "87%8D%E6%8D%9F%E5%AE%B3");
  EXPECT_EQ(level.at("level"), 4);
  EXPECT_EQ(
      told(manager_, 400, "GET", "/api/grading?object=x&z=1").at("problems").as_array().size(), 3U);
}

TEST_P(PortfolioApi, ContractByAmendment) {
  const auto contract = told(manager_, 200, "GET", "/api/contract");
  EXPECT_TRUE(contract.at("provider").is_null());
  const auto changed = told(
      manager_,
      200,
      "PATCH",
      "/api/contract",
      R"({"provider":"示例测评机构","signed_day":"2026-07-01","price_fen":700000000,"reason":"签订"})",
      1);
  EXPECT_EQ(changed.at("provider"), "示例测评机构");
  EXPECT_EQ(changed.at("signed_day"), "2026-07-01");
  EXPECT_TRUE(told(manager_, 200, "PATCH", "/api/contract", R"({"provider":"","reason":"更正"})", 2)
                  .at("provider")
                  .is_null());
  EXPECT_EQ(told(manager_, 200, "GET", "/api/contract/amendments").at("total"), 2);
}

INSTANTIATE_TEST_SUITE_P(Both, PortfolioApi, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::portfolio
