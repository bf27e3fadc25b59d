// SPDX-License-Identifier: Apache-2.0
// What every route passes: rights, CSRF, calls sent again, files. On both databases.
#include <optional>

#include "access/testing/access_api.h"

namespace dengce::access {
namespace {

using test::Browser;
using test::text_of;

class DoorsApi : public test::AccessApi {};

INSTANTIATE_TEST_SUITE_P(Both, DoorsApi, testing::ValuesIn(db::test::kinds()), db::test::name);

TEST_P(DoorsApi, EveryDoorLetsInWhoTheTableSays) {
  for (const std::string& fault : test::check_every_door(*desk_, *doors_, *router_)) {
    ADD_FAILURE() << fault;
  }
  EXPECT_GT(audited("account.create", "denied"), 10);
}

TEST_P(DoorsApi, TheWalkFindsADoorThatIsOpenTooWide) {
  doors_->add("GET", "/api/moon", {"moon", "read"}, [](const Actor&, const http::Request&) {
    return http::Response{};
  });
  doors_->add_open("GET", "/api/gate", "", [](const http::Request&) { return http::Response{}; });
  const auto faults = test::check_every_door(*desk_, *doors_, *router_);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_NE(faults[0].find("moon:read"), std::string::npos);
  EXPECT_NE(faults[1].find("without a reason"), std::string::npos);
}

TEST_P(DoorsApi, ChangesNeedTheTokenAgainstForgery) {
  const std::string id = desk_->add_account("admin", {"system_admin"});
  Browser browser = desk_->sign_in(id);
  Browser forged = browser;
  forged.csrf = std::string(64, '0');
  const std::string body = R"({"login":"neu","name":"新"})";
  EXPECT_EQ(send(forged, "POST", "/api/accounts", body).status, 403);
  forged.csrf.clear();
  EXPECT_EQ(send(forged, "POST", "/api/accounts", body).status, 403);
  EXPECT_EQ(send(forged, "GET", "/api/accounts").status, 200);
  EXPECT_EQ(send(browser, "POST", "/api/accounts", body).status, 201);
}

TEST_P(DoorsApi, ACreatingCallSentAgainIsDoneOnce) {
  const std::string admin_id = desk_->add_account("admin", {"system_admin"});
  Browser admin = desk_->sign_in(admin_id);
  const std::map<std::string, std::string> key{{"idempotency-key", "0123456789abcdef-1"}};
  const std::string body = R"({"login":"neu","name":"新"})";
  const http::Response first = send(admin, "POST", "/api/accounts", body, key);
  ASSERT_EQ(first.status, 201);
  const http::Response again = send(admin, "POST", "/api/accounts", body, key);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.headers.front(), first.headers.front());
  EXPECT_EQ(audited("account.create"), 1);
  EXPECT_EQ(send(admin, "POST", "/api/accounts", R"({"login":"alt","name":"新"})", key).status,
            409);
  EXPECT_EQ(send(admin, "POST", "/api/accounts", body, {{"idempotency-key", "short"}}).status, 400);
  // Another account's key is another key.
  Browser other = desk_->sign_in(desk_->add_account("other", {"system_admin"}));
  EXPECT_EQ(send(other, "POST", "/api/accounts", R"({"login":"drei","name":"新"})", key).status,
            201);
  // What failed may be sent again, corrected.
  const std::map<std::string, std::string> second{{"idempotency-key", "0123456789abcdef-2"}};
  EXPECT_EQ(send(admin, "POST", "/api/accounts", body, second).status, 409);
  EXPECT_EQ(send(admin, "POST", "/api/accounts", R"({"login":"vier","name":"新"})", second).status,
            201);
  // Nothing of the answer lies open in the database.
  static constexpr db::Query kept{"test.kept", "SELECT headers, body FROM idempotency_key"};
  {
    auto transaction = database_.read().value();
    const auto rows = transaction.query(kept).value();
    ASSERT_EQ(rows.size(), 3U);
    for (const db::Row& row : rows) {
      EXPECT_FALSE(row.bytes(1).empty());
      EXPECT_EQ(row.bytes(1).find("password"), std::string::npos);
    }
  }
  // After a day the key is forgotten: the call is made again and meets what it made before.
  test::pass_minutes(24 * 60 + 1);
  Browser later = desk_->sign_in(admin_id);
  EXPECT_EQ(text_of(send(later, "POST", "/api/accounts", body, key), "code"), "already_exists");
}

TEST_P(DoorsApi, ACallInProgressIsNotDoneTwice) {
  int runs = 0;
  Browser admin = desk_->sign_in(desk_->add_account("admin", {"system_admin"}));
  const std::map<std::string, std::string> key{{"idempotency-key", "0123456789abcdef"}};
  std::optional<http::Response> inner;
  doors_->add("POST", "/api/slow", {"job", "change"}, [&](const Actor&, const http::Request&) {
    ++runs;
    if (!inner) {
      inner.emplace();
      inner = send(admin, "POST", "/api/slow", "{}", key);
    }
    return http::Response{};
  });
  EXPECT_EQ(send(admin, "POST", "/api/slow", "{}", key).status, 200);
  EXPECT_EQ(inner->status, 409);
  EXPECT_EQ(runs, 1);
}

class Counter final : public http::Upload {
 public:
  explicit Counter(std::size_t& bytes) : bytes_(bytes) {}

  Result<> write(std::string_view piece) override {
    bytes_ += piece.size();
    return {};
  }

  http::Response finish() override { return {}; }

 private:
  std::size_t& bytes_;
};

TEST_P(DoorsApi, FilesAndUploadsPassTheSameDoors) {
  std::size_t bytes = 0;
  doors_->add_file("POST",
                   "/api/files",
                   {"import", "create"},
                   1000,
                   [&](const Actor&, const http::Request& request) {
                     bytes += request.body.size();
                     return http::Response{};
                   });
  doors_->add_upload("PATCH",
                     "/api/streams/{id}",
                     {"evidence", "create"},
                     1000,
                     [&](const Actor&, const http::Request&) -> http::Opened {
                       return std::make_unique<Counter>(bytes);
                     });
  for (const std::string& fault : test::check_every_door(*desk_, *doors_, *router_)) {
    ADD_FAILURE() << fault;
  }
  bytes = 0;
  Browser assessor = desk_->sign_in(desk_->add_account("zhang", {"assessor"}));
  EXPECT_EQ(send(assessor, "POST", "/api/files", "id;name").status, 200);
  EXPECT_EQ(send(assessor, "PATCH", "/api/streams/1", "id;name").status, 200);
  EXPECT_EQ(bytes, 14U);
  Browser team = desk_->sign_in(desk_->add_account("li", {"client_team"}));
  EXPECT_EQ(send(team, "POST", "/api/files", "id;name").status, 403);
  EXPECT_EQ(send(team, "PATCH", "/api/streams/1", "id;name").status, 403);
  EXPECT_EQ(bytes, 14U);
}

}  // namespace
}  // namespace dengce::access
