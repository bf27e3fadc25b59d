// SPDX-License-Identifier: Apache-2.0
#include "job/job_store.h"

#include <array>

namespace dengce::job {
namespace {

using db::Query;
using db::Value;

constexpr Query insert{
    "job.insert",
    "INSERT INTO job (id, kind, title, input, system_id, state, progress, step, result, error,"
    " owner, owner_login, created_at, worker, attempts, cancel)"
    " VALUES ($1, $2, $3, $4, $5, 'queued', 0, '', '', '', $6, $7, $8, '', 0, 0)"};
constexpr Query one{"job.one",
                    "SELECT id, kind, title, input, system_id, state, progress, step, result,"
                    " error, owner, owner_login, created_at, started_at, finished_at, worker,"
                    " attempts, cancel, (SELECT name FROM job_file WHERE job_id = job.id)"
                    " FROM job WHERE id = $1"};
constexpr Query page{"job.page",
                     "SELECT id, kind, title, input, system_id, state, progress, step, result,"
                     " error, owner, owner_login, created_at, started_at, finished_at, worker,"
                     " attempts, cancel, (SELECT name FROM job_file WHERE job_id = job.id)"
                     " FROM job WHERE ($1 = '' OR owner = $1) AND ($2 = '' OR kind = $2)"
                     " AND ($3 = '' OR id < $3) ORDER BY id DESC LIMIT $4"};
constexpr Query count{"job.count",
                      "SELECT COUNT(*) FROM job WHERE ($1 = '' OR owner = $1)"
                      " AND ($2 = '' OR kind = $2)"};
constexpr Query next{"job.next",
                     "SELECT id FROM job WHERE state = 'queued'"
                     " OR (state = 'running' AND heartbeat_at < $1) ORDER BY id LIMIT 1"};
constexpr Query started{"job.started",
                        "UPDATE job SET state = 'running', worker = $2, attempts = $3,"
                        " started_at = $4, heartbeat_at = $4, progress = 0, step = ''"
                        " WHERE id = $1 AND attempts = $3 - 1"};
constexpr Query progressed{"job.progress",
                           "UPDATE job SET progress = $4, step = $5, heartbeat_at = $6"
                           " WHERE id = $1 AND worker = $2 AND attempts = $3"
                           " AND state = 'running'"};
constexpr Query finished{"job.finished",
                         "UPDATE job SET state = $4, progress = $5, step = '', result = $6,"
                         " error = $7, finished_at = $8"
                         " WHERE id = $1 AND worker = $2 AND attempts = $3 AND state = 'running'"};
constexpr Query cancel_waiting{"job.cancel_waiting",
                               "UPDATE job SET state = 'cancelled', cancel = 1, finished_at = $2"
                               " WHERE id = $1 AND state = 'queued'"};
constexpr Query cancel_running{"job.cancel_running",
                               "UPDATE job SET cancel = 1 WHERE id = $1 AND state = 'running'"};
constexpr Query cancel_asked{"job.cancel_asked", "SELECT cancel FROM job WHERE id = $1"};
constexpr Query heartbeat{"job.heartbeat",
                          "UPDATE job SET heartbeat_at = $2 WHERE worker = $1"
                          " AND state = 'running'"};
constexpr Query insert_output{
    "job.insert_file",
    "INSERT INTO job_file (job_id, name, content_type, content) VALUES ($1, $2, $3, $4)"};
constexpr Query output{"job.file",
                       "SELECT name, content_type, content FROM job_file WHERE job_id = $1"};
constexpr Query delete_outputs{
    "job.delete_files",
    "DELETE FROM job_file WHERE job_id IN (SELECT id FROM job WHERE finished_at < $1)"};
constexpr Query delete_jobs{"job.delete", "DELETE FROM job WHERE finished_at < $1"};

std::optional<Instant> instant_at(const db::Row& row, std::size_t column) {
  const auto value = row.optional_integer(column);
  if (!value) return std::nullopt;
  return Instant{*value};
}

Job job_from(const db::Row& row) {
  Job out;
  out.id = row.text(0);
  out.kind = row.text(1);
  out.title = row.text(2);
  out.input = row.text(3);
  out.system_id = row.text(4);
  out.state = state_from(row.text(5)).value_or(State::failed);
  out.progress = row.integer(6);
  out.step = row.text(7);
  out.result = row.text(8);
  out.error = row.text(9);
  out.owner = row.text(10);
  out.owner_login = row.text(11);
  out.created = {row.integer(12)};
  out.started = instant_at(row, 13);
  out.finished = instant_at(row, 14);
  out.worker = row.text(15);
  out.attempts = row.integer(16);
  out.cancel = row.integer(17) != 0;
  out.file_name = row.text(18);
  return out;
}

}  // namespace

std::string_view name(State state) {
  constexpr std::array<std::string_view, 5> names{
      "queued", "running", "done", "failed", "cancelled"};
  return names.at(static_cast<std::size_t>(state));
}

std::optional<State> state_from(std::string_view word) {
  for (std::size_t i = 0; i < 5; ++i) {
    if (name(static_cast<State>(i)) == word) return static_cast<State>(i);
  }
  return std::nullopt;
}

Result<> insert_job(db::Transaction& transaction, const Job& job) {
  const Value system = job.system_id.empty() ? Value() : Value(job.system_id);
  const std::array<Value, 8> values{job.id,
                                    job.kind,
                                    job.title,
                                    job.input,
                                    system,
                                    job.owner,
                                    job.owner_login,
                                    job.created.milliseconds};
  TRY(transaction.execute(insert, values));
  return {};
}

Result<Job> select_job(db::Transaction& transaction, const std::string& id) {
  const std::array<Value, 1> values{id};
  TRY_ASSIGN(const auto rows, transaction.query(one, values));
  if (rows.empty()) return fail(ErrorCode::not_found, "没有此任务：" + id);
  return job_from(rows.front());
}

Result<std::vector<Job>> select_jobs(db::Transaction& transaction,
                                     const std::string& owner,
                                     const std::string& kind,
                                     const std::string& before,
                                     std::int64_t limit) {
  const std::array<Value, 4> values{owner, kind, before, limit};
  TRY_ASSIGN(const auto rows, transaction.query(page, values));
  std::vector<Job> out;
  out.reserve(rows.size());
  for (const db::Row& row : rows) out.push_back(job_from(row));
  return out;
}

Result<std::int64_t> count_jobs(db::Transaction& transaction,
                                const std::string& owner,
                                const std::string& kind) {
  const std::array<Value, 2> values{owner, kind};
  TRY_ASSIGN(const auto rows, transaction.query(count, values));
  return rows.front().integer(0);
}

Result<std::optional<Job>> claim_job(db::Transaction& transaction, Instant silent_since) {
  const std::array<Value, 1> values{silent_since.milliseconds};
  TRY_ASSIGN(const auto rows, transaction.claim(next, values));
  if (rows.empty()) return std::optional<Job>();
  TRY_ASSIGN(Job job, select_job(transaction, rows.front().text(0)));
  return std::optional<Job>(std::move(job));
}

Result<bool> update_started(db::Transaction& transaction, const Job& job, Instant now) {
  const std::array<Value, 4> values{job.id, job.worker, job.attempts, now.milliseconds};
  TRY_ASSIGN(const std::int64_t changed, transaction.execute(started, values));
  return changed == 1;
}

Result<bool> update_progress(db::Transaction& transaction, const Job& job, Instant now) {
  const std::array<Value, 6> values{
      job.id, job.worker, job.attempts, job.progress, job.step, now.milliseconds};
  TRY_ASSIGN(const std::int64_t changed, transaction.execute(progressed, values));
  return changed == 1;
}

Result<bool> update_finished(db::Transaction& transaction, const Job& job, Instant now) {
  const std::array<Value, 8> values{job.id,
                                    job.worker,
                                    job.attempts,
                                    std::string(name(job.state)),
                                    job.progress,
                                    job.result,
                                    job.error,
                                    now.milliseconds};
  TRY_ASSIGN(const std::int64_t changed, transaction.execute(finished, values));
  return changed == 1;
}

Result<bool> update_cancel(db::Transaction& transaction, const std::string& id, Instant now) {
  const std::array<Value, 2> waiting{id, now.milliseconds};
  TRY_ASSIGN(std::int64_t changed, transaction.execute(cancel_waiting, waiting));
  if (changed == 1) return true;
  const std::array<Value, 1> running{id};
  TRY_ASSIGN(changed, transaction.execute(cancel_running, running));
  return changed == 1;
}

Result<bool> select_cancel(db::Transaction& transaction, const std::string& id) {
  const std::array<Value, 1> values{id};
  TRY_ASSIGN(const auto rows, transaction.query(cancel_asked, values));
  return !rows.empty() && rows.front().integer(0) != 0;
}

Result<> update_heartbeat(db::Transaction& transaction, const std::string& worker, Instant now) {
  const std::array<Value, 2> values{worker, now.milliseconds};
  TRY(transaction.execute(heartbeat, values));
  return {};
}

Result<> insert_file(db::Transaction& transaction, const std::string& job_id, const JobFile& file) {
  const std::array<Value, 4> values{job_id, file.name, file.content_type, db::Blob{file.content}};
  TRY(transaction.execute(insert_output, values));
  return {};
}

Result<std::optional<JobFile>> select_file(db::Transaction& transaction,
                                           const std::string& job_id) {
  const std::array<Value, 1> values{job_id};
  TRY_ASSIGN(const auto rows, transaction.query(output, values));
  if (rows.empty()) return std::optional<JobFile>();
  const db::Row& row = rows.front();
  return std::optional<JobFile>({row.text(0), row.text(1), row.bytes(2)});
}

Result<std::int64_t> delete_ended(db::Transaction& transaction, Instant ended_before) {
  const std::array<Value, 1> values{ended_before.milliseconds};
  TRY(transaction.execute(delete_outputs, values));
  return transaction.execute(delete_jobs, values);
}

}  // namespace dengce::job
