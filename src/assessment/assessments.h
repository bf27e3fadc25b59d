// SPDX-License-Identifier: Apache-2.0
// Use cases of an assessment: take evidence in, judge the worksheet, freeze a snapshot.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "assessment/assessment.h"
#include "assessment/knowledge.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"
#include "evidence/bundle.h"
#include "evidence/fact_set.h"

namespace dengce::assessment {

// Verifies and parses a bundle; stores nothing. Errors name the file and the entry.
Result<StoredBundle> take_in_bundle(const std::string& file_name,
                                    std::string archive,
                                    Clock clock = system_now);

// A bundle that was read, with its facts, as it is stored.
StoredBundle stored_bundle(const evidence::Bundle& bundle,
                           const evidence::FactSet& facts,
                           const std::string& file_name,
                           std::string archive,
                           Instant received);

// The stored facts, or those of the archive where the fact tables have changed since.
Result<evidence::FactSet> facts_of(const StoredBundle& bundle);

// Judges every selected object against the items that apply to it, from the facts of its bundle and
// the answers of people, and puts the records in place of the old ones. Old evidence is judged from
// its stored facts; it is parsed again only when the fact tables have changed since.
Result<> judge_assessment(db::Transaction& transaction,
                          const Vault& vault,
                          const Knowledge& knowledge,
                          const Assessment& assessment);

// Freezes records, results, problems, hazards and both schemes under a new id, and stores it.
Result<Snapshot> take_snapshot(db::Transaction& transaction,
                               const Vault& vault,
                               const Knowledge& knowledge,
                               const Assessment& assessment,
                               Clock clock = system_now);

// The newest assessment of a system by its name or id; not_found names what is missing.
Result<Assessment> newest_assessment(db::Transaction& transaction, const std::string& system);

// not_found, in the same words as for one that does not exist, when the assessment's system is out
// of the actor's sight.
Result<> require_visible(db::Transaction& transaction,
                         const access::Actor& actor,
                         const std::string& assessment_id);
// The same for a bundle: seen by who sees a system with an object that rests on it.
Result<> require_visible_bundle(db::Transaction& transaction,
                                const access::Actor& actor,
                                const std::string& sm3);

}  // namespace dengce::assessment
