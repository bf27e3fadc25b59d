// SPDX-License-Identifier: Apache-2.0
#include "access/audit.h"

#include "access/audit_store.h"
#include "access/audit_text.h"
#include "base/text.h"

namespace dengce::access {
namespace {

constexpr std::size_t max_word_bytes = 200;
constexpr std::size_t max_name_bytes = 1000;
constexpr std::size_t max_detail_bytes = 8000;

// What strangers typed (a login, an id of a path) must not be able to keep its own entry out.
std::string storable(std::string_view text, std::size_t max_bytes) {
  std::string out(text.substr(0, max_bytes * 2));
  if (!is_valid_utf8(text)) {
    for (char& letter : out) {
      if (static_cast<unsigned char>(letter) >= 0x80) letter = '?';
    }
  }
  for (char& letter : out) {
    if (letter == '\0') letter = '?';
  }
  return shorten(out, max_bytes);
}

const char* word_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::done: return "done";
    case Outcome::denied: return "denied";
    case Outcome::failed: return "failed";
  }
  return "failed";
}

}  // namespace

Result<> append_audit(db::Transaction& transaction,
                      const Actor& actor,
                      const AuditEvent& event,
                      Clock clock) {
  if (event.detail.size() > max_detail_bytes) {
    return fail(ErrorCode::internal, "审计记录的说明过长", event.action);
  }
  TRY_ASSIGN(const AuditHead head, advance_head(transaction));
  AuditEntry entry;
  entry.sequence = head.sequence;
  entry.at_ms = clock().milliseconds;
  entry.account = storable(actor.account, max_word_bytes);
  entry.login = storable(actor.login, max_word_bytes);
  entry.address = storable(actor.address, max_word_bytes);
  entry.session = storable(actor.session, max_word_bytes);
  entry.action = storable(event.action, max_word_bytes);
  entry.object_type = storable(event.object_type, max_word_bytes);
  entry.object_id = storable(event.object_id, max_word_bytes);
  entry.object_name = storable(event.object_name, max_name_bytes);
  entry.before = storable(event.before, max_word_bytes);
  entry.after = storable(event.after, max_word_bytes);
  entry.detail = storable(event.detail, max_detail_bytes);
  entry.outcome = word_of(event.outcome);
  entry.previous = head.digest;
  entry.digest = entry_digest(entry);
  TRY(insert_entry(transaction, entry));
  return set_head_digest(transaction, entry.digest);
}

}  // namespace dengce::access
