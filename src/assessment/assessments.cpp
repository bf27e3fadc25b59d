// SPDX-License-Identifier: Apache-2.0
#include "assessment/assessments.h"

#include <map>
#include <utility>

#include "assessment/assessment_store.h"
#include "assessment/evidence_view.h"
#include "assessment/judge.h"
#include "assessment/snapshot_builder.h"
#include "assessment/worksheet.h"
#include "base/id.h"
#include "base/json_writer.h"
#include "check/check_engine.h"
#include "evidence/bundle.h"
#include "evidence/fact_schema.h"
#include "evidence/fact_set.h"
#include "evidence/intake.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"

namespace dengce::assessment {
namespace {

constexpr std::string_view platform = "linux";
// A survey answer that says: see what was collected.
constexpr std::string_view left_to_collection = "以采集结果为准";

// object id → (code, point) → answer
using AnswersByPoint = std::map<std::pair<std::string, int>, HumanAnswer>;

// Columns of the asset table that the survey left to the collection.
void take_host_attributes(AssessmentObject& object, const evidence::FactSet& facts) {
  using evidence::FactId;
  constexpr int os_name = 4;
  constexpr int virtualization = 7;
  const auto fill = [&](const char* column, const std::string& value) {
    std::string& attribute = object.attributes[column];
    if (attribute.empty() || attribute.find(left_to_collection) != std::string::npos) {
      attribute = value.empty() ? "未采集到" : value;
    }
  };
  const auto text = [&](int column) {
    return facts.row_count(FactId::host) == 0
               ? std::string()
               : std::string(facts.cell(FactId::host, 0, column).text);
  };
  const std::string machine = text(virtualization);
  fill("操作系统及版本", text(os_name));
  fill("是否虚拟", machine.empty() ? "" : machine == "none" ? "否" : "是（" + machine + "）");
}

// The judge at work on one assessment.
class Judging {
 public:
  Judging(db::Transaction& transaction,
          const Vault& vault,
          const Knowledge& knowledge,
          check::CheckEngine engine)
      : transaction_(transaction),
        vault_(vault),
        knowledge_(knowledge),
        engine_(std::move(engine)) {}

  Result<std::vector<StoredRecord>> run(const Assessment& assessment) {
    TRY_ASSIGN(const auto grade, standard::parse_grade(assessment.level, assessment.sag));
    TRY_ASSIGN(const auto extensions, standard::parse_extensions(assessment.extensions));
    TRY_ASSIGN(const auto objects, select_objects(transaction_, assessment.id));
    TRY_ASSIGN(const auto answers, select_answers(transaction_, vault_, assessment.id));
    for (const PersonAnswer& answer : answers) {
      answers_[answer.object_id][{answer.code, answer.point}] = {
          answer.status, answer.text, answer.person};
    }
    std::vector<StoredRecord> records;
    for (const AssessmentObject& object : objects) {
      if (!object.selected) continue;
      const auto* object_class = knowledge_.standard.object_class(object.object_class);
      if (object_class == nullptr) {
        return fail(ErrorCode::data_corrupt, "未知的对象类别：" + object.object_class);
      }
      const auto asked = questions(knowledge_.standard, grade, extensions, *object_class, platform);
      TRY(judge_object(object, asked, records));
    }
    return records;
  }

 private:
  Result<> judge_object(const AssessmentObject& object,
                        const std::vector<ItemQuestion>& asked,
                        std::vector<StoredRecord>& records) {
    std::vector<std::vector<PointAnswers>> points;
    std::optional<EvidenceReader> reader;
    if (object.bundle_sm3.empty()) {
      for (const ItemQuestion& item : asked) points.push_back(unanswered(item));
    } else {
      TRY_ASSIGN(const StoredBundle bundle, select_bundle(transaction_, vault_, object.bundle_sm3));
      TRY_ASSIGN(reader, open_reader(bundle));
      TRY_ASSIGN(const evidence::FactSet facts, facts_of(bundle));
      engine_.bind(facts);
      points = answers(asked, engine_, bundle.sm3);
    }
    const AnswersByPoint& people = answers_[object.id];
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const standard::Item& item = *asked[i].item;
      for (PointAnswers& point : points[i]) {
        const auto found = people.find({item.code, point.number});
        if (found != people.end()) point.human = found->second;
      }
      Judgement judgement = judge(item, points[i]);
      if (reader) quote(*reader, judgement.points);
      records.push_back({object.id,
                         item.code,
                         item.clause,
                         judgement.verdict,
                         std::move(judgement.text),
                         std::move(judgement.reason),
                         std::move(judgement.points)});
    }
    return {};
  }

  static Result<std::optional<EvidenceReader>> open_reader(const StoredBundle& bundle) {
    TRY_ASSIGN(EvidenceReader reader, EvidenceReader::open(bundle.file_name, bundle.archive));
    return std::optional<EvidenceReader>(std::move(reader));
  }

  // The line itself goes into the record, so that it reads without the bundle at hand.
  static void quote(EvidenceReader& reader, std::vector<PointAnswer>& points) {
    for (PointAnswer& point : points) {
      if (point.source)
        point.source->excerpt = reader.excerpt(point.source->path, point.source->line);
    }
  }

  db::Transaction& transaction_;
  const Vault& vault_;
  const Knowledge& knowledge_;
  check::CheckEngine engine_;
  std::map<std::string, AnswersByPoint> answers_;
};

Result<> require_any(db::Transaction& transaction,
                     const access::Actor& actor,
                     const std::vector<std::string>& systems,
                     const std::string& unknown) {
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  for (const std::string& system : systems) {
    if (visible.covers(system)) return {};
  }
  return fail(ErrorCode::not_found, unknown);
}

}  // namespace

Result<StoredBundle> take_in_bundle(const std::string& file_name,
                                    std::string archive,
                                    Clock clock) {
  TRY_ASSIGN(const evidence::Bundle bundle, evidence::read_bundle(file_name, archive));
  TRY_ASSIGN(const evidence::FactSet facts, evidence::parse_evidence(*bundle.source));
  return stored_bundle(bundle, facts, file_name, std::move(archive), clock());
}

StoredBundle stored_bundle(const evidence::Bundle& bundle,
                           const evidence::FactSet& facts,
                           const std::string& file_name,
                           std::string archive,
                           Instant received) {
  return {bundle.sm3,
          bundle.sha256,
          received,
          file_name,
          bundle.manifest.platform,
          bundle.manifest.target,
          std::move(archive),
          std::string(facts.serialize()),
          evidence::fact_schema_version};
}

Result<evidence::FactSet> facts_of(const StoredBundle& bundle) {
  auto stored = evidence::FactSet::open(bundle.facts);
  if (stored || stored.error().code != ErrorCode::failed_precondition) return stored;
  TRY_ASSIGN(const evidence::Bundle again, evidence::read_bundle(bundle.file_name, bundle.archive));
  return evidence::parse_evidence(*again.source);
}

Result<> judge_assessment(db::Transaction& transaction,
                          const Vault& vault,
                          const Knowledge& knowledge,
                          const Assessment& assessment) {
  TRY_ASSIGN(check::CheckEngine engine, check::CheckEngine::create(knowledge.checks));
  TRY_ASSIGN(const auto records,
             Judging(transaction, vault, knowledge, std::move(engine)).run(assessment));
  return replace_records(transaction, vault, assessment.id, records);
}

Result<Snapshot> take_snapshot(db::Transaction& transaction,
                               const Vault& vault,
                               const Knowledge& knowledge,
                               const Assessment& assessment,
                               Clock clock) {
  SnapshotInput input;
  input.assessment = assessment;
  TRY_ASSIGN(input.system, portfolio::select_system(transaction, assessment.system_id));
  TRY_ASSIGN(input.objects, select_objects(transaction, assessment.id));
  for (AssessmentObject& object : input.objects) {
    if (object.bundle_sm3.empty()) continue;
    TRY_ASSIGN(const StoredBundle bundle, select_bundle(transaction, vault, object.bundle_sm3));
    TRY_ASSIGN(const evidence::FactSet facts, facts_of(bundle));
    take_host_attributes(object, facts);
  }
  TRY_ASSIGN(input.records, select_records(transaction, vault, assessment.id));
  TRY_ASSIGN(input.risks, select_risks(transaction, vault, assessment.id));
  TRY_ASSIGN(input.tables, select_tables(transaction, vault, assessment.id));
  TRY_ASSIGN(Snapshot snapshot, build_snapshot(knowledge, std::move(input)));
  snapshot.id = new_id(clock);
  snapshot.taken = clock();
  TRY(insert_snapshot(transaction, vault, assessment.id, snapshot));
  return snapshot;
}

Result<Assessment> newest_assessment(db::Transaction& transaction, const std::string& system) {
  TRY_ASSIGN(const auto found, portfolio::select_system(transaction, system));
  TRY_ASSIGN(auto assessments, select_assessments(transaction, found.id));
  if (assessments.empty()) {
    return fail(ErrorCode::not_found, "此系统尚无测评：" + found.name);
  }
  return std::move(assessments.front());
}

Result<> require_visible(db::Transaction& transaction,
                         const access::Actor& actor,
                         const std::string& assessment_id) {
  TRY_ASSIGN(const auto systems, select_systems_of_assessment(transaction, assessment_id));
  return require_any(transaction, actor, systems, "没有此测评：" + assessment_id);
}

Result<> require_visible_bundle(db::Transaction& transaction,
                                const access::Actor& actor,
                                const std::string& sm3) {
  TRY_ASSIGN(const auto systems, select_systems_of_bundle(transaction, sm3));
  return require_any(transaction, actor, systems, "没有此证据包：" + sm3);
}

}  // namespace dengce::assessment
