// SPDX-License-Identifier: Apache-2.0
// All SQL about jobs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "job/job.h"

namespace dengce::job {

Result<> insert_job(db::Transaction& transaction, const Job& job);
// not_found names the id.
Result<Job> select_job(db::Transaction& transaction, const std::string& id);
// Newest first, below `before` (empty: from the newest); an empty owner or kind means all.
Result<std::vector<Job>> select_jobs(db::Transaction& transaction,
                                     const std::string& owner,
                                     const std::string& kind,
                                     const std::string& before,
                                     std::int64_t limit);
Result<std::int64_t> count_jobs(db::Transaction& transaction,
                                const std::string& owner,
                                const std::string& kind);

// The oldest job that waits, or whose worker has been silent since before `silent_since`; held by
// this transaction.
Result<std::optional<Job>> claim_job(db::Transaction& transaction, Instant silent_since);

// The rest touch the job only while this worker's attempt is the one in force; false: it is not.
Result<bool> update_started(db::Transaction& transaction, const Job& job, Instant now);
Result<bool> update_progress(db::Transaction& transaction, const Job& job, Instant now);
Result<bool> update_finished(db::Transaction& transaction, const Job& job, Instant now);

// Marks the end of a job that waits as cancelled, and asks a running one to stop; false: it has
// already ended.
Result<bool> update_cancel(db::Transaction& transaction, const std::string& id, Instant now);
// Whether somebody asked for the end of the job.
Result<bool> select_cancel(db::Transaction& transaction, const std::string& id);
// All running jobs of a worker are alive.
Result<> update_heartbeat(db::Transaction& transaction, const std::string& worker, Instant now);

struct JobFile {
  std::string name;
  std::string content_type;
  std::string content;  // as stored
};

Result<> insert_file(db::Transaction& transaction, const std::string& job_id, const JobFile& file);
Result<std::optional<JobFile>> select_file(db::Transaction& transaction, const std::string& job_id);
// Removes jobs that ended before `day_end`, with their files.
Result<std::int64_t> delete_ended(db::Transaction& transaction, Instant ended_before);

}  // namespace dengce::job
