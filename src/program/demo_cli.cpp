// SPDX-License-Identifier: Apache-2.0
#include "program/demo_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "access/context.h"
#include "assessment/assessment_store.h"
#include "assessment/assessments.h"
#include "assessment/demo_content.h"
#include "assessment/knowledge.h"
#include "base/id.h"
#include "collect/collect.h"
#include "portfolio/portfolio_store.h"
#include "program/data_directory.h"
#include "program/documents.h"
#include "program/first_data.h"

namespace dengce::program {
namespace {

using assessment::Knowledge;
using assessment::Snapshot;

struct DemoOptions {
  Place place;
  std::filesystem::path documents;
};

void progress(const char* text) {
  fmt::print(stderr, "{}\n", text);
}

// The bundle of one object: collected here and now, or read from the content.
Result<assessment::StoredBundle> bundle_of(const Content& content,
                                           const std::string& reference,
                                           const std::string& path) {
  if (path.empty()) {
    progress("采集本机……");
    TRY_ASSIGN(std::string archive, collect::collect_local());
    return assessment::take_in_bundle(reference + ".tar.gz", std::move(archive));
  }
  TRY_ASSIGN(const std::string_view bytes, content.read(path));
  return assessment::take_in_bundle(path, std::string(bytes));
}

Result<> store_demo(db::Transaction& transaction,
                    const Vault& vault,
                    const Content& content,
                    assessment::DemoContent& demo,
                    const std::string& system_id) {
  demo.assessment.id = new_id();
  demo.assessment.system_id = system_id;
  demo.assessment.created = system_now();
  for (assessment::AssessmentObject& object : demo.objects) {
    const auto path = demo.bundles.find(object.reference);
    if (path == demo.bundles.end()) continue;
    TRY_ASSIGN(const auto bundle, bundle_of(content, object.reference, path->second));
    TRY(insert_bundle(transaction, vault, bundle));
    object.bundle_sm3 = bundle.sm3;
  }
  TRY(insert_assessment(transaction, demo.assessment));
  TRY(insert_objects(transaction, demo.assessment.id, demo.objects));
  TRY(insert_answers(transaction, vault, demo.assessment.id, demo.answers));
  TRY(insert_risks(transaction, vault, demo.assessment.id, demo.risks));
  return insert_tables(transaction, vault, demo.assessment.id, demo.tables);
}

// Assessment, records and snapshot in one transaction: all of it or nothing.
Result<> load_demo_data(Installation& place, const Content& content, const Knowledge& knowledge) {
  TRY_ASSIGN(assessment::DemoContent demo, assessment::load_demo(content, knowledge.standard));
  TRY_ASSIGN(db::Transaction transaction, place.database.write());
  TRY_ASSIGN(const auto systems, portfolio::select_systems(transaction));
  const auto system = std::find_if(systems.begin(), systems.end(), [&](const auto& one) {
    return one.number == demo.system_number;
  });
  if (system == systems.end()) {
    return fail(ErrorCode::failed_precondition, "演示数据所指的系统不在清单中");
  }
  TRY(store_demo(transaction, place.vault, content, demo, system->id));
  progress("判定测评项……");
  TRY(judge_assessment(transaction, place.vault, knowledge, demo.assessment));
  TRY(take_snapshot(transaction, place.vault, knowledge, demo.assessment));
  return transaction.commit();
}

// The snapshot of the example, once it is loaded.
Result<Snapshot> demo_snapshot(Installation& place) {
  TRY_ASSIGN(db::Transaction transaction, place.database.read());
  TRY_ASSIGN(const auto systems, portfolio::select_systems(transaction));
  for (const portfolio::InformationSystem& system : systems) {
    TRY_ASSIGN(const auto assessments, assessment::select_assessments(transaction, system.id));
    for (const assessment::Assessment& one : assessments) {
      if (one.demo) return assessment::select_snapshot(transaction, place.vault, one.id, {});
    }
  }
  return fail(ErrorCode::not_found, "数据目录中没有演示数据");
}

void print_conclusion(const Snapshot& snapshot) {
  const auto fact = [&](const char* key) {
    const auto found = snapshot.facts.find(key);
    return found == snapshot.facts.end() ? std::string("—") : found->second;
  };
  fmt::print("系统：{}（{}，{}）  演示数据\n快照：{}\n",
             fact("system_name"),
             fact("level"),
             fact("sag"),
             snapshot.id);
  for (const assessment::SchemeResult& scheme : snapshot.schemes) {
    const char* unit = scheme.scheme == "2025" ? "%" : " 分";
    fmt::print("{} 版：{} ", scheme.scheme, scheme.scheme == "2025" ? "符合率" : "综合得分");
    if (scheme.complete) {
      fmt::print("{}{}", scheme.value, unit);
    } else {
      fmt::print(
          "{}–{}{}（{} 个测评项待确认）", scheme.low, scheme.high, unit, scheme.counts.pending);
    }
    if (scheme.conclusion) {
      fmt::print("，结论：{}（{}）\n", *scheme.conclusion, scheme.clause);
    } else {
      fmt::print("，结论：待确认（{} 至 {}）\n", scheme.conclusion_low, scheme.conclusion_high);
    }
  }
}

Result<> run_demo(const Command& command, const DemoOptions& options) {
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const Knowledge knowledge, Knowledge::load(content));
  TRY_ASSIGN(const access::Rights rights, access::Rights::load(content));
  TRY_ASSIGN(Installation installation, open_installation(options.place, Missing::create));
  db::Database& database = installation.database;
  TRY(load_contract(database, content));
  access::PasswordHasher hasher(rights.policy());
  const access::AccessContext context{database, rights, installation.vault, hasher};
  TRY(print_first_accounts(context));
  TRY(print_example_person(context));
  auto snapshot = demo_snapshot(installation);
  if (snapshot) {
    progress("演示数据已装入，未作改动。");
  } else if (snapshot.error().code == ErrorCode::not_found) {
    TRY(load_demo_data(installation, content, knowledge));
    snapshot = demo_snapshot(installation);
  }
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  print_conclusion(*snapshot);
  if (options.documents.empty()) return {};
  return DocumentMaker(database, content).make_all(*snapshot, options.documents);
}

}  // namespace

void add_demo_command(CLI::App& app, Command& command) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* demo = app.add_subcommand(
      "demo",
      "装入 39 个系统的清单、初始账户和一个完整的示例测评（含现场采集本机）；再次运行不作改动");
  add_place_options(*demo, options->place);
  demo->add_option("--documents", options->documents, "把示例测评的文档写入此目录");
  demo->callback([options, &command] {
    command.run = [options, &command] {
      const auto done = run_demo(command, *options);
      return done ? static_cast<int>(exit_ok) : report_error(done.error());
    };
  });
}

}  // namespace dengce::program
