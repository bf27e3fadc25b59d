// SPDX-License-Identifier: Apache-2.0
#include "assessment/evidence_check.h"

#include "assessment/assessment_store.h"
#include "base/digest.h"
#include "base/problems.h"
#include "evidence/fact_set.h"

namespace dengce::assessment {
namespace {

class Check {
 public:
  Check(db::Transaction& transaction, const Vault& vault)
      : transaction_(transaction), vault_(vault) {}

  Result<EvidenceCheck> run() {
    TRY_ASSIGN(const StoredKeys keys, select_stored_keys(transaction_));
    for (const std::string& sm3 : keys.bundles) {
      ++out_.bundles;
      note_failure(out_.problems, "证据包 " + sm3, bundle(sm3));
    }
    for (const std::string& id : keys.assessments) assessment(id);
    for (const auto& [assessment, id] : keys.snapshots) {
      ++out_.snapshots;
      note_failure(
          out_.problems, "快照 " + id, select_snapshot(transaction_, vault_, assessment, id));
    }
    return std::move(out_);
  }

 private:
  Result<> bundle(const std::string& sm3) {
    TRY_ASSIGN(const auto found, select_bundle(transaction_, vault_, sm3));
    if (sm3_hex(found.archive) != found.sm3 || sha256_hex(found.archive) != found.sha256) {
      return fail(ErrorCode::data_corrupt, "内容与其摘要不符");
    }
    const auto facts = evidence::FactSet::open(found.facts);
    // Facts of an older form are read from the archive again.
    if (facts || facts.error().code == ErrorCode::failed_precondition) return {};
    return tl::make_unexpected(facts.error());
  }

  void assessment(const std::string& id) {
    ++out_.assessments;
    const std::string what = "测评 " + id;
    note_failure(out_.problems, what, select_answers(transaction_, vault_, id));
    note_failure(out_.problems, what, select_risks(transaction_, vault_, id));
    note_failure(out_.problems, what, select_tables(transaction_, vault_, id));
    note_failure(out_.problems, what, select_records(transaction_, vault_, id));
  }

  db::Transaction& transaction_;
  const Vault& vault_;
  EvidenceCheck out_;
};

}  // namespace

Result<EvidenceCheck> check_evidence(db::Database& database, const Vault& vault) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  return Check(transaction, vault).run();
}

}  // namespace dengce::assessment
