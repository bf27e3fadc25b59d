// SPDX-License-Identifier: Apache-2.0
// Row 6: both scores, control points, layers and conclusions of 39 level-3 systems from 100,000
// records in memory; and of the one system that holds a changed record.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "assessment/knowledge.h"
#include "assessment/score.h"
#include "base/content.h"

namespace {

using dengce::Content;
using dengce::assessment::ItemRecords;
using dengce::assessment::Knowledge;
using dengce::assessment::RiskLine;
using dengce::assessment::SchemeResult;
using dengce::assessment::Verdict;

constexpr std::size_t systems = 39;
constexpr std::size_t total_records = 100'000;

const Knowledge& knowledge() {
  static const Knowledge loaded = [] {
    auto content = Content::from_directory(DENGCE_SOURCE_DIR "/content");
    auto made = Knowledge::load(*content);
    if (!made) {
      fmt::print(stderr, "{}\n", made.error().text());
      std::abort();
    }
    return std::move(*made);
  }();
  return loaded;
}

struct System {
  std::vector<ItemRecords> items;
  std::vector<RiskLine> risks;
};

// Two of a hundred records are open, so that every score has a range.
std::vector<System> portfolio() {
  std::mt19937 draw(20'260'102);
  const auto grade = dengce::standard::parse_grade(3, "");
  const auto items = knowledge().standard.select(*grade, {});
  const std::size_t objects = total_records / systems / items.size() + 1;
  std::vector<System> out(systems);
  for (System& system : out) {
    for (const auto* item : items) {
      ItemRecords records = dengce::assessment::item_records(*item, knowledge().catalog);
      for (std::size_t i = 0; i < objects; ++i) {
        const auto luck = draw() % 100;
        const Verdict verdict = luck < 70   ? Verdict::compliant
                                : luck < 80 ? Verdict::partial
                                : luck < 92 ? Verdict::non_compliant
                                : luck < 98 ? Verdict::not_applicable
                                            : Verdict::pending;
        records.objects.push_back({fmt::format("示例服务器-{:02}", i), verdict});
      }
      system.items.push_back(std::move(records));
    }
    for (int i = 0; i < 20; ++i) {
      system.risks.push_back({fmt::format("T{:03}", i + 1), i < 1 ? "高" : "中", i < 1});
    }
  }
  return out;
}

void recompute(const System& system) {
  for (const auto& scheme : knowledge().schemes) {
    SchemeResult result = score(scheme, system.items, system.risks);
    benchmark::DoNotOptimize(result);
  }
  auto points = control_point_results(system.items);
  auto layers = layer_results(system.items);
  benchmark::DoNotOptimize(points);
  benchmark::DoNotOptimize(layers);
}

void whole_portfolio(benchmark::State& state) {
  const auto all = portfolio();
  std::size_t records = 0;
  for (const System& system : all) {
    for (const ItemRecords& item : system.items) records += item.objects.size();
  }
  for (auto _ : state) {
    for (const System& system : all) recompute(system);
  }
  state.counters["records"] = static_cast<double>(records);
}

void after_one_changed_record(benchmark::State& state) {
  auto all = portfolio();
  std::size_t turn = 0;
  for (auto _ : state) {
    System& system = all[turn % all.size()];
    auto& record = system.items[turn % system.items.size()].objects.front();
    record.verdict = record.verdict == Verdict::compliant ? Verdict::partial : Verdict::compliant;
    recompute(system);
    ++turn;
  }
}

BENCHMARK(whole_portfolio)->Name("score/39_systems")->Unit(benchmark::kMillisecond);
BENCHMARK(after_one_changed_record)
    ->Name("score/one_changed_record")
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
