// SPDX-License-Identifier: Apache-2.0
#include "access/audit_lines.h"

#include <boost/json.hpp>

#include "base/digest.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace dengce::access {
namespace {

constexpr std::int64_t page = 1000;

std::string text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::int64_t number_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* number = value == nullptr ? nullptr : value->if_int64();
  return number == nullptr ? -1 : *number;
}

void read_line(std::string_view line, AuditLines& out, std::string& reason) {
  boost::system::error_code error;
  const auto value = boost::json::parse({line.data(), line.size()}, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) {
    ++out.unreadable;
    return;
  }
  const std::string kind = text_of(*object, "kind");
  if (kind == "key") {
    AuditKey key;
    key.id = text_of(*object, "id");
    key.public_pem = text_of(*object, "public_pem");
    if (key.id != audit_key_id(key.public_pem)) reason = "公钥与其编号不符";
    out.keys.push_back(std::move(key));
  } else if (kind == "seal") {
    out.seals.push_back({number_of(*object, "number"),
                         number_of(*object, "sequence"),
                         text_of(*object, "digest"),
                         number_of(*object, "at_ms"),
                         text_of(*object, "key_id"),
                         text_of(*object, "previous"),
                         text_of(*object, "signature")});
    if (out.seals.back().number < 1 || out.seals.back().sequence < 1) reason = "封印不完整";
  } else if (kind != "audit" && kind != "entry") {
    reason = "kind 无法识别";
  }
}

}  // namespace

std::string audit_key_id(std::string_view public_pem) {
  return sm3_hex(public_pem).substr(0, 16);
}

std::string audit_line(const AuditKey& key) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .member("kind", "key")
      .member("id", key.id)
      .member("public_pem", key.public_pem)
      .end_object();
  return out + "\n";
}

std::string audit_line(const AuditEntry& entry) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .member("kind", "entry")
      .member("sequence", entry.sequence)
      .member("at_ms", entry.at_ms)
      .member("time", format_instant({entry.at_ms}))
      .member("account", entry.account)
      .member("login", entry.login)
      .member("address", entry.address)
      .member("session", entry.session)
      .member("action", entry.action)
      .member("object_type", entry.object_type)
      .member("object_id", entry.object_id)
      .member("object_name", entry.object_name)
      .member("before_sm3", entry.before)
      .member("after_sm3", entry.after)
      .member("detail", entry.detail)
      .member("outcome", entry.outcome)
      .member("previous", entry.previous)
      .member("digest", entry.digest)
      .end_object();
  return out + "\n";
}

std::string audit_line(const AuditSeal& seal) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .member("kind", "seal")
      .member("number", seal.number)
      .member("sequence", seal.sequence)
      .member("digest", seal.digest)
      .member("at_ms", seal.at_ms)
      .member("key_id", seal.key_id)
      .member("previous", seal.previous)
      .member("signature", seal.signature)
      .end_object();
  return out + "\n";
}

Result<AuditLines> read_audit_lines(std::string_view text, const std::string& name) {
  AuditLines out;
  std::vector<Problem> problems;
  Lines lines(text);
  while (const auto line = lines.next()) {
    if (trim(line->text).empty()) continue;
    std::string reason;
    read_line(line->text, out, reason);
    if (!reason.empty()) problems.push_back({name, line->number, {}, std::move(reason)});
    if (problems.size() >= 100) break;
  }
  if (!problems.empty()) {
    return fail(ErrorCode::data_corrupt, "审计链头文件无法读取", std::move(problems));
  }
  return out;
}

Result<> export_audit(db::Transaction& transaction, const LineSink& sink, Clock clock) {
  TRY_ASSIGN(const AuditHead head, select_head(transaction));
  std::string out;
  JsonWriter(out)
      .begin_object()
      .member("kind", "audit")
      .member("format", "dengce-audit/1")
      .member("exported", format_instant(clock()))
      .member("sequence", head.sequence)
      .member("digest", head.digest)
      .end_object();
  out += '\n';
  TRY_ASSIGN(const auto keys, select_keys(transaction));
  for (const AuditKey& key : keys) out += audit_line(key);
  TRY(sink(out));
  for (std::int64_t after = 0;;) {
    TRY_ASSIGN(const auto entries, select_entries(transaction, after, page));
    if (entries.empty()) break;
    after = entries.back().sequence;
    out.clear();
    for (const AuditEntry& entry : entries) out += audit_line(entry);
    TRY(sink(out));
  }
  for (std::int64_t after = 0;;) {
    TRY_ASSIGN(const auto seals, select_seals(transaction, after, page));
    if (seals.empty()) return {};
    after = seals.back().number;
    out.clear();
    for (const AuditSeal& seal : seals) out += audit_line(seal);
    TRY(sink(out));
  }
}

}  // namespace dengce::access
