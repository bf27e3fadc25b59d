// SPDX-License-Identifier: Apache-2.0
// Row 9: pages of 100 out of 50,000 assets, each with its answer written as JSON; the overview of
// 39 systems with 5,000 assets each. On both databases; the counter p95 is in milliseconds.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>

#include "base/content.h"
#include "db/testing/test_databases.h"
#include "portfolio/asset_store.h"
#include "portfolio/catalogue.h"
#include "portfolio/filing_store.h"
#include "portfolio/overview.h"
#include "portfolio/portfolio.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"

namespace {

using dengce::Content;
using dengce::Result;
namespace portfolio = dengce::portfolio;
namespace db = dengce::db;
using SteadyClock = std::chrono::steady_clock;

template <class T>
T must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().text());
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// The client's 39 systems filled up to `systems`, with assets spread evenly over them; every
// hundredth asset is shared by two systems.
struct Filled {
  std::unique_ptr<db::test::TestDatabase> place;
  std::unique_ptr<db::Database> database;
  portfolio::Portfolio all;

  Filled(const std::string& kind, std::size_t systems, std::size_t assets) {
    const Content content = must(Content::from_directory(DENGCE_SOURCE_DIR "/content"));
    const auto catalogue = must(portfolio::load_catalogue(content));
    place = std::make_unique<db::test::TestDatabase>(kind);
    database = std::make_unique<db::Database>(place->migrated());
    all = must(portfolio::load_portfolio(content));
    while (all.systems.size() < systems) {
      auto system = all.systems[all.systems.size() % 39];
      system.number = static_cast<std::int64_t>(all.systems.size() + 1);
      system.id = fmt::format("system-{:06}", system.number);
      system.name = fmt::format("示例系统 {:06}", system.number);
      all.systems.push_back(system);
    }
    auto transaction = must(database->write());
    must(insert_portfolio(transaction, all));
    std::vector<portfolio::Asset> rows;
    for (std::size_t i = 0; i < assets; ++i) {
      rows.push_back(asset(catalogue, i));
      if (rows.size() < 1000 && i + 1 < assets) continue;
      must(portfolio::insert_assets(transaction, all.contract.id, rows));
      rows.clear();
    }
    must(add_filings(transaction));
    must(transaction.commit());
    // PostgreSQL gathers its statistics by itself after a while.
    if (kind == "postgresql") {
      auto analyse = must(database->write());
      must(analyse.execute({"bench.analyse", "ANALYZE"}));
      must(analyse.commit());
    }
  }

  portfolio::Asset asset(const portfolio::Catalogue& catalogue, std::size_t i) const {
    portfolio::Asset one;
    one.id = fmt::format("asset-{:07}", i * 7919 % 1'000'003);
    const auto& kind = catalogue.asset_classes[i % catalogue.asset_classes.size()];
    one.class_name = kind.name;
    one.name = fmt::format("示例资产-{:07}", i * 104'729 % 1'000'003);
    one.importance = catalogue.importances[i % 3];
    one.location = fmt::format("示例机房 {} 区", i % 40);
    one.addresses = {fmt::format("10.{}.{}.{}", i / 65'536 % 256, i / 256 % 256, i % 256)};
    for (const auto& column : kind.columns) {
      one.attributes[column] = fmt::format("{} 的取值 {}", column, i % 97);
    }
    one.systems = {all.systems[i % all.systems.size()].id};
    if (i % 100 == 0) one.systems.insert(all.systems[(i + 1) % all.systems.size()].id);
    one.shared = one.systems.size() > 1;
    one.origin = "bench";
    return one;
  }

  Result<> add_filings(db::Transaction& transaction) const {
    for (const auto& system : all.systems) {
      portfolio::Filing filing;
      filing.id = "filing-" + system.id;
      filing.number = fmt::format("31010000000-{:06}", system.number);
      filing.name = system.name;
      filing.level = system.level;
      filing.systems = {system.id};
      TRY(portfolio::insert_filing(transaction, all.contract.id, filing));
    }
    return {};
  }

  dengce::access::Actor actor(bool everything) const {
    dengce::access::Actor actor;
    actor.login = "bench";
    actor.scope.everything = everything;
    if (!everything) actor.scope.teams = {all.teams[3].id};
    return actor;
  }
};

const Filled& filled(const std::string& kind, std::size_t systems, std::size_t assets) {
  static std::map<std::string, std::unique_ptr<Filled>> made;
  auto& one = made[fmt::format("{} {} {}", kind, systems, assets)];
  if (!one) one = std::make_unique<Filled>(kind, systems, assets);
  return *one;
}

// Runs the work and notes the 95th percentile of its times.
template <class Work>
void measure(benchmark::State& state, Work work) {
  std::vector<double> times;
  for (auto _ : state) {
    const auto begin = SteadyClock::now();
    work();
    times.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count());
  }
  std::sort(times.begin(), times.end());
  if (!times.empty()) state.counters["p95"] = times[(times.size() - 1) * 95 / 100];
}

enum class Case { first, middle, by_class, system, team, text, scoped };

void list_assets(benchmark::State& state,
                 const std::string& kind,
                 std::size_t systems,
                 Case which) {
  const Filled& data = filled(kind, systems, 50'000);
  dengce::http::PageQuery query;
  query.sort = "name";
  if (which == Case::middle) query.after = {std::string("示例资产-0500000"), std::string("x")};
  if (which == Case::by_class) query.filters["class"] = "网络设备";
  if (which == Case::system) query.filters["system"] = data.all.systems[7].id;
  if (which == Case::team) query.filters["team"] = data.all.teams[3].id;
  if (which == Case::text) query.filters["q"] = "10.0.77.";
  const auto actor = data.actor(which != Case::scoped);
  measure(state, [&] {
    auto transaction = must(data.database->read());
    const auto visible = must(portfolio::select_visible(transaction, actor));
    const auto page = must(portfolio::select_asset_page(transaction, visible, query));
    std::string body;
    dengce::JsonWriter json(body);
    json.begin_array();
    for (const auto& asset : page.items) portfolio::write_asset(json, asset);
    json.end_array();
    benchmark::DoNotOptimize(body);
  });
}

void overview(benchmark::State& state,
              const std::string& kind,
              std::size_t systems,
              std::size_t assets,
              bool everything) {
  const Filled& data = filled(kind, systems, assets);
  const auto actor = data.actor(everything);
  measure(state,
          [&] { benchmark::DoNotOptimize(must(portfolio::overview_of(*data.database, actor))); });
}

void add(const std::string& name, const std::function<void(benchmark::State&)>& work) {
  benchmark::RegisterBenchmark(name.c_str(), work)
      ->Unit(benchmark::kMillisecond)
      ->Iterations(100)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::pair<std::string, Case>> cases{{"first", Case::first},
                                                        {"middle", Case::middle},
                                                        {"class", Case::by_class},
                                                        {"system", Case::system},
                                                        {"team", Case::team},
                                                        {"text", Case::text},
                                                        {"scoped", Case::scoped}};
  for (const std::string& kind : db::test::kinds()) {
    for (const std::size_t systems : {std::size_t{39}, std::size_t{3000}}) {
      for (const auto& [name, which] : cases) {
        add(fmt::format("assets/{}/{}/{}", kind, systems, name),
            [kind, systems, which](benchmark::State& state) {
              list_assets(state, kind, systems, which);
            });
      }
    }
    for (const bool everything : {true, false}) {
      const char* who = everything ? "all" : "team";
      add(fmt::format("overview/{}/39x5000/{}", kind, who),
          [kind, everything](benchmark::State& state) {
            overview(state, kind, 39, 195'000, everything);
          });
      add(fmt::format("overview/{}/3000/{}", kind, who),
          [kind, everything](benchmark::State& state) {
            overview(state, kind, 3000, 50'000, everything);
          });
    }
  }
  benchmark::Initialize(&count, arguments);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
