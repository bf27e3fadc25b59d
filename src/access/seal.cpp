// SPDX-License-Identifier: Apache-2.0
#include "access/seal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>

#include "access/audit_lines.h"
#include "access/audit_text.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/signature.h"
#include "base/text.h"

namespace dengce::access {
namespace {

constexpr std::int64_t page = 1000;
constexpr std::uint64_t max_heads_bytes = 256ULL << 20;

std::string context_of(const std::string& key_id) {
  return "audit_key/" + key_id;
}

struct Signer {
  std::string id;
  SigningKey key;
};

Result<Signer> make_signer(db::Transaction& transaction, const Vault& vault, Instant now) {
  TRY_ASSIGN(SigningKey key, SigningKey::generate());
  AuditKey row;
  TRY_ASSIGN(row.public_pem, key.public_pem());
  row.id = audit_key_id(row.public_pem);
  row.created_at = now.milliseconds;
  TRY_ASSIGN(row.private_sealed, vault.seal(key.bytes().bytes(), context_of(row.id)));
  TRY(insert_key(transaction, row));
  return Signer{row.id, std::move(key)};
}

// The newest key signs.
Result<Signer> find_signer(db::Transaction& transaction, const Vault& vault, Instant now) {
  TRY_ASSIGN(const auto keys, select_keys(transaction));
  if (keys.empty()) return make_signer(transaction, vault, now);
  const AuditKey& row = keys.back();
  TRY_ASSIGN(std::string bytes, vault.open(row.private_sealed, context_of(row.id)));
  TRY_ASSIGN(SigningKey key, SigningKey::from_bytes(Secret(std::move(bytes))));
  return Signer{row.id, std::move(key)};
}

struct Published {
  std::int64_t number = 0;
  std::set<std::string> keys;
  bool torn = false;  // a crash has cut the last line: it is closed before the next one
};

Result<Published> read_published(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return Published{};
  TRY_ASSIGN(const std::string bytes, read_file(file, max_heads_bytes));
  Published out;
  out.torn = !bytes.empty() && bytes.back() != '\n';
  TRY_ASSIGN(const AuditLines lines, read_audit_lines(bytes, file.string()));
  for (const AuditSeal& seal : lines.seals) out.number = std::max(out.number, seal.number);
  for (const AuditKey& key : lines.keys) out.keys.insert(key.id);
  return out;
}

Result<> append_file(const std::filesystem::path& file, std::string_view bytes) {
  const auto failed = [&] {
    return fail(ErrorCode::unavailable,
                "审计链头文件无法写入",
                {Problem{file.string(), 0, {}, std::strerror(errno)}});
  };
  const int descriptor =
      ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) return failed();
  // One write: lines of two servers that share the file do not mix.
  const bool written =
      ::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::fsync(descriptor) == 0;
  const auto result = written ? Result<>{} : Result<>(failed());
  ::close(descriptor);
  return result;
}

}  // namespace

Result<std::optional<AuditSeal>> seal_audit(db::Database& database,
                                            const Vault& vault,
                                            Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const AuditHead head, lock_head(transaction));
  TRY_ASSIGN(const AuditSeal last, select_last_seal(transaction));
  if (head.sequence == 0 || head.sequence == last.sequence) return std::nullopt;
  const Instant now = clock();
  TRY_ASSIGN(const Signer signer, find_signer(transaction, vault, now));
  AuditSeal seal;
  seal.number = last.number + 1;
  seal.sequence = head.sequence;
  seal.digest = head.digest;
  seal.at_ms = now.milliseconds;
  seal.key_id = signer.id;
  seal.previous = last.number == 0 ? std::string(no_digest) : seal_digest(last);
  TRY_ASSIGN(const std::string signature, signer.key.sign(seal_text(seal)));
  seal.signature = to_hex(signature);
  TRY(insert_seal(transaction, seal));
  TRY(transaction.commit());
  return seal;
}

Result<> publish_seals(db::Database& database, const std::filesystem::path& file) {
  TRY_ASSIGN(Published published, read_published(file));
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const auto keys, select_keys(transaction));
  for (;;) {
    TRY_ASSIGN(const auto seals, select_seals(transaction, published.number, page));
    if (seals.empty()) return {};
    if (seals.back().number <= published.number) {
      return fail(ErrorCode::data_corrupt, "审计链被改动：有一个封印的编号不是整数");
    }
    std::string out = published.torn ? "\n" : "";
    published.torn = false;
    for (const AuditSeal& seal : seals) {
      for (const AuditKey& key : keys) {
        if (key.id == seal.key_id && published.keys.insert(key.id).second) {
          out += audit_line(key);
        }
      }
      out += audit_line(seal);
      published.number = seal.number;
    }
    TRY(append_file(file, out));
  }
}

std::string seal_line(const AuditSeal& seal) {
  return "audit seal " + std::to_string(seal.number) + " sequence " +
         std::to_string(seal.sequence) + " digest " + seal.digest + " key " + seal.key_id +
         " signature " + seal.signature;
}

Result<> rewrap_audit_keys(db::Transaction& transaction, const Vault& newer, const Vault& older) {
  TRY_ASSIGN(const auto keys, select_keys(transaction));
  for (const AuditKey& key : keys) {
    TRY_ASSIGN(const std::string sealed,
               newer.rewrap(key.private_sealed, context_of(key.id), older));
    TRY(replace_private(transaction, key.id, sealed));
  }
  return {};
}

std::filesystem::path default_heads_file(const std::filesystem::path& data_directory) {
  return default_key_file(data_directory).replace_extension(".heads");
}

struct Sealer::State {
  db::Database& database;
  Vault vault;
  SealerOptions options;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::int64_t sealed = 0;  // sequence of the last seal seen
  std::chrono::steady_clock::time_point sealed_at = std::chrono::steady_clock::now();
  std::jthread thread;

  State(db::Database& used, Vault key, SealerOptions given)
      : database(used), vault(std::move(key)), options(std::move(given)) {}

  void report(const Error& error) const {
    if (options.failed) options.failed(error);
  }

  [[nodiscard]] Result<bool> due() const {
    TRY_ASSIGN(db::Transaction transaction, database.read());
    TRY_ASSIGN(const AuditHead head, select_head(transaction));
    const std::int64_t fresh = head.sequence - sealed;
    const auto waited = std::chrono::steady_clock::now() - sealed_at;
    return fresh >= options.entries || (fresh > 0 && waited >= options.interval);
  }

  Result<> seal() {
    TRY_ASSIGN(const auto made, seal_audit(database, vault));
    sealed_at = std::chrono::steady_clock::now();
    if (made) {
      sealed = made->sequence;
      if (options.log) options.log(seal_line(*made));
    } else {
      TRY_ASSIGN(db::Transaction transaction, database.read());
      TRY_ASSIGN(const AuditSeal last, select_last_seal(transaction));
      sealed = last.sequence;
    }
    // Also when another server sealed: each has its own file.
    return options.heads_file.empty() ? Result<>{} : publish_seals(database, options.heads_file);
  }

  void run(const std::stop_token& stop) {
    for (bool first = true; !stop.stop_requested(); first = false) {
      const auto now_due = first ? Result<bool>(true) : due();
      if (!now_due) report(now_due.error());
      if (now_due && *now_due) {
        if (const auto done = seal(); !done) report(done.error());
      }
      std::unique_lock lock(mutex);
      wake.wait_for(lock, stop, options.pause, [] { return false; });
    }
    if (const auto done = seal(); !done) report(done.error());
  }
};

Sealer::Sealer(db::Database& database, Vault vault, SealerOptions options)
    : state_(std::make_unique<State>(database, std::move(vault), std::move(options))) {
  State* state = state_.get();
  state_->thread = std::jthread([state](const std::stop_token& stop) { state->run(stop); });
}

Sealer::~Sealer() {
  state_->thread.request_stop();
  state_->thread.join();
}

}  // namespace dengce::access
