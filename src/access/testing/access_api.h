// SPDX-License-Identifier: Apache-2.0
// For the tests of the API of this room: all its routes on one database, called as a browser does.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "access/access_api.h"
#include "access/accounts.h"
#include "access/testing/desk.h"
#include "access/totp.h"
#include "db/testing/test_databases.h"

namespace dengce::access::test {

inline constexpr std::string_view walk_secret = "12345678901234567890";  // of Desk::add_account

inline boost::json::value parsed(const http::Response& response) {
  boost::system::error_code error;
  auto value = boost::json::parse(response.body, error);
  EXPECT_FALSE(error) << response.status << " " << response.body;
  return value;
}

inline std::string text_of(const http::Response& response, const char* key) {
  const boost::json::value value = parsed(response);
  const auto* member = value.is_object() ? value.get_object().if_contains(key) : nullptr;
  return member != nullptr && member->is_string() ? std::string(member->get_string().c_str())
                                                  : std::string();
}

inline std::string bytes_of_base32(std::string_view text) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    held = held << 5U | static_cast<std::uint32_t>(alphabet.find(c));
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(held >> static_cast<unsigned>(bits) & 255U);
    }
  }
  return out;
}

inline std::string code_now(std::string_view secret) {
  return totp_code(secret, desk_now().milliseconds / totp_step_milliseconds);
}

class AccessApi : public testing::TestWithParam<std::string> {
 protected:
  AccessApi() {
    set_desk_clock(Instant{1'782'892'800'000});
    open_desk(cheap_rights());
  }

  void open_desk(Rights rights) {
    doors_.reset();
    router_ = std::make_unique<http::Router>();
    desk_ = std::make_unique<Desk>(database_, std::move(rights));
    doors_ = std::make_unique<Doors>(*router_, database_, desk_->rights(), desk_now);
    add_access_routes(*doors_, desk_->context());
  }

  http::Response send(Browser& browser,
                      const std::string& method,
                      const std::string& path,
                      const std::string& body = {},
                      const std::map<std::string, std::string>& headers = {}) {
    return browser.send(*router_, method, path, body, headers);
  }

  http::Response sign_in(Browser& browser, const std::string& login, const std::string& password) {
    return send(browser,
                "POST",
                "/api/session",
                fmt::format(R"({{"login":"{}","password":"{}"}})", login, password));
  }

  // An account with this password that needs nothing more than its second factor.
  std::string person(const std::string& login,
                     const std::string& password,
                     const std::vector<std::string>& roles = {"client_team"}) {
    const std::string id = desk_->add_account(login, roles);
    Browser browser = desk_->sign_in(id);
    auto transaction = database_.write().value();
    EXPECT_TRUE(update_password(
        transaction, id, desk_->context().hasher.hash(password), desk_now(), false));
    EXPECT_TRUE(transaction.commit());
    return id;
  }

  // Audit entries of an action.
  std::int64_t audited(const std::string& action, const std::string& outcome = "done") {
    static constexpr db::Query count{
        "test.audit", "SELECT COUNT(*) FROM audit_entry WHERE action = $1 AND outcome = $2"};
    auto transaction = database_.read().value();
    return transaction.query(count, std::vector<db::Value>{action, outcome})
        .value()
        .front()
        .integer(0);
  }

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  std::unique_ptr<http::Router> router_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<Doors> doors_;
};

}  // namespace dengce::access::test
