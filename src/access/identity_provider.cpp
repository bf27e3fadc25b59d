// SPDX-License-Identifier: Apache-2.0
#include "access/identity_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <semaphore>

#include "access/id_token.h"
#include "base/digest.h"
#include "base/text.h"
#include "http/fetch.h"
#include "http/page_query.h"

namespace dengce::access {
namespace {

namespace json = boost::json;
using SteadyClock = std::chrono::steady_clock;

constexpr const char* service = "统一身份认证服务";
constexpr std::ptrdiff_t at_once = 4;  // a slow provider must not take every thread of the server
constexpr std::chrono::seconds turn{5};
constexpr std::chrono::minutes keep_description{10};
constexpr std::size_t max_code = 4096;

tl::unexpected<Error> no_answer(std::string detail) {
  return fail(ErrorCode::unavailable,
              fmt::format("{}暂不可用，请稍后再试；本地账户不受影响", service),
              "OIDC: " + std::move(detail));
}

tl::unexpected<Error> refused(std::string detail) {
  return fail(ErrorCode::unauthenticated, "统一身份认证未通过", "OIDC: " + std::move(detail));
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string().c_str())
                                                : std::string();
}

bool holds(const json::object& object, std::string_view name, std::string_view wanted) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return false;
  if (value->is_string()) return std::string_view(value->get_string()) == wanted;
  if (!value->is_array()) return false;
  const auto& list = value->get_array();
  return std::any_of(list.begin(), list.end(), [&](const json::value& one) {
    return one.is_string() && std::string_view(one.get_string()) == wanted;
  });
}

Result<json::value> parsed(const http::Fetched& answer, const std::string& what) {
  if (answer.status != 200) return no_answer(fmt::format("{}: status {}", what, answer.status));
  boost::system::error_code error;
  json::value value = json::parse(answer.body, error);
  if (error || !value.is_object()) return no_answer(what + ": not a JSON object");
  return value;
}

std::string base64(std::string_view bytes) {
  std::string out = http::base64url(bytes);
  for (char& c : out) c = c == '-' ? '+' : c == '_' ? '/' : c;
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

// What the provider says of itself.
struct Description {
  std::string authorization;
  std::string token;
  std::string keys;
  bool secret_in_form = false;
};

class OidcProvider final : public IdentityProvider {
 public:
  explicit OidcProvider(ProviderOptions options)
      : options_(std::move(options)), return_(options_.page + std::string(provider_return)) {}

  Result<std::string> address_for(const SignInFlow& flow) override {
    return taking_turns<std::string>([&]() -> Result<std::string> {
      TRY_ASSIGN(const Description provider, description());
      const std::string scope = join(options_.scopes, " ");
      const std::string challenge = http::base64url(from_hex(sha256_hex(flow.verifier)));
      return provider.authorization +
             (provider.authorization.find('?') == std::string::npos ? "?" : "&") +
             http::form_encoded({{"response_type", "code"},
                                 {"client_id", options_.client},
                                 {"redirect_uri", return_},
                                 {"scope", scope.empty() ? "openid" : "openid " + scope},
                                 {"state", flow.state},
                                 {"nonce", flow.nonce},
                                 {"code_challenge", challenge},
                                 {"code_challenge_method", "S256"}});
    });
  }

  Result<Identity> identify(const SignInFlow& flow,
                            std::string_view code,
                            std::string_view issuer,
                            Instant now) override {
    // RFC 9207: the answer of another provider is no answer of this one.
    if (!issuer.empty() && issuer != options_.issuer) return refused("iss of the answer");
    if (code.empty() || code.size() > max_code) return refused("no code");
    return taking_turns<Identity>([&]() -> Result<Identity> {
      TRY_ASSIGN(const Description provider, description());
      TRY_ASSIGN(const std::string token, exchange(provider, flow, code));
      TRY_ASSIGN(const http::Fetched answer, get(provider.keys));
      TRY_ASSIGN(const json::value keys, parsed(answer, "keys"));
      TRY_ASSIGN(const json::object claims,
                 read_id_token(token, keys, {options_.issuer, options_.client, flow.nonce, now}));
      return identity_of(claims);
    });
  }

 private:
  template <class T, class Work>
  Result<T> taking_turns(Work work) {
    if (!free_.try_acquire_for(turn)) return no_answer("too many at once");
    Result<T> done = work();
    free_.release();
    if (!done && options_.failed) options_.failed(done.error());
    return done;
  }

  Result<http::Fetched> get(const std::string& url) const {
    http::Fetch request;
    request.service = service;
    request.url = url;
    request.authority = options_.authority;
    return http::fetch(request);
  }

  Result<Description> description() {
    {
      const std::lock_guard lock(mutex_);
      if (known_ && SteadyClock::now() - known_at_ < keep_description) return *known_;
    }
    const bool slash = options_.issuer.ends_with('/');
    TRY_ASSIGN(const http::Fetched answer,
               get(options_.issuer + (slash ? "" : "/") + ".well-known/openid-configuration"));
    TRY_ASSIGN(const json::value value, parsed(answer, "discovery"));
    const json::object& said = value.get_object();
    Description out{text_of(said, "authorization_endpoint"),
                    text_of(said, "token_endpoint"),
                    text_of(said, "jwks_uri")};
    if (text_of(said, "issuer") != options_.issuer) return no_answer("discovery: another issuer");
    for (const std::string& url : {out.authorization, out.token, out.keys}) {
      if (http::host_of_url(url, "https").empty()) return no_answer("discovery: no https address");
    }
    const char* methods = "token_endpoint_auth_methods_supported";
    out.secret_in_form = said.contains(methods) && !holds(said, methods, "client_secret_basic");
    const std::lock_guard lock(mutex_);
    known_ = out;
    known_at_ = SteadyClock::now();
    return out;
  }

  Result<std::string> exchange(const Description& provider,
                               const SignInFlow& flow,
                               std::string_view code) const {
    http::Fetch request;
    request.service = service;
    request.url = provider.token;
    request.authority = options_.authority;
    http::Fields form{{"grant_type", "authorization_code"},
                      {"code", code},
                      {"redirect_uri", return_},
                      {"code_verifier", flow.verifier}};
    const std::string_view secret = options_.client_secret.bytes();
    if (secret.empty() || provider.secret_in_form) form.emplace_back("client_id", options_.client);
    if (!secret.empty() && provider.secret_in_form) form.emplace_back("client_secret", secret);
    if (!secret.empty() && !provider.secret_in_form) {
      // RFC 6749, 2.3.1: both parts are encoded like a form before they are joined.
      const auto encoded = [](std::string_view text) {
        return http::form_encoded({{"", text}}).substr(1);
      };
      request.authorization = "Basic " + base64(encoded(options_.client) + ":" + encoded(secret));
    }
    request.form = http::form_encoded(form);
    TRY_ASSIGN(const http::Fetched answer, http::fetch(request));
    // What a provider answers to a code that it does not know, or knows no more.
    if (answer.status == 400) return refused("the code was refused");
    TRY_ASSIGN(const json::value value, parsed(answer, "token"));
    return text_of(value.get_object(), "id_token");
  }

  Result<Identity> identity_of(const json::object& claims) const {
    Identity out;
    out.name = text_of(claims, options_.claim);
    if (out.name.empty()) return refused("no claim " + options_.claim);
    if (options_.claim == "email") {
      const auto* verified = claims.if_contains("email_verified");
      if (verified == nullptr || !verified->is_bool() || !verified->get_bool()) {
        return refused("the address was not verified");
      }
    }
    for (const std::string& one : options_.second_factors) {
      out.second_factor = out.second_factor || holds(claims, one.substr(0, 3), one.substr(4));
    }
    return out;
  }

  const ProviderOptions options_;
  const std::string return_;
  std::counting_semaphore<at_once> free_{at_once};
  std::mutex mutex_;
  std::optional<Description> known_;
  SteadyClock::time_point known_at_;
};

bool is_page(const std::string& page) {
  if (page.ends_with('/')) return false;
  const std::size_t host = page.find("://");
  if (host != std::string::npos && page.find_first_of("/?", host + 3) != std::string::npos) {
    return false;
  }
  const std::string plain = http::host_of_url(page, "http");
  return !http::host_of_url(page, "https").empty() || plain == "127.0.0.1" || plain == "localhost";
}

std::vector<Problem> problems_of(const ProviderOptions& options) {
  std::vector<Problem> problems;
  const auto problem = [&](const char* field, const char* reason) {
    problems.push_back({{}, 0, field, reason});
  };
  if (http::host_of_url(options.issuer, "https").empty()) {
    problem("oidc-issuer", "应为 https:// 开头的地址，与其发现文档中的 issuer 完全一致");
  }
  if (options.client.empty()) problem("oidc-client", "必须给出本平台在认证服务中的客户端编号");
  if (!is_page(options.page)) {
    problem("oidc-page", "应为浏览器访问本平台的地址，如 https://dengce.example，末尾不带 /");
  }
  if (options.claim.empty()) problem("oidc-claim", "不能为空");
  for (const std::string& one : options.second_factors) {
    if (one.size() < 5 || (!one.starts_with("amr:") && !one.starts_with("acr:"))) {
      problem("oidc-second-factor", "应为 amr:值 或 acr:值");
    }
  }
  return problems;
}

}  // namespace

SignInFlow SignInFlow::of(std::string_view secret) {
  const auto derived = [&](const char* purpose) {
    return sha256_hex(std::string(purpose) + ":" + std::string(secret));
  };
  return {derived("state"), derived("nonce"), derived("verifier")};
}

Result<std::unique_ptr<IdentityProvider>> open_identity_provider(ProviderOptions options) {
  std::vector<Problem> problems = problems_of(options);
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "统一身份认证的配置有误", std::move(problems));
  }
  return std::unique_ptr<IdentityProvider>(std::make_unique<OidcProvider>(std::move(options)));
}

}  // namespace dengce::access
