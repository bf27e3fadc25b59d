// SPDX-License-Identifier: Apache-2.0
#include "assessment/assessment_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "access/audit.h"
#include "assessment/assessment_store.h"
#include "assessment/assessments.h"
#include "assessment/evidence_view.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"

namespace dengce::assessment {
namespace {

using access::Actor;
using http::Request;
using http::Response;
using SnapshotPointer = std::shared_ptr<const Snapshot>;

constexpr std::int64_t default_context = 5;
constexpr std::int64_t max_context = 200;

Response json_response(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

const std::string& parameter(const Request& request, std::string_view name) {
  return request.parameters.find(name)->second;
}

std::string query_text(const Request& request, std::string_view name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

void write_counts(JsonWriter& json, const VerdictCounts& counts) {
  json.begin_object();
  json.member("compliant", counts.compliant).member("partial", counts.partial);
  json.member("non_compliant", counts.non_compliant);
  json.member("not_applicable", counts.not_applicable).member("pending", counts.pending);
  json.end_object();
}

void write_optional(JsonWriter& json,
                    std::string_view key,
                    const std::optional<std::string>& text) {
  json.key(key);
  if (text) {
    json.string(*text);
  } else {
    json.null();
  }
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_scheme_head(JsonWriter& json, const SchemeResult& scheme) {
  json.begin_object();
  json.member("scheme", scheme.scheme).member("value", scheme.value);
  json.member("low", scheme.low).member("high", scheme.high);
  write_optional(json, "conclusion", scheme.conclusion);
  json.member("conclusion_low", scheme.conclusion_low);
  json.member("conclusion_high", scheme.conclusion_high).member("clause", scheme.clause);
  json.member_boolean("complete", scheme.complete).member("applicable", scheme.applicable);
  json.key("counts");
  write_counts(json, scheme.counts);
  json.member("technical", scheme.technical).member("management", scheme.management);
  json.end_object();
}

void write_schemes(JsonWriter& json, const Snapshot& snapshot) {
  json.key("schemes").begin_array();
  for (const SchemeResult& scheme : snapshot.schemes) write_scheme_head(json, scheme);
  json.end_array();
}

// Shared by all handlers; references outlive the router.
class Api {
 public:
  Api(db::Database& database,
      const Vault& vault,
      const Knowledge& knowledge,
      SnapshotCache& snapshots)
      : database_(database), vault_(vault), knowledge_(knowledge), snapshots_(snapshots) {}

  Result<std::string> overview(const Actor& actor, const Request& /*request*/) const {
    TRY_ASSIGN(db::Transaction transaction, database_.read());
    TRY_ASSIGN(auto all, portfolio::select_systems(transaction));
    TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
    std::erase_if(all, [&](const auto& system) { return !visible.covers(system.id); });
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("total", static_cast<std::int64_t>(all.size()));
    json.key("systems").begin_array();
    for (const portfolio::InformationSystem& system : all) {
      TRY_ASSIGN(const auto assessments, select_assessments(transaction, system.id));
      json.begin_object();
      json.member("id", system.id).member("number", system.number).member("name", system.name);
      json.member("team", system.team).member("level", system.level);
      json.key("assessments").begin_array();
      for (const Assessment& assessment : assessments) TRY(write_assessment(json, assessment));
      json.end_array().end_object();
    }
    json.end_array().end_object();
    return out;
  }

  Result<std::string> result(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(const SnapshotPointer snapshot, snapshot_of(actor, request));
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("snapshot", snapshot->id);
    json.member("taken", format_instant(snapshot->taken)).member_boolean("demo", snapshot->demo);
    json.key("facts").begin_object();
    for (const auto& [key, value] : snapshot->facts) json.member(key, value);
    json.end_object().key("versions").begin_object();
    for (const auto& [key, value] : snapshot->versions) json.member(key, value);
    json.end_object();
    write_schemes(json, *snapshot);
    json.key("layers").begin_array();
    for (const LayerResult& layer : snapshot->layers) {
      json.begin_object().member("layer", layer.layer).member("rate", layer.rate).key("items");
      write_counts(json, layer.items);
      json.end_object();
    }
    json.end_array().key("control_points").begin_array();
    for (const ControlPointResult& point : snapshot->control_points) {
      json.begin_object().member("layer", point.layer).member("control_point", point.control_point);
      json.member("extension", point.extension).member("verdict", name(point.verdict)).key("items");
      write_counts(json, point.items);
      json.end_object();
    }
    json.end_array();
    write_problems(json, *snapshot);
    json.key("hazards").begin_array();
    for (const HazardTrigger& hazard : snapshot->hazards) {
      json.begin_object().member("number", hazard.number).member("title", hazard.title);
      json.member_boolean("triggered", hazard.triggered);
      write_texts(json, "problems", hazard.problems);
      json.end_object();
    }
    json.end_array().end_object();
    return out;
  }

  Result<std::string> derivation(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(const SnapshotPointer snapshot, snapshot_of(actor, request));
    const std::string& wanted = parameter(request, "scheme");
    for (const SchemeResult& scheme : snapshot->schemes) {
      if (scheme.scheme != wanted) continue;
      std::string out;
      JsonWriter json(out);
      json.begin_object().member("scheme", scheme.scheme).key("derivation").begin_array();
      for (const DerivationLine& line : scheme.derivation) {
        json.begin_object().member("code", line.code).member("layer", line.layer);
        json.member("x", line.x).member("weight", line.weight).member("lost", line.lost);
        write_texts(json, "objects", line.objects);
        json.end_object();
      }
      json.end_array().end_object();
      return out;
    }
    return fail(ErrorCode::not_found, "没有此评分方案：" + wanted);
  }

  // Objects, items and one short row a record; `object` and `verdict` filter.
  Result<std::string> worksheet(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(const SnapshotPointer snapshot, snapshot_of(actor, request));
    const std::string object = query_text(request, "object");
    const std::string verdict = query_text(request, "verdict");
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("snapshot", snapshot->id).key("objects").begin_array();
    for (const SnapshotObject& one : snapshot->objects) {
      json.begin_object().member("id", one.id).member("object_class", one.object_class);
      json.member("name", one.name).member("importance", one.importance);
      json.member("origin", one.origin).member("bundle", one.bundle);
      json.member_boolean("selected", one.selected).end_object();
    }
    json.end_array().key("items").begin_array();
    for (const SnapshotItem& item : snapshot->items) {
      json.begin_object().member("code", item.code).member("clause", item.clause);
      json.member("letter", item.letter).member("layer", item.layer);
      json.member("control_point", item.control_point).member("extension", item.extension);
      json.member("text", item.text).member("verdict", name(item.verdict)).end_object();
    }
    json.end_array().key("records").begin_array();
    for (const RecordLine& record : snapshot->records) {
      if (!object.empty() && snapshot->objects[record.object].id != object) continue;
      if (!verdict.empty() && name(record.verdict) != verdict) continue;
      json.begin_object().member("object", static_cast<std::int64_t>(record.object));
      json.member("item", static_cast<std::int64_t>(record.item));
      json.member("verdict", name(record.verdict)).member("text", record.text);
      json.member("reason", record.reason);
      json.member_boolean("machine", has_machine(record)).end_object();
    }
    json.end_array().end_object();
    return out;
  }

  Result<std::string> record(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(const SnapshotPointer snapshot, snapshot_of(actor, request));
    const std::string& object = parameter(request, "object");
    const std::string& code = parameter(request, "code");
    const std::string clause = query_text(request, "clause");
    for (const RecordLine& record : snapshot->records) {
      const SnapshotItem& item = snapshot->items[record.item];
      if (snapshot->objects[record.object].id != object || item.code != code ||
          (!clause.empty() && item.clause != clause)) {
        continue;
      }
      std::string out;
      JsonWriter json(out);
      json.begin_object().member("snapshot", snapshot->id).member("object", object);
      json.member("object_name", snapshot->objects[record.object].name).member("code", item.code);
      json.member("clause", item.clause).member("letter", item.letter).member("text", item.text);
      json.member("rule", item.rule).member("verdict", name(record.verdict));
      json.member("record", record.text).member("reason", record.reason);
      json.key("points").begin_array();
      for (const PointAnswer& point : record.points) write_point(json, point);
      json.end_array().end_object();
      return out;
    }
    return fail(ErrorCode::not_found, "没有此记录：" + object + " " + code);
  }

  // Every look at evidence is an entry of the audit, written before the evidence is shown.
  Result<std::string> evidence(const Actor& actor, const Request& request) const {
    const std::string path = query_text(request, "path");
    const std::int64_t line = parse_int(query_text(request, "line")).value_or(0);
    const std::int64_t context = std::clamp<std::int64_t>(
        parse_int(query_text(request, "context")).value_or(default_context), 0, max_context);
    const std::string& sm3 = parameter(request, "sm3");
    TRY_ASSIGN(db::Transaction transaction, database_.write());
    TRY(require_visible_bundle(transaction, actor, sm3));
    TRY_ASSIGN(const StoredBundle bundle, select_bundle(transaction, vault_, sm3));
    access::AuditEvent event;
    event.action = "evidence.read";
    event.object_type = "evidence";
    event.object_id = sm3;
    event.object_name = bundle.target + " " + path;
    TRY(append_audit(transaction, actor, event));
    TRY(transaction.commit());
    TRY_ASSIGN(const EvidenceReader reader, EvidenceReader::open(bundle.file_name, bundle.archive));
    TRY_ASSIGN(const EvidenceView view, reader.view(path, line, context));
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("bundle", bundle.sm3).member("bundle_sha256", bundle.sha256);
    json.member("file_name", bundle.file_name).member("target", bundle.target);
    json.member("received", format_instant(bundle.received));
    json.member("collected", format_instant(reader.manifest().started));
    json.member(
        "collector",
        fmt::format(
            "{} {}", reader.manifest().collector_name, reader.manifest().collector_version));
    json.member("path", view.path).member("line", line).member("bytes", view.bytes);
    json.member("sha256", view.sha256).member("sm3", view.sm3).member_boolean("more", view.cut);
    json.key("lines").begin_array();
    for (const EvidenceLine& one : view.lines) {
      json.begin_object().member("number", one.number).member("text", one.text).end_object();
    }
    json.end_array().end_object();
    return out;
  }

  Result<std::string> check(const Actor& /*actor*/, const Request& request) const {
    const check::Check* found = knowledge_.checks.find(parameter(request, "id"));
    if (found == nullptr) {
      return fail(ErrorCode::not_found, "没有此检查：" + parameter(request, "id"));
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("id", found->id).member("title", found->title);
    json.member("sql", found->sql).member("advice", found->advice).member("file", found->path);
    json.end_object();
    return out;
  }

 private:
  Result<SnapshotPointer> snapshot_of(const Actor& actor, const Request& request) const {
    TRY_ASSIGN(db::Transaction transaction, database_.read());
    TRY(require_visible(transaction, actor, parameter(request, "id")));
    return snapshots_.get(parameter(request, "id"), query_text(request, "snapshot"));
  }

  Result<> write_assessment(JsonWriter& json, const Assessment& assessment) const {
    json.begin_object().member("id", assessment.id).member("round", assessment.round);
    json.member("sag", assessment.sag).member_boolean("demo", assessment.demo);
    const auto snapshot = snapshots_.get(assessment.id);
    if (snapshot) {
      json.member("snapshot", (*snapshot)->id);
      json.member("taken", format_instant((*snapshot)->taken));
      write_schemes(json, **snapshot);
    } else if (snapshot.error().code != ErrorCode::not_found) {
      return tl::make_unexpected(snapshot.error());
    }
    json.end_object();
    return {};
  }

  static bool has_machine(const RecordLine& record) {
    return std::any_of(record.points.begin(), record.points.end(), [](const PointAnswer& point) {
      return !point.check.empty();
    });
  }

  static void write_problems(JsonWriter& json, const Snapshot& snapshot) {
    json.key("problems").begin_array();
    for (const SecurityProblem& problem : snapshot.problems) {
      json.begin_object().member("number", problem.number);
      json.member("description", problem.description).member("layer", problem.layer);
      json.member("control_point", problem.control_point);
      json.member("verdict", name(problem.verdict));
      json.member("threat", problem.threat).member("analysis", problem.analysis);
      json.member("risk", problem.risk).member("overall_change", problem.overall_change);
      json.member("high_risk_case", problem.high_risk_case);
      json.member("mitigation", problem.mitigation).member_boolean("hazard", problem.hazard);
      json.member("advice", problem.advice);
      write_texts(json, "codes", problem.codes);
      json.key("objects").begin_array();
      for (const std::size_t object : problem.objects) {
        json.begin_object().member("id", snapshot.objects[object].id);
        json.member("name", snapshot.objects[object].name).end_object();
      }
      json.end_array().end_object();
    }
    json.end_array();
  }

  static void write_point(JsonWriter& json, const PointAnswer& point) {
    json.begin_object().member("point", std::int64_t{point.point}).member("text", point.text);
    json.member("method", point.method).member("status", name(point.status));
    json.member("check", point.check).member("person", point.person);
    json.member("reason", point.reason).member("advice", point.advice).key("source");
    if (point.source) {
      json.begin_object().member("bundle", point.source->bundle);
      json.member("path", point.source->path).member("line", point.source->line);
      json.member("excerpt", point.source->excerpt).end_object();
    } else {
      json.null();
    }
    json.end_object();
  }

  db::Database& database_;
  const Vault& vault_;
  const Knowledge& knowledge_;
  SnapshotCache& snapshots_;
};

}  // namespace

void add_assessment_routes(access::Doors& doors,
                           db::Database& database,
                           const Vault& vault,
                           const Knowledge& knowledge,
                           SnapshotCache& snapshots) {
  const auto api = std::make_shared<const Api>(database, vault, knowledge, snapshots);
  const auto add = [&](std::string_view pattern,
                       const access::Right& right,
                       Result<std::string> (Api::*make)(const Actor&, const Request&) const) {
    doors.add("GET",
              pattern,
              right,
              [api, make](const Actor& actor, const Request& request) -> Result<Response> {
                TRY_ASSIGN(std::string body, (api.get()->*make)(actor, request));
                return json_response(std::move(body));
              });
  };
  constexpr access::Right results{"assessment", "read"};
  add("/api/assessments-overview", results, &Api::overview);
  add("/api/assessments/{id}/result", results, &Api::result);
  add("/api/assessments/{id}/derivation/{scheme}", results, &Api::derivation);
  add("/api/assessments/{id}/worksheet", results, &Api::worksheet);
  add("/api/assessments/{id}/records/{object}/{code}", results, &Api::record);
  add("/api/evidence/{sm3}", {"evidence", "read"}, &Api::evidence);
  add("/api/checks/{id}", results, &Api::check);
}

}  // namespace dengce::assessment
