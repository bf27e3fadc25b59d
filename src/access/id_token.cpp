// SPDX-License-Identifier: Apache-2.0
#include "access/id_token.h"

#include <boost/json/parse.hpp>

#include "base/random.h"
#include "base/text.h"
#include "base/token_signature.h"
#include "http/page_query.h"

namespace dengce::access {
namespace {

namespace json = boost::json;

constexpr std::size_t max_bytes = 65536;
constexpr std::int64_t leeway = 60;        // seconds that two clocks may differ
constexpr std::int64_t max_age = 10 * 60;  // of a token that was made for this sign-in
constexpr std::int64_t last_second = 1LL << 40;

tl::unexpected<Error> refused(std::string detail) {
  return fail(ErrorCode::unauthenticated, "统一身份认证的令牌无法接受", "ID token: " + detail);
}

Result<json::object> object_of(std::string_view part) {
  const auto bytes = http::from_base64url(part);
  if (!bytes) return refused("not base64url");
  boost::system::error_code error;
  json::value value = json::parse(*bytes, error);
  if (error || !value.is_object()) return refused("not a JSON object");
  return std::move(value.as_object());
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

std::string bytes_of(const json::object& key, std::string_view name) {
  return http::from_base64url(text_of(key, name)).value_or(std::string());
}

// Whole seconds; a fraction is cut off.
std::optional<std::int64_t> seconds_of(const json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto seconds = value->to_number<double>();
  if (!(seconds > 0 && seconds < static_cast<double>(last_second))) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

// A member that is not there does not speak against the key.
bool agrees(const json::object& key, std::string_view name, std::string_view wanted) {
  return !key.contains(name) || text_of(key, name) == wanted;
}

bool is_signed_by(const json::object& key,
                  const json::object& header,
                  std::string_view text,
                  std::string_view signature) {
  const std::string_view algorithm = text_of(header, "alg");
  if (!agrees(key, "use", "sig") || !agrees(key, "alg", algorithm)) return false;
  if (header.contains("kid") && !agrees(key, "kid", text_of(header, "kid"))) return false;
  if (algorithm == "RS256" && text_of(key, "kty") == "RSA") {
    return rs256_verifies(bytes_of(key, "n"), bytes_of(key, "e"), text, signature);
  }
  if (algorithm == "ES256" && text_of(key, "kty") == "EC" && text_of(key, "crv") == "P-256") {
    return es256_verifies(bytes_of(key, "x"), bytes_of(key, "y"), text, signature);
  }
  return false;
}

bool is_signed(const json::value& keys,
               const json::object& header,
               std::string_view text,
               std::string_view signature) {
  const auto* set = keys.is_object() ? keys.get_object().if_contains("keys") : nullptr;
  if (set == nullptr || !set->is_array()) return false;
  for (const json::value& key : set->get_array()) {
    if (key.is_object() && is_signed_by(key.get_object(), header, text, signature)) return true;
  }
  return false;
}

// For us, and made for us when others are meant too.
bool is_for(const json::object& claims, const std::string& client) {
  const auto* audience = claims.if_contains("aud");
  if (audience == nullptr) return false;
  bool named = audience->is_string() && audience->get_string() == client;
  bool others = false;
  if (audience->is_array()) {
    for (const json::value& one : audience->get_array()) {
      const bool is_this = one.is_string() && one.get_string() == client;
      named = named || is_this;
      others = others || !is_this;
    }
  }
  const bool made_for = claims.contains("azp") ? text_of(claims, "azp") == client : !others;
  return named && made_for;
}

Result<> check_claims(const json::object& claims, const TokenRules& rules) {
  const std::int64_t now = rules.now.milliseconds / 1000;
  if (text_of(claims, "iss") != rules.issuer) return refused("iss");
  if (!is_for(claims, rules.client)) return refused("aud");
  if (rules.nonce.empty() || !equal_secrets(text_of(claims, "nonce"), rules.nonce)) {
    return refused("nonce");
  }
  const auto expires = seconds_of(claims, "exp");
  const auto issued = seconds_of(claims, "iat");
  if (!expires || *expires + leeway <= now) return refused("exp");
  if (!issued || *issued > now + leeway || *issued < now - max_age) return refused("iat");
  if (const auto begins = seconds_of(claims, "nbf"); begins && *begins > now + leeway) {
    return refused("nbf");
  }
  if (text_of(claims, "sub").empty()) return refused("sub");
  return {};
}

}  // namespace

Result<json::object> read_id_token(std::string_view token,
                                   const json::value& keys,
                                   const TokenRules& rules) {
  if (token.size() > max_bytes) return refused("too large");
  const auto parts = split(token, '.');
  if (parts.size() != 3) return refused("not three parts");
  TRY_ASSIGN(const json::object header, object_of(parts[0]));
  // An extension that must be understood is one we do not know.
  if (header.contains("crit")) return refused("crit");
  const auto signature = http::from_base64url(parts[2]);
  const std::string_view text = token.substr(0, parts[0].size() + 1 + parts[1].size());
  if (!signature || !is_signed(keys, header, text, *signature)) return refused("signature");
  TRY_ASSIGN(json::object claims, object_of(parts[1]));
  TRY(check_claims(claims, rules));
  return claims;
}

}  // namespace dengce::access
