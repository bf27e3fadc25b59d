// SPDX-License-Identifier: Apache-2.0
#include "assessment/collections.h"

#include <fmt/format.h>

#include "access/audit.h"
#include "assessment/assessment_store.h"
#include "assessment/assessments.h"
#include "base/id.h"
#include "evidence/bundle.h"
#include "evidence/intake.h"
#include "portfolio/system_store.h"

namespace dengce::assessment {
namespace {

constexpr std::string_view platform = "linux";

std::string told_of(const evidence::Manifest& manifest, std::size_t fact_bytes) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("target", manifest.target).member("platform", manifest.platform);
  json.member("started", format_instant(manifest.started));
  json.member("ended", format_instant(manifest.ended));
  json.member("entries", static_cast<std::int64_t>(manifest.entries.size()));
  json.member("absent", static_cast<std::int64_t>(manifest.absent.size()));
  json.member("fact_bytes", static_cast<std::int64_t>(fact_bytes)).end_object();
  return out;
}

// Every look at evidence is an entry, written before the evidence is shown.
Result<> tell_of_look(db::Transaction& transaction,
                      const access::Actor& actor,
                      const char* action,
                      const std::string& id,
                      const std::string& shown,
                      Clock clock) {
  access::AuditEvent event;
  event.action = action;
  event.object_type = "evidence";
  event.object_id = id;
  event.object_name = shown;
  return append_audit(transaction, actor, event, clock);
}

}  // namespace

Result<ReviewContent> ReviewContent::load(const Content& content) {
  TRY_ASSIGN(evidence::Comparison comparison, evidence::Comparison::load(content, platform));
  TRY_ASSIGN(evidence::KnownServices services, evidence::KnownServices::load(content));
  return ReviewContent{std::move(comparison), std::move(services)};
}

Result<PreparedCollection> prepare_collection(const std::string& file_name,
                                              std::string archive,
                                              Clock clock) {
  TRY_ASSIGN(const evidence::Bundle read, evidence::read_bundle(file_name, archive));
  TRY_ASSIGN(const evidence::FactSet facts, evidence::parse_evidence(*read.source));
  PreparedCollection out;
  out.bundle = stored_bundle(read, facts, file_name, std::move(archive), clock());
  out.collected = read.manifest.started;
  out.told = told_of(read.manifest, out.bundle.facts.size());
  return out;
}

Result<Collection> keep_collection(db::Transaction& transaction,
                                   const Vault& vault,
                                   const access::Actor& actor,
                                   const std::string& system_id,
                                   const PreparedCollection& prepared,
                                   Clock clock) {
  TRY_ASSIGN(auto known, select_collection_of(transaction, system_id, prepared.bundle.sm3));
  if (known) return *std::move(known);
  TRY(insert_bundle(transaction, vault, prepared.bundle));
  Collection collection{new_id(clock),
                        system_id,
                        prepared.bundle.sm3,
                        prepared.bundle.target,
                        prepared.bundle.platform,
                        prepared.collected,
                        actor.login,
                        clock()};
  TRY(insert_collection(transaction, collection));
  return collection;
}

Result<std::string> compare(db::Database& database,
                            const Vault& vault,
                            const ReviewContent& content,
                            const access::Actor& actor,
                            const std::string& before,
                            const std::string& after,
                            Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY_ASSIGN(const Collection first, select_collection(transaction, visible, before));
  TRY_ASSIGN(const Collection second, select_collection(transaction, visible, after));
  if (first.system_id != second.system_id || first.target != second.target) {
    return fail(ErrorCode::failed_precondition, "只能比较同一系统同一主机的两次采集");
  }
  TRY_ASSIGN(const StoredBundle earlier, select_bundle(transaction, vault, first.bundle_sm3));
  TRY_ASSIGN(const StoredBundle later, select_bundle(transaction, vault, second.bundle_sm3));
  TRY(tell_of_look(transaction, actor, "evidence.compare", after, second.target, clock));
  TRY(transaction.commit());
  TRY_ASSIGN(const evidence::FactSet facts_before, facts_of(earlier));
  TRY_ASSIGN(const evidence::FactSet facts_after, facts_of(later));
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("before");
  write_collection(json, first);
  json.key("after");
  write_collection(json, second);
  json.key("difference");
  evidence::write_difference(
      json,
      content.comparison,
      evidence::compare_collections(content.comparison, facts_before, facts_after));
  json.end_object();
  return out;
}

Result<std::string> expose(db::Database& database,
                           const Vault& vault,
                           const ReviewContent& content,
                           const access::Actor& actor,
                           const std::string& system_id,
                           Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(const auto visible, portfolio::select_visible(transaction, actor));
  TRY_ASSIGN(const auto system, portfolio::select_visible_system(transaction, visible, system_id));
  TRY_ASSIGN(const auto collections, select_newest_collections(transaction, system_id));
  TRY(tell_of_look(transaction, actor, "evidence.expose", system_id, system.name, clock));
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("hosts").begin_array();
  for (const Collection& collection : collections) {
    TRY_ASSIGN(const StoredBundle bundle, select_bundle(transaction, vault, collection.bundle_sm3));
    TRY_ASSIGN(const evidence::FactSet facts, facts_of(bundle));
    json.begin_object().key("collection");
    write_collection(json, collection);
    json.key("exposure");
    evidence::write_exposure(
        json, content.services, evidence::find_exposure(content.services, facts));
    json.end_object();
  }
  json.end_array().end_object();
  TRY(transaction.commit());
  return out;
}

void write_collection(JsonWriter& json, const Collection& collection) {
  json.begin_object().member("id", collection.id).member("system_id", collection.system_id);
  json.member("bundle", collection.bundle_sm3).member("target", collection.target);
  json.member("platform", collection.platform);
  json.member("collected", format_instant(collection.collected));
  json.member("handed_in_by", collection.handed_in_by);
  json.member("handed_in", format_instant(collection.handed_in)).end_object();
}

}  // namespace dengce::assessment
