// SPDX-License-Identifier: Apache-2.0
#include "access/tokens.h"

#include <fmt/format.h>

#include <set>

#include "access/audit.h"
#include "access/session_store.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json_writer.h"
#include "base/problems.h"
#include "base/random.h"

namespace dengce::access {
namespace {

constexpr std::int64_t day_milliseconds = 24LL * 60 * 60 * 1000;
constexpr std::size_t secret_bytes = 32;

Result<> check(const AccessContext& context, const Actor& actor, const NewToken& input) {
  std::vector<Problem> problems;
  const auto problem = [&](const char* field, std::string reason) {
    problems.push_back({{}, 0, field, std::move(reason)});
  };
  if (input.rights.empty()) problem("rights", "至少选择一项权限");
  for (const std::string& word : input.rights) {
    const auto colon = word.find(':');
    const bool shaped = colon != std::string::npos;
    const std::string resource = word.substr(0, colon);
    const std::string action = shaped ? word.substr(colon + 1) : std::string();
    if (!shaped || !context.rights.allows(actor, {resource, action})) {
      problem("rights", "本账户没有此权限：" + word);
    }
  }
  const std::int64_t life = input.expires.milliseconds - context.clock().milliseconds;
  if (life <= 0) problem("expires", "到期时间应晚于现在");
  const std::int64_t most = context.rights.policy().token_max_days;
  if (life > most * day_milliseconds) problem("expires", fmt::format("有效期最长 {} 天", most));
  return fail_if_any("令牌的内容有误", std::move(problems));
}

AuditEvent event_of(const char* action, const std::string& id, const std::string& name) {
  AuditEvent event;
  event.action = action;
  event.object_type = "token";
  event.object_id = id;
  event.object_name = name;
  return event;
}

}  // namespace

Result<IssuedToken> create_token(const AccessContext& context,
                                 const Actor& actor,
                                 const NewToken& input) {
  TRY(check(context, actor, input));
  ApiToken token;
  token.id = new_id(context.clock);
  token.account_id = actor.account;
  token.name = input.name;
  const std::set<std::string> unique(input.rights.begin(), input.rights.end());
  token.rights.assign(unique.begin(), unique.end());
  token.created = context.clock();
  token.expires = input.expires;
  const std::string secret = "dgc_" + random_hex(secret_bytes);
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY(insert_token(transaction, token, sha256_hex(secret)));
  AuditEvent event = event_of("token.create", token.id, token.name);
  JsonWriter json(event.detail);
  json.begin_object().key("rights").begin_array();
  for (const std::string& right : token.rights) json.string(right);
  json.end_array().member("expires", format_instant(token.expires)).end_object();
  TRY(append_audit(transaction, actor, event, context.clock));
  TRY(transaction.commit());
  return IssuedToken{token.id, secret};
}

Result<std::vector<ApiToken>> list_tokens(const AccessContext& context, const Actor& actor) {
  TRY_ASSIGN(db::Transaction transaction, context.database.read());
  TRY_ASSIGN(std::vector<ApiToken> tokens, select_tokens(transaction, actor.account));
  std::erase_if(tokens, [](const ApiToken& token) { return token.revoked.has_value(); });
  return tokens;
}

Result<> revoke_own_token(const AccessContext& context, const Actor& actor, const std::string& id) {
  TRY_ASSIGN(db::Transaction transaction, context.database.write());
  TRY_ASSIGN(const bool revoked, revoke_token(transaction, actor.account, id, context.clock()));
  if (!revoked) return fail(ErrorCode::not_found, "没有此令牌");
  TRY(append_audit(transaction, actor, event_of("token.revoke", id, {}), context.clock));
  return transaction.commit();
}

}  // namespace dengce::access
