// SPDX-License-Identifier: Apache-2.0
#include "program/archive.h"

#include <fmt/format.h>

#include <cstdio>

#include "access/audit_lines.h"
#include "assessment/assessment_store.h"
#include "assessment/snapshot.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/tar_file.h"
#include "base/text.h"
#include "file/file_store.h"
#include "file/uploads.h"
#include "portfolio/contacts.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/surveys.h"
#include "program/archive_store.h"

namespace dengce::program {
namespace {

namespace fs = std::filesystem;

constexpr const char* readme =
    "本归档由等测（Dengce）导出，不需要本产品即可阅读。\n"
    "\n"
    "ledger/        台账各表，CSV（UTF-8）。*_at 为 1970 年起的毫秒数（UTC），*_day 为 1970-01-01 "
    "起的天数，"
    "金额单位为分。\n"
    "ledger/survey/ 调研表答复，按系统与表号，JSON。\n"
    "assessments/   "
    "每个测评一个目录：assessment.json、objects.csv、records.csv（判定与记录）、points.json（"
    "测评点与证据出处）、answers.csv、risks.csv、tables/、snapshots/（定稿快照）。\n"
    "evidence/      证据包原件，按 SM3 摘要。\n"
    "files/         提交的文件原件，按编号。\n"
    "audit/         审计链，JSON 行；用 tools/verify-audit 可独立核对。\n"
    "manifest.json  以上每个文件的长度与 SHA-256、SM3 摘要。\n"
    "\n"
    "归档未加密，含全部证据与个人信息，请按涉密程度保管。\n";

// A name from outside as the last part of a path.
std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool bad = c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    out += bad ? '_' : c;
  }
  return out.empty() || out == "." || out == ".." ? "_" : out;
}

class Archive {
 public:
  Archive(db::Transaction& transaction, const Vault& vault, TarWriter& tar)
      : transaction_(transaction), vault_(vault), tar_(tar) {}

  Result<ArchiveSummary> run(Clock clock) {
    TRY(add("README.txt", readme));
    for (const ArchiveTable& table : archive_tables()) {
      TRY_ASSIGN(const std::string csv, table_csv(transaction_, table));
      TRY(add(fmt::format("ledger/{}.csv", table.name), csv));
    }
    TRY(contacts());
    TRY_ASSIGN(const auto systems, portfolio::select_systems(transaction_));
    for (const portfolio::InformationSystem& system : systems) {
      TRY(surveys(system.id));
      TRY_ASSIGN(const auto all, assessment::select_assessments(transaction_, system.id));
      for (const assessment::Assessment& one : all) TRY(assessment(system.name, one));
    }
    TRY(evidence());
    TRY(files());
    TRY(audit(clock));
    return manifest(clock);
  }

 private:
  Result<> note(Result<TarEntry> added) {
    if (!added) return tl::make_unexpected(std::move(added).error());
    ++summary_.files;
    summary_.bytes += static_cast<std::int64_t>(added->bytes);
    entries_.push_back(std::move(*added));
    return {};
  }

  Result<> add(const std::string& name, std::string_view bytes) {
    return note(tar_.add(name, bytes));
  }

  Result<> contacts() {
    TRY_ASSIGN(const auto ids, ids_of(transaction_, "contact"));
    const portfolio::Visible all{true, {}, {}};
    std::string csv;
    append_row(
        csv,
        {"id", "party", "organisation", "post", "name", "phone", "email", "team_id", "system_id"});
    for (const std::string& id : ids) {
      TRY_ASSIGN(const portfolio::Contact one,
                 portfolio::select_contact(transaction_, vault_, all, id));
      append_row(csv,
                 {one.id,
                  one.party,
                  one.organisation,
                  one.post,
                  one.name,
                  one.phone,
                  one.email,
                  one.team_id.value_or(""),
                  one.system_id.value_or("")});
    }
    return add("ledger/contact.csv", csv);
  }

  Result<> surveys(const std::string& system) {
    TRY_ASSIGN(const auto heads, portfolio::select_survey_heads(transaction_, system));
    for (const portfolio::SurveyAnswer& head : heads) {
      TRY_ASSIGN(const portfolio::SurveyAnswer answer,
                 portfolio::select_survey(transaction_, vault_, system, head.form_no));
      TRY(add(fmt::format("ledger/survey/{}/{}.json", system, plain_name(head.form_no)),
              to_json(answer)));
    }
    return {};
  }

  Result<> assessment(const std::string& system, const assessment::Assessment& one) {
    ++summary_.assessments;
    const std::string folder = "assessments/" + one.id + "/";
    std::string json_text;
    JsonWriter json(json_text);
    json.begin_object().member("id", one.id).member("system_id", one.system_id);
    json.member("system", system).member("round", one.round);
    json.member("level", std::int64_t{one.level}).member("sag", one.sag);
    json.member("extensions", one.extensions).member_boolean("demo", one.demo);
    json.member("created", format_instant(one.created)).key("facts").begin_object();
    for (const auto& [key, value] : one.facts) json.member(key, value);
    json.end_object().end_object();
    TRY(add(folder + "assessment.json", json_text));
    TRY(objects(folder, one.id));
    TRY(records(folder, one.id));
    TRY(judgements(folder, one.id));
    TRY_ASSIGN(const auto tables, assessment::select_tables(transaction_, vault_, one.id));
    for (const auto& [key, table] : tables) {
      std::string csv;
      append_row(csv, table.columns);
      for (const auto& row : table.rows) append_row(csv, row.cells);
      TRY(add(folder + "tables/" + plain_name(key) + ".csv", csv));
    }
    TRY_ASSIGN(const auto heads, assessment::list_snapshots(transaction_, one.id));
    for (const assessment::SnapshotHead& head : heads) {
      TRY_ASSIGN(const assessment::Snapshot snapshot,
                 assessment::select_snapshot(transaction_, vault_, one.id, head.id));
      TRY(add(folder + "snapshots/" + head.id + ".json", assessment::to_json(snapshot)));
    }
    return {};
  }

  Result<> objects(const std::string& folder, const std::string& id) {
    TRY_ASSIGN(const auto all, assessment::select_objects(transaction_, id));
    std::string csv;
    append_row(csv,
               {"id",
                "reference",
                "object_class",
                "name",
                "asset_table",
                "importance",
                "selected",
                "origin",
                "bundle_sm3",
                "attributes"});
    for (const assessment::AssessmentObject& one : all) {
      append_row(csv,
                 {one.id,
                  one.reference,
                  one.object_class,
                  one.name,
                  one.asset_table,
                  one.importance,
                  one.selected ? "1" : "0",
                  one.origin,
                  one.bundle_sm3,
                  assessment::texts_to_json(one.attributes)});
    }
    return add(folder + "objects.csv", csv);
  }

  Result<> records(const std::string& folder, const std::string& id) {
    TRY_ASSIGN(const auto all, assessment::select_records(transaction_, vault_, id));
    std::string csv;
    std::string points = "[";
    append_row(csv, {"object_id", "code", "clause", "verdict", "record", "reason"});
    for (const assessment::StoredRecord& one : all) {
      append_row(csv,
                 {one.object_id,
                  one.code,
                  one.clause,
                  std::string(name(one.verdict)),
                  one.text,
                  one.reason});
      std::string head;
      JsonWriter json(head);
      json.begin_object().member("object_id", one.object_id).member("code", one.code);
      json.member("clause", one.clause).key("points");
      points += points.size() == 1 ? "\n" : ",\n";
      points += head + assessment::points_to_json(one.points) + "}";
    }
    TRY(add(folder + "records.csv", csv));
    return add(folder + "points.json", points + "\n]\n");
  }

  Result<> judgements(const std::string& folder, const std::string& id) {
    TRY_ASSIGN(const auto answers, assessment::select_answers(transaction_, vault_, id));
    std::string csv;
    append_row(csv, {"object_id", "code", "point", "status", "answer", "person", "day"});
    for (const assessment::PersonAnswer& one : answers) {
      append_row(csv,
                 {one.object_id,
                  one.code,
                  std::to_string(one.point),
                  std::string(name(one.status)),
                  one.text,
                  one.person,
                  format_day(one.day)});
    }
    TRY(add(folder + "answers.csv", csv));
    TRY_ASSIGN(const auto risks, assessment::select_risks(transaction_, vault_, id));
    csv.clear();
    append_row(csv,
               {"problem",
                "code",
                "objects",
                "threat",
                "asset",
                "analysis",
                "high_risk_case",
                "change",
                "risk",
                "hazard",
                "mitigation",
                "advice",
                "person"});
    for (const assessment::RiskJudgement& one : risks) {
      append_row(csv,
                 {one.problem,
                  one.code,
                  join(one.objects, " "),
                  one.threat,
                  one.asset,
                  one.analysis,
                  one.high_risk_case,
                  one.change,
                  one.risk,
                  one.hazard ? "1" : "0",
                  one.mitigation,
                  one.advice,
                  one.person});
    }
    return add(folder + "risks.csv", csv);
  }

  Result<> evidence() {
    TRY_ASSIGN(const auto keys, assessment::select_stored_keys(transaction_));
    for (const std::string& sm3 : keys.bundles) {
      ++summary_.bundles;
      TRY_ASSIGN(const assessment::StoredBundle bundle,
                 assessment::select_bundle(transaction_, vault_, sm3));
      const std::string name = plain_name(fs::path(bundle.file_name).filename().string());
      TRY(add(fmt::format("evidence/{}/{}", sm3, name), bundle.archive));
    }
    return {};
  }

  Result<> files() {
    TRY_ASSIGN(const auto ids, ids_of(transaction_, "file"));
    for (const std::string& id : ids) {
      TRY_ASSIGN(const auto found, file::select_file(transaction_, id));
      if (!found) continue;
      std::int64_t at = 0;
      TRY(note(tar_.add_pieces(
          fmt::format("files/{}/{}", id, plain_name(found->name)),
          static_cast<std::uint64_t>(found->length),
          [&]() -> Result<std::string> {
            TRY_ASSIGN(const std::string sealed, file::select_piece(transaction_, id, at));
            TRY_ASSIGN(std::string piece, vault_.open(sealed, file::piece_context(id, at)));
            at += static_cast<std::int64_t>(piece.size());
            return piece;
          })));
      const TarEntry& entry = entries_.back();
      if (entry.sha256 != found->sha256 || entry.sm3 != found->sm3) {
        return fail(ErrorCode::data_corrupt, "文件内容与其摘要不符：" + found->name);
      }
    }
    return {};
  }

  // The size must be known first, and a chain may be longer than memory.
  Result<> audit(Clock clock) {
    TRY_ASSIGN(const TempDir folder, TempDir::create());
    const fs::path path = folder.path() / "audit.jsonl";
    std::FILE* out = std::fopen(path.c_str(), "wbe");
    if (out == nullptr) return fail(ErrorCode::unavailable, "临时文件无法写入");
    const auto exported = access::export_audit(
        transaction_,
        [&](std::string_view lines) -> Result<> {
          if (std::fwrite(lines.data(), 1, lines.size(), out) == lines.size()) return {};
          return fail(ErrorCode::unavailable, "临时文件无法写入");
        },
        clock);
    const bool closed = std::fclose(out) == 0;
    TRY(exported);
    if (!closed) return fail(ErrorCode::unavailable, "临时文件无法写入");
    return note(tar_.add_file("audit/audit.jsonl", path));
  }

  Result<ArchiveSummary> manifest(Clock clock) {
    std::string text;
    JsonWriter json(text);
    json.begin_object().member("format", "dengce-archive/1");
    json.member("made", format_instant(clock())).key("files").begin_array();
    for (const TarEntry& entry : entries_) {
      json.begin_object().member("name", entry.name);
      json.member("bytes", static_cast<std::int64_t>(entry.bytes));
      json.member("sha256", entry.sha256).member("sm3", entry.sm3).end_object();
    }
    json.end_array().end_object();
    const auto listed = tar_.add("manifest.json", text + "\n");
    if (!listed) return tl::make_unexpected(listed.error());
    return summary_;
  }

  db::Transaction& transaction_;
  const Vault& vault_;
  TarWriter& tar_;
  std::vector<TarEntry> entries_;
  ArchiveSummary summary_;
};

}  // namespace

Result<ArchiveSummary> write_archive(Installation& installation,
                                     const fs::path& file,
                                     const access::ProtectionClass& kept,
                                     const access::ExportNote& note,
                                     Clock clock) {
  TRY(check_export_note(note, kept));
  TRY_ASSIGN(TarWriter tar, TarWriter::create(file));
  {
    access::Export exported{kept, {}, note, {}};
    exported.event = {.action = "archive.export", .object_type = "archive"};
    exported.event.object_name = file.filename().string();
    TRY_ASSIGN(db::Transaction transaction, installation.database.write());
    TRY(append_export(transaction, access::command_line_actor(), std::move(exported), clock));
    TRY(transaction.commit());
  }
  TRY_ASSIGN(db::Transaction transaction, installation.database.read());
  TRY_ASSIGN(const ArchiveSummary summary,
             Archive(transaction, installation.vault, tar).run(clock));
  TRY(tar.close());
  return summary;
}

}  // namespace dengce::program
