// SPDX-License-Identifier: Apache-2.0
#include "access/ldap_directory.h"

#include <fmt/format.h>
#include <ldap.h>
#include <sys/socket.h>

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

namespace dengce::access {
namespace {

constexpr std::ptrdiff_t at_once = 4;  // a slow directory must not take every thread of the server
constexpr std::string_view place = "{}";
constexpr const char* system_authorities = "/etc/ssl/certs/ca-certificates.crt";

struct Unbind {
  void operator()(LDAP* connection) const { ldap_unbind_ext_s(connection, nullptr, nullptr); }
};

struct FreeMessage {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};

struct FreeText {
  void operator()(char* text) const { ldap_memfree(text); }
};

using Connection = std::unique_ptr<LDAP, Unbind>;
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

tl::unexpected<Error> no_answer(const char* step, int code, LDAP* connection = nullptr) {
  char* said = nullptr;
  if (connection != nullptr) {
    ldap_get_option(connection, LDAP_OPT_DIAGNOSTIC_MESSAGE, static_cast<void*>(&said));
  }
  const std::unique_ptr<char, FreeText> text(said);
  return fail(
      ErrorCode::unavailable,
      "目录服务暂不可用，目录账户无法登录；本地账户不受影响",
      fmt::format("LDAP, {}: {} {}", step, ldap_err2string(code), said == nullptr ? "" : said));
}

// Breaks the connection when the time is over: the library itself waits for a TLS handshake without
// end.
class Deadline {
 public:
  explicit Deadline(std::chrono::seconds time)
      : callbacks_{opened, closed, this}, thread_([this, time] { watch(time); }) {}

  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  // Of a connection that does not outlive this.
  int guard(LDAP* connection) {
    return ldap_set_option(connection, LDAP_OPT_CONNECT_CB, static_cast<void*>(&callbacks_));
  }

 private:
  void watch(std::chrono::seconds time) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, time, [this] { return done_; })) return;
    over_ = true;
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
  }

  static int opened(LDAP* /*connection*/,
                    Sockbuf* buffer,
                    LDAPURLDesc* /*url*/,
                    sockaddr* /*to*/,
                    ldap_conncb* own) {
    auto& self = *static_cast<Deadline*>(own->lc_arg);
    const std::lock_guard lock(self.mutex_);
    ber_sockbuf_ctrl(buffer, LBER_SB_OPT_GET_FD, &self.socket_);
    return self.over_ ? -1 : 0;
  }

  static void closed(LDAP* /*connection*/, Sockbuf* /*buffer*/, ldap_conncb* own) {
    auto& self = *static_cast<Deadline*>(own->lc_arg);
    const std::lock_guard lock(self.mutex_);
    self.socket_ = -1;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int socket_ = -1;
  bool over_ = false;
  bool done_ = false;
  ldap_conncb callbacks_;
  std::thread thread_;  // last: it uses all the others
};

std::string filled(std::string pattern, std::string_view name) {
  const std::string value = escape_ldap(name);
  for (std::size_t at = pattern.find(place); at != std::string::npos;
       at = pattern.find(place, at + value.size())) {
    pattern.replace(at, place.size(), value);
  }
  return pattern;
}

// "ldap://host:389" → "host"; empty when the text is something else.
std::string host_of(std::string_view url, std::string_view scheme) {
  if (!url.starts_with(scheme)) return {};
  std::string_view rest = url.substr(scheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#@ ,\t") != std::string_view::npos) return {};
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    return end == std::string_view::npos ? std::string() : std::string(rest.substr(1, end - 1));
  }
  return std::string(rest.substr(0, rest.find(':')));
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::vector<Problem> problems_of(const LdapOptions& options) {
  std::vector<Problem> problems;
  const auto problem = [&](const char* field, const char* reason) {
    problems.push_back({{}, 0, field, reason});
  };
  const std::string plain = host_of(options.url, "ldap://");
  const bool secure = !host_of(options.url, "ldaps://").empty();
  if (plain.empty() && !secure) {
    problem("ldap", "应为 ldaps://主机:端口 或 ldap://主机:端口");
  }
  if (secure && options.start_tls) problem("ldap-starttls", "ldaps:// 已加密，不再用 StartTLS");
  if (!plain.empty() && !options.start_tls && !is_this_machine(plain)) {
    problem("ldap-starttls", "口令不得明文经过网络：请用 ldaps://，或启用 ldap-starttls");
  }
  const bool by_search = !options.search_base.empty() || !options.search_filter.empty();
  if (by_search != options.user_dn.empty()) {
    problem("ldap-user-dn", "ldap-user-dn 与 ldap-search-base、ldap-search-filter 二选一");
  }
  if (!options.user_dn.empty() && options.user_dn.find(place) == std::string::npos) {
    problem("ldap-user-dn", "应有一处 {}，以外部名称代入");
  }
  if (by_search && options.search_base.empty()) problem("ldap-search-base", "按条件查找时必须给出");
  if (by_search && options.search_filter.find(place) == std::string::npos) {
    problem("ldap-search-filter", "应有一处 {}，以外部名称代入，如 (uid={})");
  }
  if (options.search_dn.empty() != options.search_password.empty()) {
    problem("ldap-search-dn", "须与 ldap-search-password-file 一起给出");
  }
  return problems;
}

class LdapDirectory final : public PasswordDirectory {
 public:
  explicit LdapDirectory(LdapOptions options) : options_(std::move(options)) {}

  Result<bool> matches(const std::string& name, std::string_view password) override {
    // A simple bind without a password succeeds as nobody (RFC 4513, 5.1.2).
    if (name.empty() || password.empty()) return false;
    if (!free_.try_acquire_for(options_.patience)) return no_answer("queue", LDAP_BUSY);
    auto right = ask(name, password);
    free_.release();
    if (!right && options_.failed) options_.failed(right.error());
    return right;
  }

 private:
  Result<bool> ask(const std::string& name, std::string_view password) {
    Deadline deadline(2 * options_.patience);
    TRY_ASSIGN(const Connection connection, connect(deadline));
    std::string dn;
    if (options_.user_dn.empty()) {
      TRY_ASSIGN(dn, find(connection.get(), name));
    } else {
      dn = filled(options_.user_dn, name);
    }
    if (dn.empty()) return false;
    return is_answer(connection.get(), bind(connection.get(), dn, password));
  }

  // What the server says of a name and a password; anything else is no answer.
  static Result<bool> is_answer(LDAP* connection, int code) {
    switch (code) {
      case LDAP_SUCCESS: return true;
      case LDAP_INVALID_CREDENTIALS:
      case LDAP_INVALID_DN_SYNTAX:
      case LDAP_NO_SUCH_OBJECT:
      case LDAP_INAPPROPRIATE_AUTH:
      case LDAP_INSUFFICIENT_ACCESS:
      case LDAP_UNWILLING_TO_PERFORM:  // how some servers refuse a disabled person
        return false;
      default: return no_answer("bind", code, connection);
    }
  }

  static int bind(LDAP* connection, const std::string& dn, std::string_view password) {
    std::string bytes(password);
    berval credentials{bytes.size(), bytes.data()};
    const int code = ldap_sasl_bind_s(
        connection, dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr);
    const Secret wiped(std::move(bytes));
    return code;
  }

  Result<Connection> connect(Deadline& deadline) {
    LDAP* made = nullptr;
    if (const int code = ldap_initialize(&made, options_.url.c_str()); code != LDAP_SUCCESS) {
      return no_answer("initialize", code);
    }
    Connection connection(made);
    const timeval patience{static_cast<time_t>(options_.patience.count()), 0};
    const int version = LDAP_VERSION3;
    ldap_set_option(made, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(made, LDAP_OPT_NETWORK_TIMEOUT, &patience);
    ldap_set_option(made, LDAP_OPT_TIMEOUT, &patience);
    // A referral would carry the password to a server that nobody configured.
    ldap_set_option(made, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    if (const int code = deadline.guard(made); code != LDAP_SUCCESS)
      return no_answer("guard", code);
    if (const int code = set_tls(made); code != LDAP_SUCCESS) return no_answer("TLS", code);
    if (!options_.start_tls) return connection;
    const int code = ldap_start_tls_s(made, nullptr, nullptr);
    if (code != LDAP_SUCCESS) return no_answer("StartTLS", code, made);
    return connection;
  }

  int set_tls(LDAP* connection) const {
    const int always = LDAP_OPT_X_TLS_HARD;
    const int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    const int client = 0;
    const std::string authority =
        options_.authority.empty() ? system_authorities : options_.authority.string();
    int code = ldap_set_option(connection, LDAP_OPT_X_TLS_CACERTFILE, authority.c_str());
    if (code == LDAP_SUCCESS) {
      code = ldap_set_option(connection, LDAP_OPT_X_TLS_REQUIRE_CERT, &always);
    }
    if (code == LDAP_SUCCESS) {
      code = ldap_set_option(connection, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest);
    }
    if (code == LDAP_SUCCESS) {
      code = ldap_set_option(connection, LDAP_OPT_X_TLS_NEWCTX, &client);
    }
    return code;
  }

  // The DN of the one person who is called so; empty for nobody and for several.
  Result<std::string> find(LDAP* connection, const std::string& name) {
    if (!options_.search_dn.empty()) {
      const int code = bind(connection, options_.search_dn, options_.search_password.bytes());
      if (code != LDAP_SUCCESS) return no_answer("search account", code, connection);
    }
    const std::string filter = filled(options_.search_filter, name);
    std::string no_attributes = LDAP_NO_ATTRS;
    std::array<char*, 2> attributes{no_attributes.data(), nullptr};
    timeval patience{static_cast<time_t>(options_.patience.count()), 0};
    LDAPMessage* received = nullptr;
    const int code = ldap_search_ext_s(connection,
                                       options_.search_base.c_str(),
                                       LDAP_SCOPE_SUBTREE,
                                       filter.c_str(),
                                       attributes.data(),
                                       0,
                                       nullptr,
                                       nullptr,
                                       &patience,
                                       2,
                                       &received);
    const Message found(received);
    if (code == LDAP_SIZELIMIT_EXCEEDED) return std::string();
    if (code != LDAP_SUCCESS) return no_answer("search", code, connection);
    if (ldap_count_entries(connection, found.get()) != 1) return std::string();
    const std::unique_ptr<char, FreeText> dn(
        ldap_get_dn(connection, ldap_first_entry(connection, found.get())));
    return dn == nullptr ? std::string() : std::string(dn.get());
  }

  const LdapOptions options_;
  std::counting_semaphore<at_once> free_{at_once};
};

}  // namespace

std::string escape_ldap(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("\\{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Result<std::unique_ptr<PasswordDirectory>> open_ldap_directory(LdapOptions options) {
  if (options.search_filter.empty() && !options.search_base.empty()) {
    options.search_filter = "(uid={})";
  }
  std::vector<Problem> problems = problems_of(options);
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "目录服务的配置有误", std::move(problems));
  }
  // The library would else take servers, authorities and less strict rules from files of the user
  // and from the environment.
  ::setenv("LDAPNOINIT", "1", 1);
  return std::unique_ptr<PasswordDirectory>(std::make_unique<LdapDirectory>(std::move(options)));
}

}  // namespace dengce::access
