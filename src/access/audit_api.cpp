// SPDX-License-Identifier: Apache-2.0
#include "access/audit_api.h"

#include <memory>
#include <optional>

#include "access/audit_lines.h"
#include "access/audit_verify.h"
#include "access/export_log.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "http/json_body.h"
#include "http/page_query.h"

namespace dengce::access {
namespace {

using http::Request;
using http::Response;

constexpr std::uint64_t max_heads_bytes = 256ULL << 20;
constexpr std::int64_t day_milliseconds = 86'400'000;
constexpr std::int64_t shanghai_milliseconds = 8LL * 3'600'000;

struct AuditRoutes {
  db::Database& database;
  std::filesystem::path heads_file;
  Clock clock;
  const ProtectionClass& kept;
};

// An instant, or a day in Shanghai: its beginning, or with `end` the beginning of the next one.
std::optional<std::int64_t> time_of(std::string_view text, bool end) {
  if (const auto day = parse_day(text)) {
    return (day->number + (end ? 1 : 0)) * day_milliseconds - shanghai_milliseconds;
  }
  const auto instant = parse_instant(text);
  if (!instant) return std::nullopt;
  return instant->milliseconds;
}

Result<AuditFilter> filter_of(const http::PageQuery& query) {
  AuditFilter filter;
  filter.login = query.filter("login");
  filter.action = query.filter("action");
  filter.object_type = query.filter("object_type");
  filter.object_id = query.filter("object_id");
  filter.outcome = query.filter("outcome");
  std::vector<Problem> problems;
  const auto take = [&](std::string_view name, bool end, std::int64_t& out) {
    const std::string_view text = query.filter(name);
    if (text.empty()) return;
    if (const auto time = time_of(text, end)) {
      out = *time;
    } else {
      problems.push_back({{}, 0, std::string(name), "应为日期（2026-07-01）或时刻（RFC 3339）"});
    }
  };
  take("from", false, filter.from_ms);
  take("to", true, filter.to_ms);
  if (problems.empty()) return filter;
  return fail(ErrorCode::invalid_argument, "查询参数无效", std::move(problems));
}

void write_entry(JsonWriter& json, const AuditEntry& entry) {
  json.begin_object().member("sequence", entry.sequence);
  json.member("time", format_instant({entry.at_ms})).member("account", entry.account);
  json.member("login", entry.login).member("address", entry.address);
  json.member("session", entry.session).member("action", entry.action);
  json.member("object_type", entry.object_type).member("object_id", entry.object_id);
  json.member("object_name", entry.object_name).member("before", entry.before);
  json.member("after", entry.after).member("detail", entry.detail);
  json.member("outcome", entry.outcome).member("previous", entry.previous);
  json.member("digest", entry.digest).end_object();
}

// Newest first; the cursor is the number of the last entry shown.
Result<Response> list(const AuditRoutes& routes, const Request& request) {
  static const http::PageRules rules{
      {}, {"from", "to", "login", "action", "object_type", "object_id", "outcome"}, 1};
  TRY_ASSIGN(const http::PageQuery query, http::page_query(request, rules));
  TRY_ASSIGN(const AuditFilter filter, filter_of(query));
  std::int64_t before = 0;
  if (!query.after.empty()) {
    const auto* number = std::get_if<std::int64_t>(&query.after.front());
    if (number == nullptr) return fail(ErrorCode::invalid_argument, "after 无效");
    before = *number;
  }
  TRY_ASSIGN(db::Transaction transaction, routes.database.read());
  TRY_ASSIGN(const std::int64_t total, count_entries(transaction, filter));
  TRY_ASSIGN(auto entries, search_entries(transaction, filter, before, query.limit + 1));
  const bool more = entries.size() > static_cast<std::size_t>(query.limit);
  if (more) entries.pop_back();
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("items").begin_array();
  for (const AuditEntry& entry : entries) write_entry(json, entry);
  json.end_array().member("total", total).key("next");
  if (more) {
    json.string(http::next_cursor(query, {entries.back().sequence}));
  } else {
    json.null();
  }
  json.end_object();
  return response;
}

void write_findings(JsonWriter& json, const char* key, const std::vector<AuditFinding>& findings) {
  json.key(key).begin_array();
  for (const AuditFinding& one : findings) {
    json.begin_object().member("kind", audit_fault_name(one.fault));
    json.member("sequence", one.sequence).member("reason", one.reason).end_object();
  }
  json.end_array();
}

Result<Response> verification(const AuditRoutes& routes) {
  std::error_code error;
  const bool given = std::filesystem::exists(routes.heads_file, error);
  AuditLines published;
  if (given) {
    TRY_ASSIGN(const std::string text, read_file(routes.heads_file, max_heads_bytes));
    TRY_ASSIGN(published, read_audit_lines(text, routes.heads_file.filename().string()));
  }
  TRY_ASSIGN(db::Transaction transaction, routes.database.read());
  TRY_ASSIGN(const AuditReport report, verify_audit(transaction, given ? &published : nullptr));
  Response response;
  JsonWriter json(response.body);
  json.begin_object().member_boolean("ok", report.ok()).member("entries", report.entries);
  json.key("head").begin_object().member("sequence", report.head.sequence);
  json.member("digest", report.head.digest).end_object().key("sealed");
  if (report.sealed.number == 0) {
    json.null();
  } else {
    json.begin_object().member("sequence", report.sealed.sequence);
    json.member("time", format_instant({report.sealed.at_ms})).end_object();
  }
  json.member("published", report.published).member("problem_count", report.problem_count);
  write_findings(json, "problems", report.problems);
  write_findings(json, "warnings", report.warnings);
  json.end_object();
  return response;
}

// The export is an entry itself, written before the first line is read.
Result<Response> export_lines(const AuditRoutes& routes,
                              const Actor& actor,
                              const Request& request) {
  http::JsonBody body(request.body);
  Export exported{routes.kept, {}, read_export_note(body, routes.kept), {}};
  TRY(body.finish());
  exported.event = {.action = "audit.export", .object_type = "audit"};
  std::shared_ptr<AuditExport> lines;
  {
    TRY_ASSIGN(db::Transaction transaction, routes.database.write());
    TRY(append_export(transaction, actor, std::move(exported), routes.clock));
    TRY_ASSIGN(AuditExport begun, AuditExport::begin(transaction, routes.clock));
    TRY(transaction.commit());
    lines = std::make_shared<AuditExport>(std::move(begun));
  }
  Response response;
  response.content_type = "application/x-ndjson";
  response.headers.emplace_back("Content-Disposition",
                                http::attachment_header("dengce-audit.jsonl"));
  // A transaction a piece: a slow reader holds no connection.
  response.stream = [&database = routes.database, lines](std::string& piece) -> Result<bool> {
    TRY_ASSIGN(db::Transaction transaction, database.read());
    return lines->next(transaction, piece);
  };
  return response;
}

}  // namespace

void add_audit_routes(Doors& doors,
                      db::Database& database,
                      std::filesystem::path heads_file,
                      Clock clock) {
  const auto routes = std::make_shared<const AuditRoutes>(
      AuditRoutes{database,
                  std::move(heads_file),
                  clock,
                  doors.rights().protection().of(protected_class::audit)});
  doors.add("GET", "/api/audit", {"audit", "read"}, [routes](const Actor&, const Request& request) {
    return list(*routes, request);
  });
  doors.add("GET",
            "/api/audit/verification",
            {"audit", "verify"},
            [routes](const Actor&, const Request&) { return verification(*routes); });
  doors.add("POST",
            "/api/audit/export",
            {"audit", "export"},
            [routes](const Actor& actor, const Request& request) {
              return export_lines(*routes, actor, request);
            });
}

}  // namespace dengce::access
