// SPDX-License-Identifier: Apache-2.0
#include "access/audit_lines.h"

#include <boost/json.hpp>
#include <limits>

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

// Sorts last and would bring the same page again for ever.
tl::unexpected<Error> no_number() {
  return fail(ErrorCode::data_corrupt, "审计链被改动：有一行的编号不是整数");
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

Result<AuditExport> AuditExport::begin(db::Transaction& transaction, Clock clock) {
  TRY_ASSIGN(const AuditHead head, select_head(transaction));
  TRY_ASSIGN(const AuditExtent extent, select_extent(transaction));
  TRY_ASSIGN(const AuditSeal seal, select_last_seal(transaction));
  TRY_ASSIGN(const auto keys, select_keys(transaction));
  AuditExport out;
  out.last_entry_ = extent.last;
  out.last_seal_ = seal.number;
  // From the lowest number: a row put in front of the first entry belongs to the export.
  out.entry_ = out.seal_ = std::numeric_limits<std::int64_t>::min();
  JsonWriter(out.front_)
      .begin_object()
      .member("kind", "audit")
      .member("format", "dengce-audit/1")
      .member("exported", format_instant(clock()))
      .member("sequence", head.sequence)
      .member("digest", head.digest)
      .member("rows", extent.rows)
      .end_object();
  out.front_ += '\n';
  for (const AuditKey& key : keys) out.front_ += audit_line(key);
  return out;
}

Result<bool> AuditExport::next(db::Transaction& transaction, std::string& piece) {
  piece += front_;
  front_.clear();
  if (!entries_done_) {
    TRY_ASSIGN(const auto entries, select_entries(transaction, entry_, page));
    for (const AuditEntry& entry : entries) {
      if (entry.sequence > last_entry_) break;
      piece += audit_line(entry);
    }
    entries_done_ = entries.empty() || entries.back().sequence >= last_entry_;
    if (!entries_done_ && entries.back().sequence <= entry_) return no_number();
    if (!entries.empty()) entry_ = entries.back().sequence;
    return true;
  }
  TRY_ASSIGN(const auto seals, select_seals(transaction, seal_, page));
  for (const AuditSeal& seal : seals) {
    if (seal.number > last_seal_) return false;
    piece += audit_line(seal);
  }
  if (seals.empty() || seals.back().number >= last_seal_) return false;
  if (seals.back().number <= seal_) return no_number();
  seal_ = seals.back().number;
  return true;
}

Result<> export_audit(db::Transaction& transaction, const LineSink& sink, Clock clock) {
  TRY_ASSIGN(AuditExport lines, AuditExport::begin(transaction, clock));
  for (bool more = true; more;) {
    std::string piece;
    TRY_ASSIGN(more, lines.next(transaction, piece));
    TRY(sink(piece));
  }
  return {};
}

}  // namespace dengce::access
