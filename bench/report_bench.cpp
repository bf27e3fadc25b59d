// SPDX-License-Identifier: Apache-2.0
// Goals, row 7: the level-3 report with 4,000 and with 20,000 rows in appendix D as DOCX, and the
// workbook of the same. Objects are generated until the rows are there. One program run a size when
// memory is of interest: report_bench --benchmark_filter=docx/20000.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "report/report.h"
#include "report/test_snapshot.h"

namespace {

using dengce::Content;
using dengce::assessment::Knowledge;
using dengce::assessment::Snapshot;

const Knowledge& knowledge() {
  static const auto made = Knowledge::load(Content::embedded());
  if (!made) {
    std::fprintf(stderr, "%s\n", made.error().text().c_str());
    std::exit(2);
  }
  return *made;
}

// A server carries 31 items; the other objects of the fixture about 330 records together.
Snapshot snapshot_of(std::int64_t rows) {
  dengce::report::test::FixtureOptions options;
  options.servers = static_cast<int>((rows - 330) / 31 + 1);
  auto made = dengce::report::test::snapshot(knowledge(), options);
  if (!made) {
    std::fprintf(stderr, "%s\n", made.error().text().c_str());
    std::exit(2);
  }
  // Many servers share their causes; a report of this size still has few problems with long lists.
  return std::move(made).value();
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void count(benchmark::State& state, const Snapshot& snapshot, std::size_t bytes) {
  state.counters["rows"] = static_cast<double>(snapshot.records.size());
  state.counters["file_KiB"] = static_cast<double>(bytes) / 1024;
  state.counters["peak_MiB"] = peak_mebibytes();
}

void docx(benchmark::State& state) {
  const auto snapshot = snapshot_of(state.range(0));
  const auto content = Content::embedded();
  state.counters["before_MiB"] = peak_mebibytes();
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto made = dengce::report::render_docx(snapshot, "2025", content);
    if (!made) return state.SkipWithError(made.error().text().c_str());
    bytes = made->size();
  }
  count(state, snapshot, bytes);
}

void xlsx(benchmark::State& state) {
  const auto snapshot = snapshot_of(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto made = dengce::report::render_xlsx(snapshot, "2025");
    if (!made) return state.SkipWithError(made.error().text().c_str());
    bytes = made->size();
  }
  count(state, snapshot, bytes);
}

BENCHMARK(docx)->Arg(4'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(xlsx)->Arg(4'000)->Arg(20'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
