// SPDX-License-Identifier: Apache-2.0
// The chain as JSON lines: what an export and the file of published heads hold. One object a line,
// `kind` says which: "audit" (once, in front), "key", "entry", "seal".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/audit_store.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::access {

// First 16 characters of the SM3 of the public key's text.
std::string audit_key_id(std::string_view public_pem);

std::string audit_line(const AuditKey& key);
std::string audit_line(const AuditEntry& entry);
std::string audit_line(const AuditSeal& seal);

struct AuditLines {
  std::vector<AuditKey> keys;    // without the private half
  std::vector<AuditSeal> seals;  // as they stand
  std::int64_t unreadable = 0;   // lines that are no JSON object: a crash or a full disk cut them
};

// Keys and seals of published heads; entries are passed over. Lines that are whole and say
// something else are problems, all together, with their numbers.
Result<AuditLines> read_audit_lines(std::string_view text, const std::string& name);

using LineSink = std::function<Result<>(std::string_view lines)>;

// Header, keys, all entries, all seals as they were when it began. Later entries do not change
// earlier ones, so each piece may be read in a transaction of its own.
class AuditExport {
 public:
  static Result<AuditExport> begin(db::Transaction& transaction, Clock clock = system_now);

  // Appends the next piece, of bounded size; false: that was the last one.
  Result<bool> next(db::Transaction& transaction, std::string& piece);

 private:
  AuditExport() = default;

  std::string front_;  // not given out yet
  std::int64_t last_entry_ = 0;
  std::int64_t last_seal_ = 0;
  std::int64_t entry_ = 0;  // given out
  std::int64_t seal_ = 0;
  bool entries_done_ = false;
};

// The same in one go.
Result<> export_audit(db::Transaction& transaction, const LineSink& sink, Clock clock = system_now);

}  // namespace dengce::access
