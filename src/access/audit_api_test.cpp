// SPDX-License-Identifier: Apache-2.0
// The audit chain as the audit administrator sees it, on both databases.
#include "access/audit_api.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "access/audit.h"
#include "access/audit_lines.h"
#include "access/audit_verify.h"
#include "access/seal.h"
#include "access/testing/desk.h"
#include "base/file.h"
#include "base/text.h"
#include "db/testing/test_databases.h"

namespace dengce::access {
namespace {

namespace json = boost::json;
using test::Browser;
using test::Desk;

json::object parsed(const http::Response& response) {
  boost::system::error_code error;
  const auto value = json::parse(response.body, error);
  EXPECT_FALSE(error) << response.status << " " << response.body;
  return value.is_object() ? value.get_object() : json::object();
}

class AuditApi : public testing::TestWithParam<std::string> {
 protected:
  AuditApi() {
    test::set_desk_clock(Instant{1'782'892'800'000});  // 2026-07-01T08:00:00Z
    add_audit_routes(doors_, database_, heads_, test::desk_now);
    account_ = desk_.add_account("auditor", {"audit_admin"});
    auditor_ = desk_.sign_in(account_);
  }

  void write_entries(int count, const std::string& login) {
    Actor actor;
    actor.login = login;
    auto transaction = database_.write().value();
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(append_audit(
          transaction, actor, {"system.read", "system", std::to_string(i)}, test::desk_now));
    }
    ASSERT_TRUE(transaction.commit());
  }

  http::Response get(const std::string& path) { return auditor_.send(router_, "GET", path); }

  void tamper(std::string_view sql) {
    auto transaction = database_.write().value();
    ASSERT_TRUE(transaction.execute(db::Query{"test.tamper", sql}));
    ASSERT_TRUE(transaction.commit());
  }

  TempDir folder_ = TempDir::create().value();
  std::filesystem::path heads_ = folder_.path() / "heads";
  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  Desk desk_{database_};
  http::Router router_;
  Doors doors_{router_, database_, desk_.rights(), test::desk_now};
  std::string account_;
  Browser auditor_;
};

INSTANTIATE_TEST_SUITE_P(Both, AuditApi, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST_P(AuditApi, OnlyTheAuditAdministratorComesIn) {
  for (const std::string& fault : test::check_every_door(desk_, doors_, router_)) {
    ADD_FAILURE() << fault;
  }
}

TEST_P(AuditApi, ListsTheNewestFirstPageByPage) {
  write_entries(7, "示例甲");
  std::vector<std::int64_t> seen;
  std::string after;
  do {
    const auto page = parsed(get("/api/audit?limit=3" + after));
    EXPECT_EQ(page.at("total").as_int64(), 7);
    for (const auto& item : page.at("items").as_array()) {
      seen.push_back(item.at("sequence").as_int64());
      EXPECT_EQ(item.at("login").as_string(), "示例甲");
      EXPECT_EQ(item.at("time").as_string(), "2026-07-01T08:00:00Z");
      EXPECT_EQ(item.at("digest").as_string().size(), 64U);
    }
    const auto& next = page.at("next");
    after = next.is_null() ? "" : "&after=" + std::string(next.as_string());
  } while (!after.empty());
  EXPECT_EQ(seen, (std::vector<std::int64_t>{7, 6, 5, 4, 3, 2, 1}));
}

TEST_P(AuditApi, FiltersByPersonObjectAndTime) {
  write_entries(2, "a");
  test::pass_minutes(24 * 60);  // 2026-07-02 16:00 in Shanghai
  write_entries(3, "b");
  auditor_ = desk_.sign_in(account_);  // yesterday's session is over
  const auto total = [&](const std::string& query) {
    const auto response = get("/api/audit?" + query);
    EXPECT_EQ(response.status, 200) << response.body;
    return parsed(response).at("total").as_int64();
  };
  EXPECT_EQ(total("login=b"), 3);
  EXPECT_EQ(total("object_id=1&object_type=system"), 2);
  EXPECT_EQ(total("from=2026-07-02"), 3);
  EXPECT_EQ(total("to=2026-07-01"), 2);
  EXPECT_EQ(total("from=2026-07-01&to=2026-07-02"), 5);
  EXPECT_EQ(total("from=2026-07-02T08:00:01Z"), 0);
  EXPECT_EQ(total("outcome=denied"), 0);
  const auto bad = get("/api/audit?from=yesterday&to=2026-02-30");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(parsed(bad).at("problems").as_array().size(), 2U);
  EXPECT_EQ(get("/api/audit?colour=red").status, 400);
  EXPECT_EQ(get("/api/audit?after=bm9uZQ").status, 400);
}

TEST_P(AuditApi, VerifiesAgainstThePublishedHeads) {
  write_entries(4, "a");
  auto result = parsed(get("/api/audit/verification"));
  EXPECT_TRUE(result.at("ok").as_bool());
  EXPECT_TRUE(result.at("sealed").is_null());
  ASSERT_TRUE(seal_audit(database_, desk_.context().vault, test::desk_now));
  ASSERT_TRUE(publish_seals(database_, heads_));
  write_entries(1, "a");
  result = parsed(get("/api/audit/verification"));
  EXPECT_TRUE(result.at("ok").as_bool());
  EXPECT_EQ(result.at("published").as_int64(), 1);
  EXPECT_EQ(result.at("sealed").at("sequence").as_int64(), 4);
  EXPECT_EQ(result.at("head").at("sequence").as_int64(), 5);
  tamper("UPDATE audit_entry SET login = 'b' WHERE sequence = 3");
  result = parsed(get("/api/audit/verification"));
  EXPECT_FALSE(result.at("ok").as_bool());
  const auto& problem = result.at("problems").at(0);
  EXPECT_EQ(problem.at("kind").as_string(), "changed");
  EXPECT_EQ(problem.at("sequence").as_int64(), 3);
}

TEST_P(AuditApi, ExportsWhatWasThereAndItself) {
  write_entries(2'100, "a");
  const auto response = auditor_.send(
      router_, "POST", "/api/audit/export", R"({"purpose":"年度检查","recipient":"示例甲"})");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.content_type, "application/x-ndjson");
  ASSERT_TRUE(response.stream);
  std::string text;
  for (bool more = true; more;) {
    auto next = response.stream(text);
    ASSERT_TRUE(next);
    more = *next;
    write_entries(1, "later");
  }
  EXPECT_EQ(text.find("later"), std::string::npos);
  std::vector<json::object> lines;
  Lines walk(text);
  while (const auto line = walk.next()) {
    boost::system::error_code error;
    lines.push_back(json::parse({line->text.data(), line->text.size()}, error).as_object());
  }
  ASSERT_EQ(lines.size(), 2'102U);
  EXPECT_EQ(lines.front().at("kind").as_string(), "audit");
  EXPECT_EQ(lines.front().at("rows").as_int64(), 2'101);
  EXPECT_EQ(lines.back().at("action").as_string(), "audit.export");
  EXPECT_EQ(lines.back().at("login").as_string(), "auditor");
  EXPECT_EQ(lines.back().at("digest"), lines.front().at("digest"));
  EXPECT_EQ(lines.back().at("detail").as_string(),
            R"({"class":"audit","purpose":"年度检查","recipient":"示例甲"})");
  EXPECT_EQ(auditor_.send(router_, "POST", "/api/audit/export", R"({"x":1})").status, 400);
  const auto silent = auditor_.send(router_, "POST", "/api/audit/export", R"({"purpose":" "})");
  EXPECT_EQ(silent.status, 400);
  EXPECT_EQ(parsed(silent).at("problems").as_array().size(), 2U);
}

// SQLite lets any value into a number's column.
TEST(AuditExtent, RowsWithoutANumberAreFoundAndEndNoLoop) {
  for (const char* number : {"NULL", "'x'", "4.5", "-9223372036854775808", "x'34'"}) {
    auto database = db::Database::open(":memory:").value();
    ASSERT_TRUE(db::migrate(database, db::compiled_migrations()));
    auto transaction = database.write().value();
    for (int i = 0; i < 6; ++i) {
      ASSERT_TRUE(append_audit(transaction, command_line_actor(), {"a"}));
    }
    const std::string sql = fmt::format(
        "INSERT INTO audit_entry SELECT {}, at_ms, account, login, address, session, action,"
        " object_type, object_id, object_name, before_sm3, after_sm3, detail, outcome, previous,"
        " digest FROM audit_entry WHERE sequence = 4",
        number);
    ASSERT_TRUE(transaction.execute(db::Query{"test.insert", sql})) << number;
    const auto report = verify_audit(transaction, nullptr);
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->ok()) << number;
    std::int64_t rows = 0;
    const auto exported = export_audit(transaction, [&](std::string_view text) -> Result<> {
      rows += std::count(text.begin(), text.end(), '\n');
      return {};
    });
    EXPECT_LT(rows, 100) << number;
  }
}

}  // namespace
}  // namespace dengce::access
