// SPDX-License-Identifier: Apache-2.0
// Goals, rows 2, 3 and 6: one host and 2,000 hosts against 300 checks, one changed check over 5,000
// hosts, every score of the portfolio. Hosts are generated: the facts of a test tree, filled up to
// about 2,000 rows, the added rows with values of each host's own. The checks of the content are
// filled up to 300 by generated ones of the same kinds.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "assessment/score.h"
#include "check/batch.h"
#include "check/check_loader.h"
#include "evidence/intake.h"
#include "evidence/tree.h"
#include "standard/scheme.h"

namespace {

using dengce::Content;
using dengce::check::Check;
using dengce::check::CheckSet;
using dengce::evidence::FactCell;
using dengce::evidence::FactId;
using dengce::evidence::FactSet;
using dengce::evidence::FactSetBuilder;

template <class T>
T must(dengce::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().text().c_str());
    std::exit(2);
  }
  return std::move(*result);
}

constexpr std::size_t check_count = 300;

// Settings of the kernel and of programs, file modes, packages and services: what most real checks
// read.
Check generated_check(std::size_t number) {
  Check out;
  out.id = fmt::format("generated-{}", number);
  out.platforms = {"linux"};
  const std::size_t n = number % 150;
  switch (number % 4) {
    case 0:
      out.sql = fmt::format(
          "SELECT CASE WHEN CAST(value AS INTEGER) <= {} THEN 'pass' ELSE 'fail' END AS status, "
          "name || "
          "' 取值为 ' || value AS reason, source FROM sysctl_setting WHERE name = "
          "'net.generated.{}'",
          n / 2,
          n);
      out.needs = {dengce::evidence::index_of(FactId::sysctl_setting)};
      break;
    case 1:
      out.sql = fmt::format(
          "SELECT CASE WHEN mode & 18 = 0 AND owner = 'root' THEN 'pass' ELSE 'fail' END AS "
          "status, path || "
          "' 的属主为 ' || owner AS reason, source FROM file_mode WHERE path = '/etc/generated/{}'",
          n);
      out.needs = {dengce::evidence::index_of(FactId::file_mode)};
      break;
    case 2:
      out.sql = fmt::format(
          "SELECT 'fail' AS status, '安装了 ' || name || ' ' || version AS reason, source FROM "
          "package "
          "WHERE name = 'generated-{0}' UNION ALL SELECT 'pass', '未安装 generated-{0}', NULL "
          "WHERE NOT "
          "EXISTS (SELECT 1 FROM package WHERE name = 'generated-{0}')",
          n * 7);
      out.needs = {dengce::evidence::index_of(FactId::package)};
      break;
    default:
      out.sql = fmt::format(
          "SELECT CASE WHEN enabled IN ('disabled', 'masked') THEN 'pass' ELSE 'fail' END AS "
          "status, name "
          "|| ' 的启用状态为 ' || enabled AS reason, source FROM service WHERE name = "
          "'generated-{}.service'",
          n);
      out.needs = {dengce::evidence::index_of(FactId::service)};
  }
  return out;
}

const CheckSet& checks() {
  static const CheckSet set = [] {
    std::vector<Check> all = must(dengce::check::load_checks(Content::embedded())).checks();
    std::fprintf(stderr,
                 "%zu checks of the content, %zu generated\n",
                 all.size(),
                 check_count - std::min(check_count, all.size()));
    while (all.size() < check_count) all.push_back(generated_check(all.size()));
    return CheckSet(std::move(all));
  }();
  return set;
}

const std::vector<FactSet>& trees() {
  static const std::vector<FactSet> sets = [] {
    std::vector<FactSet> out;
    for (const char* name : {"debian12-default",
                             "debian12-hardened",
                             "rhel9-default",
                             "rhel9-hardened",
                             "openeuler22-default",
                             "openeuler22-hardened"}) {
      const auto source = must(dengce::evidence::TreeSource::open(
          fmt::format("{}/tests/trees/{}", DENGCE_SOURCE_DIR, name), dengce::Day{20'600}));
      out.push_back(must(dengce::evidence::parse_evidence(*source)));
    }
    return out;
  }();
  return sets;
}

// Adds the rows of a tree; of these only the host name is the host's own.
void add_tree(FactSetBuilder& builder, const FactSet& tree, std::size_t host) {
  for (int table = 0; table < dengce::evidence::fact_id_count; ++table) {
    const auto columns =
        dengce::evidence::fact_tables()[static_cast<std::size_t>(table)].columns.size();
    for (std::uint32_t row = 0; row < tree.row_count(table); ++row) {
      std::vector<FactCell> cells;
      for (std::size_t column = 0; column < columns; ++column) {
        cells.push_back(tree.cell(table, row, static_cast<int>(column)));
      }
      const std::string name = fmt::format("host-{}", host);
      if (static_cast<FactId>(table) == FactId::host) cells[0] = FactCell{name};
      const auto source = tree.row_source(table, row);
      const auto known = tree.source(dengce::evidence::pack_source(source));
      const std::uint32_t file = known ? builder.file(known->path) : 0;
      builder.add(static_cast<FactId>(table), cells, {file, source.line});
    }
  }
}

std::string generated_host(std::size_t host) {
  FactSetBuilder builder;
  add_tree(builder, trees()[host % trees().size()], host);
  const auto add = [&](FactId table, int count, const char* path, const auto& row) {
    const std::uint32_t file = builder.file(path);
    for (int i = 0; i < count; ++i) {
      row(i, dengce::evidence::FactSource{file, static_cast<std::uint32_t>(i + 1)});
    }
    const std::string name(dengce::evidence::fact_tables()[static_cast<std::size_t>(table)].name);
    builder.add(FactId::coverage, {name, "covered", nullptr});
  };
  const auto value = [&](int i) {
    return static_cast<std::int64_t>((host * 31 + static_cast<std::size_t>(i) * 17) % 120);
  };
  add(FactId::sysctl_setting, 600, "command:sysctl -a", [&](int i, auto source) {
    builder.add(FactId::sysctl_setting,
                {fmt::format("net.generated.{}", i), fmt::format("{}", value(i)), "running"},
                source);
  });
  add(FactId::package, 600, "command:dpkg-query -W", [&](int i, auto source) {
    builder.add(
        FactId::package,
        {fmt::format("generated-{}", i * 3), fmt::format("1.{}-{}", i, value(i)), "amd64", "dpkg"},
        source);
  });
  add(FactId::service, 150, "command:systemctl list-unit-files", [&](int i, auto source) {
    builder.add(FactId::service,
                {fmt::format("generated-{}.service", i),
                 value(i) % 2 == 0 ? "enabled" : "disabled",
                 "active",
                 "systemd"},
                source);
  });
  add(FactId::file_mode, 150, "derived:file-modes", [&](int i, auto source) {
    builder.add(FactId::file_mode,
                {fmt::format("/etc/generated/{}", i),
                 "file",
                 value(i) % 3 == 0 ? 438 : 420,
                 "root",
                 "root",
                 value(i),
                 20'000},
                source);
  });
  return std::string(must(builder.build()).serialize());
}

const std::vector<std::string>& hosts(std::size_t count) {
  static std::vector<std::string> blobs;
  while (blobs.size() < count) blobs.push_back(generated_host(blobs.size()));
  return blobs;
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Goal 2: one host, all checks, facts loaded.
void one_host(benchmark::State& state) {
  const auto facts = must(FactSet::open_view(hosts(1)[0]));
  auto engine = must(dengce::check::CheckEngine::create(checks()));
  std::size_t bytes = 0;
  for (auto _ : state) {
    dengce::check::VerdictWriter writer;
    engine.bind(facts);
    for (std::size_t i = 0; i < check_count; ++i) {
      writer.add(
          static_cast<int>(i),
          engine.run(static_cast<int>(i), dengce::check::CheckEngine::Detail::without_record));
    }
    bytes = writer.take().size();
  }
  state.counters["verdict_KiB"] = static_cast<double>(bytes) / 1024;
}

// Goal 3: opening the facts of many hosts.
void open_facts(benchmark::State& state) {
  const auto& blobs = hosts(static_cast<std::size_t>(state.range(0)));
  std::size_t bytes = 0;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      const auto set = must(FactSet::open_view(blobs[static_cast<std::size_t>(i)]));
      benchmark::DoNotOptimize(set.row_count(FactId::package));
    }
  }
  for (const std::string& blob : blobs) bytes += blob.size();
  state.counters["KiB_a_host"] =
      static_cast<double>(bytes) / 1024 / static_cast<double>(blobs.size());
}

// Goal 3: 2,000 hosts × 300 checks with `threads` threads; verdicts kept.
void many_hosts(benchmark::State& state) {
  constexpr std::size_t count = 2000;
  const auto& blobs = hosts(count);
  state.counters["facts_MiB"] = peak_mebibytes();
  std::size_t bytes = 0;
  for (auto _ : state) {
    std::vector<std::string> kept(count);
    const auto done = dengce::check::evaluate_hosts(
        checks(),
        "linux",
        count,
        [&](std::size_t host) { return FactSet::open_view(blobs[host]); },
        [&](std::size_t host, dengce::Result<std::string> verdicts) {
          kept[host] = must(std::move(verdicts));
        },
        {static_cast<int>(state.range(0)), {}});
    if (!done) std::exit(2);
    bytes = 0;
    for (const std::string& one : kept) bytes += one.size();
  }
  state.counters["verdicts"] = static_cast<double>(count * check_count);
  state.counters["KiB_a_host"] = static_cast<double>(bytes) / 1024 / count;
  state.counters["peak_MiB"] = peak_mebibytes();
}

// Goal 3: one changed check over 5,000 hosts, engine made anew.
void one_changed_check(benchmark::State& state) {
  constexpr std::size_t count = 5000;
  const auto& blobs = hosts(count);
  const CheckSet one(
      {*must(dengce::check::load_checks(Content::embedded())).find("linux-password-minlen")});
  for (auto _ : state) {
    const auto done = dengce::check::evaluate_hosts(
        one,
        "linux",
        count,
        [&](std::size_t host) { return FactSet::open_view(blobs[host]); },
        [](std::size_t, dengce::Result<std::string> verdicts) {
          benchmark::DoNotOptimize(must(std::move(verdicts)).size());
        });
    if (!done) std::exit(2);
  }
}

// ---- goal 6: scores of the portfolio
// -----------------------------------------------------------------

using dengce::assessment::ItemRecords;
using dengce::assessment::Verdict;

// 35 systems of level 3 and 4 of level 2, general items; twelve objects carry an item of
// 安全计算环境, one to three the others.
std::vector<std::vector<ItemRecords>> portfolio() {
  const auto standard = must(dengce::standard::Standard::load(Content::embedded()));
  const auto catalog = must(dengce::standard::RiskCatalog::load(Content::embedded(), standard));
  std::vector<std::vector<ItemRecords>> out;
  constexpr std::array<Verdict, 8> mix{Verdict::compliant,
                                       Verdict::compliant,
                                       Verdict::partial,
                                       Verdict::compliant,
                                       Verdict::non_compliant,
                                       Verdict::not_applicable,
                                       Verdict::compliant,
                                       Verdict::pending};
  std::size_t step = 0;
  for (int system = 0; system < 39; ++system) {
    const int level = system < 35 ? 3 : 2;
    std::vector<ItemRecords> items;
    for (const auto* item : standard.select({level, level, level}, {})) {
      ItemRecords record = dengce::assessment::item_records(*item, catalog);
      const std::size_t objects = item->layer == "安全计算环境" ? 12 : 1 + ++step % 3;
      for (std::size_t i = 0; i < objects; ++i) {
        record.objects.push_back({fmt::format("对象{}", i), mix[(++step * 7 + i) % mix.size()]});
      }
      items.push_back(std::move(record));
    }
    out.push_back(std::move(items));
  }
  return out;
}

void score_system(const std::vector<ItemRecords>& items,
                  const std::vector<dengce::standard::Scheme>& schemes) {
  const std::vector<dengce::assessment::RiskLine> risks{{"T001", "中", false}};
  for (const auto& scheme : schemes) {
    benchmark::DoNotOptimize(dengce::assessment::score(scheme, items, risks).applicable);
  }
  benchmark::DoNotOptimize(dengce::assessment::control_point_results(items).size());
  benchmark::DoNotOptimize(dengce::assessment::layer_results(items).size());
}

void scores_of_the_portfolio(benchmark::State& state) {
  const auto systems = portfolio();
  std::vector<dengce::standard::Scheme> schemes;
  for (const char* id : {"2021", "2025"}) {
    schemes.push_back(must(dengce::standard::load_scheme(Content::embedded(), id)));
  }
  const auto count = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) score_system(systems[i], schemes);
  }
}

BENCHMARK(one_host)->Unit(benchmark::kMillisecond);
BENCHMARK(scores_of_the_portfolio)->Arg(39)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(open_facts)->Arg(2000)->Unit(benchmark::kMillisecond);
BENCHMARK(many_hosts)
    ->Arg(1)
    ->Arg(2)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK(one_changed_check)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
