// SPDX-License-Identifier: Apache-2.0
// The log of exports: what left the platform, why and to whom. The entry of the audit chain is the
// proof; a row beside it says of which class and system it was, so that the log can be listed.
#pragma once

#include <string>
#include <string_view>

#include "access/audit.h"
#include "access/protection.h"
#include "http/json_body.h"
#include "http/message.h"

namespace dengce::access {

inline constexpr std::size_t max_purpose = 200;  // characters
inline constexpr std::size_t max_recipient = 100;

struct ExportNote {
  std::string purpose;
  std::string recipient;
};

struct Export {
  const ProtectionClass& kept;  // of what is exported
  std::string system_id;        // whose it is; empty: of several, or of none
  ExportNote note;
  AuditEvent event;  // `after` is the SM3 of the file where it is known; `detail` is kept inside
};

// `purpose` and `recipient` of the body: wanted where the class asks for them.
ExportNote read_export_note(http::JsonObject& body, const ProtectionClass& kept);
// The same out of the query of a download, which a browser fetches by itself.
Result<ExportNote> export_note_of(const http::Request& request, const ProtectionClass& kept);
// The same for other callers; invalid_argument names the empty fields.
Result<> check_export_note(const ExportNote& note, const ProtectionClass& kept);

// The note that a job was ordered with, out of its input; empty members where there is none.
ExportNote export_note_of(std::string_view job_input);

// What stands over every page of an export: who took it out and when; empty where the class asks no
// watermark.
std::string watermark_of(const ProtectionClass& kept,
                         std::string_view name,
                         std::string_view login,
                         Instant now);

// The entry and its row in the log, in the transaction of the export.
Result<> append_export(db::Transaction& transaction,
                       const Actor& actor,
                       Export exported,
                       Clock clock = system_now);

}  // namespace dengce::access
