// SPDX-License-Identifier: Apache-2.0
#include "access/export_log.h"

#include <boost/json.hpp>
#include <utility>

#include "access/audit_store.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace dengce::access {
namespace {

std::string detail_of(const Export& exported) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("class", exported.kept.id);
  json.member("purpose", exported.note.purpose).member("recipient", exported.note.recipient);
  if (!exported.event.detail.empty()) json.key("what").raw_number(exported.event.detail);
  json.end_object();
  return out;
}

}  // namespace

ExportNote read_export_note(http::JsonObject& body, const ProtectionClass& kept) {
  if (kept.asks_purpose) {
    return {body.text("purpose", max_purpose), body.text("recipient", max_recipient)};
  }
  return {body.maybe_text("purpose", max_purpose).value_or(""),
          body.maybe_text("recipient", max_recipient).value_or("")};
}

Result<ExportNote> export_note_of(const http::Request& request, const ProtectionClass& kept) {
  std::vector<Problem> problems;
  ExportNote note;
  for (const auto& [name, value] : request.query) {
    if (name == "purpose") {
      note.purpose = trim(value);
    } else if (name == "recipient") {
      note.recipient = trim(value);
    } else {
      problems.push_back({{}, 0, shorten(name, 100), "未知的查询参数"});
    }
  }
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "查询参数无效", std::move(problems));
  }
  TRY(check_export_note(note, kept));
  return note;
}

Result<> check_export_note(const ExportNote& note, const ProtectionClass& kept) {
  std::vector<Problem> problems;
  if (kept.asks_purpose && note.purpose.empty()) problems.push_back({{}, 0, "purpose", "必填"});
  if (kept.asks_purpose && note.recipient.empty()) problems.push_back({{}, 0, "recipient", "必填"});
  const auto check = [&](const std::string& text, std::string_view field, std::size_t max) {
    if (text.size() > max * 4) problems.push_back({{}, 0, std::string(field), "过长"});
    if (!is_valid_utf8(text)) problems.push_back({{}, 0, std::string(field), "不是 UTF-8 文字"});
  };
  check(note.purpose, "purpose", max_purpose);
  check(note.recipient, "recipient", max_recipient);
  if (problems.empty()) return {};
  return fail(
      ErrorCode::invalid_argument, "导出" + kept.name + "须写明用途与接收人", std::move(problems));
}

ExportNote export_note_of(std::string_view job_input) {
  boost::system::error_code error;
  const auto parsed = boost::json::parse(job_input, error);
  const auto* input = error ? nullptr : parsed.if_object();
  const auto text = [&](const char* key) {
    const auto* value = input == nullptr ? nullptr : input->if_contains(key);
    return value == nullptr || !value->is_string() ? std::string()
                                                   : std::string(value->get_string());
  };
  return {text("purpose"), text("recipient")};
}

std::string watermark_of(const ProtectionClass& kept,
                         std::string_view name,
                         std::string_view login,
                         Instant now) {
  if (!kept.watermark) return {};
  constexpr std::int64_t shanghai_milliseconds = 8LL * 3'600'000;
  std::string time = format_instant({now.milliseconds + shanghai_milliseconds}).substr(0, 16);
  time[10] = ' ';
  std::string out(name);
  if (!name.empty() && name != login) out += ' ';
  if (name != login) out += login;
  return shorten(out, 80) + " " + time;
}

Result<> append_export(db::Transaction& transaction,
                       const Actor& actor,
                       Export exported,
                       Clock clock) {
  exported.event.detail = detail_of(exported);
  TRY(append_audit(transaction, actor, exported.event, clock));
  // This transaction holds the head, so it is this entry's.
  TRY_ASSIGN(const AuditHead head, select_head(transaction));
  return insert_export(transaction, head.sequence, exported.kept.id, exported.system_id);
}

}  // namespace dengce::access
