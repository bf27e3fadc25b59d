// SPDX-License-Identifier: Apache-2.0
#include "program/sealed_check.h"

#include "base/problems.h"
#include "base/running_digest.h"
#include "file/file_store.h"
#include "file/uploads.h"
#include "portfolio/contacts.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/surveys.h"
#include "program/archive_store.h"

namespace dengce::program {
namespace {

class Check {
 public:
  Check(db::Transaction& transaction, const Vault& vault)
      : transaction_(transaction), vault_(vault) {}

  Result<SealedCheck> run() {
    TRY_ASSIGN(const auto files, ids_of(transaction_, "file"));
    for (const std::string& id : files) {
      ++out_.files;
      note_failure(out_.problems, "文件 " + id, file_content(id));
    }
    TRY_ASSIGN(const auto contacts, ids_of(transaction_, "contact"));
    const portfolio::Visible all{true, {}, {}};
    for (const std::string& id : contacts) {
      ++out_.contacts;
      note_failure(
          out_.problems, "联系人 " + id, portfolio::select_contact(transaction_, vault_, all, id));
    }
    TRY_ASSIGN(const auto systems, portfolio::select_systems(transaction_));
    for (const portfolio::InformationSystem& system : systems) {
      TRY_ASSIGN(const auto heads, portfolio::select_survey_heads(transaction_, system.id));
      for (const portfolio::SurveyAnswer& head : heads) {
        ++out_.surveys;
        note_failure(out_.problems,
                     "调研表 " + system.name + " " + head.form_no,
                     portfolio::select_survey(transaction_, vault_, system.id, head.form_no));
      }
    }
    return std::move(out_);
  }

 private:
  Result<> file_content(const std::string& id) {
    TRY_ASSIGN(const auto found, file::select_file(transaction_, id));
    if (!found) return {};
    RunningDigest digest(DigestKind::sm3);
    for (std::int64_t at = 0; at < found->length;) {
      TRY_ASSIGN(const std::string sealed, file::select_piece(transaction_, id, at));
      TRY_ASSIGN(const std::string piece, vault_.open(sealed, file::piece_context(id, at)));
      if (piece.empty()) return fail(ErrorCode::data_corrupt, "缺少一段内容");
      digest.add(piece);
      at += static_cast<std::int64_t>(piece.size());
    }
    if (digest.finish_hex() == found->sm3) return {};
    return fail(ErrorCode::data_corrupt, "内容与其摘要不符");
  }

  db::Transaction& transaction_;
  const Vault& vault_;
  SealedCheck out_;
};

}  // namespace

Result<SealedCheck> check_sealed(Installation& installation) {
  TRY_ASSIGN(db::Transaction transaction, installation.database.read());
  return Check(transaction, installation.vault).run();
}

}  // namespace dengce::program
