// SPDX-License-Identifier: Apache-2.0
#include "access/testing/desk.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/json.hpp>
#include <stdexcept>

#include "access/account_store.h"
#include "access/session_store.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/random.h"

namespace dengce::access::test {
namespace {

std::atomic<std::int64_t>& clock_value() {
  static std::atomic<std::int64_t> value{1'782'892'800'000};  // 2026-07-01T08:00:00Z
  return value;
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text() + " " + result.error().detail);
  return std::move(*result);
}

void must(const Result<>& result) {
  if (!result) throw std::runtime_error(result.error().text() + " " + result.error().detail);
}

std::string code_of(const http::Response& response) {
  boost::system::error_code error;
  const auto value = boost::json::parse(response.body, error);
  if (error || !value.is_object()) return {};
  const auto* code = value.get_object().if_contains("code");
  return code == nullptr || !code->is_string() ? std::string()
                                               : std::string(code->get_string().c_str());
}

// "/api/systems/{id}" with an id that does not exist in the place of the parameter.
std::string path_of(const std::string& pattern) {
  std::string out;
  bool inside = false;
  for (const char c : pattern) {
    if (c == '{') out += "0";
    inside = c == '{' || (inside && c != '}');
    if (!inside && c != '}') out += c;
  }
  return out;
}

class Walk {
 public:
  Walk(Desk& desk, const http::Router& router) : desk_(desk), router_(router) {}

  void visit(const Door& door) {
    if (door.kind == Door::Kind::open) {
      if (door.why.empty()) fault(door, "an open door without a reason");
      return;
    }
    expect(door, "without a session", Browser{}, 401, "unauthenticated");
    Browser forged;
    forged.cookie = std::string(64, '0');
    expect(door, "with a forged session", forged, 401, "unauthenticated");
    Browser signed_in = browser("nobody", {});
    if (door.method != "GET") {
      signed_in.csrf.clear();
      expect(door, "without CSRF token", signed_in, 403, "csrf");
    }
    if (door.kind == Door::Kind::session) return;
    expect(door, "with an unfinished sign-in", unfinished(), 403, "sign_in_incomplete");
    if (door.kind == Door::Kind::right) visit_roles(door);
  }

  std::vector<std::string>& faults() { return faults_; }

 private:
  void visit_roles(const Door& door) {
    const Right right{door.resource, door.action};
    if (!desk_.rights().declares(right)) {
      fault(door, "roles.yaml does not declare " + door.resource + ":" + door.action);
    }
    for (const Role& role : desk_.rights().roles()) {
      const auto held = role.rights.find(door.resource);
      const bool may = held != role.rights.end() && held->second.contains(door.action);
      Browser one = browser(role.id, {role.id});
      const http::Response response = one.send(router_, door.method, path_of(door.pattern));
      const std::string code = code_of(response);
      const bool denied = response.status == 403 && code == "permission_denied";
      const bool broken = response.status == 401 || response.status >= 500;
      if (broken || (response.status == 403 && !denied) || denied == may) {
        fault(door, fmt::format("{}: {} {}", role.id, response.status, code));
      }
    }
  }

  // The same account each time; a session of its own.
  Browser browser(const std::string& login, const std::vector<std::string>& roles) {
    std::string name = "walk-" + login;
    for (char& c : name) c = c == '_' ? '-' : c;
    if (const auto found = accounts_.find(name); found != accounts_.end()) {
      return desk_.sign_in(found->second);
    }
    Scope scope;
    scope.everything = true;
    accounts_[name] = desk_.add_account(name, roles, scope);
    return desk_.sign_in(accounts_[name]);
  }

  Browser unfinished() {
    Browser out = browser("nobody", {});
    const std::string secret = random_hex(32);
    auto transaction = must(desk_.context().database.write());
    const auto session = must(find_session(transaction, sha256_hex(out.cookie)));
    must(advance_session(
        transaction, session->id, SessionState::second_factor, sha256_hex(secret), desk_now()));
    must(transaction.commit());
    out.cookie = secret;
    out.csrf = csrf_of(secret);
    return out;
  }

  void expect(const Door& door, const char* how, Browser who, int status, const char* code) {
    const http::Response response = who.send(router_, door.method, path_of(door.pattern));
    if (response.status != status || code_of(response) != code) {
      fault(door, fmt::format("{}: {} {}", how, response.status, code_of(response)));
    }
  }

  void fault(const Door& door, const std::string& text) {
    faults_.push_back(fmt::format("{} {}: {}", door.method, door.pattern, text));
  }

  Desk& desk_;
  const http::Router& router_;
  std::map<std::string, std::string> accounts_;
  std::vector<std::string> faults_;
};

}  // namespace

Rights cheap_rights(const Content& content) {
  Content changed = content;
  std::string text(must(changed.read("access/policy.yaml")));
  const auto replace = [&](const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    if (at != std::string::npos) text.replace(at, from.size(), to);
  };
  replace("memory_mib: 64", "memory_mib: 19");
  replace("passes: 3", "passes: 1");
  changed.put("access/policy.yaml", text);
  return must(Rights::load(changed));
}

Instant desk_now() {
  return Instant{clock_value().load()};
}

void set_desk_clock(Instant now) {
  clock_value() = now.milliseconds;
}

void pass_minutes(std::int64_t minutes) {
  clock_value() += minutes * 60'000;
}

http::Response Browser::send(const http::Router& router,
                             const std::string& method,
                             const std::string& path,
                             const std::string& body,
                             const std::map<std::string, std::string>& headers) {
  http::Request request;
  request.method = method;
  must(http::parse_target(path, request));
  request.remote_address = address;
  request.body = body;
  if (!cookie.empty()) request.headers["cookie"] = "other=1; dengce_session=" + cookie;
  if (!csrf.empty()) request.headers["x-csrf-token"] = csrf;
  for (const auto& [name, value] : headers) request.headers[name] = value;
  http::Response response = router.handle(request);
  for (const auto& [name, value] : response.headers) {
    constexpr std::string_view begin = "dengce_session=";
    if (name != "Set-Cookie" || !value.starts_with(begin)) continue;
    cookie = value.substr(begin.size(), value.find(';') - begin.size());
    csrf = cookie.empty() ? std::string() : csrf_of(cookie);
  }
  return response;
}

Desk::Desk(db::Database& database, Rights rights)
    : rights_(std::move(rights)),
      vault_(must(Vault::from_key(Secret(std::string(32, 'k'))))),
      hasher_(rights_.policy()),
      context_{database, rights_, vault_, hasher_, desk_now} {}

std::string Desk::add_account(const std::string& login,
                              const std::vector<std::string>& roles,
                              const Scope& scope) {
  Account account;
  account.id = new_id();
  account.login = login;
  account.name = "测试员 " + login;
  account.password_hash = "none";
  account.password_changed = desk_now();
  account.created = desk_now();
  account.must_change = false;
  account.roles = roles;
  account.scope = scope;
  for (const Proof& proof : rights_.policy().entry_proofs) {
    account.clearances.push_back({proof.id, shanghai_day(desk_now()), "凭证", "test", desk_now()});
  }
  auto transaction = must(context_.database.write());
  must(insert_account(transaction, account));
  must(set_pending_factor(
      transaction,
      account.id,
      must(vault_.seal("12345678901234567890", "account/second-factor/" + account.id))));
  must(activate_factor(transaction, account.id, 0, {}));
  must(transaction.commit());
  return account.id;
}

Browser Desk::sign_in(const std::string& account) {
  Browser browser;
  browser.cookie = random_hex(32);
  browser.csrf = csrf_of(browser.cookie);
  Session session;
  session.id = new_id();
  session.account_id = account;
  session.state = SessionState::signed_in;
  session.address = browser.address;
  session.opened = desk_now();
  session.last_seen = desk_now();
  session.expires = Instant{desk_now().milliseconds + 12LL * 3'600'000};
  auto transaction = must(context_.database.write());
  must(insert_session(transaction, session, sha256_hex(browser.cookie)));
  must(transaction.commit());
  return browser;
}

Actor Desk::actor(const std::string& account) {
  auto transaction = must(context_.database.read());
  const Account found = must(select_account(transaction, account));
  Actor actor;
  actor.account = found.id;
  actor.login = found.login;
  actor.name = found.name;
  actor.roles = found.roles;
  actor.scope = found.scope;
  actor.address = "192.0.2.7";
  return actor;
}

std::vector<std::string> check_every_door(Desk& desk,
                                          const Doors& doors,
                                          const http::Router& router) {
  Walk walk(desk, router);
  for (const Door& door : doors.doors()) walk.visit(door);
  return walk.faults();
}

}  // namespace dengce::access::test
