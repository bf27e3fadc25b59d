// SPDX-License-Identifier: Apache-2.0
// Every route of the real server with every role, and what a client's team can learn through them.
#include "program/platform.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "access/testing/desk.h"
#include "base/file.h"
#include "db/testing/test_databases.h"
#include "program/first_data.h"

namespace dengce::program {
namespace {

namespace json = boost::json;
using access::Door;
using access::test::Browser;
using access::test::Desk;

using Routes = std::multiset<std::string>;

json::value parsed(const http::Response& response) {
  boost::system::error_code error;
  auto value = json::parse(response.body, error);
  EXPECT_FALSE(error) << response.status << " " << response.body;
  return value;
}

std::string text_of(const json::value& value, const char* key) {
  const auto* member = value.is_object() ? value.get_object().if_contains(key) : nullptr;
  return member != nullptr && member->is_string() ? std::string(member->get_string().c_str())
                                                  : std::string();
}

// The pattern with this id in the place of each parameter.
std::string with_id(const std::string& pattern, const std::string& id) {
  std::string out;
  bool inside = false;
  for (const char c : pattern) {
    if (c == '{') out += id;
    inside = c == '{' || (inside && c != '}');
    if (!inside && c != '}') out += c;
  }
  return out;
}

std::string without(std::string text, const std::string& word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
    text.erase(at, word.size());
  }
  return text;
}

class PlatformRoutes : public testing::TestWithParam<std::string> {
 protected:
  PlatformRoutes() {
    access::test::set_desk_clock(system_now());
    const Place place{folder_.path() / "data", database_.location(), {}};
    const Content content = Content::embedded();
    {
      auto installation = open_installation(place, Missing::create).value();
      EXPECT_TRUE(load_contract(installation.database, content));
    }
    auto built = Platform::build(content, place);
    if (!built) throw std::runtime_error(built.error().text());
    platform_ = std::move(*built);
    desk_ = std::make_unique<Desk>(platform_->installation().database);
  }

  http::Response send(Browser& browser,
                      const std::string& method,
                      const std::string& path,
                      const std::string& body = {},
                      const std::map<std::string, std::string>& headers = {}) {
    return browser.send(platform_->router(), method, path, body, headers);
  }

  Browser person(const std::string& login,
                 const std::string& role,
                 const access::Scope& scope = {}) {
    return desk_->sign_in(desk_->add_account(login, {role}, scope));
  }

  [[nodiscard]] const std::vector<Door>& doors() const { return platform_->doors().doors(); }

  TempDir folder_ = TempDir::create().value();
  db::test::TestDatabase database_{GetParam()};
  std::unique_ptr<Platform> platform_;
  std::unique_ptr<Desk> desk_;
};

INSTANTIATE_TEST_SUITE_P(Both,
                         PlatformRoutes,
                         testing::ValuesIn(db::test::kinds()),
                         db::test::name);

TEST_P(PlatformRoutes, NoneGoesAroundTheDoors) {
  Routes routed;
  for (const http::Router::Route& route : platform_->router().routes()) {
    routed.insert(route.method + " " + route.pattern);
  }
  Routes guarded;
  std::set<std::string> open;
  for (const Door& door : doors()) {
    guarded.insert(door.method + " " + door.pattern);
    if (door.kind == Door::Kind::open) open.insert(door.method + " " + door.pattern);
  }
  EXPECT_EQ(routed, guarded);
  EXPECT_EQ(std::set<std::string>(routed.begin(), routed.end()).size(), routed.size());
  EXPECT_GT(routed.size(), 60U);
  const std::set<std::string> meant{"POST /api/session",
                                    "GET /api/session/methods",
                                    "POST /api/session/provider",
                                    "GET /api/session/provider/return",
                                    "GET /healthz",
                                    "GET /readyz",
                                    "GET /metrics",
                                    "GET /api/openapi.json",
                                    "OPTIONS /api/uploads",
                                    "GET /api/{rest*}",
                                    "GET /{path*}"};
  EXPECT_EQ(open, meant);
}

TEST_P(PlatformRoutes, EveryRouteLetsInWhoTheRoleTableSays) {
  for (const std::string& fault :
       access::test::check_every_door(*desk_, platform_->doors(), platform_->router())) {
    ADD_FAILURE() << fault;
  }
}

// Every `$ref` of the document.
void gather_references(const json::value& value, std::set<std::string>& out) {
  if (value.is_array()) {
    for (const json::value& item : value.get_array()) gather_references(item, out);
  }
  if (!value.is_object()) return;
  for (const auto& [key, item] : value.get_object()) {
    if (key == "$ref") out.insert(std::string(item.as_string()));
    gather_references(item, out);
  }
}

TEST_P(PlatformRoutes, TheApiDescriptionHasEveryRouteAndNoOther) {
  Browser nobody;
  const http::Response response = send(nobody, "GET", "/api/openapi.json");
  ASSERT_EQ(response.status, 200);
  const json::value document = parsed(response);
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  Routes described;
  std::set<std::string> ids;
  for (const auto& [path, item] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      std::string upper(method);
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      described.insert(upper + " " + std::string(path));
      EXPECT_FALSE(text_of(operation, "summary").empty()) << path;
      EXPECT_TRUE(ids.insert(text_of(operation, "operationId")).second) << path;
    }
  }
  Routes routed;
  for (const http::Router::Route& route : platform_->router().routes()) {
    routed.insert(route.method + " " + without(route.pattern, "*"));
  }
  EXPECT_EQ(described, routed);
  std::set<std::string> references;
  gather_references(document, references);
  EXPECT_GT(references.size(), 20U);
  for (const std::string& reference : references) {
    boost::system::error_code error;
    EXPECT_NE(document.find_pointer(reference.substr(1), error), nullptr) << reference;
  }
}

TEST_P(PlatformRoutes, AdministratorsReachNoProjectData) {
  const access::Rights& rights = desk_->rights();
  int administrators = 0;
  for (const access::Role& role : rights.roles()) {
    administrators += role.exclusive ? 1 : 0;
    for (const Door& door : doors()) {
      const auto held = role.rights.find(door.resource);
      const bool may = held != role.rights.end() && held->second.contains(door.action);
      EXPECT_FALSE(role.exclusive && may && rights.is_project_data(door.resource))
          << role.id << " " << door.method << " " << door.pattern;
    }
  }
  EXPECT_EQ(administrators, 3);
}

TEST_P(PlatformRoutes, NobodyIsTwoAdministrators) {
  Browser granter = person("granter", "security_admin");
  const std::string id = desk_->add_account("zhang", {});
  const auto give = [&](const std::string& roles) {
    const json::value account = parsed(send(granter, "GET", "/api/accounts/" + id));
    return send(granter,
                "PUT",
                "/api/accounts/" + id + "/roles",
                fmt::format(R"({{"roles":[{}]}})", roles),
                {{"if-match", fmt::format("\"{}\"", account.at("version").as_int64())}})
        .status;
  };
  int pairs = 0;
  for (const access::Role& one : desk_->rights().roles()) {
    EXPECT_EQ(give(fmt::format(R"("{}")", one.id)), 200) << one.id;
    for (const access::Role& two : desk_->rights().roles()) {
      if (one.id == two.id || !(one.exclusive || two.exclusive)) continue;
      ++pairs;
      EXPECT_EQ(give(fmt::format(R"("{}","{}")", one.id, two.id)), 422) << one.id << " " << two.id;
    }
  }
  EXPECT_EQ(pairs, 3 * 12 * 2 - 3 * 2);
  EXPECT_EQ(give(R"("assessor","quality_reviewer")"), 200);
}

// A team of the client beside a system of another team that has something of every noun.
class ForeignSystem {
 public:
  ForeignSystem(const http::Router& router, Browser manager) : router_(router) {
    const json::value teams = ask(manager, "GET", "/api/teams?limit=500");
    own_team_ = text_of(teams.at("items").at(0), "id");
    const json::value systems = ask(manager, "GET", "/api/systems?limit=500");
    for (const json::value& system : systems.at("items").as_array()) {
      if (text_of(system, "team_id") == own_team_) {
        own_system_ = text_of(system, "id");
      } else if (system_.empty()) {
        system_ = text_of(system, "id");
        secrets_.insert(text_of(system, "name"));
      }
    }
    ids_.insert(system_);
    seed(std::move(manager));
  }

  [[nodiscard]] const std::string& own_team() const { return own_team_; }

  [[nodiscard]] const std::string& own_system() const { return own_system_; }

  // Of the foreign system and all that belongs to it.
  [[nodiscard]] const std::set<std::string>& ids() const { return ids_; }

  // Words that only a reader of the foreign system can know.
  [[nodiscard]] const std::set<std::string>& secrets() const { return secrets_; }

 private:
  json::value ask(Browser& browser,
                  const std::string& method,
                  const std::string& path,
                  const std::string& body = {}) {
    const http::Response response = browser.send(router_, method, path, body);
    EXPECT_LT(response.status, 300) << method << " " << path << " " << response.body;
    return parsed(response);
  }

  void seed(Browser manager) {
    const auto make = [&](const std::string& path, const std::string& body) {
      ids_.insert(text_of(ask(manager, "POST", path, body), "id"));
    };
    make("/api/systems/" + system_ + "/modules",
         R"({"name":"机密之事","kind":"module","in_scope":true,"reason":"机密之事"})");
    const std::string systems = R"("systems":[")" + system_ + R"("])";
    const std::string system = R"("system_id":")" + system_ + "\"";
    make("/api/filings", R"({"number":"机密之事","name":"机密之事","level":3,)" + systems + "}");
    make("/api/assets",
         R"({"class":"其他系统或设备","name":"机密之事","importance":"一般",)" + systems + "}");
    make("/api/data-items",
         R"({"name":"机密之事","data_class":"一般","personal":"none",)" + system + "}");
    make("/api/contacts",
         R"({"party":"client","organisation":"机密之事","name":"示例甲",)" + system + "}");
    make("/api/risk-notices",
         R"({"risks":"机密之事","measures":"无","backup_state":"无","told_day":"2026-07-01",)" +
             system + "}");
    make(
        "/api/internet-tests",
        R"({"targets":"机密之事","methods":"无","planned_from":"2026-07-01","planned_to":"2026-07-02",)" +
            system + "}");
    secrets_.insert("机密之事");
  }

  const http::Router& router_;
  std::string own_team_;
  std::string own_system_;
  std::string system_;
  std::set<std::string> ids_;
  std::set<std::string> secrets_;
};

TEST_P(PlatformRoutes, AClientsTeamCannotLearnThatAnothersSystemExists) {
  access::Scope everything;
  everything.everything = true;
  const ForeignSystem foreign(platform_->router(),
                              person("manager", "project_manager", everything));
  access::Scope scope;
  scope.teams = {foreign.own_team()};
  Browser team = person("team", "client_team", scope);
  EXPECT_EQ(send(team, "GET", "/api/systems/" + foreign.own_system()).status, 200);
  int asked = 0;
  for (const Door& door : doors()) {
    if (door.kind != Door::Kind::right) continue;
    if (door.pattern.find('{') == std::string::npos) {
      if (door.method != "GET") continue;
      const std::string body = send(team, door.method, door.pattern).body;
      for (const char* filter : {"?system=", "?systems=", "?team=", "?object_id=", "?after="}) {
        const std::string query = door.pattern + filter;
        const http::Response none = send(team, "GET", query + "no-such-thing");
        for (const std::string& id : foreign.ids()) {
          const http::Response there = send(team, "GET", query + id);
          EXPECT_EQ(there.status, none.status) << query;
          EXPECT_EQ(without(there.body, id), without(none.body, "no-such-thing")) << query;
        }
      }
      for (const std::string& secret : foreign.secrets()) {
        EXPECT_EQ(body.find(secret), std::string::npos) << door.pattern << " tells " << secret;
      }
      for (const std::string& id : foreign.ids()) {
        EXPECT_EQ(body.find(id), std::string::npos) << door.pattern << " tells " << id;
      }
      continue;
    }
    const std::map<std::string, std::string> match{{"if-match", "\"1\""}};
    const std::string nothing = "no-such-thing";
    const http::Response none =
        send(team, door.method, with_id(door.pattern, nothing), "{}", match);
    for (const std::string& id : foreign.ids()) {
      ++asked;
      const http::Response there = send(team, door.method, with_id(door.pattern, id), "{}", match);
      EXPECT_EQ(there.status, none.status) << door.method << " " << door.pattern;
      EXPECT_EQ(without(there.body, id), without(none.body, nothing))
          << door.method << " " << door.pattern;
    }
  }
  EXPECT_GT(asked, 150);
}

}  // namespace
}  // namespace dengce::program
