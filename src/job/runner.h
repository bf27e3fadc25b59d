// SPDX-License-Identifier: Apache-2.0
// Runs the jobs of the queue on threads of its own. Several servers may run the jobs of one
// PostgreSQL: each job is worked on by one of them, and taken over when that one falls silent.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access/actor.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"
#include "job/job.h"
#include "job/job_store.h"

namespace dengce::job {

// What the work tells while it goes on.
class Progress {
 public:
  virtual ~Progress() = default;
  // An error (conflict) means: stop now, somebody cancelled the job or another worker has it.
  virtual Result<> report(std::int64_t percent, const std::string& step) = 0;
};

struct Outcome {
  std::string result = "{}";    // JSON
  std::optional<JobFile> file;  // in the clear; the runner seals it
};

// May be begun again after a crash of its worker: what it writes must be whole or not at all.
using Work = std::function<Result<Outcome>(const Job&, Progress&)>;

struct RunnerOptions {
  std::size_t threads = 1;
  std::chrono::milliseconds pause{500};  // between two looks at an empty queue
  std::chrono::milliseconds heartbeat{5'000};
  std::chrono::milliseconds silence{60'000};  // of a worker until its jobs are taken over
  std::int64_t max_attempts = 3;
};

class Runner {
 public:
  // Both outlive the runner.
  Runner(db::Database& database,
         const Vault& vault,
         RunnerOptions options = {},
         Clock clock = system_now);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  // Waits for the work in hand; a job that does not end in time is taken up again at the next
  // start.
  ~Runner();

  // Before start().
  void handle(std::string kind, Work work);
  void start();
  void stop();
  // Works off one job on the calling thread; false: there was none.
  Result<bool> run_one();

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

// Puts a job into the queue, in the transaction of what asks for it.
Result<Job> submit(db::Transaction& transaction,
                   const access::Actor& actor,
                   const std::string& kind,
                   const std::string& title,
                   const std::string& input,
                   const std::string& system_id,
                   Clock clock = system_now);

// What a stored file of a job is sealed under.
std::string file_context(const std::string& job_id);

}  // namespace dengce::job
