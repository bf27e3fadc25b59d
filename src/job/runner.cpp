// SPDX-License-Identifier: Apache-2.0
#include "job/runner.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "access/audit.h"
#include "base/id.h"

namespace dengce::job {

struct Runner::Core {
  Core(db::Database& database_, const Vault& vault_, RunnerOptions options_, Clock clock_)
      : database(database_), vault(vault_), options(options_), clock(clock_), worker(new_id()) {}

  Result<std::optional<Job>> take();
  Result<> work_on(Job& job);
  Result<> finish(Job& job, Result<Outcome> outcome);
  void loop();
  void beat();
  // False once the runner stops.
  bool wait(std::chrono::milliseconds time);

  db::Database& database;
  const Vault& vault;
  RunnerOptions options;
  Clock clock;
  std::string worker;
  std::map<std::string, Work> works;
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
};

namespace {

// Writes the progress of a job; at most once in a while, so that eager work does not load the
// store.
class StoredProgress : public Progress {
 public:
  StoredProgress(db::Database& database, Job& job, Clock clock)
      : database_(database), job_(job), clock_(clock) {}

  Result<> report(std::int64_t percent, const std::string& step) override {
    const auto now = std::chrono::steady_clock::now();
    if (step == job_.step && now - written_ < std::chrono::milliseconds(250)) return {};
    written_ = now;
    job_.progress = percent;
    job_.step = step;
    TRY_ASSIGN(db::Transaction transaction, database_.write());
    TRY_ASSIGN(const bool ours, update_progress(transaction, job_, clock_()));
    TRY_ASSIGN(const bool cancelled, select_cancel(transaction, job_.id));
    TRY(transaction.commit());
    if (!ours) return fail(ErrorCode::conflict, "任务已由另一服务接手");
    job_.cancel = cancelled;
    if (cancelled) return fail(ErrorCode::conflict, "任务已取消");
    return {};
  }

 private:
  db::Database& database_;
  Job& job_;
  Clock clock_;
  std::chrono::steady_clock::time_point written_;
};

access::Actor owner_of(const Job& job) {
  access::Actor out;
  out.account = job.owner;
  out.login = job.owner_login;
  out.address = "job";
  out.session = job.id;
  return out;
}

}  // namespace

std::string file_context(const std::string& job_id) {
  return "job/file/" + job_id;
}

Runner::Runner(db::Database& database, const Vault& vault, RunnerOptions options, Clock clock)
    : core_(std::make_unique<Core>(database, vault, options, clock)) {}

Runner::~Runner() {
  stop();
}

void Runner::handle(std::string kind, Work work) {
  core_->works.emplace(std::move(kind), std::move(work));
}

void Runner::start() {
  for (std::size_t i = 0; i < core_->options.threads; ++i) {
    core_->threads.emplace_back([this] { core_->loop(); });
  }
  core_->threads.emplace_back([this] { core_->beat(); });
}

void Runner::stop() {
  {
    const std::lock_guard lock(core_->mutex);
    core_->stopping = true;
  }
  core_->wake.notify_all();
  for (std::thread& thread : core_->threads) thread.join();
  core_->threads.clear();
}

Result<bool> Runner::run_one() {
  TRY_ASSIGN(std::optional<Job> job, core_->take());
  if (!job) return false;
  TRY(core_->work_on(*job));
  return true;
}

bool Runner::Core::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex);
  wake.wait_for(lock, time, [this] { return stopping; });
  return !stopping;
}

void Runner::Core::loop() {
  while (wait(std::chrono::milliseconds(0))) {
    auto job = take();
    if (job && *job) {
      // A failure to store the end leaves the job to be taken over; nothing else can be done here.
      (void)work_on(**job);
    } else if (!wait(options.pause)) {
      return;
    }
  }
}

void Runner::Core::beat() {
  while (wait(options.heartbeat)) {
    auto transaction = database.write();
    if (transaction && update_heartbeat(*transaction, worker, clock())) (void)transaction->commit();
  }
}

Result<std::optional<Job>> Runner::Core::take() {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  const Instant now = clock();
  TRY_ASSIGN(auto job, claim_job(transaction, {now.milliseconds - options.silence.count()}));
  if (!job) return std::optional<Job>();
  job->worker = worker;
  job->attempts += 1;
  TRY_ASSIGN(const bool ours, update_started(transaction, *job, now));
  if (!ours) return std::optional<Job>();
  job->state = job::State::running;
  if (job->attempts > options.max_attempts) {
    job->state = job::State::failed;
    job->error = "执行中多次中断，已停止重试";
    TRY(update_finished(transaction, *job, now));
    TRY(transaction.commit());
    return std::optional<Job>();
  }
  TRY(transaction.commit());
  return job;
}

Result<> Runner::Core::work_on(Job& job) {
  const auto work = works.find(job.kind);
  if (work == works.end()) {
    return finish(job, fail(ErrorCode::unsupported, "没有处理此类任务的程序：" + job.kind));
  }
  StoredProgress progress(database, job, clock);
  return finish(job, work->second(job, progress));
}

Result<> Runner::Core::finish(Job& job, Result<Outcome> outcome) {
  std::optional<JobFile> file;
  if (outcome && outcome->file) {
    file = std::move(outcome->file);
    TRY_ASSIGN(file->content, vault.seal(file->content, file_context(job.id)));
  }
  if (outcome) {
    job.state = job::State::done;
    job.progress = 100;
    job.result = outcome->result;
  } else {
    job.state = job.cancel ? job::State::cancelled : job::State::failed;
    job.error = outcome.error().text();
  }
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const bool ours, update_finished(transaction, job, clock()));
  if (!ours) return {};  // another worker has it: what we made is not kept
  if (file) TRY(insert_file(transaction, job.id, *file));
  access::AuditEvent event;
  event.action = "job.finish";
  event.object_type = "job";
  event.object_id = job.id;
  event.object_name = job.kind;
  event.outcome = outcome ? access::Outcome::done : access::Outcome::failed;
  TRY(append_audit(transaction, owner_of(job), event, clock));
  return transaction.commit();
}

Result<Job> submit(db::Transaction& transaction,
                   const access::Actor& actor,
                   const std::string& kind,
                   const std::string& title,
                   const std::string& input,
                   const std::string& system_id,
                   Clock clock) {
  Job job;
  job.id = new_id(clock);
  job.kind = kind;
  job.title = title;
  job.input = input;
  job.system_id = system_id;
  job.owner = actor.account;
  job.owner_login = actor.login;
  job.created = clock();
  TRY(insert_job(transaction, job));
  access::AuditEvent event;
  event.action = "job.create";
  event.object_type = "job";
  event.object_id = job.id;
  event.object_name = kind;
  TRY(append_audit(transaction, actor, event, clock));
  return job;
}

}  // namespace dengce::job
