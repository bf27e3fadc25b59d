// SPDX-License-Identifier: Apache-2.0
#include "job/job_api.h"

#include "access/audit.h"
#include "access/export_log.h"
#include "base/digest.h"
#include "base/json_writer.h"
#include "http/page_query.h"
#include "job/job_store.h"
#include "job/runner.h"

namespace dengce::job {
namespace {

using access::Actor;
using http::Request;
using http::Response;

constexpr std::chrono::milliseconds event_pause{500};

Response json_response(std::string body) {
  Response out;
  out.body = std::move(body);
  return out;
}

void write_instant(JsonWriter& json, std::string_view key, const std::optional<Instant>& instant) {
  json.key(key);
  if (instant) {
    json.string(format_instant(*instant));
  } else {
    json.null();
  }
}

void write_job(JsonWriter& json, const Job& job) {
  json.begin_object().member("id", job.id).member("kind", job.kind).member("title", job.title);
  json.member("state", name(job.state)).member("progress", job.progress).member("step", job.step);
  json.member("error", job.error).member("attempts", job.attempts);
  json.member_boolean("cancel", job.cancel).member("created", format_instant(job.created));
  write_instant(json, "started", job.started);
  write_instant(json, "finished", job.finished);
  json.key("file");
  if (job.file_name.empty()) {
    json.null();
  } else {
    json.begin_object().member("name", job.file_name).end_object();
  }
  json.key("result");
  if (job.result.empty()) {
    json.null();
  } else {
    json.raw_number(job.result);  // JSON of the work itself
  }
  json.end_object();
}

// A job of somebody else is as unknown as one that does not exist.
Result<Job> own_job(db::Transaction& transaction, const Actor& actor, const Request& request) {
  const std::string& id = request.parameters.at("id");
  TRY_ASSIGN(Job job, select_job(transaction, id));
  if (job.owner != actor.account) return fail(ErrorCode::not_found, "没有此任务：" + id);
  return job;
}

access::AuditEvent event_of(const Job& job, std::string action) {
  access::AuditEvent out;
  out.action = std::move(action);
  out.object_type = "job";
  out.object_id = job.id;
  out.object_name = job.title;
  return out;
}

class Api {
 public:
  Api(db::Database& database, const Vault& vault, const access::ProtectionClass& kept)
      : database_(database), vault_(vault), kept_(kept) {}

  Result<Response> list(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(const http::PageQuery query, page_query(request, {{"-id"}, {"kind"}, 1}));
    std::string before;
    if (!query.after.empty()) {
      const auto* text = std::get_if<std::string>(query.after.data());
      if (text != nullptr) before = *text;
    }
    TRY_ASSIGN(db::Transaction transaction, database_.read());
    const std::string kind(query.filter("kind"));
    TRY_ASSIGN(const auto jobs, select_jobs(transaction, actor.account, kind, before, query.limit));
    TRY_ASSIGN(const std::int64_t total, count_jobs(transaction, actor.account, kind));
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("items").begin_array();
    for (const Job& job : jobs) write_job(json, job);
    json.end_array().member("total", total).key("next");
    if (static_cast<std::int64_t>(jobs.size()) < query.limit) {
      json.null();
    } else {
      json.string(next_cursor(query, {jobs.back().id}));
    }
    json.end_object();
    return json_response(std::move(out));
  }

  Result<Response> one(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(db::Transaction transaction, database_.read());
    TRY_ASSIGN(const Job job, own_job(transaction, actor, request));
    return json_response(job_json(job));
  }

  Result<Response> cancel(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(db::Transaction transaction, database_.write());
    TRY_ASSIGN(const Job job, own_job(transaction, actor, request));
    TRY_ASSIGN(const bool changed, update_cancel(transaction, job.id, system_now()));
    if (!changed) return fail(ErrorCode::failed_precondition, "任务已经结束，不能取消");
    TRY(append_audit(transaction, actor, event_of(job, "job.cancel")));
    TRY_ASSIGN(const Job after, select_job(transaction, job.id));
    TRY(transaction.commit());
    return json_response(job_json(after));
  }

  Result<Response> file(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(db::Transaction transaction, database_.write());
    TRY_ASSIGN(const Job job, own_job(transaction, actor, request));
    TRY_ASSIGN(const auto file, select_file(transaction, job.id));
    if (!file) return fail(ErrorCode::not_found, "此任务没有可下载的文件");
    Response out;
    TRY_ASSIGN(out.body, vault_.open(file->content, file_context(job.id)));
    access::Export exported{kept_, job.system_id, access::export_note_of(job.input), {}};
    exported.event = event_of(job, "job.download");
    exported.event.after = sm3_hex(out.body);
    TRY(append_export(transaction, actor, std::move(exported)));
    TRY(transaction.commit());
    out.content_type = file->content_type;
    out.headers.emplace_back("Content-Disposition", http::attachment_header(file->name));
    return out;
  }

  // Server-sent events: the job whenever it has changed, until it has ended.
  Result<Response> events(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(db::Transaction transaction, database_.read());
    TRY_ASSIGN(const Job job, own_job(transaction, actor, request));
    Response out;
    out.content_type = "text/event-stream; charset=utf-8";
    out.poll = event_pause;
    out.stream = [this, id = job.id, last = std::string()](std::string& piece) mutable {
      return next_event(id, last, piece);
    };
    return out;
  }

 private:
  Result<bool> next_event(const std::string& id, std::string& last, std::string& piece) const {
    TRY_ASSIGN(db::Transaction transaction, database_.read());
    TRY_ASSIGN(const Job job, select_job(transaction, id));
    std::string now = job_json(job);
    if (now != last) piece += "event: job\ndata: " + now + "\n\n";
    last = std::move(now);
    return !is_final(job.state);
  }

  db::Database& database_;
  const Vault& vault_;
  const access::ProtectionClass& kept_;  // what a job makes is a document
};

}  // namespace

std::string job_json(const Job& job) {
  std::string out;
  JsonWriter json(out);
  write_job(json, job);
  return out;
}

void add_job_routes(access::Doors& doors, db::Database& database, const Vault& vault) {
  const auto api = std::make_shared<const Api>(
      database, vault, doors.rights().protection().of(access::protected_class::document));
  const auto add = [&](const char* method,
                       std::string_view pattern,
                       const access::Right& right,
                       Result<Response> (Api::*make)(const Actor&, const Request&) const) {
    doors.add(method, pattern, right, [api, make](const Actor& actor, const Request& request) {
      return (api.get()->*make)(actor, request);
    });
  };
  add("GET", "/api/jobs", {"job", "read"}, &Api::list);
  add("GET", "/api/jobs/{id}", {"job", "read"}, &Api::one);
  add("GET", "/api/jobs/{id}/events", {"job", "read"}, &Api::events);
  add("GET", "/api/jobs/{id}/file", {"job", "read"}, &Api::file);
  add("POST", "/api/jobs/{id}/cancel", {"job", "change"}, &Api::cancel);
}

}  // namespace dengce::job
