// SPDX-License-Identifier: Apache-2.0
// All SQL about assessments, their objects, evidence, answers, records and snapshots.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "assessment/assessment.h"
#include "base/vault.h"
#include "db/database.h"

namespace dengce::assessment {

Result<> insert_assessment(db::Transaction& transaction, const Assessment& assessment);
// The assessments of one system, newest first.
Result<std::vector<Assessment>> select_assessments(db::Transaction& transaction,
                                                   const std::string& system_id);

// The systems an assessment belongs to (one, or none if there is no such assessment).
Result<std::vector<std::string>> select_systems_of_assessment(db::Transaction& transaction,
                                                              const std::string& assessment_id);
// The systems with an object that rests on the bundle.
Result<std::vector<std::string>> select_systems_of_bundle(db::Transaction& transaction,
                                                          const std::string& sm3);

Result<> insert_objects(db::Transaction& transaction,
                        const std::string& assessment_id,
                        const std::vector<AssessmentObject>& objects);
Result<std::vector<AssessmentObject>> select_objects(db::Transaction& transaction,
                                                     const std::string& assessment_id);

// The same bytes twice are kept once.
Result<> insert_bundle(db::Transaction& transaction,
                       const Vault& vault,
                       const StoredBundle& bundle);
// With archive and facts; not_found names the digest.
Result<StoredBundle> select_bundle(db::Transaction& transaction,
                                   const Vault& vault,
                                   const std::string& sm3);

Result<> insert_answers(db::Transaction& transaction,
                        const Vault& vault,
                        const std::string& assessment_id,
                        const std::vector<PersonAnswer>& answers);
Result<std::vector<PersonAnswer>> select_answers(db::Transaction& transaction,
                                                 const Vault& vault,
                                                 const std::string& assessment_id);

Result<> insert_risks(db::Transaction& transaction,
                      const Vault& vault,
                      const std::string& assessment_id,
                      const std::vector<RiskJudgement>& risks);
Result<std::vector<RiskJudgement>> select_risks(db::Transaction& transaction,
                                                const Vault& vault,
                                                const std::string& assessment_id);

Result<> insert_tables(db::Transaction& transaction,
                       const Vault& vault,
                       const std::string& assessment_id,
                       const std::map<std::string, Table>& tables);
Result<std::map<std::string, Table>> select_tables(db::Transaction& transaction,
                                                   const Vault& vault,
                                                   const std::string& assessment_id);

// Puts the records of the assessment in place of what is there.
Result<> replace_records(db::Transaction& transaction,
                         const Vault& vault,
                         const std::string& assessment_id,
                         const std::vector<StoredRecord>& records);
// In worksheet order.
Result<std::vector<StoredRecord>> select_records(db::Transaction& transaction,
                                                 const Vault& vault,
                                                 const std::string& assessment_id);

Result<> insert_snapshot(db::Transaction& transaction,
                         const Vault& vault,
                         const std::string& assessment_id,
                         const Snapshot& snapshot);
// By id, or the newest of the assessment when `id` is empty.
Result<Snapshot> select_snapshot(db::Transaction& transaction,
                                 const Vault& vault,
                                 const std::string& assessment_id,
                                 const std::string& id);
// Newest first.
Result<std::vector<SnapshotHead>> list_snapshots(db::Transaction& transaction,
                                                 const std::string& assessment_id);

// The keys of everything that holds evidence.
struct StoredKeys {
  std::vector<std::string> bundles;                            // sm3
  std::vector<std::string> assessments;                        // id
  std::vector<std::pair<std::string, std::string>> snapshots;  // of assessment, id
};

Result<StoredKeys> select_stored_keys(db::Transaction& transaction);

// Page numbers of a document, kept as text under its layout key; empty if none are kept.
Result<> insert_layout(db::Transaction& transaction,
                       const std::string& key,
                       const std::string& pages);
Result<std::string> select_layout(db::Transaction& transaction, const std::string& key);

}  // namespace dengce::assessment
