// SPDX-License-Identifier: Apache-2.0
// All SQL of destruction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::program {

// One thing that is destroyed, or kept for a reason, as a certificate names it.
struct DestroyedThing {
  std::string kind;  // Chinese
  std::string name;
  std::string digest;  // SM3 or SHA-256 of what it was
  std::string note;
};

struct DestructionPlan {
  std::vector<DestroyedThing> things;
  std::vector<DestroyedThing> kept;  // evidence that another system rests on
};

// Something stored that has a retention period.
struct StoredThing {
  std::string id;
  std::string name;
  Instant made;
};

// Systems with evidence, files, survey forms, made documents or assessments.
Result<std::vector<StoredThing>> select_evidence_holders(db::Transaction& transaction);
// Imports whose file is kept, the oldest first.
Result<std::vector<StoredThing>> select_import_files(db::Transaction& transaction);

// What is kept of an import: its file and what was done with it. The rows it wrote stay.
Result<DestroyedThing> plan_import(db::Transaction& transaction, const std::string& id);
Result<> destroy_import(db::Transaction& transaction, db::DatabaseKind kind, const std::string& id);

// What the evidence and the assessments of a system are.
Result<DestructionPlan> plan_destruction(db::Transaction& transaction, const std::string& system);
// Deletes it. SQLite overwrites what it held in the database file; the log of writes goes when the
// last program closes the database. PostgreSQL needs a VACUUM (FULL) afterwards.
Result<> destroy_of_system(db::Transaction& transaction,
                           db::DatabaseKind kind,
                           const std::string& system);

}  // namespace dengce::program
