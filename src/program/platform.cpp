// SPDX-License-Identifier: Apache-2.0
#include "program/platform.h"

#include "access/access_api.h"
#include "access/audit_api.h"
#include "access/openapi.h"
#include "access/seal.h"
#include "assessment/assessment_api.h"
#include "assessment/collection_api.h"
#include "assessment/knowledge.h"
#include "file/file_api.h"
#include "file/files.h"
#include "job/job_api.h"
#include "job/runner.h"
#include "portfolio/import_api.h"
#include "portfolio/portfolio_api.h"
#include "process/process_api.h"
#include "program/document_api.h"
#include "program/documents.h"
#include "program/export_log.h"
#include "program/health.h"
#include "program/page.h"

namespace dengce::program {

// In the order in which they need each other; taken down in reverse.
struct Platform::Parts {
  Parts(Content content_,
        access::Rights rights_,
        assessment::Knowledge knowledge_,
        assessment::ReviewContent reviews_,
        portfolio::Catalogue catalogue_,
        portfolio::ImportForms import_forms_,
        process::Process process_,
        Installation installation_,
        SignInPlaces places_)
      : content(std::move(content_)),
        rights(std::move(rights_)),
        knowledge(std::move(knowledge_)),
        reviews(std::move(reviews_)),
        catalogue(std::move(catalogue_)),
        import_forms(std::move(import_forms_)),
        process(std::move(process_)),
        installation(std::move(installation_)),
        places(std::move(places_)),
        hasher(rights.policy()),
        context{installation.database,
                rights,
                installation.vault,
                hasher,
                system_now,
                places.directory.get(),
                places.provider.get()},
        snapshots(installation.database, installation.vault),
        documents(installation.database, content),
        uploads(installation.database, installation.vault),
        doors(router, installation.database, rights),
        runner(installation.database, installation.vault) {}

  void add_routes() {
    add_access_routes(doors, context);
    portfolio::add_portfolio_routes(doors, installation.database, catalogue, installation.vault);
    portfolio::add_import_routes(
        doors, installation.database, import_forms, catalogue, installation.vault);
    process::add_process_routes(doors, installation.database, process);
    assessment::add_assessment_routes(
        doors, installation.database, installation.vault, knowledge, snapshots);
    assessment::add_collection_routes(doors, installation.database, installation.vault, reviews);
    add_document_routes(doors, installation.database, snapshots, documents);
    add_export_log_routes(doors, installation.database);
    job::add_job_routes(doors, installation.database, installation.vault);
    file::add_file_routes(doors, installation.database, installation.vault, uploads);
    add_health_routes(doors, installation.database, metrics);
    add_settings_route(doors, installation.database, running);
    add_page_routes(doors);
    runner.handle(
        "document",
        document_work(
            snapshots, documents, rights.protection().of(access::protected_class::document)));
    runner.handle(file::file_job,
                  file::file_work(installation.database,
                                  installation.vault,
                                  {{"bundle", bundle_inspector()},
                                   {"certificate", file::inspect_certificate}}));
  }

  // A bundle becomes a collection of its system in the same transaction.
  file::Inspector bundle_inspector() {
    return [&vault = installation.vault](const std::string& name,
                                         std::string bytes) -> Result<file::Inspected> {
      TRY_ASSIGN(auto prepared, assessment::prepare_collection(name, std::move(bytes)));
      std::string told = prepared.told;
      auto keep = [&vault, prepared = std::move(prepared)](db::Transaction& transaction,
                                                           const access::Actor& actor,
                                                           const file::File& file) -> Result<> {
        TRY(assessment::keep_collection(transaction, vault, actor, file.system_id, prepared));
        return {};
      };
      return file::Inspected{std::move(told), std::move(keep)};
    };
  }

  const Content content;
  const access::Rights rights;
  const assessment::Knowledge knowledge;
  const assessment::ReviewContent reviews;
  const portfolio::Catalogue catalogue;
  const portfolio::ImportForms import_forms;
  const process::Process process;
  Installation installation;
  const SignInPlaces places;
  access::PasswordHasher hasher;
  const access::AccessContext context;
  assessment::SnapshotCache snapshots;
  DocumentMaker documents;
  http::Metrics metrics;
  RunningWith running;
  http::Router router;
  file::Uploads uploads;
  access::Doors doors;
  job::Runner runner;
};

Platform::Platform(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Platform::~Platform() = default;

Result<std::unique_ptr<Platform>> Platform::build(Content content,
                                                  const Place& place,
                                                  SignInPlaces places) {
  TRY_ASSIGN(access::Rights rights, access::Rights::load(content));
  TRY_ASSIGN(assessment::Knowledge knowledge, assessment::Knowledge::load(content));
  TRY_ASSIGN(assessment::ReviewContent reviews, assessment::ReviewContent::load(content));
  TRY_ASSIGN(portfolio::Catalogue catalogue, portfolio::load_catalogue(content));
  TRY_ASSIGN(portfolio::ImportForms import_forms, portfolio::ImportForms::load(content, catalogue));
  TRY_ASSIGN(process::Process process, process::load_process(content));
  TRY_ASSIGN(Installation installation, open_installation(place, Missing::refuse));
  auto parts = std::make_unique<Parts>(std::move(content),
                                       std::move(rights),
                                       std::move(knowledge),
                                       std::move(reviews),
                                       std::move(catalogue),
                                       std::move(import_forms),
                                       std::move(process),
                                       std::move(installation),
                                       std::move(places));
  parts->add_routes();
  add_audit_routes(
      parts->doors, parts->installation.database, access::default_heads_file(place.data));
  TRY(add_openapi_route(parts->doors, parts->content));  // last: it describes all the others
  return std::unique_ptr<Platform>(new Platform(std::move(parts)));
}

void Platform::show_settings(RunningWith running) {
  parts_->running = std::move(running);
}

const http::Router& Platform::router() const {
  return parts_->router;
}

const access::Doors& Platform::doors() const {
  return parts_->doors;
}

http::Metrics& Platform::metrics() {
  return parts_->metrics;
}

Installation& Platform::installation() {
  return parts_->installation;
}

void Platform::start_jobs() {
  parts_->runner.start();
}

}  // namespace dengce::program
