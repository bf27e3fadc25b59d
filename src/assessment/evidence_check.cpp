// SPDX-License-Identifier: Apache-2.0
#include "assessment/evidence_check.h"

#include "assessment/assessment_store.h"
#include "base/digest.h"
#include "evidence/fact_set.h"

namespace dengce::assessment {
namespace {

constexpr std::size_t max_problems = 100;

class Check {
 public:
  Check(db::Transaction& transaction, const Vault& vault)
      : transaction_(transaction), vault_(vault) {}

  Result<EvidenceCheck> run() {
    TRY_ASSIGN(const StoredKeys keys, select_stored_keys(transaction_));
    for (const std::string& sm3 : keys.bundles) bundle(sm3);
    for (const std::string& id : keys.assessments) assessment(id);
    for (const auto& [assessment, id] : keys.snapshots) {
      ++out_.snapshots;
      note("快照 " + id, select_snapshot(transaction_, vault_, assessment, id));
    }
    return std::move(out_);
  }

 private:
  void problem(std::string what, std::string reason) {
    if (out_.problems.size() < max_problems) {
      out_.problems.push_back({std::move(what), 0, {}, std::move(reason)});
    }
  }

  template <class T>
  void note(std::string what, const Result<T>& read) {
    if (!read) problem(std::move(what), read.error().message);
  }

  void bundle(const std::string& sm3) {
    ++out_.bundles;
    const auto found = select_bundle(transaction_, vault_, sm3);
    const std::string what = "证据包 " + sm3;
    if (!found) return problem(what, found.error().message);
    if (sm3_hex(found->archive) != found->sm3 || sha256_hex(found->archive) != found->sha256) {
      return problem(what, "内容与其摘要不符");
    }
    const auto facts = evidence::FactSet::open(found->facts);
    // Facts of an older form are read from the archive again.
    if (!facts && facts.error().code != ErrorCode::failed_precondition) note(what, facts);
  }

  void assessment(const std::string& id) {
    ++out_.assessments;
    const std::string what = "测评 " + id;
    note(what, select_answers(transaction_, vault_, id));
    note(what, select_risks(transaction_, vault_, id));
    note(what, select_tables(transaction_, vault_, id));
    note(what, select_records(transaction_, vault_, id));
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
