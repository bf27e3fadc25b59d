// SPDX-License-Identifier: Apache-2.0
// Row 5: the worksheets of 39 systems, 100,000 records with their points, put into a SQLite file in
// one transaction each system, as judging does; and put again in place of the old ones.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <type_traits>

#include "assessment/assessment_store.h"
#include "base/content.h"
#include "portfolio/portfolio.h"
#include "portfolio/portfolio_store.h"
#include "standard/standard.h"

namespace {

using dengce::Content;
using dengce::Result;
namespace assessment = dengce::assessment;
namespace db = dengce::db;
namespace fs = std::filesystem;

constexpr std::size_t total_records = 100'000;

template <class T>
T must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().text());
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Place {
  fs::path directory = fs::temp_directory_path() / fmt::format("dengce-bench-{}", ::getpid());

  Place() { fs::create_directories(directory); }

  ~Place() {
    std::error_code ignored;
    fs::remove_all(directory, ignored);
  }
};

// One record: two points, one with a source line, a sentence as long as real ones.
assessment::StoredRecord record(const std::string& object, const dengce::standard::Item& item) {
  assessment::PointAnswer seen;
  seen.point = 1;
  seen.text = "查看账户的鉴别配置，确认可登录的账户都设有口令";
  seen.method = "核查";
  seen.status = assessment::PointStatus::pass;
  seen.check = "linux-empty-password";
  seen.reason = "可登录的 4 个账户都设有口令";
  seen.source = assessment::SourceReference{std::string(64, 'a'), "/etc/shadow", 1, "root:$6$…"};
  assessment::PointAnswer open;
  open.point = 2;
  open.text = "以空口令尝试登录";
  open.method = "测试";
  open.reason = "待人工确认";
  return {
      object,
      item.code,
      item.clause,
      assessment::Verdict::pending,
      "经核查，可登录的账户都设有口令，未见空口令账户；口令长度和复杂度由 pam_pwquality 强制要求。",
      "待人工确认：2）以空口令尝试登录。",
      {seen, open}};
}

struct Worksheet {
  assessment::Assessment assessment;
  std::vector<assessment::AssessmentObject> objects;
  std::vector<assessment::StoredRecord> records;
};

std::vector<Worksheet> worksheets(const dengce::portfolio::Portfolio& all,
                                  const dengce::standard::Standard& standard) {
  const auto items = standard.select(must(dengce::standard::parse_grade(3, "")), {});
  std::vector<Worksheet> out;
  std::size_t left = total_records;
  for (std::size_t s = 0; s < all.systems.size(); ++s) {
    Worksheet sheet;
    sheet.assessment.id = fmt::format("a{:02}", s);
    sheet.assessment.system_id = all.systems[s].id;
    sheet.assessment.sag = "S3A3";
    const std::size_t wanted = left / (all.systems.size() - s);
    left -= wanted;
    for (std::size_t i = 0; i < wanted; ++i) {
      const std::size_t number = i / items.size();
      if (number == sheet.objects.size()) {
        assessment::AssessmentObject object;
        object.id = fmt::format("{}-o{:02}", sheet.assessment.id, number);
        object.reference = fmt::format("o{:02}", number);
        object.object_class = "服务器";
        object.name = fmt::format("示例服务器-{:02}", number);
        sheet.objects.push_back(object);
      }
      sheet.records.push_back(record(sheet.objects[number].id, *items[i % items.size()]));
    }
    out.push_back(std::move(sheet));
  }
  return out;
}

const dengce::Vault& test_vault() {
  static const auto vault = must(dengce::Vault::from_key(dengce::Secret(std::string(32, 'k'))));
  return vault;
}

void store(db::Database& database, const std::vector<Worksheet>& sheets) {
  for (const Worksheet& sheet : sheets) {
    auto transaction = must(database.write());
    must(replace_records(transaction, test_vault(), sheet.assessment.id, sheet.records));
    must(transaction.commit());
  }
}

void put_100000_records(benchmark::State& state) {
  const Content content = must(Content::from_directory(DENGCE_SOURCE_DIR "/content"));
  const auto standard = must(dengce::standard::Standard::load(content));
  const auto all = must(dengce::portfolio::load_portfolio(content));
  const auto sheets = worksheets(all, standard);
  const bool again = state.range(0) != 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto place = std::make_unique<Place>();
    auto database = must(db::Database::open(place->directory / "dengce.db"));
    must(db::migrate(database, db::compiled_migrations()));
    {
      auto transaction = must(database.write());
      must(insert_portfolio(transaction, all));
      for (const Worksheet& sheet : sheets) {
        must(insert_assessment(transaction, sheet.assessment));
        must(insert_objects(transaction, sheet.assessment.id, sheet.objects));
      }
      must(transaction.commit());
    }
    if (again) store(database, sheets);
    state.ResumeTiming();
    store(database, sheets);
    state.PauseTiming();
    place.reset();
    state.ResumeTiming();
  }
}

BENCHMARK(put_100000_records)
    ->Name("store/100000_records")
    ->Arg(0)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK(put_100000_records)
    ->Name("store/100000_records_again")
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
