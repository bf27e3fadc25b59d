// SPDX-License-Identifier: Apache-2.0
#include "access/idempotency.h"

#include <algorithm>
#include <map>

#include "access/session_store.h"
#include "base/cipher.h"
#include "base/digest.h"
#include "base/text.h"

namespace dengce::access {
namespace {

constexpr std::int64_t kept_milliseconds = 24LL * 60 * 60 * 1000;
constexpr std::size_t min_key_bytes = 16;
constexpr std::size_t max_key_bytes = 200;
constexpr const char* header_name = "idempotency-key";

struct Key {
  std::string digest;
  Secret secret;
};

Result<Key> key_of(const http::Request& request) {
  const std::string text(trim(request.header(header_name)));
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && static_cast<unsigned char>(c) < 127;
  });
  if (text.size() < min_key_bytes || text.size() > max_key_bytes || !plain) {
    std::string reason = "应为 16 至 200 个可见字符，例如 UUID";
    std::vector<Problem> problems{{{}, 0, "Idempotency-Key", reason}};
    return fail(ErrorCode::invalid_argument, "Idempotency-Key 无效", std::move(problems));
  }
  TRY_ASSIGN(Secret secret,
             derive_key(Secret(text), "kept-answer", cipher_key_bytes(Cipher::sm4_gcm)));
  return Key{sha256_hex(text), std::move(secret)};
}

// Everything that makes two calls the same call.
std::string digest_of(const http::Request& request) {
  std::string text = request.method + " " + request.path + "\n";
  for (const auto& [name, value] : request.query) {
    text += name + "=" + std::to_string(value.size()) + ":" + value + "\n";
  }
  return sha256_hex(text + "\n" + request.body);
}

Result<http::Response> replay(const KeptAnswer& kept, const Key& key) {
  http::Response response;
  response.status = static_cast<int>(kept.status);
  response.content_type = kept.content_type;
  TRY_ASSIGN(response.body, decrypt(Cipher::sm4_gcm, key.secret, kept.body, kept.request_sha256));
  Lines lines(kept.headers);
  while (const auto line = lines.next()) {
    const auto colon = line->text.find(": ");
    if (colon == std::string_view::npos) continue;
    response.headers.emplace_back(line->text.substr(0, colon), line->text.substr(colon + 2));
  }
  response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

Result<http::Response> answer_again(const KeptAnswer& kept,
                                    const KeptAnswer& wanted,
                                    const Key& key) {
  if (kept.request_sha256 != wanted.request_sha256) {
    return fail(ErrorCode::conflict, "此 Idempotency-Key 已用于另一请求，请换一个");
  }
  if (kept.status == 0) {
    return fail(ErrorCode::conflict, "相同的请求正在处理，或曾中断而结果未知；请先查看是否已生效");
  }
  return replay(kept, key);
}

Result<> keep(db::Database& database,
              const Actor& actor,
              const Key& key,
              KeptAnswer kept,
              const http::Response& response) {
  TRY_ASSIGN(kept.body, encrypt(Cipher::sm4_gcm, key.secret, response.body, kept.request_sha256));
  kept.status = response.status;
  kept.content_type = response.content_type;
  for (const auto& [name, value] : response.headers) kept.headers += name + ": " + value + "\n";
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY(keep_answer(transaction, actor.account, key.digest, kept));
  return transaction.commit();
}

Result<> release(db::Database& database, const Actor& actor, const Key& key) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY(release_key(transaction, actor.account, key.digest));
  return transaction.commit();
}

}  // namespace

Result<http::Response> run_once(db::Database& database,
                                const Actor& actor,
                                const http::Request& request,
                                Clock clock,
                                const std::function<Result<http::Response>()>& call) {
  if (request.header(header_name).empty()) return call();
  TRY_ASSIGN(const Key key, key_of(request));
  const Instant now = clock();
  KeptAnswer wanted;
  wanted.route = request.method + " " + request.path;
  wanted.request_sha256 = digest_of(request);
  wanted.created = now;
  {
    TRY_ASSIGN(db::Transaction transaction, database.write());
    TRY(delete_old_keys(transaction, Instant{now.milliseconds - kept_milliseconds}));
    TRY_ASSIGN(const bool first, claim_key(transaction, actor.account, key.digest, wanted));
    if (!first) {
      TRY_ASSIGN(const auto kept, find_kept(transaction, actor.account, key.digest));
      if (!kept) return fail(ErrorCode::unavailable, "请稍后重试");
      return answer_again(*kept, wanted, key);
    }
    TRY(transaction.commit());
  }
  auto response = call();
  const bool worth_keeping = response && response->status < 300 && !response->stream;
  if (worth_keeping) {
    // The change is committed: failing to keep its answer must not make it look failed.
    static_cast<void>(keep(database, actor, key, std::move(wanted), *response));
  } else {
    static_cast<void>(release(database, actor, key));
  }
  return response;
}

}  // namespace dengce::access
