// SPDX-License-Identifier: Apache-2.0
// Seals: the chain's head signed with SM2 from time to time, kept in the database, in a file
// outside the data directory and in the system's log, so that a chain written anew or rolled back
// shows.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access/audit_store.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"

namespace dengce::access {

// Signs the head when it has moved since the last seal; nothing otherwise. The key is made, and its
// private half sealed by the vault, when there is none yet.
Result<std::optional<AuditSeal>> seal_audit(db::Database& database,
                                            const Vault& vault,
                                            Clock clock = system_now);

// Appends the seals that the file does not hold yet, and the public keys they need, one JSON object
// a line (docs/security.md). The file is created with mode 0644: it holds no secret.
Result<> publish_seals(db::Database& database, const std::filesystem::path& file);

// One line for the system's log.
std::string seal_line(const AuditSeal& seal);

// The private halves wrapped by another master key.
Result<> rewrap_audit_keys(db::Transaction& transaction, const Vault& newer, const Vault& older);

// "/var/lib/dengce" → "/var/lib/dengce.heads": where publish_seals writes unless told otherwise.
std::filesystem::path default_heads_file(const std::filesystem::path& data_directory);

struct SealerOptions {
  std::filesystem::path heads_file;        // empty: none
  std::chrono::milliseconds pause{5'000};  // between two looks
  std::chrono::milliseconds interval{300'000};
  std::int64_t entries = 500;  // seals earlier when so many are new
  // Each new seal, for the system's log.
  std::function<void(const std::string& line)> log;
  // What went wrong; the sealer goes on.
  std::function<void(const Error& error)> failed;
};

// Seals in the background of a server, and once more at its end.
class Sealer {
 public:
  // The database outlives the sealer.
  Sealer(db::Database& database, Vault vault, SealerOptions options);
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dengce::access
