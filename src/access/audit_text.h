// SPDX-License-Identifier: Apache-2.0
// The texts that are hashed and signed; docs/security.md describes them for other programs.
#pragma once

#include <string>

#include "access/audit_store.h"

namespace dengce::access {

// "dengce-audit/1" and then one line a column: its length in bytes, a blank, its bytes.
std::string entry_text(const AuditEntry& entry);
std::string seal_text(const AuditSeal& seal);

// SM3 of entry_text.
std::string entry_digest(const AuditEntry& entry);
// SM3 of seal_text and the signature: what the next seal names as `previous`.
std::string seal_digest(const AuditSeal& seal);

}  // namespace dengce::access
