// SPDX-License-Identifier: Apache-2.0
#include "file/files.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "access/audit.h"
#include "base/digest.h"
#include "base/json_writer.h"
#include "base/running_digest.h"
#include "file/file_store.h"
#include "file/uploads.h"
#include "http/conditional.h"
#include "job/job_input.h"
#include "portfolio/change.h"
#include "portfolio/filing_store.h"
#include "portfolio/system_store.h"

namespace dengce::file {
namespace {

constexpr std::int64_t digest_share = 90;  // percent of the work

std::string input_json(const HandIn& input) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("upload", input.upload).member("system_id", input.system_id);
  json.member("kind", input.kind).member("name", input.name).member("note", input.note);
  json.member("filing_id", input.filing_id);
  json.end_object();
  return out;
}

Result<HandIn> parse_input(const job::Job& job) {
  TRY_ASSIGN(auto input, job::input_texts(job));
  return HandIn{input["upload"],
                input["system_id"],
                input["kind"],
                input["name"],
                input["note"],
                input["filing_id"]};
}

Result<std::string> open_piece(db::Database& database,
                               const Vault& vault,
                               const std::string& id,
                               std::int64_t start) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  TRY_ASSIGN(const std::string sealed, select_piece(transaction, id, start));
  return vault.open(sealed, piece_context(id, start));
}

// One intake: reads the pieces once, in order.
class Intake {
 public:
  Intake(db::Database& database, const Vault& vault, UploadRow upload, bool keep_bytes)
      : database_(database), vault_(vault), upload_(std::move(upload)), keep_bytes_(keep_bytes) {}

  Result<> read(job::Progress& progress) {
    for (std::int64_t at = 0; at < upload_.length;) {
      TRY_ASSIGN(const std::string piece, open_piece(database_, vault_, upload_.id, at));
      if (piece.empty()) return fail(ErrorCode::data_corrupt, "文件缺少一段内容");
      sha256_.add(piece);
      sm3_.add(piece);
      if (keep_bytes_) bytes_ += piece;
      at += static_cast<std::int64_t>(piece.size());
      TRY(progress.report(digest_share * at / upload_.length, "计算摘要"));
    }
    return {};
  }

  std::string take_bytes() { return std::move(bytes_); }

  void fill(File& file) {
    file.length = upload_.length;
    file.sha256 = sha256_.finish_hex();
    file.sm3 = sm3_.finish_hex();
  }

 private:
  db::Database& database_;
  const Vault& vault_;
  UploadRow upload_;
  bool keep_bytes_;
  std::string bytes_;
  RunningDigest sha256_{DigestKind::sha256};
  RunningDigest sm3_{DigestKind::sm3};
};

access::Actor owner_of(const job::Job& job) {
  access::Actor actor;
  actor.account = job.owner;
  actor.login = job.owner_login;
  actor.address = "job";
  return actor;
}

std::string outcome_json(const File& file, const std::string& seen) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("file").raw_number(to_json(file)).key("seen");
  if (seen.empty()) {
    json.null();
  } else {
    json.raw_number(seen);
  }
  json.end_object();
  return out;
}

// The work of one intake. The upload's id becomes the file's: work begun again after a crash finds
// out whether it was done.
struct FileWork {
  db::Database& database;
  const Vault& vault;
  std::map<std::string, Inspector> inspectors;
  Clock clock;

  Result<job::Outcome> operator()(const job::Job& job, job::Progress& progress) const {
    TRY_ASSIGN(const HandIn input, parse_input(job));
    TRY_ASSIGN(const auto known, look_up(job, input));
    if (const auto& done = known.first) {
      if (done->handed_in_by != job.owner_login) {
        return fail(ErrorCode::not_found, "没有此上传，或已过期");
      }
      return job::Outcome{outcome_json(*done, {}), std::nullopt};
    }
    if (!known.second) return fail(ErrorCode::not_found, "没有此上传，或已过期");
    return take_in(job, input, *known.second, progress);
  }

  Result<std::pair<std::optional<File>, std::optional<UploadRow>>> look_up(
      const job::Job& job, const HandIn& input) const {
    TRY_ASSIGN(db::Transaction transaction, database.read());
    TRY_ASSIGN(auto file, select_file(transaction, input.upload));
    TRY_ASSIGN(auto upload, select_upload(transaction, job.owner, input.upload, clock()));
    return std::pair(std::move(file), std::move(upload));
  }

  Result<job::Outcome> take_in(const job::Job& job,
                               const HandIn& input,
                               const UploadRow& upload,
                               job::Progress& progress) const {
    const auto inspector = inspectors.find(input.kind);
    const bool inspected = inspector != inspectors.end();
    if (inspected && upload.length > max_inspected_bytes) {
      return fail(ErrorCode::too_large,
                  fmt::format("此类文件不得超过 {} MiB", max_inspected_bytes / 1024 / 1024));
    }
    Intake intake(database, vault, upload, inspected);
    TRY(intake.read(progress));
    Inspected seen;
    if (inspected) {
      TRY(progress.report(digest_share, "检查内容"));
      TRY_ASSIGN(seen, inspector->second(input.name, intake.take_bytes()));
    }
    File file{upload.id, input.system_id, input.kind, input.name, input.note, 0, {}, {}, {}, {}, 1};
    intake.fill(file);
    file.handed_in_by = job.owner_login;
    file.handed_in = clock();
    TRY_ASSIGN(db::Transaction transaction, database.write());
    TRY_ASSIGN(const bool taken, remove_upload(transaction, upload.id));
    if (!taken) return fail(ErrorCode::not_found, "没有此上传，或已过期");
    TRY(insert_file(transaction, file));
    if (seen.keep) TRY(seen.keep(transaction, owner_of(job), file));
    TRY(link_certificate(transaction, owner_of(job), input.filing_id, file));
    TRY(portfolio::commit_change(
        transaction,
        owner_of(job),
        {"evidence.create", "file", file.id, file.name, {}, to_json(file), {}},
        clock));
    return job::Outcome{outcome_json(file, seen.told), std::nullopt};
  }

  Result<> link_certificate(db::Transaction& transaction,
                            const access::Actor& actor,
                            const std::string& filing_id,
                            const File& file) const {
    if (filing_id.empty()) return {};
    const portfolio::Visible all{.everything = true};
    TRY_ASSIGN(const portfolio::Filing before,
               portfolio::select_filing(transaction, all, filing_id));
    portfolio::Filing after = before;
    after.certificate_name = file.name;
    after.certificate_sm3 = file.sm3;
    after.certificate_file = file.id;
    TRY(portfolio::update_filing(transaction, after));
    ++after.version;
    access::AuditEvent event;
    event.action = "filing.change";
    event.object_type = "filing";
    event.object_id = filing_id;
    event.object_name = after.name;
    event.before = sm3_hex(portfolio::to_json(before));
    event.after = sm3_hex(portfolio::to_json(after));
    return access::append_audit(transaction, actor, event, clock);
  }
};

// The pieces of a file, opened one by one while they are sent.
http::Response content_response(db::Database& database, const Vault& vault, const File& file) {
  http::Response response;
  response.content_type = "application/octet-stream";
  response.headers.emplace_back("Content-Disposition", http::attachment_header(file.name));
  auto at = std::make_shared<std::int64_t>(0);
  response.stream = [&database, &vault, file, at](std::string& out) -> Result<bool> {
    if (*at >= file.length) return false;
    TRY_ASSIGN(const std::string piece, open_piece(database, vault, file.id, *at));
    if (piece.empty()) return fail(ErrorCode::data_corrupt, "文件缺少一段内容");
    out += piece;
    *at += static_cast<std::int64_t>(piece.size());
    return *at < file.length;
  };
  return response;
}

// Checks the upload and queues its intake; the system is in the actor's sight.
Result<job::Job> submit_checked(db::Transaction& transaction,
                                const access::Actor& actor,
                                const HandIn& input,
                                Clock clock) {
  TRY_ASSIGN(const auto upload, select_upload(transaction, actor.account, input.upload, clock()));
  if (!upload) return fail(ErrorCode::not_found, "没有此上传，或已过期");
  if (upload->received < upload->length) {
    return fail(ErrorCode::failed_precondition,
                fmt::format("上传尚未完成：已收到 {} / {} 字节", upload->received, upload->length));
  }
  TRY_ASSIGN(job::Job job,
             job::submit(transaction,
                         actor,
                         file_job,
                         "入库：" + input.name,
                         input_json(input),
                         input.system_id,
                         clock));
  TRY(transaction.commit());
  return job;
}

}  // namespace

std::string to_json(const File& file) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("id", file.id).member("system_id", file.system_id);
  json.member("kind", file.kind).member("name", file.name).member("note", file.note);
  json.member("length", file.length).member("sha256", file.sha256).member("sm3", file.sm3);
  json.member("handed_in_by", file.handed_in_by);
  json.member("handed_in", format_instant(file.handed_in)).member("version", file.version);
  json.end_object();
  return out;
}

Result<job::Job> submit_file(db::Database& database,
                             const access::Actor& actor,
                             const HandIn& input,
                             Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY(portfolio::select_visible_system(transaction, visible, input.system_id));
  return submit_checked(transaction, actor, input, clock);
}

Result<job::Job> submit_certificate(db::Database& database,
                                    const access::Actor& actor,
                                    const std::string& filing_id,
                                    HandIn input,
                                    Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY_ASSIGN(const portfolio::Filing filing,
             portfolio::select_visible_filing(transaction, visible, filing_id));
  if (filing.systems.empty()) {
    return fail(ErrorCode::failed_precondition, "此备案没有对应系统，请先设定系统再上传证明");
  }
  input.kind = "certificate";
  input.system_id = *filing.systems.begin();
  input.filing_id = filing_id;
  return submit_checked(transaction, actor, input, clock);
}

Result<http::Response> download_certificate(db::Database& database,
                                            const Vault& vault,
                                            const access::Actor& actor,
                                            const std::string& filing_id,
                                            const Purpose& purpose,
                                            Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY_ASSIGN(const portfolio::Filing filing,
             portfolio::select_visible_filing(transaction, visible, filing_id));
  TRY_ASSIGN(const auto file, select_file(transaction, filing.certificate_file));
  if (!file) return fail(ErrorCode::not_found, "此备案没有上传证明文件");
  access::Export exported{purpose.kept, file->system_id, purpose.note, {}};
  exported.event = {"filing.download", "filing", filing_id, file->name, {}, file->sm3, {}};
  TRY(append_export(transaction, actor, std::move(exported), clock));
  TRY(transaction.commit());
  return content_response(database, vault, *file);
}

Result<Inspected> inspect_certificate(const std::string& name, const std::string& bytes) {
  for (const std::string_view start : {"%PDF-", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n"}) {
    if (bytes.starts_with(start)) return Inspected{};
  }
  return fail(ErrorCode::invalid_argument, "备案证明应为 PDF、JPEG 或 PNG 文件：" + name);
}

job::Work file_work(db::Database& database,
                    const Vault& vault,
                    std::map<std::string, Inspector> inspectors,
                    Clock clock) {
  return FileWork{database, vault, std::move(inspectors), clock};
}

Result<File> find_file(db::Transaction& transaction,
                       const access::Actor& actor,
                       const std::string& id) {
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY_ASSIGN(const auto file, select_file(transaction, id));
  if (!file || !visible.covers(file->system_id)) return fail(ErrorCode::not_found, "没有此文件");
  return *file;
}

Result<http::Response> download_file(db::Database& database,
                                     const Vault& vault,
                                     const access::Actor& actor,
                                     const std::string& id,
                                     const Purpose& purpose,
                                     Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const File file, find_file(transaction, actor, id));
  access::Export exported{purpose.kept, file.system_id, purpose.note, {}};
  exported.event = {"evidence.download", "file", id, file.name, {}, file.sm3, {}};
  TRY(append_export(transaction, actor, std::move(exported), clock));
  TRY(transaction.commit());
  return content_response(database, vault, file);
}

Result<> delete_file(db::Database& database,
                     const access::Actor& actor,
                     const std::string& id,
                     std::int64_t version,
                     Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const File file, find_file(transaction, actor, id));
  if (file.version != version) return http::stale_version();
  TRY(remove_file(transaction, id));
  return portfolio::commit_change(
      transaction, actor, {"evidence.delete", "file", id, file.name, to_json(file), {}, {}}, clock);
}

}  // namespace dengce::file
