// SPDX-License-Identifier: Apache-2.0
#include "access/audit_text.h"

#include <initializer_list>

#include "base/digest.h"

namespace dengce::access {
namespace {

// The length in front makes the text unambiguous whatever a column holds.
std::string framed(std::string_view format, std::initializer_list<std::string_view> columns) {
  std::string out(format);
  out += '\n';
  for (const std::string_view column : columns) {
    out += std::to_string(column.size());
    out += ' ';
    out += column;
    out += '\n';
  }
  return out;
}

}  // namespace

std::string entry_text(const AuditEntry& entry) {
  return framed("dengce-audit/1",
                {std::to_string(entry.sequence),
                 std::to_string(entry.at_ms),
                 entry.account,
                 entry.login,
                 entry.address,
                 entry.session,
                 entry.action,
                 entry.object_type,
                 entry.object_id,
                 entry.object_name,
                 entry.before,
                 entry.after,
                 entry.detail,
                 entry.outcome,
                 entry.previous});
}

std::string seal_text(const AuditSeal& seal) {
  return framed("dengce-seal/1",
                {std::to_string(seal.number),
                 std::to_string(seal.sequence),
                 seal.digest,
                 std::to_string(seal.at_ms),
                 seal.key_id,
                 seal.previous});
}

std::string entry_digest(const AuditEntry& entry) {
  return sm3_hex(entry_text(entry));
}

std::string seal_digest(const AuditSeal& seal) {
  return sm3_hex(seal_text(seal) + seal.signature + "\n");
}

}  // namespace dengce::access
