// SPDX-License-Identifier: Apache-2.0
// Where logs go: rsyslog (both syntaxes), syslog-ng, journald.
#include "evidence/parser/forms.h"
#include "evidence/parser/log_targets.h"

namespace dengce::evidence {
namespace {

std::string_view journald_setting(const ParseContext& context,
                                  std::string_view key,
                                  FactSource& source) {
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::setting); ++row) {
    if (context.text(FactId::setting, row, 0) != "journald") continue;
    if (context.text(FactId::setting, row, 2) != key) continue;
    source = context.facts().row_source(FactId::setting, row);
    return context.text(FactId::setting, row, 3);
  }
  return {};
}

// With Storage=auto the journal is kept on disk where its directory is there.
bool journal_directory(const ParseContext& context) {
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::file_mode); ++row) {
    if (context.text(FactId::file_mode, row, 0) == "/var/log/journal") {
      return context.text(FactId::file_mode, row, 1) == "directory";
    }
  }
  return false;
}

// The journal is itself a place of logs, unless it is switched off.
void read_journald(ParseContext& context) {
  const bool runs = context.program_present("systemd-journald").value_or(false);
  if (!runs) return;
  FactSource source;
  const std::string storage = lower(journald_setting(context, "Storage", source));
  const bool kept = journal_directory(context);
  if (storage != "none") {
    const bool on_disk = storage == "persistent" || (storage != "volatile" && kept);
    context.add(
        FactId::log_target,
        {"journald", "*", "file", on_disk ? "/var/log/journal" : "/run/log/journal", nullptr},
        source);
  }
  const Document upload = context.read("/etc/systemd/journal-upload.conf");
  if (!upload.ok()) return;
  for (const IniItem& item : read_ini(context, upload)) {
    if (item.key != "URL" || item.value.empty()) continue;
    context.add(
        FactId::log_target, {"journald", "*", "remote", item.value, "tls"}, upload.at(item.line));
  }
}

}  // namespace

void parse_syslog(ParseContext& context) {
  const Document rsyslog = context.read("/etc/rsyslog.conf");
  const Document syslog_ng = context.read("/etc/syslog-ng/syslog-ng.conf");
  const Document old = context.read("/etc/syslog.conf");
  for (const Document* document : {&rsyslog, &old}) {
    if (!document->ok()) continue;
    context.covered(FactId::log_target);
    read_rsyslog(context, *document);
  }
  if (syslog_ng.ok()) {
    context.covered(FactId::log_target);
    read_syslog_ng(context, syslog_ng);
  }
  const bool all_absent = rsyslog.state == ReadState::absent &&
                          syslog_ng.state == ReadState::absent && old.state == ReadState::absent;
  if (all_absent) context.covered(FactId::log_target);
  read_journald(context);
  if (!context.is_covered(FactId::log_target)) {
    context.missing(FactId::log_target, missing_reason(rsyslog.state, "/etc/rsyslog.conf"));
  }
}

}  // namespace dengce::evidence
