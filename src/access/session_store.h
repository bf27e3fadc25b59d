// SPDX-License-Identifier: Apache-2.0
// All SQL about sessions, API tokens and kept answers. Secrets come in as SHA-256.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/account.h"
#include "db/database.h"

namespace dengce::access {

Result<> insert_session(db::Transaction& transaction,
                        const Session& session,
                        const std::string& secret_sha256);
// Ended ones too: the caller says why they do not count.
Result<std::optional<Session>> find_session(db::Transaction& transaction,
                                            const std::string& secret_sha256);
// Newest first, only those not ended.
Result<std::vector<Session>> select_sessions(db::Transaction& transaction,
                                             const std::string& account);
Result<> touch_session(db::Transaction& transaction, const std::string& id, Instant now);
// The next state with a fresh secret: the one before no longer works.
Result<> advance_session(db::Transaction& transaction,
                         const std::string& id,
                         SessionState state,
                         const std::string& secret_sha256,
                         Instant now);
// False when the account has no such open session.
Result<bool> end_session(db::Transaction& transaction,
                         const std::string& account,
                         const std::string& id,
                         Instant now,
                         const std::string& ended_by);
// All open sessions of the account but one (empty: none is spared).
Result<> end_sessions(db::Transaction& transaction,
                      const std::string& account,
                      const std::string& spared,
                      Instant now,
                      const std::string& ended_by);
// Forgets sessions of the account that were over before `before`.
Result<> delete_old_sessions(db::Transaction& transaction,
                             const std::string& account,
                             Instant before);

// A visit at the identity provider begins; visits that are over by `now` are forgotten.
Result<> insert_flow(db::Transaction& transaction,
                     const std::string& secret_sha256,
                     Instant now,
                     Instant expires);
// True once for each visit, while it lasts.
Result<bool> take_flow(db::Transaction& transaction, const std::string& secret_sha256, Instant now);

Result<> insert_token(db::Transaction& transaction,
                      const ApiToken& token,
                      const std::string& secret_sha256);
Result<std::optional<ApiToken>> find_token(db::Transaction& transaction,
                                           const std::string& secret_sha256);
Result<std::vector<ApiToken>> select_tokens(db::Transaction& transaction,
                                            const std::string& account);
Result<> touch_token(db::Transaction& transaction, const std::string& id, Instant now);
// False when the account has no such token that still works.
Result<bool> revoke_token(db::Transaction& transaction,
                          const std::string& account,
                          const std::string& id,
                          Instant now);

// An answer kept for an Idempotency-Key. status 0: the first call is not finished.
struct KeptAnswer {
  std::string route;
  std::string request_sha256;
  std::int64_t status = 0;
  std::string content_type;
  std::string headers;  // "Name: value" lines
  std::string body;     // bytes; the caller encrypts
  Instant created;
};

// False when the account used this key already.
Result<bool> claim_key(db::Transaction& transaction,
                       const std::string& account,
                       const std::string& key_sha256,
                       const KeptAnswer& answer);
Result<std::optional<KeptAnswer>> find_kept(db::Transaction& transaction,
                                            const std::string& account,
                                            const std::string& key_sha256);
Result<> keep_answer(db::Transaction& transaction,
                     const std::string& account,
                     const std::string& key_sha256,
                     const KeptAnswer& answer);
Result<> release_key(db::Transaction& transaction,
                     const std::string& account,
                     const std::string& key_sha256);
Result<> delete_old_keys(db::Transaction& transaction, Instant before);

}  // namespace dengce::access
