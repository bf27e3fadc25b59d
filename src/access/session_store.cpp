// SPDX-License-Identifier: Apache-2.0
#include "access/session_store.h"

#include "base/text.h"

namespace dengce::access {
namespace {

using db::Query;
using Values = std::vector<db::Value>;

constexpr Query session_insert{
    "session.insert",
    "INSERT INTO session (id, secret_sha256, account_id, state, address, user_agent, opened_at,"
    " last_seen_at, expires_at, factor_elsewhere) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
    "$10)"};
constexpr Query session_find{
    "session.find",
    "SELECT id, account_id, state, address, user_agent, opened_at, last_seen_at, expires_at,"
    " ended_at, factor_elsewhere FROM session WHERE secret_sha256 = $1"};
constexpr Query session_list{
    "session.list",
    "SELECT id, account_id, state, address, user_agent, opened_at, last_seen_at, expires_at,"
    " ended_at, factor_elsewhere FROM session WHERE account_id = $1 AND ended_at IS NULL"
    " ORDER BY opened_at DESC, id DESC"};
constexpr Query session_touch{"session.touch",
                              "UPDATE session SET last_seen_at = $2 WHERE id = $1"};
constexpr Query session_advance{
    "session.advance",
    "UPDATE session SET state = $2, secret_sha256 = $3, last_seen_at = $4 WHERE id = $1"};
constexpr Query session_end{"session.end",
                            "UPDATE session SET ended_at = $3, ended_by = $4"
                            " WHERE account_id = $1 AND id = $2 AND ended_at IS NULL"};
constexpr Query session_end_others{"session.end_others",
                                   "UPDATE session SET ended_at = $3, ended_by = $4"
                                   " WHERE account_id = $1 AND id <> $2 AND ended_at IS NULL"};
constexpr Query session_forget{"session.forget",
                               "DELETE FROM session WHERE account_id = $1 AND expires_at < $2"};
constexpr Query flow_insert{"flow.insert",
                            "INSERT INTO sign_in_flow (secret_sha256, expires_at) VALUES ($1, $2)"};
constexpr Query flow_forget{"flow.forget", "DELETE FROM sign_in_flow WHERE expires_at <= $1"};
constexpr Query flow_take{"flow.take",
                          "DELETE FROM sign_in_flow WHERE secret_sha256 = $1 AND expires_at > $2"};
constexpr Query token_insert{
    "token.insert",
    "INSERT INTO api_token (id, account_id, name, secret_sha256, rights, created_at, expires_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr Query token_find{
    "token.find",
    "SELECT id, account_id, name, rights, created_at, expires_at, last_used_at, revoked_at"
    " FROM api_token WHERE secret_sha256 = $1"};
constexpr Query token_list{
    "token.list",
    "SELECT id, account_id, name, rights, created_at, expires_at, last_used_at, revoked_at"
    " FROM api_token WHERE account_id = $1 ORDER BY id DESC"};
constexpr Query token_touch{"token.touch", "UPDATE api_token SET last_used_at = $2 WHERE id = $1"};
constexpr Query token_revoke{"token.revoke",
                             "UPDATE api_token SET revoked_at = $3"
                             " WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL"};
constexpr Query key_claim{
    "idempotency.claim",
    "INSERT INTO idempotency_key (account_id, key_sha256, route, request_sha256, status,"
    " content_type, headers, body, created_at) VALUES ($1, $2, $3, $4, 0, '', '', $5, $6)"
    " ON CONFLICT (account_id, key_sha256) DO NOTHING"};
constexpr Query key_find{
    "idempotency.find",
    "SELECT route, request_sha256, status, content_type, headers, body, created_at"
    " FROM idempotency_key WHERE account_id = $1 AND key_sha256 = $2"};
constexpr Query key_keep{
    "idempotency.keep",
    "UPDATE idempotency_key SET status = $3, content_type = $4, headers = $5, body = $6"
    " WHERE account_id = $1 AND key_sha256 = $2"};
constexpr Query key_release{
    "idempotency.release", "DELETE FROM idempotency_key WHERE account_id = $1 AND key_sha256 = $2"};
constexpr Query key_forget{"idempotency.forget",
                           "DELETE FROM idempotency_key WHERE created_at < $1"};

std::optional<Instant> instant_of(const db::Row& row, std::size_t column) {
  const auto at = row.optional_integer(column);
  return at ? std::optional(Instant{*at}) : std::nullopt;
}

Session session_from(const db::Row& row) {
  Session session;
  session.id = row.text(0);
  session.account_id = row.text(1);
  // An unknown word is the least: it opens nothing.
  session.state = session_state_from(row.text(2)).value_or(SessionState::second_factor);
  session.address = row.text(3);
  session.user_agent = row.text(4);
  session.opened = Instant{row.integer(5)};
  session.last_seen = Instant{row.integer(6)};
  session.expires = Instant{row.integer(7)};
  session.ended = instant_of(row, 8);
  session.factor_elsewhere = row.integer(9) != 0;
  return session;
}

ApiToken token_from(const db::Row& row) {
  ApiToken token;
  token.id = row.text(0);
  token.account_id = row.text(1);
  token.name = row.text(2);
  const std::string rights = row.text(3);
  for (const std::string_view right : words(rights)) token.rights.emplace_back(right);
  token.created = Instant{row.integer(4)};
  token.expires = Instant{row.integer(5)};
  token.last_used = instant_of(row, 6);
  token.revoked = instant_of(row, 7);
  return token;
}

}  // namespace

Result<> insert_session(db::Transaction& transaction,
                        const Session& session,
                        const std::string& secret_sha256) {
  TRY(transaction.execute(session_insert,
                          Values{session.id,
                                 secret_sha256,
                                 session.account_id,
                                 std::string(session_state_name(session.state)),
                                 session.address,
                                 session.user_agent,
                                 session.opened.milliseconds,
                                 session.last_seen.milliseconds,
                                 session.expires.milliseconds,
                                 std::int64_t{session.factor_elsewhere ? 1 : 0}}));
  return {};
}

Result<std::optional<Session>> find_session(db::Transaction& transaction,
                                            const std::string& secret_sha256) {
  TRY_ASSIGN(const auto rows, transaction.query(session_find, Values{secret_sha256}));
  return rows.empty() ? std::nullopt : std::optional(session_from(rows.front()));
}

Result<std::vector<Session>> select_sessions(db::Transaction& transaction,
                                             const std::string& account) {
  TRY_ASSIGN(const auto rows, transaction.query(session_list, Values{account}));
  std::vector<Session> sessions;
  sessions.reserve(rows.size());
  for (const db::Row& row : rows) sessions.push_back(session_from(row));
  return sessions;
}

Result<> touch_session(db::Transaction& transaction, const std::string& id, Instant now) {
  TRY(transaction.execute(session_touch, Values{id, now.milliseconds}));
  return {};
}

Result<> advance_session(db::Transaction& transaction,
                         const std::string& id,
                         SessionState state,
                         const std::string& secret_sha256,
                         Instant now) {
  TRY(transaction.execute(
      session_advance,
      Values{id, std::string(session_state_name(state)), secret_sha256, now.milliseconds}));
  return {};
}

Result<bool> end_session(db::Transaction& transaction,
                         const std::string& account,
                         const std::string& id,
                         Instant now,
                         const std::string& ended_by) {
  TRY_ASSIGN(const auto changed,
             transaction.execute(session_end, Values{account, id, now.milliseconds, ended_by}));
  return changed == 1;
}

Result<> end_sessions(db::Transaction& transaction,
                      const std::string& account,
                      const std::string& spared,
                      Instant now,
                      const std::string& ended_by) {
  TRY(transaction.execute(session_end_others, Values{account, spared, now.milliseconds, ended_by}));
  return {};
}

Result<> delete_old_sessions(db::Transaction& transaction,
                             const std::string& account,
                             Instant before) {
  TRY(transaction.execute(session_forget, Values{account, before.milliseconds}));
  return {};
}

Result<> insert_flow(db::Transaction& transaction,
                     const std::string& secret_sha256,
                     Instant now,
                     Instant expires) {
  TRY(transaction.execute(flow_forget, Values{now.milliseconds}));
  TRY(transaction.execute(flow_insert, Values{secret_sha256, expires.milliseconds}));
  return {};
}

Result<bool> take_flow(db::Transaction& transaction,
                       const std::string& secret_sha256,
                       Instant now) {
  TRY_ASSIGN(const auto taken,
             transaction.execute(flow_take, Values{secret_sha256, now.milliseconds}));
  return taken == 1;
}

Result<> insert_token(db::Transaction& transaction,
                      const ApiToken& token,
                      const std::string& secret_sha256) {
  TRY(transaction.execute(token_insert,
                          Values{token.id,
                                 token.account_id,
                                 token.name,
                                 secret_sha256,
                                 join(token.rights, " "),
                                 token.created.milliseconds,
                                 token.expires.milliseconds}));
  return {};
}

Result<std::optional<ApiToken>> find_token(db::Transaction& transaction,
                                           const std::string& secret_sha256) {
  TRY_ASSIGN(const auto rows, transaction.query(token_find, Values{secret_sha256}));
  return rows.empty() ? std::nullopt : std::optional(token_from(rows.front()));
}

Result<std::vector<ApiToken>> select_tokens(db::Transaction& transaction,
                                            const std::string& account) {
  TRY_ASSIGN(const auto rows, transaction.query(token_list, Values{account}));
  std::vector<ApiToken> tokens;
  tokens.reserve(rows.size());
  for (const db::Row& row : rows) tokens.push_back(token_from(row));
  return tokens;
}

Result<> touch_token(db::Transaction& transaction, const std::string& id, Instant now) {
  TRY(transaction.execute(token_touch, Values{id, now.milliseconds}));
  return {};
}

Result<bool> revoke_token(db::Transaction& transaction,
                          const std::string& account,
                          const std::string& id,
                          Instant now) {
  TRY_ASSIGN(const auto changed,
             transaction.execute(token_revoke, Values{account, id, now.milliseconds}));
  return changed == 1;
}

Result<bool> claim_key(db::Transaction& transaction,
                       const std::string& account,
                       const std::string& key_sha256,
                       const KeptAnswer& answer) {
  TRY_ASSIGN(const auto changed,
             transaction.execute(key_claim,
                                 Values{account,
                                        key_sha256,
                                        answer.route,
                                        answer.request_sha256,
                                        db::Blob{},
                                        answer.created.milliseconds}));
  return changed == 1;
}

Result<std::optional<KeptAnswer>> find_kept(db::Transaction& transaction,
                                            const std::string& account,
                                            const std::string& key_sha256) {
  TRY_ASSIGN(const auto rows, transaction.query(key_find, Values{account, key_sha256}));
  if (rows.empty()) return std::nullopt;
  const db::Row& row = rows.front();
  return KeptAnswer{row.text(0),
                    row.text(1),
                    row.integer(2),
                    row.text(3),
                    row.text(4),
                    row.bytes(5),
                    Instant{row.integer(6)}};
}

Result<> keep_answer(db::Transaction& transaction,
                     const std::string& account,
                     const std::string& key_sha256,
                     const KeptAnswer& answer) {
  TRY(transaction.execute(key_keep,
                          Values{account,
                                 key_sha256,
                                 answer.status,
                                 answer.content_type,
                                 answer.headers,
                                 db::Blob{answer.body}}));
  return {};
}

Result<> release_key(db::Transaction& transaction,
                     const std::string& account,
                     const std::string& key_sha256) {
  TRY(transaction.execute(key_release, Values{account, key_sha256}));
  return {};
}

Result<> delete_old_keys(db::Transaction& transaction, Instant before) {
  TRY(transaction.execute(key_forget, Values{before.milliseconds}));
  return {};
}

}  // namespace dengce::access
